// Our reader against nlohmann's: both take the same texts and find the same values in them, but for what we refuse on
// top of it; a text that is said to be canonical is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/json_document.h"

namespace ingot {
namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

bool IsEqual(const JsonValue& ours, const nlohmann::json& theirs) {
  if (const JsonObject* object = ours.AsObject()) {
    return theirs.is_object() && theirs.size() == object->size() &&
           std::all_of(object->begin(), object->end(), [&](const auto& member) {
             return theirs.contains(member.first) && IsEqual(member.second, theirs.at(member.first));
           });
  }
  if (const JsonArray* array = ours.AsArray()) {
    return theirs.is_array() && std::equal(array->begin(), array->end(), theirs.begin(), theirs.end(), IsEqual);
  }
  if (const std::string* text = ours.AsString()) {
    return theirs.is_string() && theirs == *text;
  }
  if (const int64_t* integer = ours.AsInt()) {
    return theirs.is_number_integer() && theirs == *integer;
  }
  if (const double* number = ours.AsDouble()) {
    return theirs.is_number_float() && theirs == *number;
  }
  return ours.AsBool() != nullptr ? theirs.is_boolean() && theirs == *ours.AsBool() : theirs.is_null();
}

// It takes a zero for the end of the text.
bool HasZero(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void CheckText(std::string_view text) {
  const auto document = JsonDocument::Parse(text, {size_t{1} << 20U, 64});
  if (!document) {
    const bool is_syntax = document.error().message().starts_with("not valid JSON");
    Demand(!is_syntax || HasZero(text) || !nlohmann::json::accept(text));
    return;
  }
  const JsonValue tree = document->root().ToValue();
  Demand(IsEqual(tree, nlohmann::json::parse(text)));
  const JsonValue* value = &tree;
  const auto written = WriteJson(*value);
  Demand(written.ok() && document->is_canonical() == (*written == text));
  // What is left without one member, by either way.
  if (document->is_canonical() && document->root().is_object() && document->root().size() > 0) {
    const std::vector<std::vector<std::string>> names = {{std::string(document->root().at(0).name())}};
    JsonValue rest = *value;
    RemoveAtPointer(rest, names[0]);
    std::string left;
    document->CanonicalWithout(names, [&left](std::string_view piece) { left += piece; });
    Demand(left == *WriteJson(rest));
  }
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ingot::CheckText(std::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
