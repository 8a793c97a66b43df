#include "format/input/open_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>
#include <vector>

#include "format/input/compressed_input.h"
#include "format/input/decoder.h"
#include "format/input/newlines.h"

namespace ingot {
namespace {

// One step of decompression and one count of newlines: small enough to stay in the second-level cache between the two,
// large enough that what each call of ISA-L copies at its start, about 100 KB, does not show.
constexpr size_t kStepBytes = size_t{256} << 10U;

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::string_view kSkippableMagicTail = "\x2a\x4d\x18";  // behind a byte 0x50 … 0x5f

bool IsSkippable(std::string_view head) {
  return head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xf0U) == 0x50U &&
         head.substr(1, 3) == kSkippableMagicTail;
}

Compression CompressionOfBytes(std::string_view head) {
  if (head.starts_with(kGzipMagic)) {
    return Compression::kGzip;
  }
  if (head.starts_with(kZstdMagic) || IsSkippable(head)) {
    return Compression::kZstd;
  }
  return Compression::kPlain;
}

Compression CompressionOfName(std::string_view name) {
  if (name.ends_with(".gz")) {
    return Compression::kGzip;
  }
  return name.ends_with(".zst") ? Compression::kZstd : Compression::kPlain;
}

// The damage of an input whose name promises another format than its first bytes show.
InputDamage WrongFormat(Compression promised, Compression found, std::string_view head) {
  const std::string_view magic = promised == Compression::kGzip ? kGzipMagic : kZstdMagic;
  if (head.empty()) {
    return {DamageKind::kCut, 0, 0, fmt::format("the input is empty, and not a {} file", CompressionName(promised))};
  }
  if (head.size() < magic.size() && magic.starts_with(head)) {
    return {DamageKind::kCut, head.size(), 0, "the input ends inside its magic bytes"};
  }
  std::string detail = fmt::format("not a {} file", CompressionName(promised));
  if (found != Compression::kPlain) {
    detail += fmt::format(", it begins as {} does", CompressionName(found));
  }
  return {DamageKind::kWrongFormat, 0, 0, std::move(detail)};
}

class InputSource final : public ByteSource {
 public:
  InputSource(std::unique_ptr<CompressedInput> input, std::string name, Compression compression)
      : input_(std::move(input)), name_(std::move(name)) {
    digest_.compression = compression;
  }

  // Exactly one of the two is called, before the first Read.
  void StartWith(std::unique_ptr<Decoder> decoder) { decoder_ = std::move(decoder); }
  void StartWith(InputDamage damage) { Fail(std::move(damage)); }

  Result<size_t> Read(std::span<char> out) override;
  Result<InputDigest> Finish() override;
  uint64_t compressed_position() const override { return input_->offset(); }

 private:
  void Take(std::span<const char> bytes);
  void Fail(InputDamage damage);
  void UpdateCounts();

  std::unique_ptr<CompressedInput> input_;
  std::string name_;
  std::unique_ptr<Decoder> decoder_;  // refers to *input_
  InputDigest digest_;
  bool ended_ = false;
  std::optional<Error> failure_;  // found behind the bytes that were handed out
};

Result<size_t> InputSource::Read(std::span<char> out) {
  assert(!out.empty());
  size_t filled = 0;
  while (filled < out.size() && !ended_ && !failure_) {
    const std::span<char> room = out.subspan(filled, std::min(kStepBytes, out.size() - filled));
    auto step = decoder_->Decode(room);
    if (!step) {
      failure_ = std::move(step).error().In("'" + name_ + "'");
      break;
    }
    Take(room.first(step->bytes));
    filled += step->bytes;
    ended_ = step->ended;
    if (step->damage) {
      Fail(*std::move(step->damage));
    }
  }
  if (filled == 0 && failure_) {
    return *failure_;
  }
  return filled;
}

void InputSource::Take(std::span<const char> bytes) {
  if (!bytes.empty()) {
    digest_.bytes += bytes.size();
    digest_.newlines += CountNewlines(bytes);
    digest_.ends_mid_line = bytes.back() != '\n';
  }
}

void InputSource::Fail(InputDamage damage) {
  UpdateCounts();
  std::string where = fmt::format("compressed byte {}", damage.compressed_offset);
  if (damage.member > 0) {
    where += fmt::format(", {} {}", digest_.compression == Compression::kZstd ? "frame" : "member", damage.member);
  }
  failure_ =
      Error(ErrorKind::kInvalidData,
            fmt::format("'{}' is damaged ({}): {}; at {}; {} bytes were decompressed before it, {} of them "
                        "proven by a checksum",
                        name_, DamageName(damage.kind), damage.detail, where, digest_.bytes, digest_.proven_bytes),
            "fetch the file again from where it was made");
  digest_.damage = std::move(damage);
}

void InputSource::UpdateCounts() {
  if (decoder_ != nullptr) {
    const MemberCounts& counts = decoder_->members();
    digest_.members = counts.whole;
    digest_.unchecked_members = counts.unchecked;
    digest_.proven_bytes = counts.proven_bytes;
  }
}

Result<InputDigest> InputSource::Finish() {
  if (failure_ && !digest_.damage) {
    return *failure_;
  }
  if (!ended_ && !failure_) {
    return Error(ErrorKind::kInternal, "the facts about '" + name_ + "' were asked for before its end was read");
  }
  while (true) {
    INGOT_ASSIGN(const auto window, input_->Peek(1));
    if (window.empty()) {
      break;
    }
    input_->Consume(window.size());
  }
  UpdateCounts();
  digest_.compressed_bytes = input_->offset();
  digest_.sha256 = input_->FinishSha256();
  return std::move(digest_);
}

}  // namespace

std::string_view CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kPlain:
      return "plain";
    case Compression::kGzip:
      return "gzip";
    case Compression::kZstd:
      return "zstd";
  }
  return "unknown";
}

std::string_view DamageName(DamageKind kind) {
  switch (kind) {
    case DamageKind::kWrongFormat:
      return "wrong_format";
    case DamageKind::kCut:
      return "cut";
    case DamageKind::kBadHeader:
      return "bad_header";
    case DamageKind::kBadData:
      return "bad_data";
    case DamageKind::kBadChecksum:
      return "bad_checksum";
    case DamageKind::kBadSize:
      return "bad_size";
    case DamageKind::kGarbage:
      return "garbage";
  }
  return "unknown";
}

Result<std::unique_ptr<ByteSource>> OpenInput(std::unique_ptr<RawReader> reader, const std::string& name,
                                              const InputOptions& options) {
  auto input = std::make_unique<CompressedInput>(std::move(reader), options.read_bytes);
  INGOT_ASSIGN(const auto window, input->Peek(kZstdMagic.size()));
  const std::string_view head(window.data(), std::min(window.size(), kZstdMagic.size()));
  const Compression found = CompressionOfBytes(head);
  const Compression promised = CompressionOfName(name);

  CompressedInput& compressed = *input;
  auto source = std::make_unique<InputSource>(std::move(input), name, found);
  if (promised != Compression::kPlain && promised != found) {
    source->StartWith(WrongFormat(promised, found, head));
  } else if (found == Compression::kGzip) {
    source->StartWith(NewGzipDecoder(compressed));
  } else if (found == Compression::kZstd) {
    INGOT_ASSIGN(auto decoder, NewZstdDecoder(compressed, options.zstd_window_log_max));
    source->StartWith(std::move(decoder));
  } else {
    source->StartWith(NewPlainDecoder(compressed));
  }
  return std::unique_ptr<ByteSource>(std::move(source));
}

Result<std::unique_ptr<ByteSource>> OpenInput(UniqueFd fd, const std::string& name, const InputOptions& options) {
  INGOT_ASSIGN(FdReader reader, FdReader::Open(std::move(fd), name));
  return OpenInput(std::make_unique<FdReader>(std::move(reader)), name, options);
}

Result<std::unique_ptr<ByteSource>> OpenInput(const std::string& path, const InputOptions& options) {
  INGOT_ASSIGN(UniqueFd fd, OpenFile(path, O_RDONLY));
  return OpenInput(std::move(fd), path, options);
}

Result<std::unique_ptr<ByteSource>> OpenStandardInput(const InputOptions& options) {
  UniqueFd copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid()) {
    return ErrnoError(errno, "read", "standard input");
  }
  return OpenInput(std::move(copy), "standard input", options);
}

}  // namespace ingot
