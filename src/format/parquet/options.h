// What a writer of Parquet files can be told. Every option is part of "same settings ⇒ same bytes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ingot {

enum class ParquetCodec : uint8_t { kNone, kSnappy, kZstd };

// One column that the rows are sorted by, most significant first.
struct ParquetSortColumn {
  std::string path;  // as Leaf::DisplayPath
  bool descending = false;
  bool nulls_first = false;
};

struct ParquetOptions {
  ParquetCodec codec = ParquetCodec::kZstd;
  int level = 1;  // of zstd

  // A page is closed at the first row boundary where it holds one of these or more.
  uint32_t page_bytes = 1U << 20U;  // of encoded values, before compression
  uint32_t page_rows = 20'000;
  uint32_t page_slots = 1U << 20U;  // values and nulls

  uint32_t dictionary_bytes = 1U << 20U;  // a larger dictionary page is not written
  size_t statistics_bytes = 4096;         // longer minima and maxima of chunks are left out
  size_t index_bytes = 64;                // longer minima and maxima of pages are shortened

  std::vector<std::string> bloom_columns;  // as Leaf::DisplayPath; booleans and nulls have none
  double bloom_false_positives = 0.01;
  std::vector<ParquetSortColumn> sorted_by;

  std::string created_by = "ingot version 0.1.0";  // NAME version X (build Y): readers parse it
};

}  // namespace ingot
