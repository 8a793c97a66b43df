// What a caller may write for a value of a key column.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "lookup/key_encoding.h"
#include "lookup/lookup.h"

namespace ingot {

// The value that is meant first. A text of an integer column is a number, alone or behind the column's literal or a
// tail of it. Errors: kUsage for an empty text, and for what cannot be a value of the column.
Result<KeyValue> ReadKeyPart(const KeyColumn& column, const KeyPart& part);

// The other values that a text of a string column may mean: without the literal, or a tail of it, that it begins with.
// `which` counts from 0. False when there are no more.
bool ReadOtherMeaning(const KeyColumn& column, std::string_view text, size_t which, std::string_view* meaning);

}  // namespace ingot
