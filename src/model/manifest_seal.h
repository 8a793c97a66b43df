// How a manifest's two hashes are taken. Shared by the writer and the reader, which must agree to the byte.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json_document.h"
#include "model/json_value.h"

namespace ingot {

// JSON pointers of Ingot's own volatile fields, in the order in which they are written.
std::span<const std::string_view> OwnVolatilePointers();

// sha256 of the canonical text of the document without the members that its /ingot/volatile names.
// Errors: kInvalidData when a pointer or a text is none.
Result<std::string> ContentIdOf(const JsonValue& document, const std::vector<std::string>& volatile_pointers);
// The same of a document that was read; without writing it anew when its text is canonical, as it is when Ingot wrote
// it.
Result<std::string> ContentIdOf(const JsonDocument& document, const std::vector<std::string>& volatile_pointers);

// sha256 of the file's bytes with the one occurrence of `self_sha256` taken out; empty when it does not occur once.
std::string SelfHashOf(std::string_view text, std::string_view self_sha256);

}  // namespace ingot
