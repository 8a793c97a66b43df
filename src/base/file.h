// Plain POSIX files: whole reads, whole writes, every failure named.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/byte_sink.h"
#include "base/result.h"

namespace ingot {

// Owns a file descriptor. Closing at destruction ignores errors: whoever wrote must have synced first.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release();

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC, repeated on EINTR. `path` is used as it is and named in errors.
Result<UniqueFd> OpenFile(const std::string& path, int flags, unsigned mode = 0644);

// Reads up to bytes.size() bytes; 0 means end of file. Repeats on EINTR.
Result<size_t> ReadSome(int fd, std::span<char> bytes, std::string_view path);
// Reads bytes.size() bytes at `offset`. Errors: kCorrupt when the file ends before.
Result<void> ReadExactlyAt(int fd, uint64_t offset, std::span<char> bytes, std::string_view path);
// Writes all bytes; short writes and EINTR are continued.
Result<void> WriteAll(int fd, std::span<const char> bytes, std::string_view path);

// A file without a name in `folder`, for reading and writing; gone with its descriptor.
Result<UniqueFd> OpenScratchFile(const std::string& folder);
// Empties a file that was opened for writing, and goes back to its beginning.
Result<void> RestartFile(int fd, std::string_view path);
// Copies all bytes of the file `from`, from its beginning, to the end of `to`.
Result<void> CopyBytes(const std::string& from, ByteSink& to);

// A whole file in memory. Errors: as OpenFile; kResourceLimit beyond `max_bytes`.
Result<std::string> ReadWholeFile(const std::string& path, uint64_t max_bytes = uint64_t{1} << 30U);

// Size and sha256 of a file, read once in order.
struct FileDigest {
  uint64_t bytes = 0;
  std::string sha256;
};
Result<FileDigest> DigestFile(const std::string& path);
// The same of a file that is open for reading, whatever stands under its name by now. Its position does not move.
Result<FileDigest> DigestOpenFile(int fd, std::string_view path);

// Writes to a descriptor it does not own. `path` is for messages.
class FdSink final : public ByteSink {
 public:
  FdSink(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  Result<void> Write(std::span<const char> bytes) override { return WriteAll(fd_, bytes, path_); }

 private:
  int fd_;
  std::string path_;
};

}  // namespace ingot
