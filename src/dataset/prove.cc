#include "dataset/prove.h"

#include <fmt/format.h>

namespace ingot {

RunAll OnPool(TaskPool* pool) {
  if (pool == nullptr) {
    return {};
  }
  return [pool](size_t count, const std::function<void(size_t)>& work) {
    size_t left = count;
    for (size_t i = 0; i < count; ++i) {
      pool->Submit(TaskPriority::kEncode, [pool, &work, &left, i] {
        work(i);
        pool->Locked([&] { --left; });
      });
    }
    pool->HelpUntil([&] { return left == 0; });
  };
}

Result<void> ProveParquetFile(const std::string& path, const FileDigest& expected, uint64_t rows, TaskPool* pool) {
  INGOT_ASSIGN(const FileDigest found, DigestFile(path));
  if (found.bytes != expected.bytes || found.sha256 != expected.sha256) {
    return Error(ErrorKind::kCorrupt,
                 fmt::format("'{}' reads back as {} bytes with sha256 {}, but {} bytes with sha256 {} were written",
                             path, found.bytes, found.sha256, expected.bytes, expected.sha256),
                 "the storage under it returns other bytes than it was given: check it before running again");
  }
  INGOT_ASSIGN(const ParquetFileReader reader, ParquetFileReader::Open(path));
  if (reader.rows() != rows) {
    return Error(ErrorKind::kInternal,
                 fmt::format("'{}' has {} rows in its footer, but {} were written", path, reader.rows(), rows));
  }
  INGOT_ASSIGN(const PageReport pages, reader.VerifyPages(OnPool(pool)));
  static_cast<void>(pages);
  return {};
}

}  // namespace ingot
