// Many small writes as few large ones.
#pragma once

#include <cstdint>
#include <span>

#include "base/byte_sink.h"
#include "base/result.h"
#include "column/buffer.h"

namespace ingot {

// For footers, for chunks of a few KiB, and for files that are small as a whole. What it still holds when it ends is
// lost: flush it.
class GatheringSink final : public ByteSink {
 public:
  // `next` must outlive the sink.
  explicit GatheringSink(ByteSink& next) : next_(next) {}

  Result<void> Write(std::span<const char> bytes) override {
    if (gathered_.size() + bytes.size() > kWriteBytes || bytes.size() >= kLargeBytes) {
      INGOT_TRY(Flush());
    }
    if (bytes.size() >= kLargeBytes) {
      return next_.Write(bytes);
    }
    gathered_.AppendAll(bytes.data(), bytes.size());
    return {};
  }
  Result<void> Flush() {
    if (gathered_.empty()) {
      return {};
    }
    INGOT_TRY(next_.Write(gathered_));
    gathered_.Clear();
    return {};
  }

 private:
  static constexpr uint64_t kWriteBytes = uint64_t{1} << 20U;
  static constexpr uint64_t kLargeBytes = uint64_t{256} << 10U;  // a copy would cost more than a call

  ByteSink& next_;
  Buffer<char> gathered_;
};

}  // namespace ingot
