#include "source/synthetic/hour_file.h"

namespace ingot {
namespace {

constexpr uint64_t kMemberBytes = uint64_t{4} << 20U;
constexpr size_t kHeldBackBytes = size_t{64} << 10U;

}  // namespace

Result<void> MemberSink::Write(std::span<const char> bytes) {
  if (member_ == nullptr) {
    INGOT_ASSIGN(member_, GzipSink::Open(next_, level_));
  }
  INGOT_TRY(member_->Write(bytes));
  written_ += bytes.size();
  if (members_ == GzipMembers::kSeveral && written_ >= limit_) {
    INGOT_TRY(EndMember());
    limit_ = kMemberBytes;
  }
  return {};
}

Result<void> MemberSink::EndMember() {
  INGOT_TRY(member_->Finish());
  member_.reset();
  written_ = 0;
  any_member_ = true;
  return {};
}

Result<void> MemberSink::Finish() {
  if (member_ == nullptr) {
    if (any_member_) {
      return {};
    }
    INGOT_ASSIGN(member_, GzipSink::Open(next_, level_));
  }
  return EndMember();
}

Result<void> TailSink::Pass(std::span<const char> bytes) {
  bytes_ += bytes.size();
  return next_.Write(bytes);
}

Result<void> TailSink::Write(std::span<const char> bytes) {
  if (damage_ == TailDamage::kNone) {
    return Pass(bytes);
  }
  held_.append(bytes.data(), bytes.size());
  if (held_.size() > 2 * kHeldBackBytes) {
    const size_t passed = held_.size() - kHeldBackBytes;
    INGOT_TRY(Pass(std::span<const char>(held_).first(passed)));
    held_.erase(0, passed);
  }
  return {};
}

Result<void> TailSink::Finish() {
  constexpr size_t kTrailerBytes = 8;  // CRC32, then the length
  if (damage_ == TailDamage::kTruncated) {
    held_.resize(held_.size() / 2);
  } else if (damage_ == TailDamage::kBadCrc && held_.size() >= kTrailerBytes) {
    char& crc_byte = held_[held_.size() - kTrailerBytes];
    crc_byte = static_cast<char>(crc_byte ^ 1);
  }
  return Pass(held_);
}

}  // namespace ingot
