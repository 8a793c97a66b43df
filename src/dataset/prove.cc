#include "dataset/prove.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/sha256.h"

namespace ingot {
namespace {

// Files up to this size are read once, and proven in memory.
constexpr uint64_t kInMemoryBytes = uint64_t{16} << 20U;

Error ReadsBackAs(const std::string& path, const FileDigest& found, const FileDigest& expected) {
  return Error(ErrorKind::kCorrupt,
               fmt::format("'{}' reads back as {} bytes with sha256 {}, but {} bytes with sha256 {} were written", path,
                           found.bytes, found.sha256, expected.bytes, expected.sha256),
               "the storage under it returns other bytes than it was given: check it before running again");
}

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

Result<ParquetFileReader> OpenProven(const std::string& path, const FileDigest& expected) {
  if (expected.bytes <= kInMemoryBytes) {
    INGOT_ASSIGN(Buffer<char> bytes, ReadBytes(path, expected.bytes));
    if (bytes.size() == expected.bytes) {
      const FileDigest found{bytes.size(), Sha256Hex({bytes.data(), bytes.size()})};
      if (found.sha256 != expected.sha256) {
        return ReadsBackAs(path, found, expected);
      }
      return ParquetFileReader::OpenBytes(path, std::move(bytes));
    }
  }
  INGOT_ASSIGN(const FileDigest found, DigestFile(path));
  if (found.bytes != expected.bytes || found.sha256 != expected.sha256) {
    return ReadsBackAs(path, found, expected);
  }
  return ParquetFileReader::Open(path);
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

Result<void> ProveParquetFile(const std::string& path, const FileDigest& expected, uint64_t rows, TaskPool* pool) {
  INGOT_ASSIGN(const ParquetFileReader reader, OpenProven(path, expected));
  if (reader.rows() != rows) {
    return Error(ErrorKind::kInternal,
                 fmt::format("'{}' has {} rows in its footer, but {} were written", path, reader.rows(), rows));
  }
  INGOT_ASSIGN(const PageReport pages, reader.VerifyPages(OnPool(pool)));
  static_cast<void>(pages);
  return {};
}

}  // namespace ingot
