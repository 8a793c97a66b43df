#include "commit/foreign_files.h"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace ingot {
namespace {

using PathSet = std::set<std::string, std::less<>>;

bool HasBelow(const PathSet& paths, const std::string& folder) {
  const auto next = paths.lower_bound(folder + "/");
  return next != paths.end() && IsBelow(*next, folder);
}

// Whether a file named `path` would stand where one of `paths` needs a folder.
bool IsAbove(const PathSet& paths, const std::string& path) { return paths.contains(path) || HasBelow(paths, path); }

class Carrier {
 public:
  Carrier(const LocalRoot& root, const Journal& journal, std::string_view staged)
      : tree_(root.tree()),
        journal_(journal),
        staged_(staged),
        older_(journal.previous.begin(), journal.previous.end()) {
    for (const JournalFile& file : journal.files) {
      newer_.insert(file.path);
    }
  }

  Result<std::vector<std::string>> Carry() {
    INGOT_TRY(CarryBelow(""));
    return std::move(carried_);
  }

 private:
  Result<void> CarryBelow(const std::string& folder) {
    INGOT_ASSIGN(const auto entries, tree_.List(JoinPath(journal_.slot, folder)));
    for (const FolderEntry& entry : entries) {
      const std::string path = JoinPath(folder, entry.name);
      const bool is_folder = entry.type == EntryType::kFolder;
      if (older_.contains(path) && !is_folder) {
        continue;
      }
      if (newer_.contains(path) || (!is_folder && IsAbove(newer_, path))) {
        return Error(ErrorKind::kAlreadyExists,
                     fmt::format("'{}' is in the way, and not of the older version",
                                 PrintablePath(tree_.AbsolutePath(JoinPath(journal_.slot, path)))),
                     "move it elsewhere, then run again");
      }
      if (!is_folder) {
        INGOT_TRY(CarryFile(path));
      } else if (HasBelow(older_, path) || HasBelow(newer_, path)) {
        INGOT_TRY(CarryBelow(path));
      }
    }
    return {};
  }

  Result<void> CarryFile(const std::string& path) {
    const std::string target = JoinPath(staged_, path);
    INGOT_TRY(tree_.MakeFolders(ParentPath(target), Durability::kLater));
    auto linked = tree_.Link(JoinPath(journal_.slot, path), target);
    if (!linked && linked.error().kind() != ErrorKind::kNotFound) {
      return std::move(linked).error();
    }
    if (linked && *linked == ChangeOutcome::kDone) {
      carried_.push_back(path);
    }
    return {};
  }

  const FolderTree& tree_;
  const Journal& journal_;
  std::string staged_;
  PathSet older_;
  PathSet newer_;
  std::vector<std::string> carried_;
};

class Returner {
 public:
  Returner(const LocalRoot& root, const Journal& journal, std::string_view folder)
      : tree_(root.tree()),
        journal_(journal),
        folder_(folder),
        known_(journal.previous.begin(), journal.previous.end()) {
    known_.insert(journal.carried.begin(), journal.carried.end());
  }

  // Counts what it could not return.
  Result<void> ReturnBelow(const std::string& folder) {
    INGOT_ASSIGN(const auto entries, tree_.List(JoinPath(folder_, folder)));
    for (const FolderEntry& entry : entries) {
      const std::string path = JoinPath(folder, entry.name);
      if (known_.contains(path)) {
        continue;
      }
      if (entry.type == EntryType::kFolder && HasBelow(known_, path)) {
        INGOT_TRY(ReturnBelow(path));
        continue;
      }
      const std::string target = JoinPath(journal_.slot, path);
      INGOT_TRY(tree_.MakeFolders(ParentPath(target), Durability::kLater));
      INGOT_ASSIGN(const ChangeOutcome outcome, tree_.Rename(JoinPath(folder_, path), target, RenameMode::kNew));
      ++(outcome == ChangeOutcome::kDone ? returned_ : stayed_);
      if (outcome == ChangeOutcome::kDone) {
        INGOT_TRY(tree_.SyncFolder(ParentPath(target)));
      }
    }
    return {};
  }

  uint64_t returned() const { return returned_; }
  uint64_t stayed() const { return stayed_; }

 private:
  const FolderTree& tree_;
  const Journal& journal_;
  std::string folder_;
  PathSet known_;
  uint64_t returned_ = 0;
  uint64_t stayed_ = 0;
};

}  // namespace

Result<std::vector<std::string>> CarryForeignFiles(const LocalRoot& root, const Journal& journal,
                                                   std::string_view staged) {
  return Carrier(root, journal, staged).Carry();
}

Result<uint64_t> ReturnForeignFiles(const LocalRoot& root, const Journal& journal, std::string_view folder) {
  INGOT_ASSIGN(const auto slot, root.tree().Status(journal.slot));
  Returner returner(root, journal, folder);
  if (slot && slot->type == EntryType::kFolder) {
    INGOT_TRY(returner.ReturnBelow(""));
  }
  return returner.stayed();
}

}  // namespace ingot
