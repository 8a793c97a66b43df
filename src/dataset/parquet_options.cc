#include "dataset/parquet_options.h"

namespace ingot {

ParquetOptions ParquetOptionsOf(const ParquetSpec& spec) {
  ParquetOptions options;
  switch (spec.codec) {
    case CodecName::kZstd:
      options.codec = ParquetCodec::kZstd;
      break;
    case CodecName::kSnappy:
      options.codec = ParquetCodec::kSnappy;
      break;
    case CodecName::kNone:
      options.codec = ParquetCodec::kNone;
      break;
  }
  options.level = spec.level;
  options.page_bytes = static_cast<uint32_t>(spec.page_bytes);
  for (const ColumnPathPattern& column : spec.bloom) {
    options.bloom_columns.push_back(column.ToString());
  }
  return options;
}

}  // namespace ingot
