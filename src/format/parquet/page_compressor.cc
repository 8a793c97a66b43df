#include "format/parquet/page_compressor.h"

#include <zstd.h>

#include <new>
#include <string>

#include "format/parquet/snappy_encoder.h"

namespace ingot {

struct PageCompressor::State {
  ZSTD_CCtx* zstd = nullptr;
  SnappyEncoder snappy;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ZSTD_freeCCtx(zstd); }

  Result<void> CompressZstd(std::span<const char> bytes, int level, Buffer<char>* out) {
    if (zstd == nullptr) {
      zstd = ZSTD_createCCtx();
      if (zstd == nullptr) {
        throw std::bad_alloc();
      }
    }
    if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel() || level == 0) {
      return Error(ErrorKind::kConfig, "zstd has no level " + std::to_string(level) + "; 1 is fast, " +
                                           std::to_string(ZSTD_maxCLevel()) + " is small");
    }
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, level);
    out->Reserve(ZSTD_compressBound(bytes.size()));
    const size_t size = ZSTD_compress2(zstd, out->data(), out->capacity(), bytes.data(), bytes.size());
    if (ZSTD_isError(size) != 0) {
      return Error(ErrorKind::kInternal, std::string("zstd: ") + ZSTD_getErrorName(size));
    }
    out->SetSize(size);
    return {};
  }
};

PageCompressor::PageCompressor() : state_(std::make_unique<State>()) {}
PageCompressor::~PageCompressor() = default;
PageCompressor::PageCompressor(PageCompressor&&) noexcept = default;
PageCompressor& PageCompressor::operator=(PageCompressor&&) noexcept = default;

Result<void> PageCompressor::Compress(std::span<const char> bytes, ParquetCodec codec, int level, Buffer<char>* out) {
  switch (codec) {
    case ParquetCodec::kZstd:
      return state_->CompressZstd(bytes, level, out);
    case ParquetCodec::kSnappy:
      state_->snappy.Compress(bytes, out);
      return {};
    case ParquetCodec::kNone:
      break;
  }
  out->Clear();
  out->AppendAll(bytes.data(), bytes.size());
  return {};
}

void PageCompressor::CompressKnown(std::span<const char> head, std::span<const char> text, uint32_t text_begin,
                                   std::span<const TextRepeat> repeats, Buffer<char>* out) {
  state_->snappy.CompressKnown(head, text, text_begin, repeats, out);
}

}  // namespace ingot
