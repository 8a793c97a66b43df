#include "source/listing/listing_block.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "model/quoted_name.h"
#include "model/utf8.h"

namespace ingot {
namespace {

constexpr size_t kShownBytes = 120;  // of a rejected line

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view Trimmed(std::string_view line) {
  while (!line.empty() && IsSpace(line.back())) {
    line.remove_suffix(1);
  }
  while (!line.empty() && IsSpace(line.front())) {
    line.remove_prefix(1);
  }
  return line;
}

constexpr uint64_t Everywhere(uint8_t byte) { return 0x0101010101010101U * byte; }

// True when every byte but newlines is ASCII that prints. Eight bytes at a time: sums of seven bits do not reach the
// next byte, and their eighth bit is the answer.
bool IsPrintable(std::string_view text) {
  constexpr uint64_t kHigh = Everywhere(0x80);
  constexpr uint64_t kLow = Everywhere(0x7F);
  const auto are_plain = [](uint64_t bytes) {
    const uint64_t low = bytes & kLow;
    const uint64_t no_newline = ((bytes ^ Everywhere('\n')) & kLow) + kLow;
    const uint64_t from_space = low + Everywhere(0x60);
    const uint64_t is_delete = low + Everywhere(0x01);
    return ((((from_space & ~is_delete) | ~no_newline) & ~bytes) & kHigh) == kHigh;
  };
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    if (!are_plain(bytes)) {
      return false;
    }
  }
  uint64_t rest = Everywhere(' ');
  // An empty text may have no place at all.
  if (at < text.size()) {
    std::memcpy(&rest, text.data() + at, text.size() - at);
  }
  return are_plain(rest);
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

// Cut at a whole character; what could disturb a terminal is escaped.
std::string Shown(std::string_view line) {
  std::string_view part = line.substr(0, kShownBytes);
  while (part.size() < line.size() && !part.empty() &&
         (static_cast<unsigned char>(line[part.size()]) & 0xC0U) == 0x80) {
    part.remove_suffix(1);
  }
  std::string text;
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !IsUtf8(part))) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return fmt::format("'{}{}'", text, part.size() < line.size() ? "…" : "");
}

std::string ReasonOf(PathVerdict verdict, std::string_view line, const PathMatcher& matcher,
                     const MatchedPath& matched) {
  switch (verdict) {
    case PathVerdict::kOutOfRange: {
      const TemplateField& field = matcher.path().fields()[matched.culprit];
      return fmt::format("{} {} is beyond {}", field.name, matched.texts[matched.culprit].substr(0, kShownBytes),
                         FieldKindName(field.kind));
    }
    case PathVerdict::kLeadingZero: {
      const TemplateField& field = matcher.path().fields()[matched.culprit];
      return fmt::format("{} {} has a leading zero; write {{{}}} in the template to keep it as text", field.name,
                         matched.texts[matched.culprit].substr(0, kShownBytes), field.name);
    }
    case PathVerdict::kBadText:
      return fmt::format("{} holds control characters", matcher.path().fields()[matched.culprit].name);
    case PathVerdict::kMatch:
    case PathVerdict::kNoMatch:
      break;
  }
  return line.find('\t') == std::string_view::npos ? "does not match the template"
                                                   : "does not match the template; write one path a line, without tabs";
}

// Reads one block.
class BlockReader {
 public:
  BlockReader(const PathMatcher& matcher, const KeyLayout& layout, uint64_t max_line_bytes, ListingBlock* out)
      : matcher_(matcher), layout_(layout), max_line_bytes_(max_line_bytes), out_(*out) {}

  void Read(const LineBlock& block) {
    Clear();
    const std::string_view text(block.text.data(), block.text.size());
    block_bytes_ = text.size();
    bytes_ = IsPrintable(text) ? PathBytes::kPrintable : PathBytes::kAny;
    for (size_t begin = 0; begin < text.size();) {
      const auto* newline = static_cast<const char*>(std::memchr(text.data() + begin, '\n', text.size() - begin));
      const size_t end = static_cast<size_t>(newline - text.data());
      ReadLine(text.substr(begin, end - begin));
      ++out_.lines;
      begin = end + 1;
    }
    if (block.rejected) {
      Reject({}, *block.rejected);
      ++out_.lines;
    }
  }

 private:
  void Clear() {
    const size_t slots = layout_.texts + 1;
    out_.dictionaries.resize(slots);
    out_.codes.resize(slots);
    out_.numbers.resize(layout_.numbers);
    last_.assign(slots, {});
    for (size_t i = 0; i < slots; ++i) {
      out_.dictionaries[i].Clear();
      out_.codes[i].Clear();
    }
    for (Buffer<int64_t>& numbers : out_.numbers) {
      numbers.Clear();
    }
    out_.row_lines.Clear();
    out_.first_rejects.clear();
    out_.first_suspicious.clear();
    out_.decoded.Clear();
    out_.shapes = {};
    out_.suspicious = 0;
    out_.lines = out_.rejected = out_.blank = 0;
    out_.longest = 0;
  }

  void ReadLine(std::string_view line) {
    const std::string_view trimmed = Trimmed(line);
    if (trimmed.empty()) {
      ++out_.blank;
      return;
    }
    if (line.size() > max_line_bytes_) {
      return Reject(trimmed,
                    fmt::format("the line has {} bytes, more than the limit of {}", line.size(), max_line_bytes_));
    }
    if (trimmed.front() == '"') {
      out_.decoded.Reserve(block_bytes_);  // once, so that texts stay where they are
    }
    const auto [shape, path] = RecognizeLine(trimmed, &out_.decoded);
    const PathBytes bytes = shape == LineShape::kS3Inventory ? PathBytes::kAny : bytes_;
    if (bytes == PathBytes::kAny) {
      if (path.find('\0') != std::string_view::npos) {
        return Reject(path, "holds a NUL, which no path can");
      }
      if (!IsUtf8(path)) {
        return Reject(path, "is not UTF-8");
      }
    }
    const PathVerdict verdict = matcher_.Match(path, bytes, &matched_);
    if (verdict != PathVerdict::kMatch) {
      ++out_.rejected;
      if (out_.first_rejects.size() < kShownRejects) {
        out_.first_rejects.push_back({out_.lines, ReasonOf(verdict, path, matcher_, matched_), Shown(path)});
      }
      return;
    }
    if (bytes == PathBytes::kAny && HasControl(path.substr(0, matched_.prefix_bytes))) {
      return Reject(path, "holds control characters; write one path a line, without tabs");
    }
    ++out_.shapes[static_cast<size_t>(shape)];
    if (IsSuspicious(path) && ++out_.suspicious <= kShownRejects) {
      out_.first_suspicious.push_back({out_.lines, {}, Shown(path)});
    }
    AddRow(path);
  }

  void Reject(std::string_view line, std::string reason) {
    ++out_.rejected;
    if (out_.first_rejects.size() < kShownRejects) {
      out_.first_rejects.push_back({out_.lines, std::move(reason), line.empty() ? "" : Shown(line)});
    }
  }

  void AddRow(std::string_view path) {
    for (size_t field = 0; field < layout_.is_text.size(); ++field) {
      const size_t slot = layout_.slot[field];
      if (layout_.is_text[field]) {
        AddText(slot, matched_.texts[field]);
      } else {
        out_.numbers[slot].Append(matched_.numbers[field]);
      }
    }
    AddText(layout_.texts, path.substr(0, matched_.prefix_bytes));
    out_.row_lines.Append(static_cast<uint32_t>(out_.lines));
    out_.longest = std::max(out_.longest, path.size());
  }

  // Listings are mostly in order: neighbours share most texts.
  void AddText(size_t slot, std::string_view text) {
    Last& last = last_[slot];
    Buffer<uint32_t>& codes = out_.codes[slot];
    if (last.is_set && last.text == text) {
      codes.Append(codes.back());
      return;
    }
    const auto end = static_cast<uint32_t>(text.size());
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size goes with it, as `end`
    out_.dictionaries[slot].Add({text.data(), &end, 0, 1}, SIZE_MAX, &codes);
    last = {text, true};
  }

  struct Last {
    std::string_view text;
    bool is_set = false;
  };

  const PathMatcher& matcher_;
  const KeyLayout& layout_;
  const uint64_t max_line_bytes_;
  ListingBlock& out_;
  PathBytes bytes_ = PathBytes::kAny;
  size_t block_bytes_ = 0;
  MatchedPath matched_;
  std::vector<Last> last_;  // by slot; the texts lie in the block
};

}  // namespace

KeyLayout::KeyLayout(const PathTemplate& path) {
  for (const TemplateField& field : path.fields()) {
    is_text.push_back(field.kind == FieldKind::kString);
    slot.push_back(is_text.back() ? texts++ : numbers++);
  }
}

void ReadListingBlock(const LineBlock& block, const PathMatcher& matcher, const KeyLayout& layout,
                      uint64_t max_line_bytes, ListingBlock* out) {
  BlockReader(matcher, layout, max_line_bytes, out).Read(block);
}

}  // namespace ingot
