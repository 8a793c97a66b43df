#include "commit/folder_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "commit/relative_path.h"

namespace ingot {
namespace {

constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// Repeats a call that a signal interrupted.
template <typename Call>
auto Uninterrupted(Call call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) {
      return result;
    }
  }
}

int OpenBeneath(int folder, const char* path, int flags, uint32_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(static_cast<unsigned>(flags));
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: a rename elsewhere raced with the resolution.
  constexpr int kRaces = 100;
  for (int race = 0;; ++race) {
    const int64_t fd = Uninterrupted([&] { return ::syscall(SYS_openat2, folder, path, &how, sizeof how); });
    if (fd >= 0 || errno != EAGAIN || race == kRaces) {
      return static_cast<int>(fd);
    }
  }
}

EntryType TypeOfMode(uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return EntryType::kFile;
    case S_IFDIR:
      return EntryType::kFolder;
    case S_IFLNK:
      return EntryType::kLink;
    default:
      return EntryType::kOther;
  }
}

bool MeansUnsupported(int errno_value) {
  return errno_value == EINVAL || errno_value == ENOSYS || errno_value == EOPNOTSUPP;
}

}  // namespace

FolderTree::FolderTree(std::string path, FileSystemFeatures features, ChangeObserver observer)
    : path_(std::move(path)), features_(features), observer_(std::move(observer)) {}

Result<FolderTree> FolderTree::Open(std::string path, FileSystemFeatures features, ChangeObserver observer) {
  FolderTree tree(std::move(path), features, std::move(observer));
  const int fd = Uninterrupted([&] { return ::open(tree.path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) {
    return tree.Failure(errno, "open folder", "");
  }
  tree.fd_ = UniqueFd(fd);
  if (tree.features_.openat2) {
    const UniqueFd probe(OpenBeneath(fd, ".", kFolderFlags, 0));
    // EPERM: what older container sandboxes answer to a call that they do not know.
    if (!probe.valid() && (errno == ENOSYS || errno == EPERM)) {
      tree.features_.openat2 = false;
    } else if (!probe.valid()) {
      return tree.Failure(errno, "open folder", "");
    }
  }
  return tree;
}

void FolderTree::Observe(std::string_view call, std::string_view path) const {
  if (observer_) {
    observer_(call, path);
  }
}

std::string FolderTree::AbsolutePath(std::string_view path) const {
  return path_ == "/" ? path_ + std::string(path) : JoinPath(path_, path);
}

Error FolderTree::Failure(int errno_value, std::string_view what, std::string_view path) const {
  const std::string shown = PrintablePath(AbsolutePath(path));
  const auto config = [&](std::string_view why) {
    return Error(ErrorKind::kConfig, "cannot " + std::string(what) + " '" + shown + "': " + std::string(why));
  };
  switch (errno_value) {
    case ELOOP:
      return config("the path leads through a symbolic link, which is not allowed below a store's root");
    case ENOTDIR:
      return config("a part of the path is a file or a link, not a folder");
    case EXDEV:
      return config("it is on another file system than its store's root; make it a store of its own");
    default:
      return ErrnoError(errno_value, what, shown);
  }
}

int FolderTree::WalkTo(const std::string& path, int flags, uint32_t mode) const {
  UniqueFd folder;
  size_t start = 0;
  for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', start)) {
    const std::string component = path.substr(start, slash - start);
    const int at = folder.valid() ? folder.get() : fd_.get();
    UniqueFd next(Uninterrupted([&] { return ::openat(at, component.c_str(), kFolderFlags); }));
    if (!next.valid()) {
      return -1;
    }
    folder = std::move(next);
    start = slash + 1;
  }
  const std::string last = path.substr(start);
  const int at = folder.valid() ? folder.get() : fd_.get();
  const int fd = Uninterrupted([&] { return ::openat(at, last.c_str(), flags | O_NOFOLLOW, mode); });
  const int errno_value = errno;  // closing `folder` may change it
  folder = UniqueFd();
  errno = errno_value;
  return fd;
}

int FolderTree::Resolve(const std::string& path, int flags, uint32_t mode) const {
  const std::string& target = path.empty() ? std::string(".") : path;
  flags |= O_CLOEXEC;
  return features_.openat2 ? OpenBeneath(fd_.get(), target.c_str(), flags | O_NOFOLLOW, mode)
                           : WalkTo(target, flags, mode);
}

Result<UniqueFd> FolderTree::OpenAt(std::string_view path, int flags, uint32_t mode) const {
  if (!path.empty()) {
    INGOT_TRY(CheckRelativePath(path));
  }
  if ((flags & O_CREAT) != 0) {
    Observe("create", path);
  }
  const int fd = Resolve(std::string(path), flags, mode);
  if (fd < 0) {
    return Failure(errno, (flags & O_CREAT) != 0 ? "create" : "open", path);
  }
  return UniqueFd(fd);
}

Result<FolderTree::Place> FolderTree::Locate(std::string_view what, std::string_view path, FolderCursor* cursor) const {
  INGOT_TRY(CheckRelativePath(path));
  const std::string_view folder = ParentPath(path);
  if (cursor != nullptr && cursor->fd_.valid() && cursor->path_ == folder) {
    return Place{cursor->fd_.get(), UniqueFd(), std::string(BaseName(path))};
  }
  UniqueFd found(Resolve(std::string(folder), O_PATH | O_DIRECTORY, 0));
  if (!found.valid()) {
    return Failure(errno, what, path);
  }
  const int fd = found.get();
  if (cursor == nullptr) {
    return Place{fd, std::move(found), std::string(BaseName(path))};
  }
  cursor->path_ = folder;
  cursor->fd_ = std::move(found);
  return Place{fd, UniqueFd(), std::string(BaseName(path))};
}

Result<std::optional<EntryStatus>> FolderTree::Status(std::string_view path, FolderCursor* cursor) const {
  struct stat status{};
  int result = 0;
  if (path.empty()) {
    result = ::fstat(fd_.get(), &status) == 0 ? 0 : errno;
  } else {
    auto place = Locate("inspect", path, cursor);
    if (!place && place.error().kind() == ErrorKind::kNotFound) {
      return std::optional<EntryStatus>();
    }
    if (!place) {
      return std::move(place).error();
    }
    // Read here, because closing the folder may change errno.
    result = ::fstatat(place->folder, place->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
  }
  if (result == ENOENT) {
    return std::optional<EntryStatus>();
  }
  if (result != 0) {
    return Failure(result, "inspect", path);
  }
  EntryStatus entry;
  entry.type = TypeOfMode(status.st_mode);
  entry.device = status.st_dev;
  entry.inode = status.st_ino;
  entry.bytes = static_cast<uint64_t>(status.st_size);
  entry.links = status.st_nlink;
  entry.mode = status.st_mode & 07777U;
  entry.group = status.st_gid;
  return std::optional<EntryStatus>(entry);
}

Result<std::vector<FolderEntry>> FolderTree::List(std::string_view folder) const {
  INGOT_ASSIGN(UniqueFd fd, OpenAt(folder, O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), &::closedir);
  if (stream == nullptr) {
    return Failure(errno, "list folder", folder);
  }
  const int listed = fd.Release();  // the stream owns it now
  std::vector<FolderEntry> entries;
  while (true) {
    errno = 0;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this call's own
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) {
      return Failure(errno, "list folder", folder);
    }
    if (entry == nullptr) {
      break;
    }
    const std::string name = static_cast<const char*>(entry->d_name);
    if (name == "." || name == "..") {
      continue;
    }
    struct stat status{};
    if (::fstatat(listed, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      entries.push_back({name, TypeOfMode(status.st_mode)});
    } else if (errno != ENOENT) {
      return Failure(errno, "inspect", JoinPath(folder, name));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

Result<std::string> FolderTree::Read(std::string_view path, uint64_t max_bytes) const {
  INGOT_ASSIGN(const UniqueFd fd, OpenAt(path, O_RDONLY | O_NONBLOCK));
  const std::string shown = PrintablePath(AbsolutePath(path));
  std::string text;
  std::vector<char> chunk(size_t{64} << 10U);
  while (true) {
    INGOT_ASSIGN(const size_t count, ReadSome(fd.get(), chunk, shown));
    if (count == 0) {
      return text;
    }
    text.append(chunk.data(), count);
    if (text.size() > max_bytes) {
      return Error(ErrorKind::kResourceLimit, "'" + shown + "' is larger than " + std::to_string(max_bytes) + " bytes");
    }
  }
}

Result<FileDigest> FolderTree::Digest(std::string_view path) const {
  INGOT_ASSIGN(const UniqueFd fd, OpenAt(path, O_RDONLY | O_NONBLOCK));
  const std::string shown = PrintablePath(AbsolutePath(path));
  FileDigest digest;
  Sha256 hash;
  std::vector<char> chunk(size_t{256} << 10U);
  while (true) {
    INGOT_ASSIGN(const size_t count, ReadSome(fd.get(), chunk, shown));
    if (count == 0) {
      digest.sha256 = hash.FinishHex();
      return digest;
    }
    hash.Update({chunk.data(), count});
    digest.bytes += count;
  }
}

Result<void> FolderTree::CheckWritable(std::string_view folder) const {
  std::string_view path = folder;
  while (true) {
    const int fd = Resolve(std::string(path), O_PATH | O_DIRECTORY, 0);
    if (fd < 0 && errno == ENOENT && !path.empty()) {
      path = ParentPath(path);
      continue;
    }
    const UniqueFd found(fd);
    if (fd < 0 || ::faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) != 0) {
      return Failure(errno, "write into folder", path);
    }
    return {};
  }
}

Result<void> FolderTree::MakeFolder(std::string_view path, FolderCursor* cursor) const {
  Observe("mkdir", path);
  INGOT_ASSIGN(const Place place, Locate("create folder", path, cursor));
  if (::mkdirat(place.folder, place.name.c_str(), 0777) != 0) {
    return Failure(errno, "create folder", path);
  }
  return {};
}

Result<void> FolderTree::MakeFolders(std::string_view path, Durability durability) const {
  std::vector<std::string_view> missing;
  std::string_view found = path;
  while (!found.empty()) {
    INGOT_ASSIGN(const auto status, Status(found));
    if (status && status->type != EntryType::kFolder) {
      return Failure(ENOTDIR, "create folder", found);
    }
    if (status) {
      break;
    }
    missing.push_back(found);
    found = ParentPath(found);
  }
  if (durability == Durability::kNow && !found.empty()) {
    INGOT_TRY(SyncFolder(ParentPath(found)));
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    auto made = MakeFolder(*folder);
    // Another run may make the same ancestor at the same moment.
    if (!made && made.error().kind() != ErrorKind::kAlreadyExists) {
      return made;
    }
    if (durability == Durability::kNow) {
      INGOT_TRY(SyncFolder(ParentPath(*folder)));
    }
  }
  return {};
}

Result<ChangeOutcome> FolderTree::RenameWithFlag(const Place& from, const Place& to, RenameMode mode,
                                                 std::string_view shown) const {
  const unsigned flag = mode == RenameMode::kNew ? RENAME_NOREPLACE : RENAME_EXCHANGE;
  if (features_.rename_flags) {
    if (::renameat2(from.folder, from.name.c_str(), to.folder, to.name.c_str(), flag) == 0) {
      return ChangeOutcome::kDone;
    }
    if (errno == EEXIST) {
      return ChangeOutcome::kExists;
    }
    if (!MeansUnsupported(errno)) {
      return Failure(errno, "rename to", shown);
    }
  }
  if (mode == RenameMode::kExchange) {
    return ChangeOutcome::kUnsupported;
  }
  struct stat status{};
  if (::fstatat(to.folder, to.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    return ChangeOutcome::kExists;
  }
  if (errno != ENOENT) {
    return Failure(errno, "inspect", shown);
  }
  if (::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) != 0) {
    return errno == ENOTEMPTY || errno == EEXIST ? Result<ChangeOutcome>(ChangeOutcome::kExists)
                                                 : Failure(errno, "rename to", shown);
  }
  return ChangeOutcome::kDone;
}

Result<ChangeOutcome> FolderTree::Rename(std::string_view from, std::string_view to, RenameMode mode,
                                         FolderCursor* cursor) const {
  Observe(mode == RenameMode::kExchange ? "exchange" : "rename", to);
  INGOT_ASSIGN(const Place source, Locate("rename", from, cursor));
  INGOT_ASSIGN(const Place target, Locate("rename to", to));
  if (mode != RenameMode::kReplace) {
    return RenameWithFlag(source, target, mode, to);
  }
  if (::renameat(source.folder, source.name.c_str(), target.folder, target.name.c_str()) != 0) {
    return Failure(errno, "rename to", to);
  }
  return ChangeOutcome::kDone;
}

Result<ChangeOutcome> FolderTree::Link(std::string_view from, std::string_view to) const {
  if (!features_.hard_links) {
    return ChangeOutcome::kUnsupported;
  }
  Observe("link", to);
  INGOT_ASSIGN(const Place source, Locate("link", from));
  INGOT_ASSIGN(const Place target, Locate("link to", to));
  if (::linkat(source.folder, source.name.c_str(), target.folder, target.name.c_str(), 0) == 0) {
    return ChangeOutcome::kDone;
  }
  switch (errno) {
    case EEXIST:
      return ChangeOutcome::kExists;
    // EPERM: no hard links here, or the file is somebody else's (fs.protected_hardlinks).
    case EPERM:
    case EMLINK:
    case EXDEV:
    case EOPNOTSUPP:
    case ENOSYS:
      return ChangeOutcome::kUnsupported;
    default:
      return Failure(errno, "link to", to);
  }
}

Result<void> FolderTree::RemoveFile(std::string_view path) const {
  Observe("unlink", path);
  auto place = Locate("remove", path);
  if (!place && place.error().kind() == ErrorKind::kNotFound) {
    return {};
  }
  if (!place) {
    return std::move(place).error();
  }
  if (::unlinkat(place->folder, place->name.c_str(), 0) != 0 && errno != ENOENT) {
    return Failure(errno, "remove", path);
  }
  return {};
}

Result<bool> FolderTree::RemoveEmptyFolder(std::string_view path) const {
  Observe("rmdir", path);
  auto place = Locate("remove folder", path);
  if (!place && place.error().kind() == ErrorKind::kNotFound) {
    return true;
  }
  if (!place) {
    return std::move(place).error();
  }
  if (::unlinkat(place->folder, place->name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) {
    return true;
  }
  if (errno == ENOTEMPTY || errno == EEXIST) {
    return false;
  }
  return Failure(errno, "remove folder", path);
}

// The depth is that of a path, so at most a few thousand, and in practice that of a partition's folder.
Result<void> FolderTree::RemoveTree(std::string_view path) const {
  INGOT_ASSIGN(const auto status, Status(path));
  if (!status) {
    return {};
  }
  if (status->type != EntryType::kFolder) {
    return RemoveFile(path);
  }
  INGOT_ASSIGN(const auto entries, List(path));
  for (const FolderEntry& entry : entries) {
    INGOT_TRY(RemoveTree(JoinPath(path, entry.name)));
  }
  INGOT_ASSIGN(const bool empty, RemoveEmptyFolder(path));
  if (!empty) {
    return Failure(ENOTEMPTY, "remove folder", path);
  }
  return {};
}

Result<void> FolderTree::SyncFolder(std::string_view path) const {
  Observe("fsync", path);
  INGOT_ASSIGN(const UniqueFd fd, OpenAt(path, O_RDONLY | O_DIRECTORY));
  // EINVAL: some network and user-space file systems have no sync for folders.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) {
    return Failure(errno, "sync folder", path);
  }
  return {};
}

Result<bool> FolderTree::SyncWhole(int fd) const {
  // Kernels without openat2 are older than 5.6, and their syncfs does not report write errors.
  if (!features_.whole_sync || !features_.openat2) {
    return false;
  }
  Observe("syncfs", "");
  if (::syncfs(fd) == 0) {
    return true;
  }
  if (errno == ENOSYS) {
    return false;
  }
  return Failure(errno, "sync the file system of", "");
}

Result<void> SyncFile(int fd, std::string_view path) {
  if (::fsync(fd) != 0) {
    return ErrnoError(errno, "sync", PrintablePath(path));
  }
  return {};
}

}  // namespace ingot
