#include "commit/replacement.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "commit/foreign_files.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxJournalBytes = uint64_t{1} << 30U;
// From here on one syncfs costs less than an fsync for each folder.
constexpr size_t kManyFolders = 64;

}  // namespace

TransactionFolder::TransactionFolder(std::string_view id)
    : path(JoinPath(kStagingFolder, id)),
      fresh(path + "/new"),
      saved(path + "/old"),
      journal(path + "/journal"),
      journal_draft(path + "/journal.draft") {}

Replacement::Replacement(const LocalRoot& root, std::string id, Journal journal)
    : root_(&root), id_(std::move(id)), folder_(id_), journal_(std::move(journal)) {
  previous_.insert(journal_.previous.begin(), journal_.previous.end());
}

Result<Replacement> Replacement::Load(const LocalRoot& root, std::string_view id) {
  const TransactionFolder folder(id);
  INGOT_ASSIGN(const std::string text, root.tree().Read(folder.journal, kMaxJournalBytes));
  INGOT_ASSIGN(Journal journal, ParseJournal(text));
  if (SlotId(journal.slot) != id) {
    return Error(ErrorKind::kCorrupt, "the journal is of another slot");
  }
  return Replacement(root, std::string(id), std::move(journal));
}

Result<void> Replacement::WriteJournal() const {
  const FolderTree& tree = root_->tree();
  const std::string shown = tree.AbsolutePath(folder_.journal_draft);
  INGOT_ASSIGN(const UniqueFd fd, tree.OpenAt(folder_.journal_draft, O_WRONLY | O_CREAT | O_TRUNC));
  INGOT_TRY(WriteAll(fd.get(), FormatJournal(journal_), shown));
  INGOT_TRY(SyncFile(fd.get(), shown));
  // Under its own name a journal is always whole, so a damaged one is never just an unfinished one.
  INGOT_TRY(tree.Rename(folder_.journal_draft, folder_.journal, RenameMode::kReplace));
  INGOT_TRY(tree.SyncFolder(folder_.path));
  return tree.SyncFolder(kStagingFolder);
}

void Replacement::UseMethod(ReplaceMethod method) {
  journal_.method = method;
  if (method == ReplaceMethod::kFiles) {
    journal_.carried.clear();
  }
}

std::string Replacement::StagedPath(size_t index) const {
  return journal_.folder_use == FolderUse::kOwn ? JoinPath(folder_.fresh, journal_.files[index].path)
                                                : fmt::format("{}/{}", folder_.fresh, index);
}

bool Replacement::IsPrevious(std::string_view path) const { return previous_.contains(path); }

Result<ChangeOutcome> Replacement::SwapFolder() const {
  const FolderTree& tree = root_->tree();
  INGOT_TRY(tree.MakeFolders(ParentPath(journal_.slot), Durability::kNow));
  const RenameMode mode = journal_.method == ReplaceMethod::kCreate ? RenameMode::kNew : RenameMode::kExchange;
  return tree.Rename(folder_.fresh, journal_.slot, mode);
}

Result<void> Replacement::FinishSwap() const {
  INGOT_TRY(SyncFolders({std::string(ParentPath(journal_.slot))}));
  return SyncFolders({folder_.path});
}

// A folder that somebody removed since has nothing to sync.
Result<void> Replacement::SyncFolders(std::vector<std::string> folders) const {
  const FolderTree& tree = root_->tree();
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  if (folders.size() >= kManyFolders) {
    INGOT_ASSIGN(const bool synced, tree.SyncWhole(tree.fd()));
    if (synced) {
      return {};
    }
  }
  for (const std::string& folder : folders) {
    auto synced = tree.SyncFolder(folder);
    if (!synced && synced.error().kind() != ErrorKind::kNotFound) {
      return synced;
    }
  }
  return {};
}

Result<void> Replacement::SyncTargets(size_t first, size_t last) const {
  std::vector<std::string> folders;
  for (size_t i = first; i < last; ++i) {
    folders.emplace_back(ParentPath(journal_.Target(journal_.files[i].path)));
  }
  return SyncFolders(std::move(folders));
}

Result<void> Replacement::MakeTargetFolders() const {
  const FolderTree& tree = root_->tree();
  std::vector<std::string> folders;
  for (const JournalFile& file : journal_.files) {
    folders.emplace_back(ParentPath(journal_.Target(file.path)));
  }
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  const bool many = folders.size() >= kManyFolders;
  std::string above;  // known to be there
  FolderCursor cursor;
  for (const std::string& folder : folders) {
    // Many folders mostly lie in one.
    if (many && !above.empty() && ParentPath(folder) == above) {
      auto made = tree.MakeFolder(folder, &cursor);
      if (made) {
        continue;
      }
      if (made.error().kind() != ErrorKind::kAlreadyExists) {
        return made;
      }
    }
    INGOT_TRY(tree.MakeFolders(folder, many ? Durability::kLater : Durability::kNow));
    above = ParentPath(folder);
  }
  if (!many) {
    return {};
  }
  INGOT_ASSIGN(const bool synced, tree.SyncWhole(tree.fd()));
  for (size_t i = 0; !synced && i < folders.size(); ++i) {
    INGOT_TRY(tree.MakeFolders(folders[i], Durability::kNow));
  }
  return {};
}

// Before any rename: the file that stands at the target gets a second name, which the trash will keep.
Result<void> Replacement::SaveOlder(size_t index, StagedProof proof, FolderCursor* staging) const {
  const FolderTree& tree = root_->tree();
  const std::string target = journal_.Target(journal_.files[index].path);
  INGOT_ASSIGN(const auto staged, tree.Status(StagedPath(index), staging));
  INGOT_ASSIGN(const auto older, tree.Status(target));
  if (!staged || !older) {
    return {};
  }
  const bool known = IsPrevious(journal_.files[index].path);
  if (older->type == EntryType::kFolder || (!known && proof == StagedProof::kTrusted)) {
    return Error(ErrorKind::kAlreadyExists,
                 fmt::format("'{}' appeared while its partition was built", PrintablePath(tree.AbsolutePath(target))),
                 "move it elsewhere, then run again");
  }
  if (known) {
    // Without hard links the older file lives on only with those who have it open.
    INGOT_TRY(tree.Link(target, fmt::format("{}/{}", folder_.saved, index)));
    return {};
  }
  // It appeared between a run's death and its recovery, which has to go forward: it is saved where gc leaves it alone.
  const std::string kept = fmt::format("{}/foreign-{}", folder_.saved, index);
  INGOT_ASSIGN(const ChangeOutcome linked, tree.Link(target, kept));
  if (linked == ChangeOutcome::kUnsupported) {
    INGOT_TRY(tree.Rename(target, kept, RenameMode::kNew));
  }
  return {};
}

Result<void> Replacement::MoveIn(size_t index, StagedProof proof, FolderCursor* staging) const {
  const FolderTree& tree = root_->tree();
  const JournalFile& file = journal_.files[index];
  const std::string staged = StagedPath(index);
  INGOT_ASSIGN(const auto status, tree.Status(staged, staging));
  if (!status) {
    return {};
  }
  if (proof == StagedProof::kCompare) {
    INGOT_ASSIGN(const FileDigest digest, tree.Digest(staged));
    if (digest.bytes != file.bytes || digest.sha256 != file.sha256) {
      return Error(ErrorKind::kCorrupt, fmt::format("the staged file for '{}' is not what its journal says",
                                                    PrintablePath(tree.AbsolutePath(journal_.Target(file.path)))));
    }
  }
  INGOT_TRY(tree.Rename(staged, journal_.Target(file.path), RenameMode::kReplace, staging));
  return {};
}

// Files of the older version that the new one does not have.
Result<void> Replacement::MoveAwayStale() const {
  const FolderTree& tree = root_->tree();
  std::set<std::string_view> stays;
  for (const JournalFile& file : journal_.files) {
    stays.insert(file.path);
  }
  std::vector<std::string> changed;
  for (size_t i = 0; i < journal_.previous.size(); ++i) {
    const std::string& path = journal_.previous[i];
    if (stays.contains(path)) {
      continue;
    }
    INGOT_ASSIGN(const auto status, tree.Status(journal_.Target(path)));
    if (status && status->type != EntryType::kFolder) {
      INGOT_TRY(tree.Rename(journal_.Target(path), fmt::format("{}/stale-{}", folder_.saved, i), RenameMode::kNew));
    }
    changed.emplace_back(ParentPath(journal_.Target(path)));
  }
  return SyncFolders(std::move(changed));
}

Result<void> Replacement::RollForward(StagedProof proof) const {
  const size_t manifest = journal_.files.size() - 1;
  INGOT_TRY(MakeTargetFolders());
  INGOT_TRY(root_->tree().MakeFolders(folder_.saved, Durability::kLater));
  FolderCursor staging;
  for (size_t i = 0; i <= manifest; ++i) {
    INGOT_TRY(SaveOlder(i, proof, &staging));
  }
  for (size_t i = 0; i < manifest; ++i) {
    INGOT_TRY(MoveIn(i, proof, &staging));
  }
  // Not even a power loss shall show a manifest without its files.
  INGOT_TRY(SyncTargets(0, manifest));
  INGOT_TRY(MoveIn(manifest, proof, &staging));
  INGOT_TRY(SyncTargets(manifest, manifest + 1));
  return MoveAwayStale();
}

Result<bool> Replacement::StagedAsJournaled() const {
  for (size_t i = 0; i < journal_.files.size(); ++i) {
    INGOT_ASSIGN(const auto status, root_->tree().Status(StagedPath(i)));
    if (!status || status->type != EntryType::kFile || status->bytes != journal_.files[i].bytes) {
      return false;
    }
    INGOT_ASSIGN(const FileDigest digest, root_->tree().Digest(StagedPath(i)));
    if (digest.sha256 != journal_.files[i].sha256) {
      return false;
    }
  }
  return true;
}

Result<CommitProgress> Replacement::ExamineFolder() const {
  INGOT_ASSIGN(const auto fresh, root_->tree().Status(folder_.fresh));
  INGOT_ASSIGN(const auto slot, root_->tree().Status(journal_.slot));
  if (journal_.method == ReplaceMethod::kCreate && !fresh) {
    return CommitProgress::kBegun;
  }
  if (fresh && fresh->inode == journal_.staged_inode) {
    INGOT_ASSIGN(const bool whole, StagedAsJournaled());
    return whole ? CommitProgress::kNotBegun : CommitProgress::kUnclear;
  }
  const bool exchanged = fresh && slot && slot->inode == journal_.staged_inode;
  return exchanged ? CommitProgress::kBegun : CommitProgress::kUnclear;
}

Result<CommitProgress> Replacement::ExamineFiles() const {
  for (size_t i = 0; i < journal_.files.size(); ++i) {
    INGOT_ASSIGN(const auto staged, root_->tree().Status(StagedPath(i)));
    if (!staged) {
      return CommitProgress::kBegun;
    }
  }
  INGOT_ASSIGN(const bool whole, StagedAsJournaled());
  return whole ? CommitProgress::kNotBegun : CommitProgress::kUnclear;
}

Result<CommitProgress> Replacement::Examine() const {
  return journal_.method == ReplaceMethod::kFiles ? ExamineFiles() : ExamineFolder();
}

Result<void> Replacement::ReturnForeign() const {
  if (journal_.method != ReplaceMethod::kExchange) {
    return {};
  }
  INGOT_TRY(ReturnForeignFiles(*root_, journal_, folder_.fresh));
  return {};
}

Result<std::string> Replacement::Retire(UtcInstant now) const {
  const FolderTree& tree = root_->tree();
  std::string older = folder_.fresh;
  if (journal_.method == ReplaceMethod::kFiles) {
    INGOT_TRY(tree.RemoveTree(folder_.fresh));
    older = folder_.saved;
  }
  INGOT_ASSIGN(const auto status, tree.Status(older));
  if (status) {
    INGOT_ASSIGN(const auto entries, tree.List(older));
    if (!entries.empty()) {
      return MoveAside(*root_, folder_.path, kTrashFolder, id_, now);
    }
  }
  // Only the journal and empty folders are left, so it does not matter in which order they go.
  INGOT_TRY(tree.RemoveTree(folder_.path));
  return std::string();
}

Result<void> Replacement::Discard() const {
  // The journal goes first, and durably: with it, missing files would pass for a commit that had begun.
  INGOT_TRY(root_->tree().RemoveFile(folder_.journal));
  INGOT_TRY(SyncFolders({folder_.path}));
  return root_->tree().RemoveTree(folder_.path);
}

}  // namespace ingot
