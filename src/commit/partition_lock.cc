#include "commit/partition_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace ingot {
namespace {

constexpr std::string_view kPassing = "passing";
constexpr uint64_t kMaxHolderBytes = 4096;

std::string LockPath(std::string_view id) { return fmt::format("{}/{}.lock", kLocksFolder, id); }

std::string HolderText(std::string_view purpose, std::string_view run_id, UtcInstant started) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) {
    host[0] = '?';
  }
  return fmt::format("{}\nrun {}\npid {}\nhost {}\nsince {}\n", purpose, PrintablePath(run_id), ::getpid(),
                     PrintablePath(host.data()), FormatUtcInstant(started));
}

Result<void> WriteHolder(const LocalRoot& root, int fd, const std::string& path, const std::string& text) {
  if (::ftruncate(fd, 0) != 0) {
    return ErrnoError(errno, "write", root.tree().AbsolutePath(path));
  }
  return WriteAll(fd, text, root.tree().AbsolutePath(path));
}

// flock, not interrupted. False when it is held and `operation` has LOCK_NB.
Result<bool> Flock(int fd, int operation, const std::string& path, const Cancellation* cancellation) {
  while (::flock(fd, operation) != 0) {
    if (errno == EWOULDBLOCK) {
      return false;
    }
    if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS) {
      return Error(ErrorKind::kUnsupported, fmt::format("the file system of '{}' has no file locks", path),
                   "put the store's root on a file system with flock(2)");
    }
    if (errno != EINTR) {
      return ErrnoError(errno, "lock", path);
    }
    if (cancellation != nullptr) {
      INGOT_TRY(cancellation->Check());
    }
  }
  return true;
}

// Whether the locked descriptor is still the file of that name: a holder removes the file before it lets go, so a
// descriptor opened before that locks a file that nobody else will ever find.
Result<bool> IsCurrent(const LocalRoot& root, int fd, const std::string& path) {
  struct stat mine{};
  if (::fstat(fd, &mine) != 0) {
    return ErrnoError(errno, "inspect", root.tree().AbsolutePath(path));
  }
  INGOT_ASSIGN(const auto named, root.tree().Status(path));
  return named && named->device == mine.st_dev && named->inode == mine.st_ino;
}

struct Attempt {
  UniqueFd fd;
  bool locked = false;
};

// Garbage collection locks a file for a moment to see whether it is held: that must not pass for another run.
Result<bool> FlockUnlessHeld(int fd, const std::string& path) {
  constexpr int kLooks = 200;
  for (int look = 0; look < kLooks; ++look) {
    INGOT_ASSIGN(const bool locked, Flock(fd, LOCK_EX | LOCK_NB, path, nullptr));
    if (locked) {
      return true;
    }
    ::sched_yield();
  }
  return false;
}

Result<Attempt> TryLock(const LocalRoot& root, const std::string& path) {
  const std::string shown = root.tree().AbsolutePath(path);
  while (true) {
    Attempt attempt;
    INGOT_ASSIGN(attempt.fd, root.tree().OpenAt(path, O_RDWR | O_CREAT | O_NONBLOCK));
    INGOT_ASSIGN(attempt.locked, FlockUnlessHeld(attempt.fd.get(), shown));
    if (!attempt.locked) {
      return attempt;
    }
    INGOT_ASSIGN(const bool current, IsCurrent(root, attempt.fd.get(), path));
    if (current) {
      return attempt;
    }
  }
}

std::string ReadHolder(int fd) {
  std::string text(kMaxHolderBytes, '\0');
  const ssize_t count = ::pread(fd, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<size_t>(count) : 0);
  return text;
}

// "run r1, pid 7, host h, since …" from the lines that the holder wrote; somebody else may have written them.
std::string DescribeHolder(std::string_view text) {
  std::string holder;
  size_t start = text.find('\n');
  while (start != std::string_view::npos && start + 1 < text.size()) {
    const size_t end = text.find('\n', start + 1);
    holder += holder.empty() ? "" : ", ";
    holder += PrintablePath(text.substr(start + 1, end == std::string_view::npos ? end : end - start - 1));
    start = end;
  }
  return holder.empty() ? "another run" : holder;
}

}  // namespace

PartitionLock::PartitionLock(const LocalRoot& root, std::string id, UniqueFd fd)
    : root_(&root), id_(std::move(id)), fd_(std::move(fd)) {}

PartitionLock::PartitionLock(PartitionLock&& other) noexcept = default;

PartitionLock& PartitionLock::operator=(PartitionLock&& other) noexcept {
  if (this != &other) {
    Release();
    root_ = other.root_;
    id_ = std::move(other.id_);
    fd_ = std::move(other.fd_);
  }
  return *this;
}

PartitionLock::~PartitionLock() { Release(); }

void PartitionLock::Release() {
  if (fd_.valid()) {
    // Removed while it is still locked; see IsCurrent. A file that cannot be removed is garbage, not a lock. One that
    // is not ours any more, because somebody cleared the folder by hand, may be another run's.
    if (const auto current = IsCurrent(*root_, fd_.get(), LockPath(id_)); current && *current) {
      IgnoreFailure(root_->tree().RemoveFile(LockPath(id_)));
    }
    fd_ = UniqueFd();
  }
}

Result<PartitionLock> PartitionLock::Acquire(const LocalRoot& root, const LockRequest& request) {
  INGOT_TRY(CheckPublishedPath(request.slot));
  std::string id = SlotId(request.slot);
  const std::string path = LockPath(id);
  const std::string shown = root.tree().AbsolutePath(path);
  while (true) {
    INGOT_ASSIGN(Attempt attempt, TryLock(root, path));
    if (attempt.locked) {
      PartitionLock lock(root, std::move(id), std::move(attempt.fd));
      INGOT_TRY(WriteHolder(root, lock.fd_.get(), path, HolderText("working", request.run_id, request.started)));
      return lock;
    }
    const std::string holder = ReadHolder(attempt.fd.get());
    if (request.when_held == WhenHeld::kRefuse && !holder.starts_with(kPassing)) {
      return Error(ErrorKind::kConflict,
                   fmt::format("'{}' is locked by {}", PrintablePath(request.slot), DescribeHolder(holder)));
    }
    // Waits for the event itself, and then starts over: the file was removed by its holder.
    INGOT_TRY(Flock(attempt.fd.get(), LOCK_EX, shown, request.cancellation));
  }
}

Result<std::optional<PartitionLock>> PartitionLock::TryAcquire(const LocalRoot& root, std::string_view id) {
  const std::string path = LockPath(id);
  INGOT_ASSIGN(Attempt attempt, TryLock(root, path));
  if (!attempt.locked) {
    return std::optional<PartitionLock>();
  }
  PartitionLock lock(root, std::string(id), std::move(attempt.fd));
  // On a full disk this fails, and is not missed: recovery and gc are what frees a full disk.
  IgnoreFailure(WriteHolder(root, lock.fd_.get(), path, std::string(kPassing) + "\nrecovery or gc\n"));
  return std::optional<PartitionLock>(std::move(lock));
}

Result<bool> PartitionLock::IsHeld(const LocalRoot& root, std::string_view id) {
  const std::string path = LockPath(id);
  auto fd = root.tree().OpenAt(path, O_RDONLY | O_NONBLOCK);
  if (!fd) {
    return fd.error().kind() == ErrorKind::kNotFound ? Result<bool>(false) : Result<bool>(fd.error());
  }
  // Shared, so that two who only look do not see each other.
  INGOT_ASSIGN(const bool free, Flock(fd->get(), LOCK_SH | LOCK_NB, root.tree().AbsolutePath(path), nullptr));
  return !free;
}

}  // namespace ingot
