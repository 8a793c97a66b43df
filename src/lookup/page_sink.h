// The bytes of an index on their way to the file: counted, aligned, and hashed page by page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/result.h"
#include "lookup/index_format.h"

namespace ingot {

class PageSink {
 public:
  // `next` must outlive the sink.
  explicit PageSink(ByteSink& next) : next_(next) {}

  uint64_t position() const { return written_ + pending_.size(); }

  Result<void> Write(std::string_view bytes) {
    pending_ += bytes;
    return pending_.size() < kBlockBytes ? Result<void>() : WritePages();
  }
  template <typename T>
  Result<void> WriteNumber(T number) {
    return Write({reinterpret_cast<const char*>(&number), sizeof(number)});
  }
  // Zeros up to the next place where a section may begin.
  Result<void> Align();
  // Begins a section of the file, and ends it.
  Result<void> Begin(IndexExtent* section) {
    INGOT_TRY(Align());
    section->offset = position();
    return {};
  }
  void End(IndexExtent* section) const { section->bytes = position() - section->offset; }
  template <typename T>
  Result<void> WriteSection(const std::vector<T>& numbers, IndexExtent* section) {
    INGOT_TRY(Begin(section));
    INGOT_TRY(Write({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)}));
    End(section);
    return {};
  }
  // Writes what is left, the checksums of all pages behind it, and returns where they stand and what theirs is.
  struct Checksums {
    IndexExtent extent;
    uint64_t checksum = 0;
  };
  Result<Checksums> FinishPages();

 private:
  static constexpr uint64_t kBlockBytes = 16 * kIndexPageBytes;
  Result<void> WritePages();

  ByteSink& next_;
  std::string pending_;
  uint64_t written_ = 0;
  std::vector<uint64_t> checksums_;
};

}  // namespace ingot
