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
constexpr uint64_t kTaskBytes = uint64_t{2} << 20U;
constexpr std::string_view kMagic = "PAR1";

std::vector<HashedExtent> ExtentsOf(const FileDigest& digest, const FileSummary& summary) {
  std::vector<HashedExtent> extents{{0, kMagic.size(), Sha256Hex(kMagic)}};
  uint64_t offset = kMagic.size();
  for (const WrittenChunk& chunk : summary.chunks) {
    extents.push_back({offset, chunk.bytes, FormatDigests({&chunk.hash, 1})});
    offset += chunk.bytes;
  }
  extents.push_back({offset, digest.bytes - std::min(offset, digest.bytes), summary.tail_sha256});
  // The largest first: what is small then fills the time beside them.
  std::stable_sort(extents.begin(), extents.end(),
                   [](const HashedExtent& a, const HashedExtent& b) { return a.bytes > b.bytes; });
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

Result<void> CheckAllExtents(const FileBytes& file, std::span<const HashedExtent> extents, TaskPool* pool) {
  if (pool == nullptr) {
    return CheckExtents(file, extents);
  }
  const std::vector<std::span<const HashedExtent>> tasks = TasksOf(extents);
  std::vector<Result<void>> outcomes(tasks.size());
  OnPool(pool)(tasks.size(), [&](size_t i) { outcomes[i] = CheckExtents(file, tasks[i]); });
  for (Result<void>& outcome : outcomes) {
    INGOT_TRY(std::move(outcome));
  }
  return {};
}

Result<void> CheckPages(const ParquetFileReader& reader, const std::string& path, uint64_t rows, TaskPool* pool) {
  if (reader.rows() != rows) {
    return Error(ErrorKind::kInternal,
                 fmt::format("'{}' has {} rows in its footer, but {} were written", path, reader.rows(), rows));
  }
  INGOT_ASSIGN(const PageReport pages, reader.VerifyPages(OnPool(pool)));
  static_cast<void>(pages);
  return {};
}

Error HasAnotherSize(const std::string& path, uint64_t found, uint64_t expected) {
  return Error(ErrorKind::kCorrupt,
               fmt::format("'{}' reads back as {} bytes, but {} were written", path, found, expected),
               "the storage under it returns other bytes than it was given: check it before running again");
}

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
  const std::vector<HashedExtent> extents = ExtentsOf(digest, summary);
  if (digest.bytes <= kInMemoryBytes) {
    INGOT_ASSIGN(Buffer<char> bytes, ReadBytes(path, digest.bytes));
    if (bytes.size() != digest.bytes) {
      return HasAnotherSize(path, bytes.size(), digest.bytes);
    }
    INGOT_TRY(CheckAllExtents({-1, path, bytes}, extents, pool));
    INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::OpenBytes(path, std::move(bytes)));
    return CheckPages(reader, path, summary.rows, pool);
  }
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_RDONLY));
  INGOT_TRY(CheckAllExtents({fd.get(), path, {}}, extents, pool));
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(path));
  if (reader.file_bytes() != digest.bytes) {
    return HasAnotherSize(path, reader.file_bytes(), digest.bytes);
  }
  return CheckPages(reader, path, summary.rows, pool);
}

Result<void> ProveAndSync(FileTransaction* transaction, TaskPool* pool, const std::function<Result<void>()>& prove) {
  if (pool == nullptr || pool->threads() == 1) {
    INGOT_TRY(transaction->SyncData());
    return prove();
  }
  Result<void> synced;
  std::thread syncing([&] { synced = transaction->SyncData(); });
  const Result<void> proven = prove();
  syncing.join();
  if (!synced) {
    return synced;
  }
  return proven;
}

}  // namespace ingot
