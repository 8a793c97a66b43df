// Writes a hash table of an index. Memory is bounded: entries are kept by shard, and a shard is filled when it is
// written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "lookup/index_format.h"
#include "lookup/page_sink.h"
#include "lookup/spill.h"

namespace ingot {

class TableWriter {
 public:
  // `entries` is how many will come at most: it decides the number of shards, and with it the bytes.
  TableWriter(uint64_t entries, const std::string& folder, uint64_t memory_bytes);

  // `place`: of the record within its section. Each key comes once.
  Result<void> Add(uint64_t hash, uint64_t place);
  // Writes the slots as a section of their own.
  Result<void> Write(PageSink* sink, IndexExtent* slots, IndexTableShape* shape);

 private:
  uint32_t shard_bits_ = 0;
  std::vector<Spill> shards_;
};

}  // namespace ingot
