// What a caller may write for a value of a key column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "lookup/key_encoding.h"
#include "lookup/lookup.h"

namespace ingot {

// The value that is meant first. A text of an integer column is a number, alone or behind the column's literal or a
// tail of it. Errors: kUsage for an empty text, and for what cannot be a value of the column.
Result<KeyValue> ReadKeyPart(const KeyColumn& column, const KeyPart& part);

// The same for what needs no second look: a number of a column of integers, a text of a column of texts. False for
// anything else, right or wrong: ask ReadKeyPart. Wherever keys are many the way by a Result is the dearest part.
inline bool ReadPlainKeyPart(KeyKind kind, const KeyPart& part, KeyValue* value) {
  if (const auto* number = std::get_if<int64_t>(&part)) {
    value->number = *number;
    return kind == KeyKind::kInt64 || (kind == KeyKind::kInt32 && *number == static_cast<int32_t>(*number));
  }
  value->text = *std::get_if<std::string_view>(&part);
  return kind == KeyKind::kString && !value->text.empty();
}

// The other values that a text of a string column may mean: without the literal, or a tail of it, that it begins with.
// `which` counts from 0. False when there are no more.
bool ReadOtherMeaning(const KeyColumn& column, std::string_view text, size_t which, std::string_view* meaning);

}  // namespace ingot
