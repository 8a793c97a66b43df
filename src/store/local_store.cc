// An object is staged where a partition's commit stages its files, so that recovery and garbage collection know what a
// process that died has left, and is renamed into its place under the lock of its path.
#include "store/local_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "commit/partition_lock.h"
#include "commit/recovery.h"
#include "commit/replacement.h"

namespace ingot {
namespace {

struct OpenedObject {
  UniqueFd fd;
  ObjectInfo info;
};

// Every replacement is another inode, and one that is used again has another time.
std::string EtagOf(const struct stat& status) {
  return fmt::format("{:x}-{:x}-{:x}.{:x}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

// A file below the state folder that goes away with this object.
class StagedObject {
 public:
  StagedObject(const FolderTree& tree, const std::string& id) : tree_(tree), folder_(id) {}
  StagedObject(const StagedObject&) = delete;
  StagedObject& operator=(const StagedObject&) = delete;
  ~StagedObject() { IgnoreFailure(tree_.RemoveTree(folder_.path)); }

  std::string path() const { return JoinPath(folder_.fresh, "object"); }

  // Copies the body and makes it durable. Errors also: kCorrupt when its bytes are not what it says.
  Result<void> Write(const UploadBody& body) const {
    INGOT_TRY(tree_.MakeFolders(folder_.fresh, Durability::kLater));
    INGOT_ASSIGN(const UniqueFd fd, tree_.OpenAt(path(), O_WRONLY | O_CREAT | O_EXCL));
    const std::string shown = tree_.AbsolutePath(path());
    constexpr uint64_t kChunkBytes = uint64_t{1} << 20U;
    std::vector<char> chunk(std::min(body.bytes->bytes(), kChunkBytes));
    Sha256 hash;
    for (uint64_t at = 0; at < body.bytes->bytes(); at += chunk.size()) {
      const std::span<char> part(chunk.data(), std::min<uint64_t>(chunk.size(), body.bytes->bytes() - at));
      INGOT_TRY(body.bytes->ReadAt(at, part));
      hash.Update(part);
      INGOT_TRY(WriteAll(fd.get(), part, shown));
    }
    if (const std::string sha256 = hash.FinishHex(); sha256 != body.sha256) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("'{}' has sha256 {}, not {}", body.bytes->name(), sha256, body.sha256));
    }
    return SyncFile(fd.get(), shown);
  }

 private:
  const FolderTree& tree_;
  TransactionFolder folder_;
};

class LocalStore final : public Store {
 public:
  LocalStore(LocalRoot root, const Clock& clock) : root_(std::move(root)), clock_(clock) {}

  const StoreTraits& traits() const override { return traits_; }

  Result<ObjectInfo> Head(std::string_view key) override {
    INGOT_ASSIGN(OpenedObject object, OpenNow(key));
    return std::move(object.info);
  }

  Result<std::unique_ptr<RandomAccess>> Open(const ObjectInfo& info) override {
    Result<OpenedObject> object = OpenNow(info.key);
    if (!object && object.error().kind() != ErrorKind::kNotFound) {
      return std::move(object).error();
    }
    if (!object || object->info.etag != info.etag) {
      return ReplacedError(info.key);
    }
    INGOT_ASSIGN(FileAccess file, FileAccess::Open(std::move(object->fd), tree().AbsolutePath(info.key)));
    return std::unique_ptr<RandomAccess>(std::make_unique<FileAccess>(std::move(file)));
  }

  Result<std::unique_ptr<RawReader>> OpenStream(const ObjectInfo& info) override {
    INGOT_ASSIGN(auto bytes, Open(info));
    return StreamOf(std::move(bytes));
  }

  Result<void> List(std::string_view prefix, const ObjectVisitor& visit) override {
    const std::string folder(ParentPath(prefix));
    if (!folder.empty() && !CheckPublishedPath(folder)) {
      return {};  // nothing can have such a key
    }
    return ListFolder(folder, prefix, visit);
  }

  Result<ObjectInfo> Put(std::string_view key, const UploadBody& body, const Precondition& precondition) override {
    INGOT_ASSIGN(const PartitionLock lock, Lock(key));
    INGOT_TRY(Check(key, precondition));
    const StagedObject staged(tree(), lock.id());
    INGOT_TRY(staged.Write(body));
    INGOT_TRY(MoveIn(staged.path(), key, precondition));
    INGOT_TRY(SyncName(key));
    return Head(key);
  }

  Result<void> Delete(std::string_view key, const Precondition& precondition) override {
    INGOT_ASSIGN(const PartitionLock lock, Lock(key));
    INGOT_TRY(Check(key, precondition));
    INGOT_TRY(tree().RemoveFile(key));
    // A store has no folders of its own: one that is left empty goes, as far up as that is so.
    std::string_view folder = ParentPath(key);
    INGOT_ASSIGN(bool is_gone, folder.empty() ? Result<bool>(false) : tree().RemoveEmptyFolder(folder));
    while (is_gone) {
      folder = ParentPath(folder);
      INGOT_ASSIGN(is_gone, folder.empty() ? Result<bool>(false) : tree().RemoveEmptyFolder(folder));
    }
    const Result<void> synced = tree().SyncFolder(folder);
    return synced || synced.error().kind() == ErrorKind::kNotFound ? Result<void>() : synced;
  }

 private:
  const FolderTree& tree() const { return root_.tree(); }

  // One writer per key; what a writer that died has left is cleared away first.
  Result<PartitionLock> Lock(std::string_view key) {
    INGOT_TRY(CheckObjectKey(key, traits_));
    INGOT_ASSIGN(PartitionLock lock,
                 PartitionLock::Acquire(root_, {std::string(key), "store", clock_.Now(), WhenHeld::kWait, nullptr}));
    INGOT_TRY(RecoverSlot(root_, lock, clock_.Now()));
    return lock;
  }

  Result<OpenedObject> OpenNow(std::string_view key) const {
    INGOT_TRY(CheckObjectKey(key, traits_));
    const std::string shown = PrintablePath(tree().AbsolutePath(key));
    INGOT_ASSIGN(UniqueFd fd, tree().OpenAt(key, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) {
      return ErrnoError(errno, "examine", shown);
    }
    if (!S_ISREG(status.st_mode)) {
      return Error(S_ISDIR(status.st_mode) ? ErrorKind::kNotFound : ErrorKind::kInvalidData,
                   fmt::format("'{}' is not a regular file", shown));
    }
    ObjectInfo info{std::string(key),
                    static_cast<uint64_t>(status.st_size),
                    EtagOf(status),
                    {},
                    UtcInstant{status.st_mtim.tv_sec, static_cast<int32_t>(status.st_mtim.tv_nsec)}};
    return OpenedObject{std::move(fd), std::move(info)};
  }

  Result<void> Check(std::string_view key, const Precondition& precondition) {
    if (precondition.kind == Precondition::Kind::kNone) {
      return {};
    }
    const Result<ObjectInfo> present = Head(key);
    if (!present && present.error().kind() != ErrorKind::kNotFound) {
      return present.error();
    }
    return CheckPrecondition(key, precondition, present ? std::optional<std::string>(present->etag) : std::nullopt);
  }

  Result<void> MoveIn(const std::string& staged, std::string_view key, const Precondition& precondition) const {
    // A process that deletes the last other object of the folder removes the folder too, perhaps at this moment.
    constexpr int kRaces = 100;
    for (int race = 0;; ++race) {
      Result<void> moved = TryMoveIn(staged, key, precondition);
      if (moved || moved.error().kind() != ErrorKind::kNotFound || race == kRaces) {
        return moved;
      }
    }
  }

  Result<void> TryMoveIn(const std::string& staged, std::string_view key, const Precondition& precondition) const {
    const bool is_new = precondition.kind == Precondition::Kind::kAbsent;
    INGOT_TRY(tree().MakeFolders(ParentPath(key), Durability::kNow));
    INGOT_ASSIGN(const auto present, tree().Status(key));
    if (present && present->type != EntryType::kFile) {
      return Error(ErrorKind::kConfig, fmt::format("'{}' is in the way: it is not a regular file",
                                                   PrintablePath(tree().AbsolutePath(key))));
    }
    INGOT_ASSIGN(const ChangeOutcome outcome,
                 tree().Rename(staged, key, is_new ? RenameMode::kNew : RenameMode::kReplace));
    // A file that another program put there after the check.
    return outcome == ChangeOutcome::kExists ? CheckPrecondition(key, precondition, std::string()) : Result<void>();
  }

  // The object is visible by now: a failure does not undo it.
  Result<void> SyncName(std::string_view key) const {
    const Result<void> synced = tree().SyncFolder(ParentPath(key));
    return synced ? synced
                  : Error(ErrorKind::kUnknownOutcome,
                          fmt::format("'{}' was replaced, and whether that lasts is not known: {}", PrintablePath(key),
                                      synced.error().message()));
  }

  Result<void> ListFolder(const std::string& folder, std::string_view prefix, const ObjectVisitor& visit) const {
    Result<std::vector<FolderEntry>> listed = tree().List(folder);
    if (!listed) {
      return listed.error().kind() == ErrorKind::kNotFound ? Result<void>() : listed.error();
    }
    // As keys are ordered: what is below "a" comes as "a/", after "a-b".
    const auto as_key = [](const FolderEntry& entry) {
      return entry.type == EntryType::kFolder ? entry.name + "/" : entry.name;
    };
    std::sort(listed->begin(), listed->end(),
              [&](const FolderEntry& a, const FolderEntry& b) { return as_key(a) < as_key(b); });
    for (const FolderEntry& entry : *listed) {
      const std::string path = JoinPath(folder, entry.name);
      if (!CheckPublishedPath(path)) {
        continue;  // the state folder
      }
      if (entry.type == EntryType::kFolder && (path.starts_with(prefix) || prefix.starts_with(path + "/"))) {
        INGOT_TRY(ListFolder(path, prefix, visit));
      } else if (entry.type == EntryType::kFile && path.starts_with(prefix)) {
        INGOT_TRY(Visit(path, visit));
      }
    }
    return {};
  }

  Result<void> Visit(const std::string& path, const ObjectVisitor& visit) const {
    const Result<OpenedObject> object = OpenNow(path);
    if (!object) {
      return object.error().kind() == ErrorKind::kNotFound ? Result<void>() : object.error();
    }
    return visit(object->info);
  }

  StoreTraits traits_{"local", true, true, false, 4000};
  LocalRoot root_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<Store>> OpenLocalStore(const std::string& root, const Clock& clock, LocalRootOptions options) {
  INGOT_ASSIGN(LocalRoot opened, LocalRoot::Open(root, std::move(options)));
  return std::unique_ptr<Store>(std::make_unique<LocalStore>(std::move(opened), clock));
}

}  // namespace ingot
