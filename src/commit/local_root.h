// The root folder of a local store, and the state folder `.ingot` in it: staging, locks, trash and refused files.
// docs/formats/partition.md describes what lies there.
#pragma once

#include <string>

#include "base/result.h"
#include "base/utc.h"
#include "commit/folder_tree.h"
#include "commit/relative_path.h"

namespace ingot {

inline constexpr std::string_view kStagingFolder = ".ingot/staging";
inline constexpr std::string_view kLocksFolder = ".ingot/locks";
inline constexpr std::string_view kTrashFolder = ".ingot/trash";
inline constexpr std::string_view kRefusedFolder = ".ingot/refused";

enum class MissingRoot {
  kCreate,  // for writers: makes the root, its ancestors and the state folder, durably
  kRefuse,  // for readers: creates nothing
};

struct LocalRootOptions {
  MissingRoot missing = MissingRoot::kCreate;
  FileSystemFeatures features = {};
  ChangeObserver observer = {};
};

// Movable; const calls may come from several threads. Must outlive the locks and transactions that work in it.
class LocalRoot {
 public:
  // `path` is the user's own and may lead through links; below it none are followed.
  // Errors: kPermission when it cannot be written (with kCreate), kNotFound (with kRefuse), kConfig when it is no
  // folder.
  static Result<LocalRoot> Open(const std::string& path, LocalRootOptions options = {});

  const std::string& path() const { return tree_.path(); }
  const FolderTree& tree() const { return tree_; }

 private:
  explicit LocalRoot(FolderTree tree) : tree_(std::move(tree)) {}

  FolderTree tree_;
};

// Moves a file or folder of the state folder to `folder`/`id`@SECONDS`suffix`, with a number when that name is taken.
// Returns its new path.
Result<std::string> MoveAside(const LocalRoot& root, std::string_view from, std::string_view folder,
                              std::string_view id, UtcInstant now, std::string_view suffix = {});

// The SECONDS in a name that MoveAside gave. Errors: kInvalidData for any other name.
Result<UtcInstant> TimeOfAsideName(std::string_view name);

// Makes the folder `path` and its missing ancestors, each durable in its parent. `path` is the user's own.
Result<void> MakeFoldersDurably(const std::string& path);

}  // namespace ingot
