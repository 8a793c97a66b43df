#include "model/partition_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "model/quoted_name.h"

namespace ingot {
namespace {

constexpr size_t kMaxDatasetName = 64;
constexpr int64_t kMaxWindowDays = 36'600;
constexpr std::string_view kOnlyPartition = "all";

// What the comma-separated form, or a shell's user, would misread.
bool NeedsQuotes(std::string_view text) {
  return text.front() == ' ' || text.back() == ' ' || text.find_first_of(",\"") != std::string_view::npos;
}

const UtcDay* DayOf(const FieldValues& values, std::string_view name) {
  const FieldValue* value = FindValue(values, name);
  return value == nullptr ? nullptr : std::get_if<UtcDay>(value);
}

// The window that the names of a key promise; none when they promise none. Errors: kUsage.
Result<std::optional<UtcWindow>> WindowOf(const FieldValues& values) {
  std::optional<UtcWindow> window;
  const UtcDay* start = DayOf(values, "start");
  const UtcDay* end = DayOf(values, "end");
  const UtcDay* end_day = DayOf(values, "end_day");
  const FieldValue* days = FindValue(values, "days");
  if (const UtcDay* date = DayOf(values, "date")) {
    window = UtcWindow{StartOf(*date), StartOf(*date + 1)};
  } else if (start != nullptr && end != nullptr) {
    if (*start >= *end) {
      return Error(ErrorKind::kUsage, fmt::format("the window is empty: start {} is not before end {}",
                                                  FormatUtcDay(*start), FormatUtcDay(*end)));
    }
    window = UtcWindow{StartOf(*start), StartOf(*end)};
  } else if (end_day != nullptr && days != nullptr) {
    const int64_t count = std::get<int64_t>(*days);
    if (count < 1 || count > kMaxWindowDays) {
      return Error(ErrorKind::kUsage, fmt::format("days is {}, but must be 1 to {}", count, kMaxWindowDays));
    }
    window = UtcWindow{StartOf(*end_day - static_cast<int32_t>(count - 1)), StartOf(*end_day + 1)};
  }
  return window;
}

// One value of a key text, up to the next comma outside quotes; `position` moves behind that comma.
Result<std::string> TakeValue(std::string_view text, size_t& position) {
  if (position < text.size() && text[position] == '"') {
    INGOT_ASSIGN(std::string value, ParseJsonQuoted(text, position));
    if (position < text.size() && text[position] != ',') {
      return Error(ErrorKind::kUsage, "text follows a closing quote");
    }
    position += 1;
    return value;
  }
  const size_t comma = std::min(text.find(',', position), text.size());
  std::string value(text.substr(position, comma - position));
  position = comma + 1;
  return value;
}

}  // namespace

std::string PartitionKey::ToString() const {
  if (values.empty()) {
    return std::string(kOnlyPartition);
  }
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string text = FormatFieldValue(fields[i].kind, values[i].value);
    out += i == 0 ? "" : ",";
    out += NeedsQuotes(text) ? JsonQuoted(text) : text;
  }
  return out;
}

bool operator<(const PartitionKey& a, const PartitionKey& b) {
  return std::lexicographical_compare(
      a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
      [](const NamedValue& left, const NamedValue& right) { return left.value < right.value; });
}

Result<KeySpec> KeySpec::Make(std::vector<KeyFieldSpec> fields) {
  std::set<std::string_view> names;
  for (const KeyFieldSpec& field : fields) {
    if (!IsFieldName(field.name)) {
      return Error(ErrorKind::kConfig, fmt::format("'{}' is not a key field name (letters, digits, _)", field.name));
    }
    if (!names.insert(field.name).second) {
      return Error(ErrorKind::kConfig, fmt::format("duplicate key field '{}'", field.name));
    }
  }
  // A window is only meant by fields of the conventional kinds.
  const auto is_kind = [&](std::string_view name, FieldKind kind) {
    return std::all_of(fields.begin(), fields.end(),
                       [&](const KeyFieldSpec& field) { return field.name != name || field.kind == kind; });
  };
  for (size_t i = 0; i + 1 < fields.size(); ++i) {
    if (fields[i].fallback && !fields[i + 1].fallback) {
      return Error(ErrorKind::kConfig, fmt::format("'{}' has a default and the field after it, '{}', has none",
                                                   fields[i].name, fields[i + 1].name));
    }
  }
  const bool has_days = names.contains("end_day") && names.contains("days");
  if (has_days && !is_kind("days", FieldKind::kInt64) && !is_kind("days", FieldKind::kInt32)) {
    return Error(ErrorKind::kConfig, "the key field 'days' counts days: its kind must be int64 or int32");
  }
  KeySpec spec;
  spec.fields_ = std::move(fields);
  return spec;
}

bool KeySpec::is_daily() const {
  return fields_.size() == 1 && fields_[0].name == "date" && fields_[0].kind == FieldKind::kDate;
}

bool KeySpec::is_span_of_days() const {
  return fields_.size() == 2 && fields_[0].name == "end_day" && fields_[1].name == "days" && has_window();
}

// The same rules as WindowOf, before there are values.
bool KeySpec::has_window() const {
  const auto has = [&](std::string_view name, FieldKind kind) {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const KeyFieldSpec& field) { return field.name == name && field.kind == kind; });
  };
  const bool has_days = has("days", FieldKind::kInt64) || has("days", FieldKind::kInt32);
  return has("date", FieldKind::kDate) || (has("start", FieldKind::kDate) && has("end", FieldKind::kDate)) ||
         (has("end_day", FieldKind::kDate) && has_days);
}

Result<PartitionKey> KeySpec::MakeKey(FieldValues values) const {
  if (values.size() != fields_.size()) {
    return Error(ErrorKind::kUsage, fmt::format("a key has {} values here: {}", fields_.size(), Shape()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].name != fields_[i].name || !FitsKind(fields_[i].kind, values[i].value)) {
      return Error(ErrorKind::kUsage, fmt::format("key field '{}' needs a value of kind {}", fields_[i].name,
                                                  FieldKindName(fields_[i].kind)));
    }
  }
  INGOT_ASSIGN(const std::optional<UtcWindow> window, WindowOf(values));
  return PartitionKey{fields_, std::move(values), window};
}

PartitionKey KeySpec::ForDay(UtcDay day) const {
  return PartitionKey{fields_, {{"date", day}}, UtcWindow{StartOf(day), StartOf(day + 1)}};
}

Result<PartitionKey> KeySpec::Parse(std::string_view text) const {
  const auto problem = [&](std::string_view what) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is not a key of the form {}: {}", text, Shape(), what));
  };
  if (fields_.empty()) {
    if (text != kOnlyPartition) {
      return problem("the dataset has one partition");
    }
    return PartitionKey{};
  }
  FieldValues values;
  size_t position = 0;
  while (position <= text.size()) {
    if (values.size() == fields_.size()) {
      return problem("it has too many values");
    }
    const auto value_text = TakeValue(text, position);
    if (!value_text) {
      return problem(value_text.error().message());
    }
    const KeyFieldSpec& field = fields_[values.size()];
    auto value = ParseFieldValue(field.kind, *value_text);
    if (!value) {
      return problem(value.error().message());
    }
    values.push_back({field.name, *std::move(value)});
  }
  while (values.size() < fields_.size() && fields_[values.size()].fallback) {
    const KeyFieldSpec& field = fields_[values.size()];
    values.push_back({field.name, *field.fallback});
  }
  if (values.size() < fields_.size()) {
    return problem("it has too few values");
  }
  return MakeKey(std::move(values));
}

std::string KeySpec::Shape() const {
  std::string out;
  for (const KeyFieldSpec& field : fields_) {
    out += fmt::format("{}<{}>", out.empty() ? "" : ",", field.name);
  }
  return out.empty() ? std::string(kOnlyPartition) : out;
}

Result<PartitionReference> ParsePartitionReference(std::string_view text) {
  const size_t at = text.find('@');
  PartitionReference reference{std::string(text.substr(0, at)), std::nullopt};
  if (!IsDatasetName(reference.dataset)) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' does not begin with a dataset name", text),
                 "write dataset or dataset@key, as in tier3@2026-01-15");
  }
  if (at != std::string_view::npos) {
    reference.key_text = std::string(text.substr(at + 1));
    if (reference.key_text->empty()) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' has no key after the @", text));
    }
  }
  return reference;
}

bool IsDatasetName(std::string_view name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kMaxDatasetName && is_word(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_word(c) || c == '_' || c == '-'; });
}

}  // namespace ingot
