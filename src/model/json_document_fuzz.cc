// The table against the tree: both take and refuse the same texts and hold the same values; a text that is said to be
// canonical is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
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

void CheckText(std::string_view text) {
  const auto value = ParseJson(text, {size_t{1} << 20U, 64});
  const auto document = JsonDocument::Parse(text, {size_t{1} << 20U, 64});
  Demand(document.ok() == value.ok());
  if (!document.ok()) {
    Demand(document.error().message() == value.error().message());
    return;
  }
  Demand(document->root().ToValue() == *value);
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
