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
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
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
  static const Mode kMode;
  static std::atomic<long> writes{0};
  if (!IsRegular(fd)) {
    return static_cast<ssize_t>(size);
  }
  const size_t half = size > 1 ? size / 2 : size;
  if (kMode.halve) {
    return static_cast<ssize_t>(half);
  }
  const long number = ++writes;
  if (kMode.full_at > 0 && number > kMode.full_at) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<ssize_t>(kMode.full_at > 0 && number == kMode.full_at ? half : size);
}

template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t write(int fd, const void* buf, size_t n) {
  static const auto kNext = Next<ssize_t (*)(int, const void*, size_t)>("write");
  const ssize_t allowed = Allowed(fd, n);
  return allowed < 0 ? allowed : kNext(fd, buf, static_cast<size_t>(allowed));
}

extern "C" ssize_t pwrite(int fd, const void* buf, size_t n, off_t offset) {
  static const auto kNext = Next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  const ssize_t allowed = Allowed(fd, n);
  return allowed < 0 ? allowed : kNext(fd, buf, static_cast<size_t>(allowed), offset);
}

extern "C" ssize_t pwrite64(int fd, const void* buf, size_t n, off64_t offset) {
  static const auto kNext = Next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  const ssize_t allowed = Allowed(fd, n);
  return allowed < 0 ? allowed : kNext(fd, buf, static_cast<size_t>(allowed), offset);
}
