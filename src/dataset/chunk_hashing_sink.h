// The sha256 of a file and that of each chunk in it, side by side as the bytes pass: two for the price of one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>

#include "base/byte_sink.h"
#include "base/sha256_lanes.h"
#include "format/parquet/digest_list.h"

namespace ingot {

class ChunkHashingSink final : public ByteSink {
 public:
  // `next` must outlive the sink.
  explicit ChunkHashingSink(ByteSink& next) : next_(next) {}

  // The hash of a chunk's bytes, which are hashed as those that the file gets next. Requires: it does.
  ChunkHash HashAhead(std::span<const char> bytes) {
    Sha256Lane own;
    Sha256Lane::UpdateBoth(&file_, bytes, &own, bytes);
    ahead_ += bytes.size();
    return CutHash(own.Finish());
  }
  Result<void> Write(std::span<const char> bytes) override {
    INGOT_TRY(next_.Write(bytes));
    bytes_ += bytes.size();
    const auto hashed = std::min<uint64_t>(ahead_, bytes.size());
    ahead_ -= hashed;
    file_.Update(bytes.subspan(hashed));
    return {};
  }
  uint64_t bytes() const { return bytes_; }
  // Call once, after the last write.
  std::string FinishHex() { return file_.FinishHex(); }

 private:
  ByteSink& next_;
  Sha256Lane file_;
  uint64_t ahead_ = 0;  // bytes that are hashed and not written yet
  uint64_t bytes_ = 0;
};

}  // namespace ingot
