// Column paths and types: what is accepted must be written and read again as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/column_path.h"
#include "model/schema.h"

namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto pattern = ingot::ColumnPathPattern::Parse(text); pattern.ok()) {
    const auto again = ingot::ColumnPathPattern::Parse(pattern->ToString());
    Demand(again.ok() && *again == *pattern);
  }
  if (const auto type = ingot::ParseType(text); type.ok()) {
    const auto again = ingot::ParseType(ingot::FormatType(*type));
    Demand(again.ok() && *again == *type);
  }
  return 0;
}
