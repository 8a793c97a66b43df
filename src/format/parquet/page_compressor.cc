#include "format/parquet/page_compressor.h"

#include <arrow/util/compression.h>
#include <zstd.h>

#include <new>
#include <string>

namespace ingot {

struct PageCompressor::State {
  ZSTD_CCtx* zstd = nullptr;
  std::unique_ptr<arrow::util::Codec> snappy;

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

  Result<void> CompressSnappy(std::span<const char> bytes, Buffer<char>* out) {
    if (snappy == nullptr) {
      auto codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY);
      if (!codec.ok()) {
        return Error(ErrorKind::kInternal, "snappy: " + codec.status().ToString());
      }
      snappy = std::move(codec).ValueUnsafe();
    }
    const auto* input = reinterpret_cast<const uint8_t*>(bytes.data());
    const auto input_size = static_cast<int64_t>(bytes.size());
    out->Reserve(static_cast<size_t>(snappy->MaxCompressedLen(input_size, input)));
    const auto size = snappy->Compress(input_size, input, static_cast<int64_t>(out->capacity()),
                                       reinterpret_cast<uint8_t*>(out->data()));
    if (!size.ok()) {
      return Error(ErrorKind::kInternal, "snappy: " + size.status().ToString());
    }
    out->SetSize(static_cast<size_t>(*size));
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
      return state_->CompressSnappy(bytes, out);
    case ParquetCodec::kNone:
      break;
  }
  out->Clear();
  out->AppendAll(bytes.data(), bytes.size());
  return {};
}

}  // namespace ingot
