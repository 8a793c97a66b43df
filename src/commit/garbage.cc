#include "commit/garbage.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "commit/foreign_files.h"
#include "commit/journal.h"
#include "commit/partition_lock.h"
#include "commit/recovery.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxJournalBytes = uint64_t{1} << 30U;
constexpr std::string_view kLockSuffix = ".lock";

class Collector {
 public:
  Collector(const LocalRoot& root, const GarbageOptions& options)
      : root_(root), tree_(root.tree()), options_(options) {}

  Result<GarbageReport> Collect() {
    INGOT_TRY(CollectStaging());
    INGOT_TRY(CollectAged(kTrashFolder, GarbageKind::kTrash));
    INGOT_TRY(CollectAged(kRefusedFolder, GarbageKind::kRefused));
    INGOT_TRY(CollectLocks());
    return std::move(report_);
  }

 private:
  // A state folder that is not there holds nothing.
  Result<std::vector<FolderEntry>> ListState(std::string_view folder) const {
    auto entries = tree_.List(folder);
    if (!entries && entries.error().kind() == ErrorKind::kNotFound) {
      return std::vector<FolderEntry>();
    }
    return entries;
  }

  void Removed(GarbageItem item) {
    report_.removed_bytes += item.bytes;
    report_.removed.push_back(std::move(item));
  }

  void Kept(GarbageItem item, std::string note) {
    item.note = std::move(note);
    report_.kept.push_back(std::move(item));
  }

  // A file with another name elsewhere frees nothing when this one goes.
  Result<uint64_t> FreedBytes(const std::string& path) const {
    INGOT_ASSIGN(const auto status, tree_.Status(path));
    if (!status) {
      return uint64_t{0};
    }
    if (status->type != EntryType::kFolder) {
      return status->links == 1 ? status->bytes : uint64_t{0};
    }
    uint64_t bytes = 0;
    INGOT_ASSIGN(const auto entries, tree_.List(path));
    for (const FolderEntry& entry : entries) {
      INGOT_ASSIGN(const uint64_t below, FreedBytes(JoinPath(path, entry.name)));
      bytes += below;
    }
    return bytes;
  }

  Result<void> CollectStaging() {
    INGOT_ASSIGN(const auto entries, ListState(kStagingFolder));
    for (const FolderEntry& entry : entries) {
      GarbageItem item{GarbageKind::kStaging, JoinPath(kStagingFolder, entry.name), 0, {}};
      INGOT_ASSIGN(const bool held, PartitionLock::IsHeld(root_, entry.name));
      if (held) {
        Kept(std::move(item), "a run is working on it");
        continue;
      }
      // The run that begins here at this moment may clear it away while it is measured.
      const auto bytes = FreedBytes(item.path);
      item.bytes = bytes ? *bytes : 0;
      pending_.push_back(std::move(item));
    }
    return options_.mode == GarbageMode::kRemove ? RecoverStaging() : ReportStaging();
  }

  Result<void> ReportStaging() {
    for (GarbageItem& item : pending_) {
      item.note = "left by a run that died";
      Removed(std::move(item));
    }
    return {};
  }

  Result<void> RecoverStaging() {
    INGOT_ASSIGN(const auto recovered, Recover(root_, options_.now));
    for (const RecoveredTransaction& done : recovered) {
      GarbageItem item{GarbageKind::kStaging, JoinPath(kStagingFolder, done.id), 0, {}};
      for (const GarbageItem& found : pending_) {
        item.bytes = found.path == item.path ? found.bytes : item.bytes;
      }
      if (done.action == RecoveryAction::kFailed) {
        Kept(std::move(item), done.detail);
      } else if (done.action == RecoveryAction::kDiscarded) {
        item.note = "an unfinished build was discarded";
        Removed(std::move(item));
      } else if (done.action == RecoveryAction::kCompleted) {
        item.note = "a commit that had begun was completed";
        item.bytes = 0;
        Removed(std::move(item));
      } else if (done.action == RecoveryAction::kSetAside) {
        Kept(std::move(item), "moved to the trash: " + (done.detail.empty() ? "its state is in doubt" : done.detail));
      }
    }
    return {};
  }

  // Whether an entry's time has come; else why not.
  std::optional<std::string> ReasonToKeep(const std::string& name) const {
    if (options_.scope == GarbageScope::kAll) {
      return std::nullopt;
    }
    if (name.ends_with(kDoubtSuffix)) {
      return "recovery was in doubt: look at it, or remove it with everything else";
    }
    const auto time = TimeOfAsideName(name);
    if (!time) {
      return "its name has no time";
    }
    const int64_t age = options_.now.seconds - time->seconds;
    if (age < options_.min_age.count()) {
      return age < 0 ? "it is from the future: is the clock right?"
                     : fmt::format("too young to go: {} s of {} s", age, options_.min_age.count());
    }
    return std::nullopt;
  }

  Result<void> CollectAged(std::string_view folder, GarbageKind kind) {
    INGOT_ASSIGN(const auto entries, ListState(folder));
    for (const FolderEntry& entry : entries) {
      GarbageItem item{kind, JoinPath(folder, entry.name), 0, {}};
      INGOT_ASSIGN(item.bytes, FreedBytes(item.path));
      if (auto reason = ReasonToKeep(entry.name)) {
        Kept(std::move(item), *std::move(reason));
      } else if (options_.mode == GarbageMode::kDryRun) {
        Removed(std::move(item));
      } else {
        INGOT_TRY(RemoveAged(std::move(item)));
      }
    }
    return {};
  }

  Result<void> RemoveAged(GarbageItem item) {
    uint64_t stayed = 0;
    if (item.kind == GarbageKind::kTrash && !item.path.ends_with(kDoubtSuffix)) {
      INGOT_ASSIGN(stayed, RemoveOlderVersion(item.path));
    } else {
      INGOT_TRY(tree_.RemoveTree(item.path));
    }
    if (stayed > 0) {
      Kept(std::move(item), fmt::format("{} entries in it are of no version of the partition", stayed));
    } else {
      Removed(std::move(item));
    }
    return {};
  }

  // Removes what the journal names and returns how many other entries stayed. The journal goes last.
  Result<uint64_t> RemoveOlderVersion(const std::string& path) {
    auto text = tree_.Read(path + "/journal", kMaxJournalBytes);
    auto journal = text ? ParseJournal(*text) : Result<Journal>(text.error());
    if (!journal && options_.scope == GarbageScope::kAll) {
      INGOT_TRY(tree_.RemoveTree(path));
      return uint64_t{0};
    }
    if (!journal) {
      return uint64_t{1};
    }
    uint64_t stayed = 0;
    if (journal->method == ReplaceMethod::kFiles) {
      INGOT_TRY(RemoveSaved(path + "/old", *journal));
      INGOT_ASSIGN(stayed, CountFiles(path + "/old"));
    } else {
      INGOT_TRY(RemoveExchanged(path + "/new", *journal));
      INGOT_ASSIGN(stayed, CountFiles(path + "/new"));
    }
    if (stayed == 0) {
      INGOT_TRY(tree_.RemoveTree(path + "/new"));
      INGOT_TRY(tree_.RemoveTree(path));
    }
    return stayed;
  }

  Result<void> RemoveExchanged(const std::string& folder, const Journal& journal) {
    IgnoreFailure(ReturnForeignFiles(root_, journal, folder));
    for (const auto* paths : {&journal.previous, &journal.carried}) {
      for (const std::string& path : *paths) {
        INGOT_TRY(RemoveUnlessFolder(JoinPath(folder, path)));
      }
    }
    return {};
  }

  // Replacement saves an older file under its number, or as "stale-N"; anything else there was somebody's own.
  Result<void> RemoveSaved(const std::string& folder, const Journal& journal) {
    for (size_t i = 0; i < journal.files.size(); ++i) {
      INGOT_TRY(RemoveUnlessFolder(fmt::format("{}/{}", folder, i)));
    }
    for (size_t i = 0; i < journal.previous.size(); ++i) {
      INGOT_TRY(RemoveUnlessFolder(fmt::format("{}/stale-{}", folder, i)));
    }
    return {};
  }

  Result<void> RemoveUnlessFolder(const std::string& path) {
    INGOT_ASSIGN(const auto status, tree_.Status(path));
    return status && status->type != EntryType::kFolder ? tree_.RemoveFile(path) : Result<void>();
  }

  // Everything but folders, at any depth.
  Result<uint64_t> CountFiles(const std::string& folder) const {
    uint64_t count = 0;
    INGOT_ASSIGN(const auto entries, ListState(folder));
    for (const FolderEntry& entry : entries) {
      uint64_t below = 1;
      if (entry.type == EntryType::kFolder) {
        INGOT_ASSIGN(below, CountFiles(JoinPath(folder, entry.name)));
      }
      count += below;
    }
    return count;
  }

  Result<void> CollectLocks() {
    INGOT_ASSIGN(const auto entries, ListState(kLocksFolder));
    for (const FolderEntry& entry : entries) {
      GarbageItem item{GarbageKind::kLock, JoinPath(kLocksFolder, entry.name), 0, {}};
      if (!entry.name.ends_with(kLockSuffix)) {
        Kept(std::move(item), "not a lock");
        continue;
      }
      const std::string id = entry.name.substr(0, entry.name.size() - kLockSuffix.size());
      INGOT_ASSIGN(const bool held, PartitionLock::IsHeld(root_, id));
      if (held) {
        Kept(std::move(item), "a run is using it");
        continue;
      }
      if (options_.mode == GarbageMode::kRemove) {
        // Taking the lock and letting go of it removes its file.
        INGOT_ASSIGN(const auto lock, PartitionLock::TryAcquire(root_, id));
      }
      Removed(std::move(item));
    }
    return {};
  }

  const LocalRoot& root_;
  const FolderTree& tree_;
  const GarbageOptions& options_;
  std::vector<GarbageItem> pending_;
  GarbageReport report_;
};

}  // namespace

std::string_view NameOf(GarbageKind kind) {
  switch (kind) {
    case GarbageKind::kStaging:
      return "staging";
    case GarbageKind::kTrash:
      return "trash";
    case GarbageKind::kRefused:
      return "refused";
    case GarbageKind::kLock:
      return "lock";
  }
  return {};
}

Result<GarbageReport> CollectGarbage(const LocalRoot& root, const GarbageOptions& options) {
  return Collector(root, options).Collect();
}

}  // namespace ingot
