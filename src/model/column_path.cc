#include "model/column_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/quoted_name.h"

namespace ingot {
namespace {

using Segment = ColumnPathPattern::Segment;

constexpr std::string_view kReserved = ".[]{}*=\" ";
constexpr size_t kMaxSegments = 128;

// What means something in a path, and `=`, which ends it on the command line.
bool IsReserved(char c) { return kReserved.find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20; }

Error Problem(std::string_view text, size_t position, std::string_view what) {
  return Error(ErrorKind::kConfig, fmt::format("column path '{}', column {}: {}", text, position + 1, what),
               "write names with dots between them, as in meta.source, prices[].mid or windows.*.tags; quote a name "
               "that holds a dot: \"a.b\".c");
}

// Reads one name, `*` or quoted name at `position`.
Result<Segment> ParseName(std::string_view text, size_t& position) {
  if (position < text.size() && text[position] == '*') {
    ++position;
    return Segment{Segment::Kind::kAnyName, {}};
  }
  if (position < text.size() && text[position] == '"') {
    const size_t begin = position;
    auto name = ParseJsonQuoted(text, position);
    if (!name) {
      return Problem(text, begin, name.error().message());
    }
    return Segment{Segment::Kind::kName, *std::move(name)};
  }
  const size_t begin = position;
  while (position < text.size() && !IsReserved(text[position])) {
    ++position;
  }
  if (position == begin) {
    return Problem(text, position, "a name is missing");
  }
  return Segment{Segment::Kind::kName, std::string(text.substr(begin, position - begin))};
}

}  // namespace

Result<ColumnPathPattern> ColumnPathPattern::Parse(std::string_view text) {
  ColumnPathPattern pattern;
  size_t position = 0;
  INGOT_ASSIGN(Segment first, ParseName(text, position));
  pattern.segments_.push_back(std::move(first));
  while (position < text.size()) {
    if (pattern.segments_.size() >= kMaxSegments) {
      return Problem(text, position, fmt::format("a path has at most {} parts", kMaxSegments));
    }
    if (text.substr(position, 2) == "[]") {
      pattern.segments_.push_back({Segment::Kind::kElement, {}});
      position += 2;
    } else if (text.substr(position, 2) == "{}") {
      pattern.segments_.push_back({Segment::Kind::kMapValue, {}});
      position += 2;
    } else if (text[position] == '.') {
      ++position;
      INGOT_ASSIGN(Segment next, ParseName(text, position));
      pattern.segments_.push_back(std::move(next));
    } else {
      return Problem(text, position, fmt::format("'{}' is not expected here", text[position]));
    }
  }
  return pattern;
}

bool ColumnPathPattern::Matches(std::span<const std::string> path) const {
  return std::equal(segments_.begin(), segments_.end(), path.begin(), path.end(),
                    [](const Segment& segment, const std::string& step) {
                      switch (segment.kind) {
                        case Segment::Kind::kElement:
                          return step == "[]";
                        case Segment::Kind::kMapValue:
                          return step == "{}";
                        case Segment::Kind::kAnyName:
                          return step != "[]" && step != "{}";
                        case Segment::Kind::kName:
                          break;
                      }
                      return step == segment.name;
                    });
}

bool ColumnPathPattern::is_exact() const {
  return std::none_of(segments_.begin(), segments_.end(),
                      [](const Segment& segment) { return segment.kind == Segment::Kind::kAnyName; });
}

std::string ColumnPathPattern::ToString() const {
  std::string out;
  for (const Segment& segment : segments_) {
    const std::string_view dot = out.empty() ? "" : ".";
    switch (segment.kind) {
      case Segment::Kind::kElement:
        out += "[]";
        break;
      case Segment::Kind::kMapValue:
        out += "{}";
        break;
      case Segment::Kind::kAnyName:
        out += fmt::format("{}*", dot);
        break;
      case Segment::Kind::kName:
        out += fmt::format("{}{}", dot, QuotePathSegment(segment.name));
        break;
    }
  }
  return out;
}

std::string QuotePathSegment(std::string_view name) {
  const bool bare = !name.empty() && std::none_of(name.begin(), name.end(), IsReserved);
  return bare ? std::string(name) : JsonQuoted(name);
}

}  // namespace ingot
