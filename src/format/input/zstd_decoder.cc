// zstd (RFC 8878) by libzstd's streaming decompression.
#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <string>
#include <utility>

#include "format/input/decoder.h"
#include "format/input/little_endian.h"

namespace ingot {
namespace {

constexpr size_t kMagicBytes = 4;
constexpr size_t kFrameStartBytes = kMagicBytes + 1;  // with the descriptor
constexpr unsigned kChecksumFlag = 1U << 2U;          // in the descriptor
constexpr size_t kBlockHeaderBytes = 3;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

bool IsSkippable(uint32_t magic) { return (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START; }

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder(CompressedInput& input, Context context, int window_log_max)
      : input_(input), context_(std::move(context)), window_log_max_(window_log_max) {}

  Result<DecodeStep> Decode(std::span<char> out) override;

 private:
  enum class Stage { kBetween, kFrame, kEnd };

  Result<void> MoveOn();
  Result<void> StartFrame();
  Result<size_t> Decompress(std::span<char> out);
  Result<void> AwaitInput();
  Result<void> Fail(size_t code);
  void EndFrame();
  void Damage(DamageKind kind, uint64_t offset, std::string detail);

  CompressedInput& input_;
  Context context_;
  int window_log_max_;
  Stage stage_ = Stage::kBetween;
  uint64_t frame_ = 0;  // number of the current frame, without skippable ones
  uint64_t frame_bytes_ = 0;
  bool skippable_ = false;
  bool checksummed_ = false;
  size_t hint_ = 0;  // compressed bytes that libzstd wants next
  std::optional<InputDamage> damage_;
};

Result<DecodeStep> ZstdDecoder::Decode(std::span<char> out) {
  while (stage_ != Stage::kEnd) {
    if (stage_ == Stage::kFrame) {
      DecodeStep step;
      INGOT_ASSIGN(step.bytes, Decompress(out));
      if (step.bytes > 0) {
        return step;
      }
    }
    INGOT_TRY(MoveOn());
  }
  return DecodeStep{0, !damage_, std::move(damage_)};
}

// What to do where no decompressed bytes are to be had.
Result<void> ZstdDecoder::MoveOn() {
  switch (stage_) {
    case Stage::kBetween:
      return StartFrame();
    case Stage::kFrame:
      return AwaitInput();
    case Stage::kEnd:
      break;
  }
  return {};
}

void ZstdDecoder::Damage(DamageKind kind, uint64_t offset, std::string detail) {
  damage_ = InputDamage{kind, offset, frame_, std::move(detail)};
  stage_ = Stage::kEnd;
}

Result<void> ZstdDecoder::StartFrame() {
  INGOT_ASSIGN(const auto window, input_.Peek(kFrameStartBytes));
  if (window.empty()) {
    stage_ = Stage::kEnd;
    return {};
  }
  const uint64_t end = input_.offset() + window.size();
  if (window.size() < kMagicBytes) {
    Damage(DamageKind::kCut, end, "the input ends inside the magic bytes of a zstd frame");
    return {};
  }
  const auto magic = LoadLittleEndian<uint32_t>(window);
  skippable_ = IsSkippable(magic);
  if (magic != ZSTD_MAGICNUMBER && !skippable_) {
    Damage(DamageKind::kGarbage, input_.offset(), "data after the last zstd frame is not a zstd frame");
    damage_->member = 0;
    return {};
  }
  frame_ += skippable_ ? 0 : 1;
  if (window.size() < kFrameStartBytes) {
    Damage(DamageKind::kCut, end, "the input ends inside a zstd frame header");
    return {};
  }
  checksummed_ = (static_cast<unsigned char>(window[kMagicBytes]) & kChecksumFlag) != 0;
  ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  frame_bytes_ = 0;
  hint_ = kFrameStartBytes;
  stage_ = Stage::kFrame;
  return {};
}

// When libzstd meets an error it forgets the bytes that the same call had written. Its hint is one block and the header
// of the next; giving it the two apart, no call both writes bytes and reads on, and nothing is lost.
Result<size_t> ZstdDecoder::Decompress(std::span<char> out) {
  const size_t wanted = hint_ > kBlockHeaderBytes ? hint_ - kBlockHeaderBytes : hint_;
  const std::span<const char> window = input_.window();
  ZSTD_inBuffer in{window.data(), std::min(window.size(), wanted), 0};
  ZSTD_outBuffer made{out.data(), out.size(), 0};
  const size_t code = ZSTD_decompressStream(context_.get(), &made, &in);
  if (ZSTD_isError(code) != 0) {
    INGOT_TRY(Fail(code));
    return size_t{0};
  }
  input_.Consume(in.pos);
  frame_bytes_ += made.pos;
  hint_ = code;
  if (code == 0) {
    EndFrame();
  }
  return made.pos;
}

// Only now: decompressed bytes that libzstd holds back must not wait for a slow pipe, or be lost to a failing read.
Result<void> ZstdDecoder::AwaitInput() {
  INGOT_ASSIGN(const auto window, input_.Peek(1));
  if (window.empty()) {
    Damage(DamageKind::kCut, input_.offset(),
           skippable_ ? "the input ends inside a skippable zstd frame" : "the input ends inside a zstd frame");
  }
  return {};
}

void ZstdDecoder::EndFrame() {
  stage_ = Stage::kBetween;
  if (skippable_) {
    return;
  }
  ++members_.whole;
  if (checksummed_) {
    members_.proven_bytes += frame_bytes_;
  } else {
    ++members_.unchecked;
  }
}

Result<void> ZstdDecoder::Fail(size_t code) {
  const std::string reason = ZSTD_getErrorName(code);
  switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_frameParameter_windowTooLarge:
      return Error(ErrorKind::kResourceLimit,
                   fmt::format("zstd frame {} needs a window of more than {} MiB to decompress", frame_,
                               (uint64_t{1} << static_cast<unsigned>(window_log_max_)) >> 20U),
                   "compress the input again without --long and --ultra");
    case ZSTD_error_memory_allocation:
      return Error(ErrorKind::kResourceLimit, fmt::format("no memory to decompress zstd frame {}", frame_));
    case ZSTD_error_dictionary_wrong:
      return Error(ErrorKind::kUnsupported, fmt::format("zstd frame {} needs a dictionary", frame_),
                   "compress the input again without a dictionary");
    case ZSTD_error_checksum_wrong:
      Damage(DamageKind::kBadChecksum, input_.offset(), "the zstd frame's checksum does not fit its bytes");
      return {};
    case ZSTD_error_frameParameter_unsupported:
    case ZSTD_error_version_unsupported:
      Damage(DamageKind::kBadHeader, input_.offset(), "invalid zstd frame header: " + reason);
      return {};
    default:
      Damage(DamageKind::kBadData, input_.offset(), "invalid zstd data: " + reason);
      return {};
  }
}

}  // namespace

Result<std::unique_ptr<Decoder>> NewZstdDecoder(CompressedInput& input, int window_log_max) {
  Context context(ZSTD_createDCtx());
  if (context == nullptr ||
      ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log_max)) != 0) {
    return Error(ErrorKind::kResourceLimit, "no memory to decompress zstd");
  }
  return std::unique_ptr<Decoder>(std::make_unique<ZstdDecoder>(input, std::move(context), window_log_max));
}

}  // namespace ingot
