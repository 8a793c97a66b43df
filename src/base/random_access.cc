#include "base/random_access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/sha256.h"

namespace ingot {
namespace {

class AccessReader final : public RawReader {
 public:
  explicit AccessReader(std::unique_ptr<const RandomAccess> bytes) : bytes_(std::move(bytes)) {}

  Result<size_t> ReadSome(std::span<char> out) override {
    const size_t count = std::min<uint64_t>(out.size(), bytes_->bytes() - at_);
    INGOT_TRY(bytes_->ReadAt(at_, out.first(count)));
    at_ += count;
    return count;
  }

 private:
  std::unique_ptr<const RandomAccess> bytes_;
  uint64_t at_ = 0;
};

}  // namespace

Result<FileAccess> FileAccess::Open(UniqueFd fd, std::string name) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return ErrnoError(errno, "examine", name);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::kInvalidData, fmt::format("'{}' is not a regular file", name));
  }
  return FileAccess(std::move(fd), static_cast<uint64_t>(status.st_size), std::move(name));
}

Result<void> MemoryAccess::ReadAt(uint64_t offset, std::span<char> out) const {
  if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
    return Error(ErrorKind::kCorrupt,
                 fmt::format("'{}' ends at byte {}, before byte {}", name_, bytes_.size(), offset + out.size()));
  }
  bytes_.copy(out.data(), out.size(), offset);
  return {};
}

Result<FileDigest> DigestOf(const RandomAccess& bytes) {
  constexpr uint64_t kChunkBytes = uint64_t{256} << 10U;
  Sha256 hash;
  std::vector<char> chunk(std::min(bytes.bytes(), kChunkBytes));
  for (uint64_t at = 0; at < bytes.bytes(); at += chunk.size()) {
    const std::span<char> part(chunk.data(), std::min<uint64_t>(chunk.size(), bytes.bytes() - at));
    INGOT_TRY(bytes.ReadAt(at, part));
    hash.Update(part);
  }
  return FileDigest{bytes.bytes(), hash.FinishHex()};
}

std::unique_ptr<RawReader> StreamOf(std::unique_ptr<const RandomAccess> bytes) {
  if (bytes->fd() >= 0) {
    // Advice only: a file system that cannot take it reads just as well.
    static_cast<void>(::posix_fadvise(bytes->fd(), 0, 0, POSIX_FADV_SEQUENTIAL));
  }
  return std::make_unique<AccessReader>(std::move(bytes));
}

}  // namespace ingot
