#include "dataset/rejects_file.h"

#include <fmt/format.h>

#include "model/json_value.h"
#include "model/utf8.h"

namespace ingot {
namespace {

// RFC 4648 §4, with padding.
std::string Base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](size_t offset) {
      return i + offset < bytes.size() ? static_cast<unsigned char>(bytes[i + offset]) : 0U;
    };
    const uint32_t group = at(0) << 16U | at(1) << 8U | at(2);
    text += kAlphabet[group >> 18U & 63U];
    text += kAlphabet[group >> 12U & 63U];
    text += i + 1 < bytes.size() ? kAlphabet[group >> 6U & 63U] : '=';
    text += i + 2 < bytes.size() ? kAlphabet[group & 63U] : '=';
  }
  return text;
}

}  // namespace

Result<void> RejectsFile::Add(const std::string& file, const std::vector<RejectedLine>& lines) {
  for (const RejectedLine& line : lines) {
    if (sink_ == nullptr) {
      INGOT_ASSIGN(ByteSink* const target, open_());
      hashed_.emplace(*target);
      INGOT_ASSIGN(sink_, GzipSink::Open(*hashed_));
      first_ = fmt::format("{}: line {}: {}", file, line.line, line.reason);
      first_column_ = line.column;
      first_line_bytes_ = line.bytes;
    }
    const bool is_text = IsUtf8(line.text);
    JsonObject fields{{"file", file},
                      {"line", line.line},
                      {"byte", line.byte_offset},
                      {"reason", line.reason},
                      {is_text ? "text" : "text_base64", is_text ? line.text : Base64(line.text)}};
    if (!line.column.empty()) {
      fields.emplace("column", line.column);
    }
    INGOT_ASSIGN(std::string record, WriteJson(std::move(fields), JsonStyle::kCompact));
    record += '\n';
    INGOT_TRY(sink_->Write(record));
    ++count_;
  }
  return {};
}

Result<void> RejectsFile::Finish() {
  if (sink_ != nullptr) {
    INGOT_TRY(sink_->Finish());
  }
  return {};
}

std::string TooManyRejects(uint64_t rejected, uint64_t allowed, std::string_view first) {
  return fmt::format("{} {} rejected, {} {} allowed; the first is {}", rejected,
                     rejected == 1 ? "line was" : "lines were", allowed, allowed == 1 ? "is" : "are", first);
}

}  // namespace ingot
