#include "model/json_reader.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace ingot {
namespace {

constexpr size_t kWordBits = 64;

}  // namespace

Result<JsonObjectReader> JsonObjectReader::Open(JsonView value) {
  if (!value.is_object()) {
    const std::string pointer = value.Pointer();
    return Error(ErrorKind::kCorrupt, fmt::format("{} must be an object, but is {}",
                                                  pointer.empty() ? "the document" : pointer, value.type_name()));
  }
  return JsonObjectReader(value);
}

Error JsonObjectReader::Problem(std::string_view name, std::string_view what) const {
  return Error(ErrorKind::kCorrupt, fmt::format("{} {}", PointerOf(name), what));
}

Error JsonObjectReader::WrongType(std::string_view name, std::string_view expected, JsonView found) const {
  return Problem(name, fmt::format("must be {}, but is {}", expected, found.type_name()));
}

bool JsonObjectReader::IsTaken(size_t index) const {
  if (index < kWordBits) {
    return ((taken_ >> index) & 1U) != 0;
  }
  return !taken_behind_.empty() && taken_behind_[index - kWordBits];
}

void JsonObjectReader::SetTaken(size_t index) {
  if (index < kWordBits) {
    taken_ |= uint64_t{1} << index;
    return;
  }
  taken_behind_.resize(object_.size() - kWordBits);
  taken_behind_[index - kWordBits] = true;
}

// A member that is null counts as missing, as writers in other languages leave it.
std::optional<JsonView> JsonObjectReader::TakeOptional(std::string_view name) {
  const auto index = object_.IndexOf(name);
  if (!index || IsTaken(*index)) {
    return std::nullopt;
  }
  SetTaken(*index);
  const JsonView value = object_.at(*index);
  return value.is_null() ? std::nullopt : std::optional(value);
}

JsonObject JsonObjectReader::Rest() && {
  JsonObject rest;
  for (size_t i = 0; i < object_.size(); ++i) {
    if (!IsTaken(i)) {
      const JsonView member = object_.at(i);
      rest.emplace_hint(rest.end(), member.name(), member.ToValue());
    }
  }
  return rest;
}

Result<JsonView> JsonObjectReader::Take(std::string_view name) {
  const auto value = TakeOptional(name);
  if (!value) {
    return Problem(name, "is missing");
  }
  return *value;
}

Result<std::string> JsonObjectReader::String(std::string_view name) {
  INGOT_ASSIGN(const JsonView value, Take(name));
  const auto text = value.AsString();
  if (!text) {
    return WrongType(name, "a string", value);
  }
  return std::string(*text);
}

Result<std::string> JsonObjectReader::StringOrEmpty(std::string_view name) {
  const auto value = TakeOptional(name);
  if (!value) {
    return std::string();
  }
  const auto text = value->AsString();
  if (!text) {
    return WrongType(name, "a string", *value);
  }
  return std::string(*text);
}

Result<std::string> JsonObjectReader::Sha256(std::string_view name) {
  INGOT_ASSIGN(std::string text, String(name));
  if (!IsSha256Hex(text)) {
    return Problem(name, "must be a sha256 of 64 lower-case hex digits");
  }
  return text;
}

// Empty stands for "none" in our values; in documents that is null or nothing.
Result<std::string> JsonObjectReader::Sha256OrEmpty(std::string_view name) {
  INGOT_ASSIGN(std::string text, StringOrEmpty(name));
  if (!text.empty() && !IsSha256Hex(text)) {
    return Problem(name, "must be a sha256 of 64 lower-case hex digits");
  }
  return text;
}

Result<int64_t> JsonObjectReader::Integer(std::string_view name) {
  INGOT_ASSIGN(const JsonView value, Take(name));
  const auto number = value.AsInt();
  if (!number) {
    return WrongType(name, "an integer", value);
  }
  return *number;
}

Result<uint64_t> JsonObjectReader::Count(std::string_view name) {
  INGOT_ASSIGN(const int64_t value, Integer(name));
  if (value < 0) {
    return Problem(name, fmt::format("must not be negative, but is {}", value));
  }
  return static_cast<uint64_t>(value);
}

Result<std::optional<uint64_t>> JsonObjectReader::OptionalCount(std::string_view name) {
  const auto value = TakeOptional(name);
  if (!value) {
    return std::optional<uint64_t>();
  }
  const auto number = value->AsInt();
  if (!number || *number < 0) {
    return WrongType(name, "a count", *value);
  }
  return std::optional(static_cast<uint64_t>(*number));
}

Result<std::optional<double>> JsonObjectReader::OptionalNumber(std::string_view name) {
  const auto value = TakeOptional(name);
  if (!value) {
    return std::optional<double>();
  }
  if (const auto number = value->AsInt()) {
    return std::optional(static_cast<double>(*number));
  }
  const auto number = value->AsDouble();
  return number ? Result<std::optional<double>>(number) : WrongType(name, "a number", *value);
}

Result<std::optional<UtcInstant>> JsonObjectReader::OptionalInstant(std::string_view name) {
  INGOT_ASSIGN(const std::string text, StringOrEmpty(name));
  if (text.empty()) {
    return std::optional<UtcInstant>();
  }
  const auto instant = ParseUtcInstant(text);
  if (!instant) {
    return Problem(name, fmt::format("must be an instant, but is '{}'", text));
  }
  return std::optional(*instant);
}

Result<UtcInstant> JsonObjectReader::Instant(std::string_view name) {
  INGOT_ASSIGN(const std::optional<UtcInstant> instant, OptionalInstant(name));
  if (!instant) {
    return Problem(name, "is missing");
  }
  return *instant;
}

Result<JsonView> JsonObjectReader::Array(std::string_view name) {
  INGOT_ASSIGN(const JsonView value, Take(name));
  if (!value.is_array()) {
    return WrongType(name, "an array", value);
  }
  return value;
}

Result<std::vector<std::string>> JsonObjectReader::Strings(std::string_view name) {
  INGOT_ASSIGN(const JsonView array, Array(name));
  std::vector<std::string> out;
  out.reserve(array.size());
  for (size_t i = 0; i < array.size(); ++i) {
    const auto text = array.at(i).AsString();
    if (!text) {
      return Problem(name, fmt::format("must be an array of strings, but holds {}", array.at(i).type_name()));
    }
    out.emplace_back(*text);
  }
  return out;
}

}  // namespace ingot
