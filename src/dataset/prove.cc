#include "dataset/prove.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "base/sha256_lanes.h"
#include "format/parquet/file_bytes.h"
#include "format/parquet/footer.h"

namespace ingot {
namespace {

// Files up to this size are read once, and proven in memory.
constexpr uint64_t kInMemoryBytes = uint64_t{1} << 20U;

// All bytes of a file that should have `expected` of them. One that has more gives one more.
Result<Buffer<char>> ReadBytes(const std::string& path, uint64_t expected) {
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_RDONLY));
  Buffer<char> bytes;
  bytes.Reserve(expected + 1);
  while (bytes.size() <= expected) {
    INGOT_ASSIGN(const size_t count, ReadSome(fd.get(), {bytes.end(), expected + 1 - bytes.size()}, path));
    if (count == 0) {
      break;
    }
    bytes.SetSize(bytes.size() + count);
  }
  return bytes;
}

// A stretch of a file, and the first digits of its sha256, or all of them.
struct HashedExtent {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  std::string sha256;
};

constexpr uint64_t kReadBytes = uint64_t{128} << 10U;  // two of them stay in the second cache
constexpr uint64_t kRunBytes = uint64_t{512} << 10U;
constexpr uint64_t kSmallExtentBytes = uint64_t{32} << 10U;  // on the average
constexpr uint64_t kTaskBytes = uint64_t{2} << 20U;

std::vector<HashedExtent> ExtentsOf(const FileDigest& digest, const FileSummary& summary) {
  std::vector<HashedExtent> extents{{0, kParquetMagic.size(), Sha256Hex(kParquetMagic)}};
  uint64_t offset = kParquetMagic.size();
  for (const WrittenChunk& chunk : summary.chunks) {
    extents.push_back({offset, chunk.bytes, FormatDigests({&chunk.hash, 1})});
    offset += chunk.bytes;
  }
  extents.push_back({offset, digest.bytes - std::min(offset, digest.bytes), summary.tail_sha256});
  return extents;
}

// Reads one extent after the other and hashes it.
class ExtentHasher {
 public:
  explicit ExtentHasher(const FileBytes& file) : file_(file) {}

  bool is_done() const { return extent_ == nullptr; }
  void Take(const HashedExtent& extent) {
    extent_ = &extent;
    read_ = 0;
    lane_ = Sha256Lane();
  }
  // Bytes to be hashed next, at least one unless the extent has none.
  Result<std::span<const char>> Ready() {
    if (ready_.empty() && read_ < extent_->bytes) {
      const uint64_t count = std::min(kReadBytes, extent_->bytes - read_);
      INGOT_ASSIGN(ready_, file_.Read(extent_->offset + read_, count, &space_));
      read_ += count;
    }
    return ready_;
  }
  Sha256Lane* lane() { return &lane_; }
  // Notes that `count` of the bytes that were ready are hashed. Errors: kCorrupt at the end of an extent that differs.
  Result<void> Hashed(size_t count) {
    ready_ = ready_.subspan(count);
    if (!ready_.empty() || read_ < extent_->bytes) {
      return {};
    }
    if (!lane_.FinishHex().starts_with(extent_->sha256)) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("'{}' reads back as other bytes than were written, between {} and {}", file_.path,
                               extent_->offset, extent_->offset + extent_->bytes),
                   "the storage under it returns other bytes than it was given: check it before running again");
    }
    extent_ = nullptr;
    return {};
  }

 private:
  const FileBytes& file_;
  const HashedExtent* extent_ = nullptr;
  Sha256Lane lane_;
  Buffer<char> space_;
  std::span<const char> ready_;
  uint64_t read_ = 0;
};

// Two at a time: whoever ends first takes the next.
Result<void> CheckExtents(const FileBytes& file, std::span<const HashedExtent> extents) {
  ExtentHasher one(file);
  ExtentHasher other(file);
  ExtentHasher* a = &one;
  ExtentHasher* b = &other;
  size_t next = 0;
  while (true) {
    for (ExtentHasher* hasher : {a, b}) {
      if (hasher->is_done() && next < extents.size()) {
        hasher->Take(extents[next++]);
      }
    }
    if (a->is_done()) {
      std::swap(a, b);
    }
    if (a->is_done()) {
      return {};
    }
    INGOT_ASSIGN(const auto a_bytes, a->Ready());
    if (b->is_done()) {
      a->lane()->Update(a_bytes);
      INGOT_TRY(a->Hashed(a_bytes.size()));
      continue;
    }
    INGOT_ASSIGN(const auto b_bytes, b->Ready());
    const size_t count = std::min(a_bytes.size(), b_bytes.size());
    Sha256Lane::UpdateBoth(a->lane(), a_bytes.first(count), b->lane(), b_bytes.first(count));
    INGOT_TRY(a->Hashed(count));
    INGOT_TRY(b->Hashed(count));
  }
}

// Pairs of the largest, so that two which are hashed together end together.
std::vector<std::span<const HashedExtent>> TasksOf(std::span<const HashedExtent> extents) {
  std::vector<std::span<const HashedExtent>> tasks;
  size_t begin = 0;
  uint64_t bytes = 0;
  for (size_t i = 0; i < extents.size(); ++i) {
    bytes += extents[i].bytes;
    const bool is_pair = (i - begin) % 2 == 1;
    if ((is_pair && bytes >= kTaskBytes) || i + 1 == extents.size()) {
      tasks.push_back(extents.subspan(begin, i + 1 - begin));
      begin = i + 1;
      bytes = 0;
    }
  }
  return tasks;
}

// Runs check(0) … check(count - 1); the error is that of the lowest.
Result<void> CheckAll(size_t count, TaskPool* pool, const std::function<Result<void>(size_t)>& check) {
  std::vector<Result<void>> outcomes(count);
  const RunAll run_all = OnPool(pool);
  const auto keep = [&](size_t i) { outcomes[i] = check(i); };
  if (run_all) {
    run_all(count, keep);
  } else {
    for (size_t i = 0; i < count; ++i) {
      keep(i);
    }
  }
  for (Result<void>& outcome : outcomes) {
    INGOT_TRY(std::move(outcome));
  }
  return {};
}

Error HasAnotherSize(const std::string& path, uint64_t found, uint64_t expected) {
  return Error(ErrorKind::kCorrupt,
               fmt::format("'{}' reads back as {} bytes, but {} were written", path, found, expected),
               "the storage under it returns other bytes than it was given: check it before running again");
}

Result<void> CheckCounts(const ParquetFileReader& reader, const std::string& path, const FileDigest& digest,
                         const FileSummary& summary) {
  if (reader.file_bytes() != digest.bytes) {
    return HasAnotherSize(path, reader.file_bytes(), digest.bytes);
  }
  if (reader.rows() != summary.rows) {
    return Error(ErrorKind::kInternal,
                 fmt::format("'{}' has {} rows in its footer, but {} were written", path, reader.rows(), summary.rows));
  }
  if (reader.row_groups().size() * reader.columns().size() != summary.chunks.size()) {
    return Error(ErrorKind::kInternal, fmt::format("'{}' has other chunks in its footer than were written", path));
  }
  return {};
}

// A file that is proven as a whole before its footer is read: the largest parts first, so that what is small fills the
// time beside them.
Result<void> ProveByParts(const FileBytes& file, std::vector<HashedExtent> extents, TaskPool* pool) {
  std::stable_sort(extents.begin(), extents.end(),
                   [](const HashedExtent& a, const HashedExtent& b) { return a.bytes > b.bytes; });
  const std::vector<std::span<const HashedExtent>> tasks = TasksOf(extents);
  return CheckAll(tasks.size(), pool, [&](size_t i) { return CheckExtents(file, tasks[i]); });
}

Result<void> CheckPages(const ParquetFileReader& reader, TaskPool* pool) {
  INGOT_ASSIGN(const PageReport pages, reader.VerifyPages(OnPool(pool)));
  static_cast<void>(pages);
  return {};
}

// A stretch of neighbouring chunks, small enough to be read at once, unless it is one alone.
struct ChunkRun {
  size_t begin = 0;
  size_t end = 0;
  uint64_t bytes = 0;
};

std::vector<ChunkRun> RunsOf(std::span<const HashedExtent> chunks) {
  std::vector<ChunkRun> runs;
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (runs.empty() || runs.back().bytes + chunks[i].bytes > kRunBytes) {
      runs.push_back({i, i, 0});
    }
    runs.back().end = i + 1;
    runs.back().bytes += chunks[i].bytes;
  }
  return runs;
}

// Many small chunks are better read together with their neighbours, and once for both the hashes and the pages. What
// the footer says is needed for that, so the ends of the file are proven first.
class ManyChunksProof {
 public:
  ManyChunksProof(const std::string& path, const FileBytes& file, std::span<const HashedExtent> extents)
      : path_(path), file_(file), magic_(extents.front()), tail_(extents.back()) {
    chunks_ = extents.subspan(1, extents.size() - 2);
  }

  Result<void> Run(const FileDigest& digest, const FileSummary& summary, TaskPool* pool) {
    INGOT_TRY(CheckExtents(file_, {&tail_, 1}));
    INGOT_TRY(CheckExtents(file_, {&magic_, 1}));
    INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(path_));
    INGOT_TRY(CheckCounts(reader, path_, digest, summary));
    const std::vector<ChunkRun> runs = RunsOf(chunks_);
    const size_t threads = pool == nullptr ? 1 : pool->threads();
    std::atomic<size_t> next = 0;
    // One buffer for each thread.
    return CheckAll(std::min(threads, runs.size()), pool, [&](size_t) -> Result<void> {
      Buffer<char> space;
      for (size_t i = next++; i < runs.size(); i = next++) {
        INGOT_TRY(CheckRun(reader, runs[i], &space));
      }
      return {};
    });
  }

 private:
  Result<void> CheckRun(const ParquetFileReader& reader, const ChunkRun& run, Buffer<char>* space) const {
    const std::span<const HashedExtent> chunks = chunks_.subspan(run.begin, run.end - run.begin);
    const size_t columns = reader.columns().size();
    const auto verify = [&](size_t i, std::span<const char> bytes) {
      return reader.VerifyChunkPages((run.begin + i) / columns, (run.begin + i) % columns, bytes);
    };
    if (run.bytes > kRunBytes) {
      INGOT_TRY(CheckExtents(file_, chunks));
      return verify(0, {});
    }
    const uint64_t begin = chunks.front().offset;
    INGOT_ASSIGN(const std::span<const char> bytes, file_.Read(begin, run.bytes, space));
    INGOT_TRY(CheckExtents({-1, file_.path, bytes, begin}, chunks));
    for (size_t i = 0; i < chunks.size(); ++i) {
      INGOT_TRY(verify(i, bytes.subspan(chunks[i].offset - begin, chunks[i].bytes)));
    }
    return {};
  }

  const std::string& path_;
  const FileBytes& file_;
  const HashedExtent& magic_;
  const HashedExtent& tail_;
  std::span<const HashedExtent> chunks_;
};

}  // namespace

RunAll OnPool(TaskPool* pool) {
  if (pool == nullptr) {
    return {};
  }
  return [pool](size_t count, const std::function<void(size_t)>& work) {
    // A task for each thread, which takes the next piece as long as there is one: pieces may be many and small.
    std::atomic<size_t> next = 0;
    size_t left = std::min<size_t>(count, pool->threads());
    for (size_t task = left; task > 0; --task) {
      pool->Submit(TaskPriority::kEncode, [pool, count, &work, &next, &left] {
        for (size_t i = next++; i < count; i = next++) {
          work(i);
        }
        pool->Locked([&] { --left; });
      });
    }
    pool->HelpUntil([&] { return left == 0; });
  };
}

Result<void> ProveParquetFile(const std::string& path, const FileDigest& digest, const FileSummary& summary,
                              TaskPool* pool) {
  std::vector<HashedExtent> extents = ExtentsOf(digest, summary);
  if (digest.bytes <= kInMemoryBytes) {
    INGOT_ASSIGN(Buffer<char> bytes, ReadBytes(path, digest.bytes));
    if (bytes.size() != digest.bytes) {
      return HasAnotherSize(path, bytes.size(), digest.bytes);
    }
    INGOT_TRY(ProveByParts({-1, path, bytes}, std::move(extents), pool));
    INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::OpenBytes(path, std::move(bytes)));
    INGOT_TRY(CheckCounts(reader, path, digest, summary));
    return CheckPages(reader, pool);
  }
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_RDONLY));
  const FileBytes file{fd.get(), path, {}};
  if (digest.bytes / extents.size() < kSmallExtentBytes) {
    return ManyChunksProof(path, file, extents).Run(digest, summary, pool);
  }
  INGOT_TRY(ProveByParts(file, std::move(extents), pool));
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(path));
  INGOT_TRY(CheckCounts(reader, path, digest, summary));
  return CheckPages(reader, pool);
}

Result<void> ProveAndSync(FileTransaction* transaction, TaskPool* pool, const std::function<Result<void>()>& prove) {
  if (pool == nullptr || pool->threads() == 1) {
    INGOT_TRY(transaction->SyncData());
    return prove();
  }
  Result<void> synced;
  // Joins also where the proof throws for want of memory.
  std::jthread syncing([&] { synced = transaction->SyncData(); });
  Result<void> proven = prove();
  syncing.join();
  if (!synced) {
    return synced;
  }
  return proven;
}

}  // namespace ingot
