// A library to preload: makes writes to regular files short, as POSIX allows and a disk that fills up does.
//
//   INGOT_SHORT_WRITES=halve    every write of more than one byte writes its first half only
//   INGOT_SHORT_WRITES=full:N   the N-th write writes its first half, and every later one fails with ENOSPC
#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

struct Mode {
  bool halve = false;
  long full_at = 0;

  Mode() {
    const char* text = std::getenv("INGOT_SHORT_WRITES");
    if (text != nullptr && std::strcmp(text, "halve") == 0) {
      halve = true;
    } else if (text != nullptr && std::strncmp(text, "full:", 5) == 0) {
      full_at = std::strtol(text + 5, nullptr, 10);
    }
  }
};

bool IsRegular(int fd) {
  struct stat status{};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

// How many of `size` bytes may be written now; -1 for none, with errno set.
ssize_t Allowed(int fd, size_t size) {
  static const Mode mode;
  static std::atomic<long> writes{0};
  if (!IsRegular(fd)) {
    return static_cast<ssize_t>(size);
  }
  const size_t half = size > 1 ? size / 2 : size;
  if (mode.halve) {
    return static_cast<ssize_t>(half);
  }
  const long number = ++writes;
  if (mode.full_at > 0 && number > mode.full_at) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<ssize_t>(mode.full_at > 0 && number == mode.full_at ? half : size);
}

template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t write(int fd, const void* bytes, size_t size) {
  static const auto next = Next<ssize_t (*)(int, const void*, size_t)>("write");
  const ssize_t allowed = Allowed(fd, size);
  return allowed < 0 ? allowed : next(fd, bytes, static_cast<size_t>(allowed));
}

extern "C" ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static const auto next = Next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  const ssize_t allowed = Allowed(fd, size);
  return allowed < 0 ? allowed : next(fd, bytes, static_cast<size_t>(allowed), offset);
}

extern "C" ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  static const auto next = Next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  const ssize_t allowed = Allowed(fd, size);
  return allowed < 0 ? allowed : next(fd, bytes, static_cast<size_t>(allowed), offset);
}
