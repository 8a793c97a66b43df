#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>
#include <vector>

namespace ingot {

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    const UniqueFd closing(std::exchange(fd_, other.Release()));
  }
  return *this;
}

UniqueFd::~UniqueFd() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

int UniqueFd::Release() { return std::exchange(fd_, -1); }

Result<UniqueFd> OpenFile(const std::string& path, int flags, unsigned mode) {
  while (true) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) {
      return UniqueFd(fd);
    }
    if (errno != EINTR) {
      return ErrnoError(errno, "open", path);
    }
  }
}

Result<size_t> ReadSome(int fd, std::span<char> bytes, std::string_view path) {
  while (true) {
    const ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      return static_cast<size_t>(count);
    }
    if (errno != EINTR) {
      return ErrnoError(errno, "read", path);
    }
  }
}

Result<void> ReadExactlyAt(int fd, uint64_t offset, std::span<char> bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return ErrnoError(errno, "read", path);
    }
    if (count == 0) {
      return Error(ErrorKind::kCorrupt, "'" + std::string(path) + "' ends at byte " + std::to_string(offset) + ", " +
                                            std::to_string(bytes.size()) + " bytes too early");
    }
    offset += static_cast<uint64_t>(count);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Result<void> WriteAll(int fd, std::span<const char> bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return ErrnoError(errno, "write", path);
    }
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Result<UniqueFd> OpenScratchFile(const std::string& folder) {
  auto nameless = OpenFile(folder, O_TMPFILE | O_RDWR, 0600);
  if (nameless) {
    return nameless;
  }
  // Not every file system has O_TMPFILE.
  std::string path = folder + "/.ingot-scratch-XXXXXX";
  UniqueFd fd(::mkostemp(path.data(), O_CLOEXEC));
  if (!fd.valid()) {
    return ErrnoError(errno, "create a file in", folder);
  }
  ::unlink(path.c_str());
  return fd;
}

Result<void> RestartFile(int fd, std::string_view path) {
  if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) {
    return ErrnoError(errno, "empty", path);
  }
  return {};
}

Result<void> CopyBytes(const std::string& from, ByteSink& to) {
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(from, O_RDONLY));
  std::vector<char> chunk(size_t{256} << 10U);
  while (true) {
    INGOT_ASSIGN(const size_t count, ReadSome(fd.get(), chunk, from));
    if (count == 0) {
      return {};
    }
    INGOT_TRY(to.Write({chunk.data(), count}));
  }
}

Result<std::string> ReadWholeFile(const std::string& path, uint64_t max_bytes) {
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_RDONLY));
  const auto too_large = [&] {
    return Error(ErrorKind::kResourceLimit, "'" + path + "' is larger than " + std::to_string(max_bytes) + " bytes");
  };
  struct stat status{};
  const uint64_t size = ::fstat(fd.get(), &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
  if (size > max_bytes) {
    return too_large();
  }
  // The size is a guess: files grow, and some have none. One byte more finds the end without another round.
  constexpr uint64_t kStep = uint64_t{64} << 10U;
  std::string text;
  size_t have = 0;
  for (uint64_t space = size + 1;; space = kStep) {
    text.resize(have + space);
    while (have < text.size()) {
      INGOT_ASSIGN(const size_t count, ReadSome(fd.get(), {text.data() + have, text.size() - have}, path));
      if (count == 0) {
        text.resize(have);
        return text;
      }
      have += count;
      if (have > max_bytes) {
        return too_large();
      }
    }
  }
}

Result<FileDigest> DigestFile(const std::string& path) {
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_RDONLY));
  return DigestOpenFile(fd.get(), path);
}

Result<FileDigest> DigestOpenFile(int fd, std::string_view path) {
  FileDigest digest;
  Sha256 hash;
  std::vector<char> chunk(size_t{256} << 10U);
  while (true) {
    const ssize_t count = ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(digest.bytes));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return ErrnoError(errno, "read", path);
    }
    if (count == 0) {
      digest.sha256 = hash.FinishHex();
      return digest;
    }
    hash.Update({chunk.data(), static_cast<size_t>(count)});
    digest.bytes += static_cast<uint64_t>(count);
  }
}

}  // namespace ingot
