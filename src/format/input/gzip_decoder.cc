// gzip (RFC 1952) by ISA-L's streaming inflate, straight into the caller's buffer.
//
// ISA-L is given raw deflate data only: it could parse headers and check trailers too, but accepts reserved flags and
// has one answer for a wrong checksum and a wrong size. The CRC here is taken over the bytes in the caller's buffer, so
// it also covers ISA-L's own copying; this costs about 2 % of the inflation.
//
// When ISA-L's fast loop meets invalid data, its counts include bytes that it never wrote. Its loop for the ends of
// buffers counts right. So the state is saved before each call (about 55 KB, 1 % of the time of a large one), and a
// call that failed is done again from there with so few bytes at a time that the fast loop is never entered.
#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "format/crc32.h"
#include "format/input/decoder.h"
#include "format/input/gzip_header.h"
#include "format/input/little_endian.h"

namespace ingot {
namespace {

constexpr size_t kTrailerBytes = 8;
constexpr size_t kCallLimit = size_t{1} << 30U;  // ISA-L counts in 32 bits
// With fewer compressed bytes than this a call does not enter ISA-L's fast loop.
constexpr size_t kFastInput = 8;
constexpr char kFirstMagicByte = '\x1f';
constexpr char kSecondMagicByte = '\x8b';

std::string_view InflateFault(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "invalid deflate block";
    case ISAL_INVALID_SYMBOL:
      return "invalid deflate symbol";
    case ISAL_INVALID_LOOKBACK:
      return "a deflate copy reaches back too far";
    default:
      return "invalid deflate data";
  }
}

// What one call of ISA-L did. After a fault in its fast loop the counts are wrong.
struct InflateCall {
  int code = 0;
  size_t consumed = 0;
  size_t bytes = 0;
};

class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(CompressedInput& input)
      : input_(input), state_(std::make_unique<inflate_state>()), saved_(std::make_unique<inflate_state>()) {
    isal_inflate_init(state_.get());
  }

  Result<DecodeStep> Decode(std::span<char> out) override;

 private:
  enum class Stage { kHeader, kBody, kRest, kTrailer, kBetween, kPadding, kEnd };

  Result<void> MoveOn();
  Result<void> ReadHeader();
  size_t Inflate(std::span<char> out);
  size_t InflateExactly(std::span<char> out);
  InflateCall Call(std::span<const char> in, std::span<char> out);
  size_t Accept(const InflateCall& call, std::span<const char> out);
  void SaveState();
  void RestoreState();
  Result<void> AwaitInput();
  size_t TakeRest(std::span<char> out);
  Result<void> CheckTrailer();
  Result<void> FindNextMember();
  Result<void> SkipPadding();
  void Damage(DamageKind kind, uint64_t offset, std::string detail);
  void DamageAfterMember(std::string detail);
  // Decompressed bytes that ISA-L has not handed out yet.
  size_t HeldBytes() const { return static_cast<size_t>(state_->tmp_out_valid - state_->tmp_out_processed); }
  // Whole compressed bytes that ISA-L has taken and not used: they are still in its bit buffer.
  size_t BufferedBytes() const { return static_cast<size_t>(std::max(state_->read_in_length, 0)) / 8; }

  CompressedInput& input_;
  std::unique_ptr<inflate_state> state_;
  std::unique_ptr<inflate_state> saved_;  // as it was before the current call
  Stage stage_ = Stage::kHeader;
  uint64_t member_ = 1;        // number of the current member
  uint64_t member_bytes_ = 0;  // decompressed from it
  uint32_t crc_ = 0;           // of these bytes
  // A damage waits here until the bytes in front of it have been taken.
  std::optional<InputDamage> damage_;
};

Result<DecodeStep> GzipDecoder::Decode(std::span<char> out) {
  while (stage_ != Stage::kEnd) {
    DecodeStep step;
    if (stage_ == Stage::kBody) {
      step.bytes = Inflate(out);
    } else if (stage_ == Stage::kRest) {
      step.bytes = TakeRest(out);
    }
    if (step.bytes > 0) {
      return step;
    }
    INGOT_TRY(MoveOn());
  }
  return DecodeStep{0, !damage_, std::move(damage_)};
}

// What to do where no decompressed bytes are to be had.
Result<void> GzipDecoder::MoveOn() {
  switch (stage_) {
    case Stage::kHeader:
      return ReadHeader();
    case Stage::kBody:
      return AwaitInput();
    case Stage::kTrailer:
      return CheckTrailer();
    case Stage::kBetween:
      return FindNextMember();
    case Stage::kPadding:
      return SkipPadding();
    case Stage::kRest:
    case Stage::kEnd:
      stage_ = Stage::kEnd;
  }
  return {};
}

void GzipDecoder::Damage(DamageKind kind, uint64_t offset, std::string detail) {
  damage_ = InputDamage{kind, offset, member_, std::move(detail)};
  stage_ = Stage::kEnd;
}

void GzipDecoder::DamageAfterMember(std::string detail) {
  Damage(DamageKind::kGarbage, input_.offset(), std::move(detail));
  damage_->member = 0;
}

Result<void> GzipDecoder::ReadHeader() {
  INGOT_ASSIGN(auto fault, ReadGzipHeader(input_));
  if (fault) {
    Damage(fault->kind, fault->compressed_offset, std::move(fault->detail));
    return {};
  }
  isal_inflate_reset(state_.get());
  crc_ = 0;
  member_bytes_ = 0;
  stage_ = Stage::kBody;
  return {};
}

InflateCall GzipDecoder::Call(std::span<const char> in, std::span<char> out) {
  const size_t offered = std::min(in.size(), kCallLimit);
  const size_t room = std::min(out.size(), kCallLimit);
  // ISA-L takes its input without const, and does not write to it.
  state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(in.data()));
  state_->avail_in = static_cast<uint32_t>(offered);
  state_->next_out = reinterpret_cast<uint8_t*>(out.data());
  state_->avail_out = static_cast<uint32_t>(room);
  const int code = isal_inflate(state_.get());
  return {code, offered - state_->avail_in, room - state_->avail_out};
}

size_t GzipDecoder::Accept(const InflateCall& call, std::span<const char> out) {
  input_.Consume(call.consumed);
  crc_ = Crc32(crc_, out.first(call.bytes));
  member_bytes_ += call.bytes;
  if (call.code != ISAL_DECOMP_OK) {
    Damage(DamageKind::kBadData, input_.offset() - BufferedBytes(), std::string(InflateFault(call.code)));
    stage_ = Stage::kRest;
  } else if (state_->block_state == ISAL_BLOCK_FINISH) {
    stage_ = Stage::kTrailer;
  }
  return call.bytes;
}

// Decompresses with the compressed bytes that are at hand; with none when what ISA-L holds fills `out` already.
size_t GzipDecoder::Inflate(std::span<char> out) {
  const std::span<const char> window = HeldBytes() < out.size() ? input_.window() : std::span<const char>();
  if (window.size() < kFastInput) {
    return Accept(Call(window, out), out);
  }
  SaveState();
  const InflateCall call = Call(window, out);
  if (call.code == ISAL_DECOMP_OK) {
    return Accept(call, out);
  }
  RestoreState();
  return InflateExactly(out);
}

size_t GzipDecoder::InflateExactly(std::span<char> out) {
  size_t bytes = 0;
  while (bytes < out.size() && stage_ == Stage::kBody && !input_.window().empty()) {
    const std::span<const char> window = input_.window();
    const std::span<char> room = out.subspan(bytes);
    bytes += Accept(Call(window.first(std::min(window.size(), kFastInput - 1)), room), room);
  }
  return bytes;
}

// The buffer of decompressed bytes stands last in the state, and only its valid part counts.
void GzipDecoder::SaveState() {
  const size_t used = offsetof(inflate_state, tmp_out_buffer) + static_cast<size_t>(state_->tmp_out_valid);
  std::memcpy(saved_.get(), state_.get(), used);
}

void GzipDecoder::RestoreState() {
  const size_t used = offsetof(inflate_state, tmp_out_buffer) + static_cast<size_t>(saved_->tmp_out_valid);
  std::memcpy(state_.get(), saved_.get(), used);
}

// Asks for compressed bytes, once ISA-L can do nothing without them: what it held back would otherwise wait for a slow
// pipe, or be lost to a failing read.
Result<void> GzipDecoder::AwaitInput() {
  INGOT_ASSIGN(const auto window, input_.Peek(1));
  if (window.empty()) {
    Damage(DamageKind::kCut, input_.offset(), "the input ends inside deflate data");
  }
  return {};
}

// ISA-L decompresses ahead into a buffer of its own. What stands there when it meets bad data is as good as the rest.
size_t GzipDecoder::TakeRest(std::span<char> out) {
  const size_t count = std::min(out.size(), HeldBytes());
  std::memcpy(out.data(), state_->tmp_out_buffer + state_->tmp_out_processed, count);
  state_->tmp_out_processed += static_cast<int32_t>(count);
  member_bytes_ += count;
  return count;
}

Result<void> GzipDecoder::CheckTrailer() {
  const size_t buffered = BufferedBytes();
  const uint64_t offset = input_.offset() - buffered;
  INGOT_ASSIGN(const auto window, input_.Peek(kTrailerBytes - buffered));
  if (buffered + window.size() < kTrailerBytes) {
    Damage(DamageKind::kCut, input_.offset() + window.size(), "the input ends inside a gzip trailer");
    return {};
  }
  // The trailer begins at the next whole byte of the bit buffer.
  std::array<char, kTrailerBytes> trailer{};
  const uint64_t bits = state_->read_in >> (static_cast<unsigned>(state_->read_in_length) % 8U);
  for (size_t i = 0; i < buffered; ++i) {
    trailer.at(i) = static_cast<char>(bits >> (8U * i));
  }
  std::copy_n(window.begin(), kTrailerBytes - buffered, trailer.begin() + static_cast<std::ptrdiff_t>(buffered));
  input_.Consume(kTrailerBytes - buffered);

  const auto stored_crc = LoadLittleEndian<uint32_t>(trailer);
  const auto stored_size = LoadLittleEndian<uint32_t>(std::span(trailer).subspan(4));
  if (stored_crc != crc_) {
    Damage(DamageKind::kBadChecksum, offset,
           fmt::format("the gzip member's CRC32 is {:08x}, its bytes have {:08x}", stored_crc, crc_));
  } else if (stored_size != static_cast<uint32_t>(member_bytes_)) {
    Damage(DamageKind::kBadSize, offset + 4,
           fmt::format("the gzip member's size is {} modulo 2^32, it has {} bytes", stored_size, member_bytes_));
  } else {
    ++members_.whole;
    members_.proven_bytes += member_bytes_;
    stage_ = Stage::kBetween;
  }
  return {};
}

Result<void> GzipDecoder::FindNextMember() {
  INGOT_ASSIGN(const auto window, input_.Peek(2));
  if (window.empty()) {
    stage_ = Stage::kEnd;
  } else if (window[0] == kFirstMagicByte && (window.size() == 1 || window[1] == kSecondMagicByte)) {
    ++member_;
    stage_ = Stage::kHeader;
  } else if (window[0] == '\0') {
    stage_ = Stage::kPadding;
  } else {
    DamageAfterMember("data after the last gzip member is not a gzip member");
  }
  return {};
}

// Tapes and block devices fill up with zeros. Readers disagree on anything behind those, so it is not taken for a
// member even if it looks like one.
Result<void> GzipDecoder::SkipPadding() {
  INGOT_ASSIGN(const auto window, input_.Peek(1));
  const auto other = std::find_if(window.begin(), window.end(), [](char c) { return c != '\0'; });
  input_.Consume(static_cast<size_t>(other - window.begin()));
  if (other != window.end()) {
    DamageAfterMember("bytes other than zero follow the zero padding");
  } else if (window.empty()) {
    stage_ = Stage::kEnd;
  }
  return {};
}

}  // namespace

std::unique_ptr<Decoder> NewGzipDecoder(CompressedInput& input) { return std::make_unique<GzipDecoder>(input); }

}  // namespace ingot
