#include "source/listing/path_matcher.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "base/utc.h"

namespace ingot {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// One past the last '/' before `end`; 0 without one.
size_t LevelBegin(std::string_view path, size_t end) {
  const void* slash = end == 0 ? nullptr : ::memrchr(path.data(), '/', end);
  return slash == nullptr ? 0 : static_cast<size_t>(static_cast<const char*>(slash) - path.data()) + 1;
}

// The value of `count` digits; -1 where there are others. Requires: they lie inside.
int DigitsAt(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

enum class IntegerText { kFits, kOutOfRange, kLeadingZero, kNone };

// "0", "42", "-7": one text for one number.
IntegerText ReadInteger(std::string_view text, FieldKind kind, int64_t* value) {
  const bool is_negative = !text.empty() && text[0] == '-';
  const std::string_view digits = text.substr(is_negative ? 1 : 0);
  if (digits.empty() || text == "-0") {
    return IntegerText::kNone;
  }
  uint64_t number = 0;
  bool is_long = false;
  for (const char c : digits) {
    if (!IsDigit(c)) {
      return IntegerText::kNone;
    }
    const auto digit = static_cast<uint64_t>(c - '0');
    is_long = is_long || number > (std::numeric_limits<uint64_t>::max() - digit) / 10;
    number = number * 10 + digit;
  }
  const uint64_t most = kind == FieldKind::kInt32 ? uint64_t{std::numeric_limits<int32_t>::max()}
                                                  : uint64_t{std::numeric_limits<int64_t>::max()};
  if (digits[0] == '0' && digits.size() > 1) {
    return IntegerText::kLeadingZero;
  }
  if (is_long || number > most + (is_negative ? 1 : 0)) {
    return IntegerText::kOutOfRange;
  }
  *value = static_cast<int64_t>(is_negative ? 0 - number : number);
  return IntegerText::kFits;
}

bool IsVariable(PathTemplate::PartKind kind) {
  return kind == PathTemplate::PartKind::kString || kind == PathTemplate::PartKind::kInteger;
}

// Of a part of fixed width.
size_t WidthOf(const PathTemplate::Part& part) {
  if (part.kind == PathTemplate::PartKind::kLiteral) {
    return part.literal.size();
  }
  return part.kind == PathTemplate::PartKind::kYear ? 4 : 2;
}

}  // namespace

PathMatcher::PathMatcher(PathTemplate path) : path_(std::move(path)) {
  for (const PathTemplate::Segment& segment : path_.segments()) {
    levels_.push_back(MakeLevel(path_, segment));
    is_compiled_ = is_compiled_ && IsSearchable(levels_.back());
  }
  has_days_ = std::any_of(path_.fields().begin(), path_.fields().end(), [](const TemplateField& field) {
    return field.kind == FieldKind::kDate || field.kind == FieldKind::kHour;
  });
}

PathMatcher::Level PathMatcher::MakeLevel(const PathTemplate& path, const PathTemplate::Segment& segment) {
  Level level;
  level.groups.emplace_back();
  for (const Part& part : segment) {
    if (IsVariable(part.kind)) {
      level.variables.push_back({part.field, part.kind == PartKind::kInteger, path.fields()[part.field].kind});
      level.groups.emplace_back().least_begin = level.fixed_width + level.variables.size();
      continue;
    }
    level.groups.back().parts.push_back(part);
    level.groups.back().width += WidthOf(part);
    level.fixed_width += WidthOf(part);
  }
  if (segment.size() == 1 && segment[0].kind == PartKind::kLiteral) {
    level.literal = segment[0].literal;
  }
  return level;
}

// Integers narrow the search: what stands rightmost need not leave one. Only where the text before the last field can
// be part of no integer, every place but the rightmost fails anyway.
bool PathMatcher::IsSearchable(const Level& level) {
  const size_t count = level.variables.size();
  if (count < 2) {
    return true;
  }
  for (size_t i = 0; i + 1 < count; ++i) {
    if (level.variables[i].is_integer) {
      return false;
    }
  }
  if (!level.variables.back().is_integer) {
    return true;
  }
  const std::vector<Part>& before = level.groups[count - 1].parts;
  return before.size() == 1 && before[0].kind == PartKind::kLiteral &&
         std::any_of(before[0].literal.begin(), before[0].literal.end(),
                     [](char c) { return !IsDigit(c) && c != '-'; });
}

bool PathMatcher::MatchGroup(const Group& group, std::string_view name, size_t at) {
  for (const Part& part : group.parts) {
    const size_t width = WidthOf(part);
    const bool fits = part.kind == PartKind::kLiteral ? std::memcmp(name.data() + at, part.literal.data(), width) == 0
                                                      : DigitsAt(name, at, width) >= 0;
    if (!fits) {
      return false;
    }
    at += width;
  }
  return true;
}

// Requires: MatchGroup was true there. False where the same part of a date stood elsewhere with another value.
bool PathMatcher::TakeDigits(const Group& group, std::string_view name, size_t at, MatchedPath* out) {
  for (const Part& part : group.parts) {
    const size_t width = WidthOf(part);
    if (part.kind != PartKind::kLiteral) {
      MatchedPath::Day& day = out->days[part.field];
      int& slot = part.kind == PartKind::kYear    ? day.year
                  : part.kind == PartKind::kMonth ? day.month
                  : part.kind == PartKind::kDay   ? day.day
                                                  : day.hour;
      const int number = DigitsAt(name, at, width);
      if (slot >= 0 && slot != number) {
        return false;
      }
      slot = number;
    }
    at += width;
  }
  return true;
}

// The first text of a field, or the same again.
bool PathMatcher::TakeText(const Variable& variable, std::string_view text, MatchedPath* out) {
  if (variable.is_integer) {
    const IntegerText read = ReadInteger(text, variable.kind, &out->numbers[variable.field]);
    if (read == IntegerText::kNone) {
      return false;
    }
    if (read != IntegerText::kFits) {
      out->bad_integer = variable.field;
      out->bad_verdict = read == IntegerText::kOutOfRange ? PathVerdict::kOutOfRange : PathVerdict::kLeadingZero;
    }
  }
  std::string_view& seen = out->texts[variable.field];
  if (!seen.empty() && seen != text) {
    return false;
  }
  seen = text;
  return true;
}

bool PathMatcher::MatchLevel(const Level& level, std::string_view name, MatchedPath* out) {
  const size_t count = level.variables.size();
  const Group& first = level.groups.front();
  if (name.size() < level.fixed_width + count || (count == 0 && name.size() != level.fixed_width) ||
      (name[0] == '.' && IsReservedPathName(name)) || !MatchGroup(first, name, 0) || !TakeDigits(first, name, 0, out)) {
    return false;
  }
  if (count == 0) {
    return true;
  }
  const Group& last = level.groups.back();
  size_t end = name.size() - last.width;  // of the field that comes next
  if (!MatchGroup(last, name, end) || !TakeDigits(last, name, end, out)) {
    return false;
  }
  for (size_t i = count - 1; i > 0; --i) {
    const Group& group = level.groups[i];
    size_t at = end - 1 - group.width;
    while (!MatchGroup(group, name, at)) {
      if (at == group.least_begin) {
        return false;
      }
      --at;
    }
    if (!TakeDigits(group, name, at, out) ||
        !TakeText(level.variables[i], name.substr(at + group.width, end - at - group.width), out)) {
      return false;
    }
    end = at;
  }
  return TakeText(level.variables[0], name.substr(first.width, end - first.width), out);
}

PathVerdict PathMatcher::Match(std::string_view path, PathBytes bytes, MatchedPath* out) const {
  const size_t fields = path_.fields().size();
  out->texts.assign(fields, {});
  out->numbers.resize(fields);
  out->bad_integer = fields;
  if (has_days_) {
    out->days.assign(fields, {});
  }
  if (!is_compiled_) {
    return MatchSlowly(path, out);
  }
  size_t end = path.size();
  for (size_t i = levels_.size(); i-- > 0;) {
    const Level& level = levels_[i];
    size_t begin = 0;
    if (!level.literal.empty()) {
      const size_t width = level.literal.size();
      if (end < width || std::memcmp(path.data() + end - width, level.literal.data(), width) != 0 ||
          (end > width && path[end - width - 1] != '/')) {
        return PathVerdict::kNoMatch;
      }
      begin = end - width;
    } else {
      begin = LevelBegin(path, end);
      if (!MatchLevel(level, path.substr(begin, end - begin), out)) {
        return PathVerdict::kNoMatch;
      }
    }
    if (i == 0) {
      out->prefix_bytes = begin;
    } else if (begin == 0) {
      return PathVerdict::kNoMatch;
    }
    end = begin == 0 ? 0 : begin - 1;
  }
  return levels_.empty() ? PathVerdict::kNoMatch : Finish(bytes, out);
}

// Texts become values here, once, after all levels fit.
PathVerdict PathMatcher::Finish(PathBytes bytes, MatchedPath* out) const {
  const std::span<const TemplateField> fields = path_.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    out->culprit = i;
    switch (fields[i].kind) {
      case FieldKind::kString:
        if (bytes == PathBytes::kAny && !IsPathText(out->texts[i])) {
          return PathVerdict::kBadText;
        }
        break;
      case FieldKind::kInt32:
      case FieldKind::kInt64:
        if (out->bad_integer == i) {
          return out->bad_verdict;
        }
        break;
      case FieldKind::kDate: {
        const MatchedPath::Day& seen = out->days[i];
        const auto day = FromCivil(seen.year, static_cast<unsigned>(seen.month), static_cast<unsigned>(seen.day));
        if (!day || !FitsKind(FieldKind::kDate, *day)) {
          return PathVerdict::kNoMatch;
        }
        out->numbers[i] = day->days;
        break;
      }
      case FieldKind::kHour:
        if (!FitsKind(FieldKind::kHour, int64_t{out->days[i].hour})) {
          return PathVerdict::kNoMatch;
        }
        out->numbers[i] = out->days[i].hour;
        break;
    }
  }
  return PathVerdict::kMatch;
}

PathVerdict PathMatcher::MatchSlowly(std::string_view path, MatchedPath* out) const {
  if (!path_.Match(path, PathPrefix::kImplied, out->values)) {
    return PathVerdict::kNoMatch;
  }
  size_t begin = path.size() + 1;
  for (size_t i = 0; i < levels_.size(); ++i) {
    begin = LevelBegin(path, begin - 1);
  }
  out->prefix_bytes = begin;
  for (size_t i = 0; i < out->values.size(); ++i) {
    const FieldValue& value = out->values[i];
    if (const auto* text = std::get_if<std::string>(&value)) {
      out->texts[i] = *text;
    } else if (const auto* day = std::get_if<UtcDay>(&value)) {
      out->numbers[i] = day->days;
    } else {
      out->numbers[i] = std::get<int64_t>(value);
    }
  }
  return PathVerdict::kMatch;
}

}  // namespace ingot
