#include "commit/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/sha256.h"
#include "commit/folder_tree.h"

namespace ingot {
namespace {

constexpr size_t kMaxReadableName = 200;

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string StagedPathFor(const std::string& target) {
  const std::filesystem::path path(target);
  std::string name = path.filename().string();
  if (name.size() > kMaxReadableName) {
    name = Sha256Hex(name);
  }
  return (path.parent_path() / ("." + name + ".ingot-part")).string();
}

// The file behind links, or the target itself where nothing stands yet.
Result<std::string> ResolveTarget(const std::string& target) {
  if (target.empty() || target.back() == '/') {
    return Error(ErrorKind::kUsage, fmt::format("'{}' does not name a file", target));
  }
  struct stat status{};
  if (::lstat(target.c_str(), &status) != 0) {
    return errno == ENOENT ? Result<std::string>(target) : ErrnoError(errno, "inspect", target);
  }
  std::string real = target;
  if (S_ISLNK(status.st_mode)) {
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(target.c_str(), nullptr), &std::free);
    if (resolved == nullptr) {
      return ErrnoError(errno, "follow the link", target);
    }
    real = resolved.get();
    if (::stat(real.c_str(), &status) != 0) {
      return ErrnoError(errno, "inspect", real);
    }
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a regular file, and is not replaced", target));
  }
  return real;
}

// Whether `fd` is still the file of that name: its earlier owner may have renamed or removed it before letting go.
Result<bool> IsCurrent(int fd, const std::string& path) {
  struct stat mine{};
  struct stat named{};
  if (::fstat(fd, &mine) != 0) {
    return ErrnoError(errno, "examine", path);
  }
  if (::lstat(path.c_str(), &named) != 0) {
    if (errno == ENOENT) {
      return false;
    }
    return ErrnoError(errno, "examine", path);
  }
  return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

Error UnknownReplacement(const std::string& target, const Error& error) {
  return Error(
      ErrorKind::kUnknownOutcome,
      fmt::format("'{}' may have been replaced, and whether that lasts is not known: {}", target, error.message()),
      "run again");
}

}  // namespace

AtomicFile::AtomicFile(std::string target, std::string staged, UniqueFd fd)
    : target_(std::move(target)),
      staged_(std::move(staged)),
      fd_(std::move(fd)),
      sink_(std::make_unique<FdSink>(fd_.get(), staged_)) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  if (this != &other) {
    Discard();
    target_ = std::move(other.target_);
    staged_ = std::move(other.staged_);
    fd_ = std::move(other.fd_);
    sink_ = std::move(other.sink_);
    synced_ = other.synced_;
  }
  return *this;
}

AtomicFile::~AtomicFile() { Discard(); }

void AtomicFile::Discard() {
  if (fd_.valid()) {
    // Removed while it is locked. One that cannot be removed is taken over by the next run.
    static_cast<void>(::unlink(staged_.c_str()));
    fd_ = UniqueFd();
  }
}

Result<AtomicFile> AtomicFile::Create(const std::string& target) { return CreateLocked(target, LOCK_NB, nullptr); }

Result<AtomicFile> AtomicFile::CreateWhenFree(const std::string& target, const Cancellation* cancellation) {
  return CreateLocked(target, 0, cancellation);
}

Result<AtomicFile> AtomicFile::CreateLocked(const std::string& target, int wait, const Cancellation* cancellation) {
  INGOT_ASSIGN(std::string real, ResolveTarget(target));
  std::string staged = StagedPathFor(real);
  while (true) {
    INGOT_ASSIGN(UniqueFd fd, OpenFile(staged, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666));
    while (::flock(fd.get(), LOCK_EX | wait) != 0) {
      if (errno == EWOULDBLOCK) {
        return Error(ErrorKind::kConflict, fmt::format("another run is writing '{}'", real));
      }
      if (errno != EINTR) {
        return ErrnoError(errno, "lock", staged);
      }
      INGOT_TRY(cancellation == nullptr ? Result<void>() : cancellation->Check());
    }
    INGOT_ASSIGN(const bool current, IsCurrent(fd.get(), staged));
    if (!current) {
      continue;
    }
    AtomicFile file(std::move(real), std::move(staged), std::move(fd));
    if (::ftruncate(file.fd_.get(), 0) != 0) {
      return ErrnoError(errno, "write", file.staged_);
    }
    return file;
  }
}

Result<void> AtomicFile::SyncData() {
  INGOT_TRY(SyncFile(fd_.get(), staged_));
  synced_ = true;
  return {};
}

Result<void> AtomicFile::Commit() {
  if (!synced_) {
    return Error(ErrorKind::kInternal, fmt::format("'{}' was committed before it was synced", target_));
  }
  INGOT_ASSIGN(const UniqueFd folder, OpenFile(FolderOf(target_), O_RDONLY | O_DIRECTORY));
  if (std::rename(staged_.c_str(), target_.c_str()) != 0) {
    const Error error = ErrnoError(errno, "replace", target_);
    // A failed call may still have done its work.
    const Result<bool> current = IsCurrent(fd_.get(), staged_);
    if (!current) {
      return UnknownReplacement(target_, error);
    }
    if (*current) {
      return error;
    }
  }
  fd_ = UniqueFd();
  if (::fsync(folder.get()) != 0 && errno != EINVAL) {
    return UnknownReplacement(target_, ErrnoError(errno, "sync folder", FolderOf(target_)));
  }
  return {};
}

}  // namespace ingot
