// Parquet's value encodings, each from our columns in memory to the bytes of one page.
// https://parquet.apache.org/docs/file-format/data-pages/encodings/
#pragma once

#include <cstdint>
#include <span>

#include "column/buffer.h"
#include "format/parquet/chunk_values.h"

namespace ingot {

// Numbers are Parquet's own.
enum class ParquetEncoding : uint8_t {
  kPlain = 0,
  kRle = 3,
  kDeltaBinaryPacked = 5,
  kDeltaLengthByteArray = 6,
  kDeltaByteArray = 7,
  kRleDictionary = 8,
  kByteStreamSplit = 9,
};

// Integers lie as 64 bits in memory; a column of 32 bits must hold only values that fit.
enum class IntegerWidth : uint8_t { k32, k64 };

void EncodePlain(std::span<const int64_t> values, IntegerWidth width, Buffer<char>* out);
void EncodePlain(std::span<const double> values, Buffer<char>* out);
void EncodePlain(const BytesSlice& values, Buffer<char>* out);

void EncodeDeltaBinaryPacked(std::span<const int64_t> values, IntegerWidth width, Buffer<char>* out);
void EncodeByteStreamSplit(std::span<const double> values, Buffer<char>* out);

// Working memory of the two below, kept from page to page.
struct LengthScratch {
  Buffer<uint32_t> prefixes;
  Buffer<uint32_t> lengths;
};
void EncodeDeltaLength(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out);
// Of that, what stands before the text.
void EncodeLengths(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out);
void EncodeDeltaBytes(const BytesSlice& values, LengthScratch* scratch, Buffer<char>* out);

// With the length of four bytes that booleans carry.
void EncodeRleBools(std::span<const uint8_t> values, Buffer<char>* out);

// Data page of indices into a dictionary: the bit width, then the hybrid.
void EncodeDictionaryIndices(std::span<const uint32_t> indices, int bit_width, Buffer<char>* out);

}  // namespace ingot
