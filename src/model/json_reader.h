// Reads the members of a JSON object one by one, strictly typed, and keeps those that nobody asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/json_value.h"

namespace ingot {

// All errors are kCorrupt and name the JSON pointer of the culprit. Members are taken out as they are read.
class JsonObjectReader {
 public:
  static Result<JsonObjectReader> Open(JsonValue value, std::string pointer);

  // Required members.
  Result<JsonValue> Take(std::string_view name);
  Result<std::string> String(std::string_view name);
  Result<std::string> Sha256(std::string_view name);
  Result<int64_t> Integer(std::string_view name);
  Result<uint64_t> Count(std::string_view name);
  Result<UtcInstant> Instant(std::string_view name);
  Result<std::vector<std::string>> Strings(std::string_view name);

  // Members that may be missing or null.
  std::optional<JsonValue> TakeOptional(std::string_view name);
  Result<std::string> StringOrEmpty(std::string_view name);
  Result<std::string> Sha256OrEmpty(std::string_view name);
  Result<std::optional<uint64_t>> OptionalCount(std::string_view name);
  Result<std::optional<double>> OptionalNumber(std::string_view name);
  Result<std::optional<UtcInstant>> OptionalInstant(std::string_view name);

  // A required array of objects. T Read(JsonValue, std::string pointer) gives Result<T>.
  template <typename T>
  Result<std::vector<T>> Objects(std::string_view name, Result<T> (*read)(JsonValue, std::string)) {
    INGOT_ASSIGN(JsonArray array, Array(name));
    std::vector<T> out;
    out.reserve(array.size());
    for (size_t i = 0; i < array.size(); ++i) {
      INGOT_ASSIGN(T one, read(std::move(array[i]), AppendPointer(PointerOf(name), std::to_string(i))));
      out.push_back(std::move(one));
    }
    return out;
  }
  Result<JsonArray> Array(std::string_view name);

  // What was not taken.
  JsonObject Rest() && { return std::move(object_); }

  std::string PointerOf(std::string_view name) const { return AppendPointer(pointer_, name); }
  Error Problem(std::string_view name, std::string_view what) const;

 private:
  JsonObjectReader(JsonObject object, std::string pointer) : object_(std::move(object)), pointer_(std::move(pointer)) {}
  Error WrongType(std::string_view name, std::string_view expected, const JsonValue& found) const;

  JsonObject object_;
  std::string pointer_;
};

}  // namespace ingot
