#include "format/json/json_words.h"

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
  const bool by_kind = node.type.is_nested() || node.kind == JsonNodeKind::kMap;
  return by_kind ? std::string(NameOf(node.kind)) : FormatType(node.type);
}

}  // namespace ingot
