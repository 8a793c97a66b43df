// One journaled commit from staging to its slot. The run that commits and the recovery of a run that died use the same
// steps, which need only the journal and the files, and may be repeated from any point.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "commit/journal.h"
#include "commit/local_root.h"

namespace ingot {

// Where a transaction keeps its files: `.ingot/staging/ID/`. Paths are relative to the store's root.
struct TransactionFolder {
  explicit TransactionFolder(std::string_view id);

  std::string path;
  std::string fresh;          // the staged files; after an exchange, the older version
  std::string saved;          // the older files that a replacement by file saves
  std::string journal;        // present exactly while a commit is decided and not finished
  std::string journal_draft;  // being written; never read
};

// How far a commit has come, read from the files.
enum class CommitProgress {
  kNotBegun,  // nothing of it is visible, and what is staged is what the journal says
  kBegun,     // part of it, or all, is visible
  kUnclear,   // neither can be proven
};

enum class StagedProof {
  kTrusted,  // this process has just written and synced the files
  kCompare,  // compare each file with the journal's sha256 before it is renamed
};

// Does not own the lock of its slot: the caller holds it. `root` must outlive it.
class Replacement {
 public:
  Replacement(const LocalRoot& root, std::string id, Journal journal);
  // Reads the journal of a transaction. Errors: kNotFound when there is none, as ParseJournal otherwise.
  static Result<Replacement> Load(const LocalRoot& root, std::string_view id);

  const Journal& journal() const { return journal_; }

  // Writes the journal durably, in place of an earlier one.
  Result<void> WriteJournal() const;

  // Before the first visible step of a new commit; kFiles takes the place of a method that turned out unsupported.
  void UseMethod(ReplaceMethod method);

  // kCreate and kExchange: the one visible step. kExists: something appeared in the slot meanwhile.
  Result<ChangeOutcome> SwapFolder() const;
  // kCreate and kExchange, after SwapFolder: makes it durable.
  Result<void> FinishSwap() const;

  // kFiles: saves the older files, renames the staged ones over them, the manifest last, moves away what the new
  // version lacks; durable afterwards. Errors: kCorrupt when a staged file is not what the journal says.
  Result<void> RollForward(StagedProof proof) const;

  Result<CommitProgress> Examine() const;

  // After an exchange: what others had in the slot, and could not be linked before, returns to it.
  Result<void> ReturnForeign() const;
  // After all that: what is left goes to the trash, or is removed when no older version is in it.
  // Returns the path in the trash, or "".
  Result<std::string> Retire(UtcInstant now) const;
  // Requires: kNotBegun. Removes staging.
  Result<void> Discard() const;

 private:
  std::string StagedPath(size_t index) const;
  bool IsPrevious(std::string_view path) const;
  Result<bool> StagedAsJournaled() const;
  Result<CommitProgress> ExamineFolder() const;
  Result<CommitProgress> ExamineFiles() const;
  Result<void> SaveOlder(size_t index, StagedProof proof, FolderCursor* staging) const;
  Result<void> MoveIn(size_t index, StagedProof proof, FolderCursor* staging) const;
  Result<void> MoveAwayStale() const;
  Result<void> MakeTargetFolders() const;
  Result<void> SyncTargets(size_t first, size_t last) const;
  Result<void> SyncFolders(std::vector<std::string> folders) const;

  const LocalRoot* root_;
  std::string id_;
  TransactionFolder folder_;
  Journal journal_;
  std::set<std::string, std::less<>> previous_;
};

}  // namespace ingot
