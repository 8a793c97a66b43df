#include "model/path_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/utf8.h"

namespace ingot {
namespace {

constexpr size_t kMaxTemplateBytes = 1024;
constexpr size_t kMaxPathBytes = 1024;    // what object stores take
constexpr size_t kMaxSegmentBytes = 255;  // NAME_MAX
constexpr size_t kMaxExpandedPaths = 100'000;

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsFieldName(std::string_view name) {
  return !name.empty() && IsNameStart(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); });
}

// In any letter case, for file systems that do not tell cases apart.
bool IsStateFolder(std::string_view segment) {
  constexpr std::string_view kName = ".ingot";
  return std::equal(segment.begin(), segment.end(), kName.begin(), kName.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// What no segment may be, whether written or read: it would climb, vanish, or meet the program's own folder.
bool IsForbiddenSegment(std::string_view segment) {
  return segment.empty() || segment == "." || segment == ".." || IsStateFolder(segment);
}

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

// Reads the text once from left to right and cuts it into segments of parts.
class PathTemplate::Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) { result_.text_ = std::string(text); }

  Result<PathTemplate> Run() && {
    if (text_.empty() || text_.size() > kMaxTemplateBytes) {
      return Problem(0, fmt::format("a path template has 1 to {} bytes", kMaxTemplateBytes));
    }
    if (!IsUtf8(text_)) {
      return Problem(0, "a path template is UTF-8");
    }
    while (position_ < text_.size()) {
      INGOT_TRY(ReadOne());
    }
    INGOT_TRY(EndSegment(position_));
    INGOT_TRY(CheckComplete());
    return std::move(result_);
  }

 private:
  // Which parts of a date or hour the places of one field give together.
  struct Coverage {
    bool year = false;
    bool month = false;
    bool day = false;
  };

  Error Problem(size_t at, std::string_view what) const {
    return Error(ErrorKind::kConfig, fmt::format("path template '{}', column {}: {}", text_, at + 1, what),
                 "write it as in archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz, relative to its root");
  }

  Result<void> ReadOne() {
    const char c = text_[position_];
    const std::string_view two = text_.substr(position_, 2);
    if (two == "{{" || two == "}}") {
      AppendLiteral(c);
      position_ += 2;
      return {};
    }
    if (c == '{') {
      return ReadField();
    }
    if (c == '}') {
      return Problem(position_, "'}' without '{'; write }} for a brace");
    }
    ++position_;
    return ReadLiteral(c, position_ - 1);
  }

  Result<void> ReadLiteral(char c, size_t at) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      return Problem(at, "control characters cannot stand in a path");
    }
    if (c == '/') {
      return EndSegment(at);
    }
    AppendLiteral(c);
    return {};
  }

  void AppendLiteral(char c) {
    if (segment_.empty() || segment_.back().kind != PartKind::kLiteral) {
      segment_.push_back({PartKind::kLiteral, {}, 0});
    }
    segment_.back().literal += c;
  }

  Result<void> EndSegment(size_t at) {
    if (segment_.empty()) {
      return Problem(at, at == 0 ? "a path template is relative: no '/' at its start"
                                 : "an empty folder name: '/' stands twice or at the end");
    }
    if (segment_.size() == 1 && segment_[0].kind == PartKind::kLiteral && IsForbiddenSegment(segment_[0].literal)) {
      return Problem(at - segment_[0].literal.size(),
                     fmt::format("'{}' cannot be a folder of a path template", segment_[0].literal));
    }
    result_.segments_.push_back(std::exchange(segment_, {}));
    return {};
  }

  Result<void> ReadField() {
    const size_t begin = position_;
    const size_t close = text_.find('}', begin);
    if (close == std::string_view::npos) {
      return Problem(begin, "'{' is not closed; write {{ for a brace");
    }
    const std::string_view inside = text_.substr(begin + 1, close - begin - 1);
    position_ = close + 1;
    const size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    if (name == "*") {
      return Problem(begin, "a leading prefix is implied where listings are read: leave {*} out");
    }
    if (!IsFieldName(name)) {
      return Problem(begin, fmt::format("'{}' is not a field name (letters, digits, _)", name));
    }
    if (colon == std::string_view::npos) {
      return AddField(begin, name, ConventionalKind(name), {});
    }
    const std::string_view spec = inside.substr(colon + 1);
    if (spec.find('%') != std::string_view::npos) {
      const bool is_hour = spec.find("%H") != std::string_view::npos;
      return AddField(begin, name, is_hour ? FieldKind::kHour : FieldKind::kDate, spec);
    }
    auto kind = ParseFieldKind(spec);
    if (!kind) {
      return Problem(begin + 1 + colon, fmt::format("{}: {}", kind.error().message(), kind.error().advice()));
    }
    return AddField(begin, name, *kind, {});
  }

  Result<void> AddField(size_t at, std::string_view name, FieldKind kind, std::string_view format) {
    size_t index = 0;
    while (index < result_.fields_.size() && result_.fields_[index].name != name) {
      ++index;
    }
    if (index == result_.fields_.size()) {
      result_.fields_.push_back({std::string(name), kind});
      coverage_.emplace_back();
    } else if (result_.fields_[index].kind != kind) {
      return Problem(at, fmt::format("'{}' is of kind {} before and {} here", name,
                                     FieldKindName(result_.fields_[index].kind), FieldKindName(kind)));
    }
    switch (kind) {
      case FieldKind::kString:
        return AddVariable(at, PartKind::kString, index);
      case FieldKind::kInt32:
      case FieldKind::kInt64:
        return AddVariable(at, PartKind::kInteger, index);
      case FieldKind::kDate:
        return AddFormat(at, format.empty() ? "%Y-%m-%d" : format, index);
      case FieldKind::kHour:
        return AddFormat(at, format.empty() ? "%H" : format, index);
    }
    return {};
  }

  Result<void> AddVariable(size_t at, PartKind kind, size_t field) {
    if (!segment_.empty() &&
        (segment_.back().kind == PartKind::kString || segment_.back().kind == PartKind::kInteger)) {
      return Problem(at, "two fields of any length touch, so a path could not be read back: put text between them");
    }
    segment_.push_back({kind, {}, field});
    return {};
  }

  Result<void> AddFormat(size_t at, std::string_view format, size_t field) {
    const bool is_hour = result_.fields_[field].kind == FieldKind::kHour;
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%') {
        INGOT_TRY(ReadLiteral(format[i], at));
        continue;
      }
      const char letter = ++i < format.size() ? format[i] : '\0';
      if (letter == '%') {
        AppendLiteral('%');
      } else if (is_hour && letter == 'H') {
        segment_.push_back({PartKind::kHour, {}, field});
      } else if (!is_hour && letter == 'Y') {
        segment_.push_back({PartKind::kYear, {}, field});
        coverage_[field].year = true;
      } else if (!is_hour && letter == 'm') {
        segment_.push_back({PartKind::kMonth, {}, field});
        coverage_[field].month = true;
      } else if (!is_hour && letter == 'd') {
        segment_.push_back({PartKind::kDay, {}, field});
        coverage_[field].day = true;
      } else {
        return Problem(at, is_hour ? "an hour's format takes %H only: give the day a field of its own"
                                   : "a date's format takes %Y, %m, %d and %% only");
      }
    }
    return {};
  }

  Result<void> CheckComplete() const {
    for (size_t i = 0; i < result_.fields_.size(); ++i) {
      const Coverage& covered = coverage_[i];
      if (result_.fields_[i].kind == FieldKind::kDate && !(covered.year && covered.month && covered.day)) {
        return Problem(
            text_.find("{" + result_.fields_[i].name),
            fmt::format("the date '{}' needs %Y, %m and %d, in one place or in several", result_.fields_[i].name));
      }
    }
    return {};
  }

  std::string_view text_;
  size_t position_ = 0;
  Segment segment_;
  std::vector<Coverage> coverage_;
  PathTemplate result_;
};

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

Result<PathTemplate> PathTemplate::Compile(std::string_view text) { return Compiler(text).Run(); }

const TemplateField* PathTemplate::FindField(std::string_view name) const {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const TemplateField& field) { return field.name == name; });
  return found == fields_.end() ? nullptr : &*found;
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
  if (IsForbiddenSegment(out) || out.size() > kMaxSegmentBytes) {
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
    if (IsForbiddenSegment(name) || !matcher.Match()) {
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
