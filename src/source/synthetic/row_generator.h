// Rows that are generated as columns: what a synthetic dataset is made of.
//
// Every day has its own series of rows. How many rows a day has is drawn first, so that a row is a pure function of
// (seed, day, number within the day), and any part can be made alone, on any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/utc.h"
#include "column/leaf_column.h"
#include "format/parquet/chunk_encoder.h"
#include "model/schema.h"

namespace ingot {

// Rows first … first + count - 1 of a day.
struct DayRows {
  UtcDay day;
  uint64_t first = 0;
  uint64_t count = 0;
  uint64_t before = 0;  // rows of all earlier days
};

// Calls may come from many threads at once.
class RowGenerator {
 public:
  virtual ~RowGenerator() = default;

  virtual const Schema& schema() const = 0;
  // One for each leaf of the schema: the encoding that suits values which are known beforehand.
  virtual std::span<const EncodingHint> hints() const = 0;
  // About what a row takes in memory, for planning; part of the format, since files are cut by it.
  virtual uint64_t bytes_per_row() const = 0;
  // About what an encoded row takes in a file; likewise. Only for cutting row groups that are not larger than a file
  // shall be.
  virtual uint64_t file_bytes_per_row() const { return 64; }

  // Replaces the content of `leaves` (one for each leaf; memory is kept) by these rows, in their order. Requires: their
  // texts are shorter than 4 GiB together.
  virtual void Fill(std::span<const DayRows> rows, std::vector<LeafColumn>* leaves) const = 0;
};

// Draws the day of each of the rows `first` … `first` + `count` - 1 of a dataset, all days equally likely, and adds to
// `counts`, one for each day. Parts may be counted apart and added up.
void CountRowsByDay(uint64_t seed, uint64_t first, uint64_t count, std::span<uint64_t> counts);

}  // namespace ingot
