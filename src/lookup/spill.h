// Bytes that are written first and read once, in order: in memory as long as they are few, then in a file without a
// name.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace ingot {

class Spill {
 public:
  // Beyond `memory_bytes` it writes to a file in `folder`.
  Spill(std::string folder, uint64_t memory_bytes) : folder_(std::move(folder)), memory_bytes_(memory_bytes) {}

  Result<void> Append(std::string_view bytes) {
    pending_ += bytes;
    bytes_ += bytes.size();
    return pending_.size() < memory_bytes_ ? Result<void>() : Flush();
  }
  uint64_t bytes() const { return bytes_; }

  // Hands out all bytes in order, in pieces of a multiple of eight bytes but the last, and lets go of them.
  using Take = std::function<Result<void>(std::span<const char> piece)>;
  Result<void> Drain(const Take& take);

 private:
  Result<void> Flush();

  std::string folder_;
  uint64_t memory_bytes_;
  std::string pending_;
  uint64_t bytes_ = 0;
  uint64_t flushed_ = 0;
  UniqueFd file_;
};

}  // namespace ingot
