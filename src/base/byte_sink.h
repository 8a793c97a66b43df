// Where finished bytes go: a file, a buffer, a hasher in front of either.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "base/sha256.h"

namespace ingot {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Takes all bytes or fails; after a failure the sink must be abandoned.
  virtual Result<void> Write(std::span<const char> bytes) = 0;
};

class StringSink final : public ByteSink {
 public:
  Result<void> Write(std::span<const char> bytes) override;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Passes bytes on and keeps their count and sha256: the digest that the manifest, and later the store, will cite.
class HashingSink final : public ByteSink {
 public:
  // `next` must outlive the sink.
  explicit HashingSink(ByteSink& next) : next_(next) {}
  Result<void> Write(std::span<const char> bytes) override;
  uint64_t bytes() const { return bytes_; }
  // Ends the digest: call once, after the last write.
  std::string FinishHex() { return hash_.FinishHex(); }

 private:
  ByteSink& next_;
  Sha256 hash_;
  uint64_t bytes_ = 0;
};

}  // namespace ingot
