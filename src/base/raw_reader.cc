#include "base/raw_reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ingot {

Result<FdReader> FdReader::Open(UniqueFd fd, std::string name) {
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return ErrnoError(errno, "examine", name);
  }
  // read(2) would say EISDIR, which looks like a passing failure.
  if (S_ISDIR(status.st_mode)) {
    return Error(ErrorKind::kInvalidData, "'" + name + "' is a directory, not a file", "name the files in it");
  }
  if (S_ISREG(status.st_mode)) {
    // Advice only: a file system that cannot take it reads just as well.
    static_cast<void>(::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
  }
  return FdReader(std::move(fd), std::move(name));
}

Result<size_t> FdReader::ReadSome(std::span<char> out) { return ingot::ReadSome(fd_.get(), out, name_); }

Result<size_t> MemoryReader::ReadSome(std::span<char> out) {
  const size_t count = std::min(out.size(), rest_.size());
  std::copy_n(rest_.begin(), count, out.begin());
  rest_ = rest_.subspan(count);
  return count;
}

}  // namespace ingot
