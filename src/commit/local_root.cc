#include "commit/local_root.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

namespace ingot {
namespace {

// A parent that may be passed but not read cannot be synced by us; whoever owns it made it.
Result<void> SyncForeignFolder(const std::string& path) {
  auto fd = OpenFile(path, O_RDONLY | O_DIRECTORY);
  if (!fd) {
    return fd.error().kind() == ErrorKind::kPermission ? Result<void>() : Result<void>(fd.error());
  }
  if (::fsync(fd->get()) != 0 && errno != EINVAL) {
    return ErrnoError(errno, "sync folder", path);
  }
  return {};
}

std::string ParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') {
    path.pop_back();
  }
  return path;
}

// Opens the root for writing: the state folder exists afterwards and would survive a power loss.
Result<void> PrepareState(const FolderTree& tree) {
  INGOT_TRY(tree.CheckWritable(""));
  for (const std::string_view folder : {kStagingFolder, kLocksFolder, kTrashFolder}) {
    INGOT_TRY(tree.MakeFolders(folder, Durability::kLater));
  }
  // Also when nothing was made: an earlier run may have died before its own sync.
  INGOT_TRY(tree.SyncFolder(kStateFolder));
  return tree.SyncFolder("");
}

}  // namespace

Result<void> MakeFoldersDurably(const std::string& path) {
  std::vector<std::string> missing;
  std::string found = WithoutTrailingSlashes(path);
  struct stat status{};
  while (::stat(found.c_str(), &status) != 0) {
    if (errno == ENOTDIR) {
      return Error(ErrorKind::kConfig, fmt::format("cannot create folder '{}': a part of the path is a file", path),
                   "name another folder, or remove the file");
    }
    if (errno != ENOENT) {
      return ErrnoError(errno, "create folder", found);
    }
    missing.push_back(found);
    found = ParentOf(found);
  }
  if (!missing.empty()) {
    INGOT_TRY(SyncForeignFolder(ParentOf(found)));
  }
  for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
    if (::mkdir(folder->c_str(), 0777) != 0 && errno != EEXIST) {
      return ErrnoError(errno, "create folder", *folder);
    }
    INGOT_TRY(SyncForeignFolder(ParentOf(*folder)));
  }
  return {};
}

Result<LocalRoot> LocalRoot::Open(const std::string& path, LocalRootOptions options) {
  const std::string clean = WithoutTrailingSlashes(path);
  if (clean.empty()) {
    return Error(ErrorKind::kConfig, "the path of a local store is empty");
  }
  if (options.missing == MissingRoot::kCreate) {
    INGOT_TRY(MakeFoldersDurably(clean));
  }
  INGOT_ASSIGN(FolderTree tree, FolderTree::Open(clean, options.features, std::move(options.observer)));
  if (options.missing == MissingRoot::kCreate) {
    INGOT_ASSIGN(const auto state, tree.Status(kStateFolder));
    if (!state) {
      // First use: whoever made the root, perhaps a run that died, may not have synced its name.
      INGOT_TRY(SyncForeignFolder(ParentOf(clean)));
    }
    INGOT_TRY(PrepareState(tree));
  }
  return LocalRoot(std::move(tree));
}

Result<std::string> MoveAside(const LocalRoot& root, std::string_view from, std::string_view folder,
                              std::string_view id, UtcInstant now, std::string_view suffix) {
  INGOT_TRY(root.tree().MakeFolders(folder, Durability::kLater));
  constexpr int kNames = 10'000;
  for (int number = 0; number < kNames; ++number) {
    const std::string counter = number == 0 ? std::string() : fmt::format(".{}", number);
    std::string to = fmt::format("{}/{}@{}{}{}", folder, id, now.seconds, counter, suffix);
    INGOT_ASSIGN(const ChangeOutcome outcome, root.tree().Rename(from, to, RenameMode::kNew));
    if (outcome == ChangeOutcome::kDone) {
      return to;
    }
  }
  return Error(ErrorKind::kResourceLimit, fmt::format("'{}' holds {} versions of one second; run `ingot gc`",
                                                      root.tree().AbsolutePath(folder), kNames));
}

Result<UtcInstant> TimeOfAsideName(std::string_view name) {
  const size_t at = name.rfind('@');
  UtcInstant time;
  if (at != std::string_view::npos) {
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + at + 1, end, time.seconds);
    if (parsed.ec == std::errc() && (parsed.ptr == end || *parsed.ptr == '.')) {
      return time;
    }
  }
  return Error(ErrorKind::kInvalidData, fmt::format("'{}' does not end in a time", PrintablePath(name)));
}

}  // namespace ingot
