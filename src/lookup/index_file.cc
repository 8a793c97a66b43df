#include "lookup/index_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "commit/atomic_file.h"
#include "format/parquet/file_reader.h"
#include "lookup/index_build.h"
#include "lookup/key_hash.h"

namespace ingot {
namespace {

int64_t Nanoseconds(const timespec& time) {
  constexpr int64_t kSecond = 1'000'000'000;
  return time.tv_sec * kSecond + time.tv_nsec;
}

ManifestIdentity IdentityOf(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_size), Nanoseconds(status.st_mtim), status.st_ino,
          Nanoseconds(status.st_ctim), 0};
}

Result<ManifestIdentity> IdentityOf(const std::string& manifest) {
  struct stat status{};
  if (::stat(manifest.c_str(), &status) != 0) {
    return ErrnoError(errno, "open", manifest);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a regular file", manifest));
  }
  return IdentityOf(status);
}

bool SameFile(const ManifestIdentity& a, ManifestIdentity b) {
  b.checksum = a.checksum;
  return a == b;
}

// A file changed in the same tick of the file system's clock as it was looked at may change again and show the same
// times. `looked_ns` comes from the same clock, from before the bytes were read.
ManifestIdentity Trusted(const ManifestIdentity& identity, int64_t looked_ns) {
  return identity.changed_ns < looked_ns ? identity : ManifestIdentity();
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// Leaves the manifest's present identity in an index whose sha256 was right, so that the next one need not read it all.
// A folder that was copied brings new times. Best effort: a write that is cut leaves a wrong checksum, which only means
// that the sha256 decides again.
class IdentityRenewal {
 public:
  explicit IdentityRenewal(const std::string& index_path) {
    Result<UniqueFd> file = OpenFile(index_path, O_RDWR | O_NOFOLLOW);
    struct stat status{};
    if (file && ::futimens(file->get(), nullptr) == 0 && ::fstat(file->get(), &status) == 0) {
      looked_ns_ = Nanoseconds(status.st_mtim);
      bytes_ = static_cast<uint64_t>(status.st_size);
      file_ = *std::move(file);
    }
  }

  void Write(const ManifestIdentity& identity, uint64_t index_bytes) const {
    ManifestIdentity sealed = Trusted(identity, looked_ns_);
    if (!file_.valid() || sealed.bytes == 0 || bytes_ != index_bytes) {
      return;
    }
    sealed.checksum = HashBytes({reinterpret_cast<const char*>(&sealed), offsetof(ManifestIdentity, checksum)});
    const auto at = static_cast<off_t>(bytes_ - sizeof(sealed));
    static_cast<void>(::pwrite(file_.get(), &sealed, sizeof(sealed), at) == 0);
  }

 private:
  UniqueFd file_;
  uint64_t bytes_ = 0;
  int64_t looked_ns_ = 0;
};

// The index that is there, when it is whole and belongs to the manifest; else nothing. Errors: those of the manifest.
Result<std::unique_ptr<const KeyIndex>> FindIndex(const std::string& manifest, const std::string& path,
                                                  IndexProof proof) {
  INGOT_ASSIGN(const ManifestIdentity identity, IdentityOf(manifest));
  const Result<UniqueFd> file = OpenFile(path, O_RDONLY | O_NONBLOCK);
  if (!file) {
    return std::unique_ptr<const KeyIndex>();
  }
  Result<std::unique_ptr<const KeyIndex>> opened = KeyIndex::Open(*file, path);
  if (!opened || (proof == IndexProof::kWhole && (*opened)->ProveAll() != Finding::kFound)) {
    return std::unique_ptr<const KeyIndex>();
  }
  const KeyIndex& index = **opened;
  if (index.identity() && SameFile(*index.identity(), identity)) {
    return *std::move(opened);
  }
  const IdentityRenewal renewal(path);
  INGOT_ASSIGN(const FileDigest digest, DigestFile(manifest));
  if (digest.sha256 != index.manifest_sha256()) {
    return std::unique_ptr<const KeyIndex>();
  }
  INGOT_ASSIGN(const ManifestIdentity after, IdentityOf(manifest));
  if (after == identity) {
    renewal.Write(identity, index.trailer().file_bytes);
  }
  return *std::move(opened);
}

// Says afterwards whether it was the writing that failed.
class WatchedSink final : public ByteSink {
 public:
  explicit WatchedSink(ByteSink& next) : next_(next) {}
  Result<void> Write(std::span<const char> bytes) override {
    Result<void> written = next_.Write(bytes);
    failed_ = failed_ || !written;
    return written;
  }
  bool failed() const { return failed_; }

 private:
  ByteSink& next_;
  bool failed_ = false;
};

Result<void> BuildFrom(const std::string& manifest, const IndexBuildRequest& request, const ManifestIdentity& identity,
                       const LookupContext& context, ByteSink& sink) {
  constexpr std::string_view kAdvice = "the manifest is truncated or damaged: copy it again, or make it again";
  const Result<ParquetFileReader> reader = ParquetFileReader::Open(manifest);
  if (!reader) {
    Error error = reader.error();
    return error.kind() == ErrorKind::kCorrupt ? std::move(error).WithAdvice(std::string(kAdvice)) : error;
  }
  Result<void> built = BuildIndex(*reader, request, identity, context, sink);
  if (!built) {
    built.error().In(fmt::format("'{}'", manifest));
    if (built.error().kind() == ErrorKind::kCorrupt) {
      built.error().WithAdvice(std::string(kAdvice));
    }
  }
  return built;
}

// Builds until the manifest was the same before and after: `restart` empties the sink.
template <typename Restart>
Result<void> BuildStable(const std::string& manifest, const IndexBuildRequest& request, int64_t looked_ns,
                         const LookupContext& context, ByteSink& sink, const Restart& restart) {
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    INGOT_ASSIGN(const ManifestIdentity before, IdentityOf(manifest));
    Result<void> built = BuildFrom(manifest, request, Trusted(before, looked_ns), context, sink);
    INGOT_ASSIGN(const ManifestIdentity after, IdentityOf(manifest));
    if (before == after) {
      return built;
    }
    INGOT_TRY(restart());
  }
  return Error(ErrorKind::kConflict, fmt::format("'{}' keeps changing", manifest),
               "wait until it is written, then run again");
}

Result<std::unique_ptr<const KeyIndex>> OpenMade(int fd, const std::string& path) {
  const UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid()) {
    return ErrnoError(errno, "open", path);
  }
  return KeyIndex::Open(copy, path);
}

// What became of an index file.
struct MadeIndex {
  std::unique_ptr<const KeyIndex> index;
  IndexOrigin origin = IndexOrigin::kBuilt;
  std::optional<Error> refusal;  // why there is no file; then there is no index either
};

Result<std::unique_ptr<const KeyIndex>> WriteIndex(const std::string& manifest, const std::string& path,
                                                   const LookupContext& context, AtomicFile* file,
                                                   std::optional<Error>* refusal) {
  // Its time tells what the file system's clock said before the manifest is read.
  struct stat status{};
  if (::stat(file->staged_path().c_str(), &status) != 0) {
    return ErrnoError(errno, "examine", file->staged_path());
  }
  WatchedSink sink(file->sink());
  const Result<void> built = BuildStable(manifest, {"", FolderOf(path)}, Nanoseconds(status.st_mtim), context, sink,
                                         [file] { return file->Restart(); });
  const Result<void> synced = built ? file->SyncData() : Result<void>();
  if (sink.failed() || !synced) {
    *refusal = built ? synced.error() : built.error();
    return std::unique_ptr<const KeyIndex>();
  }
  INGOT_TRY(Result<void>(built));
  INGOT_ASSIGN(const UniqueFd made, OpenFile(file->staged_path(), O_RDONLY));
  INGOT_ASSIGN(std::unique_ptr<const KeyIndex> index, KeyIndex::Open(made, path));
  if (Result<void> committed = file->Commit(); !committed) {
    *refusal = std::move(committed).error();
    index.reset();
  }
  return index;
}

// One process makes the index, others wait for it and then use it.
Result<MadeIndex> MakeIndexFile(const std::string& manifest, const std::string& path, IndexProof proof,
                                const LookupContext& context) {
  MadeIndex made;
  Result<AtomicFile> file = AtomicFile::CreateWhenFree(path, context.cancellation);
  if (!file) {
    if (file.error().kind() == ErrorKind::kCancelled) {
      return std::move(file).error();
    }
    made.refusal = std::move(file).error();
    return made;
  }
  INGOT_ASSIGN(made.index, FindIndex(manifest, path, proof));
  if (made.index != nullptr) {
    made.origin = IndexOrigin::kOpened;
    return made;
  }
  INGOT_ASSIGN(made.index, WriteIndex(manifest, path, context, &*file, &made.refusal));
  return made;
}

}  // namespace

std::string LookupIndexPath(std::string_view manifest) { return std::string(manifest) + ".ingot-index"; }

Result<OpenedIndex> MakeIndexInMemory(const std::string& manifest, const std::string& path_template,
                                      const LookupContext& context) {
  const UniqueFd file(::memfd_create("ingot-index", MFD_CLOEXEC));
  if (!file.valid()) {
    return ErrnoError(errno, "make", "an index in memory");
  }
  FdSink sink(file.get(), "an index in memory");
  INGOT_TRY(BuildStable(manifest, {path_template, std::filesystem::temp_directory_path().string()}, 0, context, sink,
                        [&file] { return RestartFile(file.get(), "an index in memory"); }));
  INGOT_ASSIGN(std::unique_ptr<const KeyIndex> index, OpenMade(file.get(), "an index in memory"));
  return OpenedIndex{std::move(index), IndexOrigin::kInMemory, {}};
}

Result<OpenedIndex> OpenIndex(const std::string& manifest, IndexProof proof, IndexKeeping keeping,
                              const LookupContext& context) {
  const std::string path = LookupIndexPath(manifest);
  INGOT_ASSIGN(std::unique_ptr<const KeyIndex> found, FindIndex(manifest, path, proof));
  if (found != nullptr) {
    return OpenedIndex{std::move(found), IndexOrigin::kOpened, path};
  }
  INGOT_ASSIGN(MadeIndex made, MakeIndexFile(manifest, path, proof, context));
  if (made.index != nullptr) {
    return OpenedIndex{std::move(made.index), made.origin, path};
  }
  if (keeping == IndexKeeping::kRequired) {
    return *made.refusal;
  }
  return MakeIndexInMemory(manifest, "", context);
}

}  // namespace ingot
