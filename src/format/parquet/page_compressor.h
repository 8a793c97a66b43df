// One codec, with its working memory kept between pages.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "column/buffer.h"
#include "column/leaf_column.h"
#include "format/parquet/options.h"

namespace ingot {

// Not for use by two threads at once. The output depends on input, codec and level alone.
class PageCompressor {
 public:
  PageCompressor();
  ~PageCompressor();
  PageCompressor(PageCompressor&&) noexcept;
  PageCompressor& operator=(PageCompressor&&) noexcept;

  // Replaces *out. kNone copies. Errors: kConfig for a level that the codec does not have; kInternal.
  Result<void> Compress(std::span<const char> bytes, ParquetCodec codec, int level, Buffer<char>* out);

  // By Snappy; see SnappyEncoder::CompressKnown.
  void CompressKnown(std::span<const char> head, std::span<const char> text, uint32_t text_begin,
                     std::span<const TextRepeat> repeats, Buffer<char>* out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ingot
