#include "commit/file_transaction.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "commit/foreign_files.h"
#include "commit/recovery.h"
#include "commit/replacement.h"

namespace ingot {
namespace {

// After as many bytes the disk may begin with them, so that less is left to wait for when they are synced.
constexpr uint64_t kWritebackBytes = uint64_t{4} << 20U;

// From here on one syncfs costs less than an fsync for each file.
constexpr size_t kManyFiles = 64;

enum class Stage { kWriting, kSynced, kSealed, kCommitted, kFailed, kUnknown };

// Folders that hold any of the files, `base` included, deepest first, so that names are durable before their folder's
// is.
std::vector<std::string> FoldersOf(const std::vector<std::string>& names, const std::string& base) {
  std::set<std::string> folders{base};
  for (const std::string& name : names) {
    for (std::string_view folder = ParentPath(name); !folder.empty(); folder = ParentPath(folder)) {
      folders.insert(JoinPath(base, folder));
    }
  }
  return {folders.rbegin(), folders.rend()};
}

}  // namespace

class StagedFile::Sink final : public ByteSink {
 public:
  explicit Sink(const StagedFile& file) : file_(file) {}

  Result<void> Write(std::span<const char> bytes) override {
    if (!file_.fd_.valid()) {
      return Error(ErrorKind::kInternal, fmt::format("'{}' was written to after it was closed", file_.path_));
    }
    INGOT_TRY(WriteAll(file_.fd_.get(), bytes, file_.path_));
    waiting_ += bytes.size();
    if (waiting_ >= kWritebackBytes) {
      BeginWriteback();
    }
    return {};
  }

 private:
  // Only begins, and proves nothing: whatever goes wrong is told by the sync at the end.
  void BeginWriteback() {
    const off_t end = ::lseek(file_.fd_.get(), 0, SEEK_CUR);
    if (end >= static_cast<off_t>(waiting_)) {
      static_cast<void>(::sync_file_range(file_.fd_.get(), end - static_cast<off_t>(waiting_),
                                          static_cast<off_t>(waiting_), SYNC_FILE_RANGE_WRITE));
    }
    waiting_ = 0;
  }

  const StagedFile& file_;
  uint64_t waiting_ = 0;  // bytes since the last time
};

StagedFile::StagedFile(std::string name, std::string staged, std::string path, UniqueFd fd)
    : name_(std::move(name)),
      staged_(std::move(staged)),
      path_(std::move(path)),
      fd_(std::move(fd)),
      sink_(std::make_unique<Sink>(*this)) {}
StagedFile::~StagedFile() = default;
ByteSink& StagedFile::sink() { return *sink_; }
void StagedFile::Close() { fd_ = UniqueFd(); }

class FileTransaction::Impl {
 public:
  Impl(const LocalRoot& root, const Clock& clock, PartitionLock lock, TransactionOptions options)
      : root_(root), clock_(clock), lock_(std::move(lock)), options_(std::move(options)), folder_(lock_.id()) {}
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> Prepare();
  Result<StagedFile*> CreateFile(std::string_view name);
  Result<UniqueFd> CreateScratchFile();
  Result<void> SyncData();
  Result<void> SetManifest(std::string_view name, std::string_view text, std::string_view content_id);
  Result<CommitReport> Commit();
  Result<std::string> KeepRefused(StagedFile& file);

 private:
  const FolderTree& tree() const { return root_.tree(); }
  Result<void> Require(Stage stage, std::string_view call);
  std::string StagedPath(std::string_view name) const;
  Result<void> SyncStagedFile(StagedFile& file) const;
  Result<void> TakeDigests();
  Result<Journal> PlanReplacement();
  Result<void> CheckSharedTargets(const Journal& journal) const;
  Result<void> PlanExchange(Journal& journal, const EntryStatus& slot);
  Result<void> KeepModeOf(const EntryStatus& slot) const;
  Result<void> SyncStagedFolders(const Journal& journal) const;
  Result<void> MakeVisible(Replacement& replacement);
  Result<ChangeOutcome> TrySwap(const Replacement& replacement);
  Result<void> ReplaceByFiles(const Replacement& replacement);
  Error Judge(Error error, const Replacement& replacement);
  Error Unknown(const Error& error);

  const LocalRoot& root_;
  const Clock& clock_;
  PartitionLock lock_;
  TransactionOptions options_;
  TransactionFolder folder_;
  Stage stage_ = Stage::kFailed;
  UniqueFd staging_fd_;  // older than every write, so that syncfs on it reports all their errors
  UtcInstant started_;
  std::string content_id_;
  std::vector<std::unique_ptr<StagedFile>> files_;
  std::set<std::string, std::less<>> names_;
  std::string last_folder_;  // that CreateFile made
};

FileTransaction::Impl::~Impl() {
  files_.clear();
  // An unknown outcome is left as it is: recovery reads back what happened.
  if (stage_ != Stage::kCommitted && stage_ != Stage::kUnknown) {
    IgnoreFailure(Replacement(root_, lock_.id(), Journal()).Discard());
  }
}

Result<void> FileTransaction::Impl::Prepare() {
  started_ = clock_.Now();
  // Found now, not after an hour of building.
  INGOT_TRY(tree().CheckWritable(ParentPath(options_.slot)));
  INGOT_TRY(tree().MakeFolders(folder_.fresh, Durability::kLater));
  INGOT_ASSIGN(staging_fd_, tree().OpenAt(folder_.fresh, O_RDONLY | O_DIRECTORY));
  stage_ = Stage::kWriting;
  return {};
}

Result<void> FileTransaction::Impl::Require(Stage stage, std::string_view call) {
  if (stage_ == stage) {
    return {};
  }
  return Error(ErrorKind::kInternal, fmt::format("{} was called out of order, or after a failure", call));
}

std::string FileTransaction::Impl::StagedPath(std::string_view name) const {
  return options_.folder_use == FolderUse::kOwn ? JoinPath(folder_.fresh, name)
                                                : fmt::format("{}/{}", folder_.fresh, files_.size());
}

Result<StagedFile*> FileTransaction::Impl::CreateFile(std::string_view name) {
  INGOT_TRY(Require(Stage::kWriting, "CreateFile"));
  INGOT_TRY(CheckPublishedPath(name));
  for (std::string_view above = ParentPath(name); !above.empty(); above = ParentPath(above)) {
    if (names_.contains(above)) {
      return Error(ErrorKind::kInvalidData, fmt::format("'{}' is a file of the same partition, and cannot hold '{}'",
                                                        PrintablePath(above), PrintablePath(name)));
    }
  }
  const auto below = names_.lower_bound(std::string(name) + "/");
  if (names_.contains(name) || (below != names_.end() && IsBelow(*below, name))) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("the partition has '{}' already", PrintablePath(name)));
  }
  const std::string staged = StagedPath(name);
  // Prepare made the folder of most files, and the one before this that of its neighbours.
  if (const std::string_view folder = ParentPath(staged); folder != folder_.fresh && folder != last_folder_) {
    INGOT_TRY(tree().MakeFolders(folder, Durability::kLater));
    last_folder_ = folder;
  }
  INGOT_ASSIGN(UniqueFd fd, tree().OpenAt(staged, O_WRONLY | O_CREAT | O_EXCL));
  std::string path = tree().AbsolutePath(staged);
  files_.push_back(std::make_unique<StagedFile>(std::string(name), staged, std::move(path), std::move(fd)));
  names_.emplace(name);
  return files_.back().get();
}

Result<UniqueFd> FileTransaction::Impl::CreateScratchFile() {
  const std::string path = JoinPath(folder_.path, "scratch");
  INGOT_ASSIGN(UniqueFd fd, tree().OpenAt(path, O_RDWR | O_CREAT | O_EXCL, 0600));
  INGOT_TRY(tree().RemoveFile(path));
  return fd;
}

Result<void> FileTransaction::Impl::SyncStagedFile(StagedFile& file) const {
  if (!file.fd_.valid()) {
    INGOT_ASSIGN(file.fd_, tree().OpenAt(file.staged_, O_RDONLY));
  }
  auto synced = SyncFile(file.fd_.get(), file.path_);
  file.Close();
  return synced;
}

Result<void> FileTransaction::Impl::SyncData() {
  INGOT_TRY(Require(Stage::kWriting, "SyncData"));
  stage_ = Stage::kFailed;
  bool synced = false;
  if (files_.size() >= kManyFiles) {
    for (const auto& file : files_) {
      file->Close();
    }
    INGOT_ASSIGN(synced, tree().SyncWhole(staging_fd_.get()));
  }
  if (!synced) {
    for (const auto& file : files_) {
      INGOT_TRY(SyncStagedFile(*file));
    }
  }
  stage_ = Stage::kSynced;
  return {};
}

Result<void> FileTransaction::Impl::TakeDigests() {
  FolderCursor staging;
  for (const auto& file : files_) {
    if (!file->digest_) {
      INGOT_ASSIGN(file->digest_, tree().Digest(file->staged_));
    }
    INGOT_ASSIGN(const auto status, tree().Status(file->staged_, &staging));
    const uint64_t bytes = status ? status->bytes : 0;
    if (bytes != file->digest_->bytes || !IsSha256Hex(file->digest_->sha256)) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' has {} bytes, and {} were written to it",
                                                    PrintablePath(file->path_), bytes, file->digest_->bytes));
    }
  }
  return {};
}

Result<void> FileTransaction::Impl::SetManifest(std::string_view name, std::string_view text,
                                                std::string_view content_id) {
  INGOT_TRY(Require(Stage::kSynced, "SetManifest"));
  INGOT_TRY(TakeDigests());
  stage_ = Stage::kWriting;
  auto manifest = CreateFile(name);
  stage_ = Stage::kFailed;
  if (!manifest) {
    return std::move(manifest).error();
  }
  INGOT_TRY((*manifest)->sink().Write(text));
  (*manifest)->SetDigest({text.size(), Sha256Hex(text)});
  INGOT_TRY(SyncStagedFile(**manifest));
  content_id_ = content_id;
  stage_ = Stage::kSealed;
  return {};
}

// A file of the set may replace one of the older version and nothing else.
Result<void> FileTransaction::Impl::CheckSharedTargets(const Journal& journal) const {
  const std::set<std::string_view> previous(journal.previous.begin(), journal.previous.end());
  for (const JournalFile& file : journal.files) {
    INGOT_ASSIGN(const auto status, tree().Status(file.path));
    if (status && (status->type == EntryType::kFolder || !previous.contains(file.path))) {
      return Error(ErrorKind::kAlreadyExists,
                   fmt::format("'{}' is in the way, and not of the older version",
                               PrintablePath(tree().AbsolutePath(file.path))),
                   "move it elsewhere, then run again");
    }
  }
  return {};
}

// The folder that takes the place of another also takes its permissions, as far as this process may give them.
Result<void> FileTransaction::Impl::KeepModeOf(const EntryStatus& slot) const {
  INGOT_ASSIGN(const auto fresh, tree().Status(folder_.fresh));
  if (!fresh) {
    return Error(ErrorKind::kUnavailable, fmt::format("'{}' has gone", tree().AbsolutePath(folder_.fresh)));
  }
  if (fresh->group != slot.group && ::fchown(staging_fd_.get(), static_cast<uid_t>(-1), slot.group) != 0) {
    return {};  // not a member: group permissions would go to the wrong group
  }
  if (fresh->mode != slot.mode && ::fchmod(staging_fd_.get(), slot.mode) != 0) {
    return ErrnoError(errno, "set the permissions of", tree().AbsolutePath(folder_.fresh));
  }
  return {};
}

Result<void> FileTransaction::Impl::PlanExchange(Journal& journal, const EntryStatus& slot) {
  if (slot.type != EntryType::kFolder) {
    return Error(ErrorKind::kAlreadyExists,
                 fmt::format("'{}' is not a folder", PrintablePath(tree().AbsolutePath(journal.slot))),
                 "move it elsewhere, then run again");
  }
  journal.method = ReplaceMethod::kExchange;
  INGOT_ASSIGN(journal.carried, CarryForeignFiles(root_, journal, folder_.fresh));
  return KeepModeOf(slot);
}

Result<void> FileTransaction::Impl::SyncStagedFolders(const Journal& journal) const {
  std::vector<std::string> names = journal.carried;
  if (journal.folder_use == FolderUse::kOwn) {
    names.insert(names.end(), names_.begin(), names_.end());
  }
  for (const std::string& folder : FoldersOf(names, folder_.fresh)) {
    INGOT_TRY(tree().SyncFolder(folder));
  }
  return {};
}

Result<Journal> FileTransaction::Impl::PlanReplacement() {
  Journal journal;
  journal.slot = options_.slot;
  journal.run_id = options_.run_id;
  journal.content_id = content_id_;
  journal.started = started_;
  journal.folder_use = options_.folder_use;
  journal.previous = options_.previous_files;
  for (const auto& file : files_) {
    journal.files.push_back({file->name_, file->digest_->bytes, file->digest_->sha256});
  }
  INGOT_ASSIGN(const auto fresh, tree().Status(folder_.fresh));
  journal.staged_inode = fresh ? fresh->inode : 0;
  if (journal.folder_use == FolderUse::kShared) {
    journal.method = ReplaceMethod::kFiles;
    INGOT_TRY(CheckSharedTargets(journal));
  } else {
    INGOT_ASSIGN(const auto slot, tree().Status(journal.slot));
    if (slot) {
      INGOT_TRY(PlanExchange(journal, *slot));
    }
  }
  INGOT_TRY(SyncStagedFolders(journal));
  return journal;
}

Error FileTransaction::Impl::Unknown(const Error& error) {
  stage_ = Stage::kUnknown;
  return Error(ErrorKind::kUnknownOutcome,
               fmt::format("the commit of '{}' had begun, and its end is not known: {}", PrintablePath(options_.slot),
                           error.message()),
               "run again: it reads back what happened and decides");
}

// A failed call may still have done its work: the files say whether anything became visible.
Error FileTransaction::Impl::Judge(Error error, const Replacement& replacement) {
  const auto progress = replacement.Examine();
  return progress && *progress == CommitProgress::kNotBegun ? std::move(error) : Unknown(error);
}

Result<ChangeOutcome> FileTransaction::Impl::TrySwap(const Replacement& replacement) {
  auto swapped = replacement.SwapFolder();
  if (!swapped) {
    return Judge(std::move(swapped).error(), replacement);
  }
  if (*swapped == ChangeOutcome::kExists) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("'{}' appeared while its partition was built",
                                                        PrintablePath(tree().AbsolutePath(options_.slot))));
  }
  if (*swapped == ChangeOutcome::kDone) {
    if (auto finished = replacement.FinishSwap(); !finished) {
      return Unknown(finished.error());
    }
  }
  return swapped;
}

Result<void> FileTransaction::Impl::ReplaceByFiles(const Replacement& replacement) {
  if (auto rolled = replacement.RollForward(StagedProof::kTrusted); !rolled) {
    return Judge(std::move(rolled).error(), replacement);
  }
  return {};
}

Result<void> FileTransaction::Impl::MakeVisible(Replacement& replacement) {
  if (replacement.journal().method != ReplaceMethod::kFiles) {
    INGOT_ASSIGN(const ChangeOutcome swapped, TrySwap(replacement));
    if (swapped == ChangeOutcome::kDone) {
      return {};
    }
    // This file system cannot exchange folders: what was decided is decided anew.
    replacement.UseMethod(ReplaceMethod::kFiles);
    INGOT_TRY(replacement.WriteJournal());
  }
  return ReplaceByFiles(replacement);
}

Result<CommitReport> FileTransaction::Impl::Commit() {
  INGOT_TRY(Require(Stage::kSealed, "Commit"));
  stage_ = Stage::kFailed;
  INGOT_ASSIGN(Journal journal, PlanReplacement());
  CommitReport report;
  report.carried = journal.carried;
  Replacement replacement(root_, lock_.id(), std::move(journal));
  INGOT_TRY(replacement.WriteJournal());
  INGOT_TRY(MakeVisible(replacement));
  if (auto returned = replacement.ReturnForeign(); !returned) {
    return Unknown(returned.error());
  }
  stage_ = Stage::kCommitted;
  report.method = replacement.journal().method;
  if (auto trash = replacement.Retire(clock_.Now())) {
    report.trash = *trash;
  } else {
    report.warning = trash.error().ToString();
  }
  return report;
}

Result<std::string> FileTransaction::Impl::KeepRefused(StagedFile& file) {
  stage_ = Stage::kFailed;
  INGOT_TRY(SyncStagedFile(file));
  const std::string holder = JoinPath(folder_.path, "refused");
  const std::string name(BaseName(file.name_));
  INGOT_TRY(tree().MakeFolders(holder, Durability::kLater));
  INGOT_TRY(tree().Rename(file.staged_, JoinPath(holder, name), RenameMode::kReplace));
  INGOT_ASSIGN(const std::string kept, MoveAside(root_, holder, kRefusedFolder, lock_.id(), clock_.Now()));
  file.path_ = tree().AbsolutePath(JoinPath(kept, name));
  return file.path_;
}

FileTransaction::FileTransaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FileTransaction::FileTransaction(FileTransaction&&) noexcept = default;
FileTransaction& FileTransaction::operator=(FileTransaction&&) noexcept = default;
FileTransaction::~FileTransaction() = default;

Result<FileTransaction> FileTransaction::Begin(const LocalRoot& root, const Clock& clock, TransactionOptions options) {
  LockRequest request;
  request.slot = options.slot;
  request.run_id = options.run_id;
  request.started = clock.Now();
  INGOT_ASSIGN(PartitionLock lock, PartitionLock::Acquire(root, request));
  return Begin(root, clock, std::move(lock), std::move(options));
}

Result<FileTransaction> FileTransaction::Begin(const LocalRoot& root, const Clock& clock, PartitionLock lock,
                                               TransactionOptions options) {
  INGOT_TRY(CheckPublishedPath(options.slot));
  for (const std::string& path : options.previous_files) {
    INGOT_TRY(CheckPublishedPath(path));
  }
  if (lock.id() != SlotId(options.slot)) {
    return Error(ErrorKind::kInternal, fmt::format("the lock is not of '{}'", PrintablePath(options.slot)));
  }
  INGOT_TRY(RecoverSlot(root, lock, clock.Now()));
  auto impl = std::make_unique<Impl>(root, clock, std::move(lock), std::move(options));
  INGOT_TRY(impl->Prepare());
  return FileTransaction(std::move(impl));
}

Result<StagedFile*> FileTransaction::CreateFile(std::string_view name) { return impl_->CreateFile(name); }
Result<UniqueFd> FileTransaction::CreateScratchFile() { return impl_->CreateScratchFile(); }
Result<void> FileTransaction::SyncData() { return impl_->SyncData(); }
Result<void> FileTransaction::SetManifest(std::string_view name, std::string_view text, std::string_view content_id) {
  return impl_->SetManifest(name, text, content_id);
}
Result<CommitReport> FileTransaction::Commit() { return impl_->Commit(); }
Result<std::string> FileTransaction::KeepRefused(StagedFile& file) { return impl_->KeepRefused(file); }

}  // namespace ingot
