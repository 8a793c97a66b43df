// System calls on paths below one folder, which no path can leave.
//
// Names are checked first (relative_path.h); then the kernel resolves them with openat2(RESOLVE_BENEATH |
// RESOLVE_NO_SYMLINKS) or, where it lacks openat2, they are walked one component at a time without following links.
// Calls without such a flag (rename, link, unlink, mkdir, stat) act on the last component of a folder resolved that
// way.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ingot {

// What to make use of. Tests turn parts off to take the ways that lesser file systems and kernels take.
struct FileSystemFeatures {
  bool openat2 = true;
  bool rename_flags = true;
  bool hard_links = true;
  bool whole_sync = true;  // syncfs
};

// Called before each system call that changes something on disk, with its name and path. For tests.
using ChangeObserver = std::function<void(std::string_view call, std::string_view path)>;

enum class EntryType { kFile, kFolder, kLink, kOther };

struct EntryStatus {
  EntryType type = EntryType::kOther;
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t bytes = 0;
  uint64_t links = 0;
  uint32_t mode = 0;   // permission bits
  uint32_t group = 0;  // gid

  bool SameFile(const EntryStatus& other) const { return device == other.device && inode == other.inode; }
};

struct FolderEntry {
  std::string name;
  EntryType type = EntryType::kOther;
};

enum class RenameMode {
  kReplace,   // rename(2)
  kNew,       // only when nothing stands there
  kExchange,  // both must exist
};

// Outcomes that a caller decides on; everything else is an Error.
enum class ChangeOutcome {
  kDone,
  kExists,       // something already stands at the target
  kUnsupported,  // not offered by this file system
};

enum class Durability { kNow, kLater };

// Keeps the folder of the last call open for the next one: for loops over files of one folder, which would find their
// way to it again for each. It stays that folder if it is moved meanwhile. For one thread.
class FolderCursor {
 private:
  friend class FolderTree;
  std::string path_;
  UniqueFd fd_;
};

// Movable. Const calls may come from several threads. Paths are relative to the folder; "" is the folder itself.
// Errors of all calls: kInvalidData for a path that is not below the folder, kConfig when it leads through a link or a
// file or onto another file system, else by errno (ErrnoError), always naming the full path.
class FolderTree {
 public:
  // `path` may lead through links: it is the user's own. Errors: kNotFound, kConfig when it is not a folder.
  static Result<FolderTree> Open(std::string path, FileSystemFeatures features = {}, ChangeObserver observer = {});

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  const FileSystemFeatures& features() const { return features_; }
  std::string AbsolutePath(std::string_view path) const;

  // openat(2) with O_CLOEXEC and O_NOFOLLOW.
  Result<UniqueFd> OpenAt(std::string_view path, int flags, uint32_t mode = 0666) const;
  // nullopt when nothing stands there. Links are not followed.
  Result<std::optional<EntryStatus>> Status(std::string_view path, FolderCursor* cursor = nullptr) const;
  // Sorted by name, without "." and "..". Errors: kNotFound.
  Result<std::vector<FolderEntry>> List(std::string_view folder) const;
  // At most `max_bytes` of a file. Errors: kNotFound, kResourceLimit.
  Result<std::string> Read(std::string_view path, uint64_t max_bytes) const;
  Result<FileDigest> Digest(std::string_view path) const;
  // kPermission unless this process may create entries in the folder, or in the deepest ancestor that exists.
  Result<void> CheckWritable(std::string_view folder) const;

  // Errors: kAlreadyExists when a folder or anything else stands there.
  Result<void> MakeFolder(std::string_view path, FolderCursor* cursor = nullptr) const;
  // Makes the folder and its missing ancestors. With kNow each one made, and the deepest one found, is durable in its
  // parent: whoever made that one may have died before its own sync.
  Result<void> MakeFolders(std::string_view path, Durability durability) const;
  // kExchange gives kUnsupported where the kernel or the file system cannot; kNew then checks before it renames.
  // `cursor` is of the folder that is left.
  Result<ChangeOutcome> Rename(std::string_view from, std::string_view to, RenameMode mode,
                               FolderCursor* cursor = nullptr) const;
  // A second name for the file itself, also for a link. kUnsupported: no hard links here, or not for this file.
  Result<ChangeOutcome> Link(std::string_view from, std::string_view to) const;
  // Absent is fine.
  Result<void> RemoveFile(std::string_view path) const;
  // False when it is not empty. Absent is fine.
  Result<bool> RemoveEmptyFolder(std::string_view path) const;
  // The folder and all that is in it. Links are removed, not followed. Absent is fine.
  Result<void> RemoveTree(std::string_view path) const;

  // fsync(2) of a folder; file systems that cannot sync folders are let pass.
  Result<void> SyncFolder(std::string_view path) const;
  // syncfs(2) on `fd`, whose opening must be older than the writes whose errors it shall report. False: unsupported.
  Result<bool> SyncWhole(int fd) const;

 private:
  struct Place {
    int folder = -1;
    UniqueFd own;  // none where the folder is a cursor's
    std::string name;
  };

  FolderTree(std::string path, FileSystemFeatures features, ChangeObserver observer);

  void Observe(std::string_view call, std::string_view path) const;
  Error Failure(int errno_value, std::string_view what, std::string_view path) const;
  // As openat(2): a descriptor, or -1 and errno.
  int Resolve(const std::string& path, int flags, uint32_t mode) const;
  int WalkTo(const std::string& path, int flags, uint32_t mode) const;
  // The folder that holds the last component.
  Result<Place> Locate(std::string_view what, std::string_view path, FolderCursor* cursor = nullptr) const;
  Result<ChangeOutcome> RenameWithFlag(const Place& from, const Place& to, RenameMode mode,
                                       std::string_view shown) const;

  UniqueFd fd_;
  std::string path_;
  FileSystemFeatures features_;
  ChangeObserver observer_;
};

// fsync(2) of a file, once. After a failure the kernel may have dropped the data: abandon the file, never sync it
// again.
Result<void> SyncFile(int fd, std::string_view path);

}  // namespace ingot
