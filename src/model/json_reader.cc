#include "model/json_reader.h"

#include <fmt/format.h>

#include "base/sha256.h"

namespace ingot {

Result<JsonObjectReader> JsonObjectReader::Open(JsonValue value, std::string pointer) {
  JsonObject* object = value.AsObject();
  if (object == nullptr) {
    return Error(ErrorKind::kCorrupt, fmt::format("{} must be an object, but is {}",
                                                  pointer.empty() ? "the document" : pointer, value.type_name()));
  }
  return JsonObjectReader(std::move(*object), std::move(pointer));
}

Error JsonObjectReader::Problem(std::string_view name, std::string_view what) const {
  return Error(ErrorKind::kCorrupt, fmt::format("{} {}", PointerOf(name), what));
}

Error JsonObjectReader::WrongType(std::string_view name, std::string_view expected, const JsonValue& found) const {
  return Problem(name, fmt::format("must be {}, but is {}", expected, found.type_name()));
}

// A member that is null counts as missing, as writers in other languages leave it.
std::optional<JsonValue> JsonObjectReader::TakeOptional(std::string_view name) {
  const auto found = object_.find(name);
  if (found == object_.end()) {
    return std::nullopt;
  }
  JsonValue value = std::move(found->second);
  object_.erase(found);
  return value.is_null() ? std::nullopt : std::optional<JsonValue>(std::move(value));
}

Result<JsonValue> JsonObjectReader::Take(std::string_view name) {
  auto value = TakeOptional(name);
  if (!value) {
    return Problem(name, "is missing");
  }
  return *std::move(value);
}

Result<std::string> JsonObjectReader::String(std::string_view name) {
  INGOT_ASSIGN(const JsonValue value, Take(name));
  if (value.AsString() == nullptr) {
    return WrongType(name, "a string", value);
  }
  return *value.AsString();
}

Result<std::string> JsonObjectReader::StringOrEmpty(std::string_view name) {
  const auto value = TakeOptional(name);
  if (value && value->AsString() == nullptr) {
    return WrongType(name, "a string", *value);
  }
  return value ? *value->AsString() : std::string();
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
  INGOT_ASSIGN(const JsonValue value, Take(name));
  if (value.AsInt() == nullptr) {
    return WrongType(name, "an integer", value);
  }
  return *value.AsInt();
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
  if (value->AsInt() == nullptr || *value->AsInt() < 0) {
    return WrongType(name, "a count", *value);
  }
  return std::optional(static_cast<uint64_t>(*value->AsInt()));
}

Result<std::optional<double>> JsonObjectReader::OptionalNumber(std::string_view name) {
  const auto value = TakeOptional(name);
  if (!value) {
    return std::optional<double>();
  }
  if (value->AsInt() != nullptr) {
    return std::optional(static_cast<double>(*value->AsInt()));
  }
  if (value->AsDouble() == nullptr) {
    return WrongType(name, "a number", *value);
  }
  return std::optional(*value->AsDouble());
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

Result<JsonArray> JsonObjectReader::Array(std::string_view name) {
  INGOT_ASSIGN(JsonValue value, Take(name));
  if (value.AsArray() == nullptr) {
    return WrongType(name, "an array", value);
  }
  return std::move(*value.AsArray());
}

Result<std::vector<std::string>> JsonObjectReader::Strings(std::string_view name) {
  INGOT_ASSIGN(const JsonArray array, Array(name));
  std::vector<std::string> out;
  for (const JsonValue& element : array) {
    if (element.AsString() == nullptr) {
      return Problem(name, fmt::format("must be an array of strings, but holds {}", element.type_name()));
    }
    out.push_back(*element.AsString());
  }
  return out;
}

}  // namespace ingot
