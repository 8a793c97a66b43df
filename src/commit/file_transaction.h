// A set of files that becomes visible at once: all of the new version, or all of the older one, whatever happens.
//
//   INGOT_ASSIGN(auto txn, FileTransaction::Begin(root, clock, {.slot = "tier3_daily/2026-01-15", .run_id = run}));
//   INGOT_ASSIGN(StagedFile* data, txn.CreateFile("data.parquet"));
//   … write to data->sink() …
//   INGOT_TRY(txn.SyncData());
//   … prove by re-reading data->path() …
//   INGOT_TRY(txn.SetManifest("manifest.json", text, content_id));
//   INGOT_ASSIGN(CommitReport report, txn.Commit());
//
// The protocol, and what readers may rely on, is in docs/formats/partition.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "base/utc.h"
#include "commit/journal.h"
#include "commit/local_root.h"
#include "commit/partition_lock.h"

namespace ingot {

struct TransactionOptions {
  // The partition's primary path below the root: its folder (kOwn), or what else names it (kShared).
  std::string slot = {};
  FolderUse folder_use = FolderUse::kOwn;
  // The files of the version that stands there now, its manifest included, named as CreateFile names them. A new file
  // may replace only these, and only these are ever removed: whoever rebuilds a damaged version names what it owns.
  std::vector<std::string> previous_files = {};
  std::string run_id = {};
};

// One file of the set. Owned by its transaction, and valid as long.
class StagedFile {
 public:
  // `staged` is relative to the root of the store, `path` is not.
  StagedFile(std::string name, std::string staged, std::string path, UniqueFd fd);
  ~StagedFile();
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;

  // As given to CreateFile.
  const std::string& name() const { return name_; }
  // Where the file can be read until the transaction ends.
  const std::string& path() const { return path_; }
  // Takes bytes until Close or SyncData. One thread at a time; different files may be written by different threads.
  ByteSink& sink();
  // Forgets the bytes written so far. Requires: not closed.
  Result<void> Restart() { return RestartFile(fd_.get(), path_); }
  // What the bytes must be, as the writer counted and hashed them. Without it SetManifest reads the file once more.
  void SetDigest(FileDigest digest) { digest_ = std::move(digest); }
  const std::optional<FileDigest>& digest() const { return digest_; }
  // Gives the descriptor back early, for sets of more files than a process may open.
  void Close();

 private:
  friend class FileTransaction;
  class Sink;

  std::string name_;
  std::string staged_;
  std::string path_;
  UniqueFd fd_;
  std::optional<FileDigest> digest_;
  std::unique_ptr<Sink> sink_;
};

struct CommitReport {
  ReplaceMethod method = ReplaceMethod::kCreate;
  // Where the older version went, below the root; empty when there was none.
  std::string trash;
  // Files of others that the slot keeps.
  std::vector<std::string> carried;
  // The commit is done and durable also when this is not empty: it says what waits for the next run or gc to clear
  // away.
  std::string warning;
};

// Movable. Destroying it before Commit discards everything that was staged, and always lets go of the lock.
// Any failure ends a transaction: only destroying it is left. `root` and `clock` must outlive it.
class FileTransaction {
 public:
  // Locks the slot, then recovers what an earlier run may have left of it. `previous_files` must have been read since
  // recovery: use the second form, with a lock taken before (and Recover called), to decide under the lock.
  // Errors: kConflict; kPermission when the slot cannot be written; kInvalidData for a hostile name.
  static Result<FileTransaction> Begin(const LocalRoot& root, const Clock& clock, TransactionOptions options);
  // Requires: `lock` is of the same slot and root.
  static Result<FileTransaction> Begin(const LocalRoot& root, const Clock& clock, PartitionLock lock,
                                       TransactionOptions options);

  FileTransaction(FileTransaction&&) noexcept;
  FileTransaction& operator=(FileTransaction&&) noexcept;
  FileTransaction(const FileTransaction&) = delete;
  FileTransaction& operator=(const FileTransaction&) = delete;
  ~FileTransaction();

  // Errors: kInvalidData for a name that leads out or is taken by a folder, kAlreadyExists for a repeated one.
  Result<StagedFile*> CreateFile(std::string_view name);
  // A file without a name, for what does not fit into memory; gone with its descriptor.
  Result<UniqueFd> CreateScratchFile();

  // Closes the files and makes their bytes durable: an fsync each, or one syncfs for many.
  Result<void> SyncData();

  // Requires: SyncData, and the caller's proof. Writes the manifest, which is the commit's last file.
  // Errors: kCorrupt when a file's size is not that of its digest.
  Result<void> SetManifest(std::string_view name, std::string_view text, std::string_view content_id);

  // Makes the set visible and durable. Until it begins to be visible a failure leaves the older version untouched
  // and discards the new one; from then on a failure is kUnknownOutcome, and the next run or gc completes it.
  // Errors also: kAlreadyExists when something that is not of the older version is in the way.
  Result<CommitReport> Commit();

  // For a build that was refused: keeps one staged file, outside the slot, until gc. Returns its full path.
  // The transaction is over afterwards.
  Result<std::string> KeepRefused(StagedFile& file);

 private:
  class Impl;
  explicit FileTransaction(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot
