// Rows → Parquet bytes in one call, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "column/row_shredder.h"
#include "format/parquet/file_writer.h"

namespace ingot {

using TestRows = std::vector<std::vector<RowValue>>;

inline Schema SchemaOfType(const std::string& struct_type) {
  const Result<DataType> type = ParseType(struct_type);
  EXPECT_OK(type);
  return Schema{type->fields};
}

// A file with these bytes, gone with the object.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& bytes) {
    // In memory where there is such a place: some tests write thousands of files.
    path_ = (::access("/dev/shm", W_OK) == 0 ? std::string("/dev/shm/") : testing::TempDir()) + "ingot_parquet_XXXXXX";
    const int fd = ::mkstemp(path_.data());
    EXPECT_GE(fd, 0);
    ::close(fd);
    Write(bytes);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { ::unlink(path_.c_str()); }

  void Write(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Shreds `rows` in fragments of `fragment_rows`.
inline std::vector<ColumnBatch> ShredInFragments(const Schema& schema, const TestRows& rows, size_t fragment_rows) {
  std::vector<ColumnBatch> fragments;
  for (size_t begin = 0; begin < rows.size(); begin += fragment_rows) {
    const size_t end = std::min(rows.size(), begin + fragment_rows);
    fragments.push_back(
        ShredRows(schema, {rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end)}));
  }
  return fragments;
}

// One chunk for each leaf of the writer.
inline std::vector<EncodedChunk> EncodeRows(const ParquetFileWriter& writer, const TestRows& rows,
                                            size_t fragment_rows) {
  const std::vector<ColumnBatch> fragments = ShredInFragments(writer.schema(), rows, fragment_rows);
  std::vector<EncodedChunk> chunks;
  for (size_t leaf = 0; leaf < writer.leaves().size(); ++leaf) {
    std::vector<const LeafColumn*> parts;
    for (const ColumnBatch& fragment : fragments) {
      parts.push_back(&fragment.leaves[leaf]);
    }
    Result<EncodedChunk> chunk = EncodeChunk(writer.leaves()[leaf], parts, writer.options());
    EXPECT_OK(chunk) << writer.leaves()[leaf].DisplayPath();
    chunks.push_back(std::move(*chunk));
  }
  return chunks;
}

struct WrittenParquet {
  std::string bytes;
  FileSummary summary;
};

// `row_groups` are the rows of each.
inline WrittenParquet WriteParquet(const Schema& schema, const std::vector<TestRows>& row_groups,
                                   const ParquetOptions& options = {}, size_t fragment_rows = 7) {
  StringSink sink;
  Result<ParquetFileWriter> writer = ParquetFileWriter::Open(sink, schema, options);
  EXPECT_OK(writer);
  for (const TestRows& rows : row_groups) {
    EXPECT_OK(writer->AppendRowGroup(rows.size(), EncodeRows(*writer, rows, fragment_rows)));
  }
  Result<FileSummary> summary = writer->Finish({{"key", "value"}});
  EXPECT_OK(summary);
  return {sink.text(), *summary};
}

// Levels and values of a column as one comparable text. Doubles by their bits.
inline std::string PrintColumn(const LeafColumn& column) {
  std::string text;
  for (const LevelRun& run : column.levels.runs()) {
    text +=
        std::to_string(run.count) + "x" + std::to_string(run.definition) + "/" + std::to_string(run.repetition) + " ";
  }
  const auto append = [&text](const auto& values) {
    for (const auto value : values) {
      uint64_t bits = 0;
      std::memcpy(&bits, &value, sizeof(value));
      text += " " + std::to_string(bits);
    }
  };
  append(column.bools);
  append(column.ints);
  append(column.doubles);
  for (size_t i = 0; i < column.ends.size(); ++i) {
    text += " '" + std::string(column.BytesAt(i)) + "'";
  }
  return text;
}

}  // namespace ingot
