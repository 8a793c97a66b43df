#include "model/path_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ingot {
namespace {

constexpr size_t kMaxPathBytes = 1024;    // what object stores take
constexpr size_t kMaxSegmentBytes = 255;  // NAME_MAX
constexpr size_t kMaxExpandedPaths = 100'000;

int DigitsAt(std::string_view text, size_t position, size_t count) {
  int value = 0;
  for (size_t i = position; i < position + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "0", "42", "-7": one text for one number.
bool IsCanonicalInteger(std::string_view text) {
  const std::string_view digits = text.substr(!text.empty() && text[0] == '-' ? 1 : 0);
  const bool all_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !digits.empty() && all_digits && (digits[0] != '0' || text == "0");
}

}  // namespace

// Matches one folder level. Fields of any length take as much as they can and give back only what the rest needs, which
// makes the rightmost literal win. Positions from which a part is known to fail are remembered, so that hostile names
// cannot make the search exponential.
class PathTemplate::SegmentMatcher {
 public:
  SegmentMatcher(const Segment& parts, std::string_view text) : parts_(parts), text_(text), ends_(parts.size(), 0) {
    size_t variable = 0;
    for (const Part& part : parts) {
      variable += IsVariable(part.kind) ? 1 : 0;
    }
    if (variable > 1) {
      failed_.assign(parts.size() * (text.size() + 1), false);
    }
  }

  bool Match() { return MatchFrom(0, 0); }

  // Requires: Match() was true.
  std::string_view TextOf(size_t part) const {
    const size_t begin = part == 0 ? 0 : ends_[part - 1];
    return text_.substr(begin, ends_[part] - begin);
  }

 private:
  static bool IsVariable(PartKind kind) { return kind == PartKind::kString || kind == PartKind::kInteger; }

  // Of a part of any length, the least.
  static size_t FixedWidth(const Part& part) {
    switch (part.kind) {
      case PartKind::kLiteral:
        return part.literal.size();
      case PartKind::kYear:
        return 4;
      case PartKind::kMonth:
      case PartKind::kDay:
      case PartKind::kHour:
        return 2;
      case PartKind::kString:
      case PartKind::kInteger:
        return 1;
    }
    return 1;
  }

  bool MatchFrom(size_t part, size_t position) {
    if (part == parts_.size()) {
      return position == text_.size();
    }
    if (!failed_.empty() && failed_[part * (text_.size() + 1) + position]) {
      return false;
    }
    const bool matched = IsVariable(parts_[part].kind) ? MatchVariable(part, position) : MatchFixed(part, position);
    if (!matched && !failed_.empty()) {
      failed_[part * (text_.size() + 1) + position] = true;
    }
    return matched;
  }

  bool MatchFixed(size_t part, size_t position) {
    const Part& expected = parts_[part];
    const size_t width = FixedWidth(expected);
    const bool fits = expected.kind == PartKind::kLiteral ? text_.substr(position, width) == expected.literal
                                                          : DigitsAt(text_, position, width) >= 0;
    ends_[part] = position + width;
    return fits && MatchFrom(part + 1, position + width);
  }

  // Longest first. The last one of its level has one possible end, so that usual templates need no search.
  bool MatchVariable(size_t part, size_t position) {
    size_t rest = 0;
    bool last_variable = true;
    for (size_t i = part + 1; i < parts_.size(); ++i) {
      rest += FixedWidth(parts_[i]);
      last_variable = last_variable && !IsVariable(parts_[i].kind);
    }
    if (position + 1 + rest > text_.size()) {
      return false;
    }
    const size_t longest = text_.size() - rest;
    const size_t shortest = last_variable ? longest : position + 1;
    for (size_t end = longest; end >= shortest; --end) {
      ends_[part] = end;
      const bool fits =
          parts_[part].kind == PartKind::kString || IsCanonicalInteger(text_.substr(position, end - position));
      if (fits && MatchFrom(part + 1, end)) {
        return true;
      }
    }
    return false;
  }

  const Segment& parts_;
  std::string_view text_;
  std::vector<size_t> ends_;
  std::vector<bool> failed_;
};

const TemplateField* PathTemplate::FindField(std::string_view name) const {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const TemplateField& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &*found;
}

std::string_view PathTemplate::LiteralBefore(size_t field) const {
  for (const Segment& segment : segments_) {
    for (size_t i = 0; i < segment.size(); ++i) {
      if (segment[i].kind != PartKind::kLiteral && segment[i].field == field) {
        return i > 0 && segment[i - 1].kind == PartKind::kLiteral ? std::string_view(segment[i - 1].literal) : "";
      }
    }
  }
  return "";
}

Result<std::string> PathTemplate::FormatSegment(const Segment& segment, const FieldValues& values) const {
  std::string out;
  for (const Part& part : segment) {
    if (part.kind == PartKind::kLiteral) {
      out += part.literal;
      continue;
    }
    const TemplateField& field = fields_[part.field];
    const FieldValue* value = FindValue(values, field.name);
    if (value == nullptr) {
      return Error(ErrorKind::kInvalidData,
                   fmt::format("path template '{}' needs a value for '{}'", text_, field.name));
    }
    if (!FitsKind(field.kind, *value)) {
      return Error(ErrorKind::kInvalidData, fmt::format("path template '{}': the value of '{}' is not a usable {}",
                                                        text_, field.name, FieldKindName(field.kind)));
    }
    switch (part.kind) {
      case PartKind::kYear:
        out += fmt::format("{:04}", ToCivil(std::get<UtcDay>(*value)).year);
        break;
      case PartKind::kMonth:
        out += fmt::format("{:02}", ToCivil(std::get<UtcDay>(*value)).month);
        break;
      case PartKind::kDay:
        out += fmt::format("{:02}", ToCivil(std::get<UtcDay>(*value)).day);
        break;
      default:
        out += FormatFieldValue(field.kind, *value);
    }
  }
  if (IsReservedPathName(out) || out.size() > kMaxSegmentBytes) {
    return Error(ErrorKind::kInvalidData,
                 fmt::format("path template '{}': '{}' cannot be a file or folder name", text_, out));
  }
  return out;
}

Result<std::string> PathTemplate::Format(const FieldValues& values) const {
  std::string path;
  for (const Segment& segment : segments_) {
    INGOT_ASSIGN(const std::string name, FormatSegment(segment, values));
    path += (path.empty() ? "" : "/") + name;
  }
  if (path.empty() || path.size() > kMaxPathBytes) {
    return Error(ErrorKind::kInvalidData,
                 fmt::format("path template '{}': a path has 1 to {} bytes", text_, kMaxPathBytes));
  }
  // The promise of Parse, kept by trying it: cheaper to believe than a proof for every template.
  const std::optional<FieldValues> parsed = Parse(path);
  for (const TemplateField& field : fields_) {
    const FieldValue* back = parsed ? FindValue(*parsed, field.name) : nullptr;
    if (back == nullptr || *back != *FindValue(values, field.name)) {
      return Error(
          ErrorKind::kInvalidData,
          fmt::format("path template '{}': '{}' would not be read back with the same '{}'", text_, path, field.name));
    }
  }
  return path;
}

// Texts become values here, once, after all levels fit.
bool PathTemplate::Finish(const std::vector<Captured>& captured, std::vector<FieldValue>& values) const {
  values.clear();
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Captured& seen = captured[i];
    switch (fields_[i].kind) {
      case FieldKind::kDate: {
        auto day = FromCivil(seen.year, static_cast<unsigned>(seen.month), static_cast<unsigned>(seen.day));
        if (!day) {
          return false;
        }
        values.emplace_back(*day);
        break;
      }
      case FieldKind::kHour:
        values.emplace_back(int64_t{seen.hour});
        break;
      default: {
        auto value = ParseFieldValue(fields_[i].kind, seen.text);
        if (!value) {
          return false;
        }
        values.push_back(*std::move(value));
      }
    }
    if (!FitsKind(fields_[i].kind, values.back())) {
      return false;
    }
  }
  return true;
}

bool PathTemplate::Match(std::string_view path, PathPrefix prefix, std::vector<FieldValue>& values) const {
  std::vector<Captured> captured(fields_.size());
  // From the last level to the first, so that a prefix of any depth needs no search.
  size_t end = path.size();
  for (size_t level = segments_.size(); level-- > 0;) {
    const size_t slash = end == 0 ? std::string_view::npos : path.rfind('/', end - 1);
    const size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    const std::string_view name = path.substr(begin, end - begin);
    SegmentMatcher matcher(segments_[level], name);
    if (IsReservedPathName(name) || !matcher.Match()) {
      return false;
    }
    for (size_t i = 0; i < segments_[level].size(); ++i) {
      const Part& part = segments_[level][i];
      if (part.kind == PartKind::kLiteral) {
        continue;
      }
      Captured& seen = captured[part.field];
      const std::string_view text = matcher.TextOf(i);
      if (part.kind == PartKind::kString || part.kind == PartKind::kInteger) {
        if (!seen.text.empty() && seen.text != text) {
          return false;
        }
        seen.text = text;
        continue;
      }
      int& slot = part.kind == PartKind::kYear    ? seen.year
                  : part.kind == PartKind::kMonth ? seen.month
                  : part.kind == PartKind::kDay   ? seen.day
                                                  : seen.hour;
      const int number = DigitsAt(text, 0, text.size());
      if (slot >= 0 && slot != number) {
        return false;
      }
      slot = number;
    }
    const bool more_levels = level > 0;
    if (more_levels && begin == 0) {
      return false;
    }
    if (!more_levels && begin > 0 && prefix == PathPrefix::kNone) {
      return false;
    }
    end = begin == 0 ? 0 : begin - 1;
  }
  return !segments_.empty() && Finish(captured, values);
}

std::optional<FieldValues> PathTemplate::Parse(std::string_view path, PathPrefix prefix) const {
  std::vector<FieldValue> values;
  if (!Match(path, prefix, values)) {
    return std::nullopt;
  }
  FieldValues named;
  named.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    named.push_back({fields_[i].name, std::move(values[i])});
  }
  return named;
}

Result<std::vector<PathTemplate::ExpandedPath>> PathTemplate::Expand(const FieldValues& fixed,
                                                                     std::span<const FieldDomain> domains) const {
  size_t count = 1;
  for (const FieldDomain& domain : domains) {
    if (FindField(domain.field) == nullptr) {
      return Error(ErrorKind::kConfig, fmt::format("path template '{}' has no field '{}'", text_, domain.field));
    }
    count *= domain.values.size();
    if (count > kMaxExpandedPaths) {
      return Error(ErrorKind::kResourceLimit,
                   fmt::format("path template '{}' expands to more than {} paths", text_, kMaxExpandedPaths));
    }
  }
  std::vector<ExpandedPath> paths;
  paths.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    FieldValues chosen;
    size_t remainder = i;
    for (auto domain = domains.rbegin(); domain != domains.rend(); ++domain) {
      chosen.push_back({domain->field, domain->values[remainder % domain->values.size()]});
      remainder /= domain->values.size();
    }
    std::reverse(chosen.begin(), chosen.end());
    FieldValues all = chosen;
    all.insert(all.end(), fixed.begin(), fixed.end());
    INGOT_ASSIGN(std::string path, Format(all));
    paths.push_back({std::move(path), std::move(chosen)});
  }
  return paths;
}

std::string PathTemplate::CommonFolder(const FieldValues& fixed) const {
  std::string folder;
  for (size_t level = 0; level + 1 < segments_.size(); ++level) {
    const auto name = FormatSegment(segments_[level], fixed);
    if (!name) {
      break;
    }
    folder += *name + "/";
  }
  return folder;
}

Result<std::vector<FieldValue>> ParseDomainRange(FieldKind kind, std::string_view text) {
  const size_t dots = text.find("..");
  const bool is_range = dots != std::string_view::npos && kind != FieldKind::kString;
  std::vector<FieldValue> values;
  const auto first = ParseFieldValue(kind, is_range ? text.substr(0, dots) : text);
  const auto last = is_range ? ParseFieldValue(kind, text.substr(dots + 2)) : first;
  if (!first || !last) {
    return Error(ErrorKind::kConfig,
                 fmt::format("'{}' is not a range of kind {}, such as 00..23", text, FieldKindName(kind)));
  }
  if (!is_range) {
    values.push_back(*first);
    return values;
  }
  const bool is_date = kind == FieldKind::kDate;
  const int64_t begin = is_date ? std::get<UtcDay>(*first).days : std::get<int64_t>(*first);
  const int64_t end = is_date ? std::get<UtcDay>(*last).days : std::get<int64_t>(*last);
  // Unsigned, because the whole range of int64 is one too many for itself.
  const uint64_t more = static_cast<uint64_t>(end) - static_cast<uint64_t>(begin);
  if (end < begin || more >= kMaxExpandedPaths) {
    return Error(ErrorKind::kConfig, fmt::format("the range '{}' is empty or longer than {}", text, kMaxExpandedPaths));
  }
  for (uint64_t i = 0; i <= more; ++i) {
    const int64_t number = begin + static_cast<int64_t>(i);
    if (is_date) {
      values.emplace_back(UtcDay{static_cast<int32_t>(number)});
    } else {
      values.emplace_back(number);
    }
  }
  return values;
}

Result<RootedTemplate> SplitRoot(std::string_view text) {
  // Braces that are escaped are part of a folder's name; the first single one begins the template.
  size_t cut = 0;
  std::string unescaped;
  std::string root;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool doubled = (text[i] == '{' || text[i] == '}') && text.substr(i, 2) == std::string(2, text[i]);
    if (text[i] == '{' && !doubled) {
      break;
    }
    if (text[i] == '/') {
      root = unescaped.empty() ? "/" : unescaped;
      cut = i + 1;
    }
    unescaped += text[i];
    i += doubled ? 1 : 0;
  }
  INGOT_ASSIGN(PathTemplate path, PathTemplate::Compile(text.substr(cut)));
  return RootedTemplate{root.empty() ? "." : root, std::move(path)};
}

std::string EscapeTemplateText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out.append(c == '{' || c == '}' ? 2 : 1, c);
  }
  return out;
}

}  // namespace ingot
