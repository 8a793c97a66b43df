// Reads the members of a JSON object one by one, strictly typed, and keeps those that nobody asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "model/json_document.h"
#include "model/json_value.h"

namespace ingot {

// All errors are kCorrupt and name the JSON pointer of the culprit. Members are taken out as they are read. Valid as
// long as the document.
class JsonObjectReader {
 public:
  static Result<JsonObjectReader> Open(JsonView value);

  // Required members.
  Result<JsonView> Take(std::string_view name);
  Result<std::string> String(std::string_view name);
  Result<std::string> Sha256(std::string_view name);
  Result<int64_t> Integer(std::string_view name);
  Result<uint64_t> Count(std::string_view name);
  Result<UtcInstant> Instant(std::string_view name);
  Result<std::vector<std::string>> Strings(std::string_view name);

  // Members that may be missing or null.
  std::optional<JsonView> TakeOptional(std::string_view name);
  Result<std::string> StringOrEmpty(std::string_view name);
  Result<std::string> Sha256OrEmpty(std::string_view name);
  Result<std::optional<uint64_t>> OptionalCount(std::string_view name);
  Result<std::optional<double>> OptionalNumber(std::string_view name);
  Result<std::optional<UtcInstant>> OptionalInstant(std::string_view name);

  // A required array of objects. T Read(JsonView) gives Result<T>.
  template <typename T>
  Result<std::vector<T>> Objects(std::string_view name, Result<T> (*read)(JsonView)) {
    INGOT_ASSIGN(const JsonView array, Array(name));
    std::vector<T> out;
    out.reserve(array.size());
    for (size_t i = 0; i < array.size(); ++i) {
      INGOT_ASSIGN(T one, read(array.at(i)));
      out.push_back(std::move(one));
    }
    return out;
  }
  Result<JsonView> Array(std::string_view name);

  // What was not taken.
  JsonObject Rest() &&;

  std::string PointerOf(std::string_view name) const { return AppendPointer(object_.Pointer(), name); }
  Error Problem(std::string_view name, std::string_view what) const;

 private:
  explicit JsonObjectReader(JsonView object) : object_(object) {}
  bool IsTaken(size_t index) const;
  void SetTaken(size_t index);
  Error WrongType(std::string_view name, std::string_view expected, JsonView found) const;

  JsonView object_;
  // Bits of the members that were taken; the vector is for objects of more members than the word has bits.
  uint64_t taken_ = 0;
  std::vector<bool> taken_behind_;
};

}  // namespace ingot
