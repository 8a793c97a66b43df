// The compressed bytes of one hour's file: gzip members, and the damage that a hazard asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/byte_sink.h"
#include "base/result.h"
#include "format/input/gzip_sink.h"

namespace ingot {

enum class GzipMembers {
  kOne,
  // The first write is a member of its own, then one ends with the write that takes it past 4 MiB.
  kSeveral,
};

// Compresses into `next`, which must outlive it.
class MemberSink final : public ByteSink {
 public:
  MemberSink(ByteSink& next, int level, GzipMembers members) : next_(next), level_(level), members_(members) {}

  Result<void> Write(std::span<const char> bytes) override;
  // Ends the member that is open; an empty file is one empty member. Call once, last.
  Result<void> Finish();

 private:
  Result<void> EndMember();

  ByteSink& next_;
  int level_;
  GzipMembers members_;
  uint64_t written_ = 0;  // into the open member
  uint64_t limit_ = 1;    // of the open member
  bool any_member_ = false;
  std::unique_ptr<GzipSink> member_;
};

enum class TailDamage {
  kNone,
  kTruncated,  // some 32 to 64 KiB are cut off, half of a file that is smaller
  kBadCrc,     // one bit of the last member's CRC32 is wrong
};

// Holds the last bytes back until it is known that they are the last, and then damages them. Passes them on to `next`,
// which must outlive it.
class TailSink final : public ByteSink {
 public:
  TailSink(ByteSink& next, TailDamage damage) : next_(next), damage_(damage) {}

  Result<void> Write(std::span<const char> bytes) override;
  // Call once, last.
  Result<void> Finish();
  // Passed on so far.
  uint64_t bytes() const { return bytes_; }

 private:
  Result<void> Pass(std::span<const char> bytes);

  ByteSink& next_;
  TailDamage damage_;
  uint64_t bytes_ = 0;
  std::string held_;
};

}  // namespace ingot
