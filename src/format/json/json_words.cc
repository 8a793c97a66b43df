#include "format/json/json_words.h"

#include "format/json/json_skip.h"
#include "format/json/json_string.h"
#include "format/json/number.h"

namespace ingot {

std::string_view WhatStandsAt(const char* p) {
  switch (*p) {
    case '{':
      return "an object";
    case '[':
      return "an array";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "a null";
    default:
      return StartsNumber(*p) ? "a number" : kNoJsonValue;
  }
}

std::string ValueExcerpt(const char* p) {
  constexpr uint32_t kDeepest = 128;
  const SkipResult value = SkipJsonValue(p, 0, kDeepest);
  return value.end == nullptr ? "…" : Excerpt({p, static_cast<size_t>(value.end - p)});
}

std::string_view NameOf(JsonNodeKind kind) {
  switch (kind) {
    case JsonNodeKind::kBool:
      return "a boolean";
    case JsonNodeKind::kInteger:
      return "an integer";
    case JsonNodeKind::kDouble:
      return "a number";
    case JsonNodeKind::kString:
      return "a string";
    case JsonNodeKind::kStruct:
      return "an object";
    case JsonNodeKind::kList:
      return "an array";
    case JsonNodeKind::kMap:
      return "a map (an object)";
    default:
      return "of another type";
  }
}

std::string TypeName(const JsonNode& node) {
  const bool observed = node.type.kind == TypeKind::kNull;
  switch (node.kind) {
    case JsonNodeKind::kDouble:  // also where integers were accepted
      return "double";
    case JsonNodeKind::kBool:
      return "bool";
    case JsonNodeKind::kInteger:
      return observed ? "int64" : FormatType(node.type);
    case JsonNodeKind::kString:
      return observed ? "string" : FormatType(node.type);
    default:
      return observed || node.type.is_nested() ? std::string(NameOf(node.kind)) : FormatType(node.type);
  }
}

}  // namespace ingot
