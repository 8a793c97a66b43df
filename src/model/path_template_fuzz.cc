// The first line is a template, the second a path: what Parse reads, Format must write again, byte for byte.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/path_template.h"

namespace ingot {
namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

void CheckPath(const PathTemplate& compiled, std::string_view path) {
  const auto values = compiled.Parse(path);
  const auto anywhere = compiled.Parse(path, PathPrefix::kImplied);
  if (!values) {
    return;
  }
  Demand(anywhere == values);
  const auto formatted = compiled.Format(*values);
  // Foreign names may be longer than those that are written here.
  const bool is_long = path.size() > 255;
  Demand(formatted.ok() || is_long);
  Demand(!formatted.ok() || *formatted == path);
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_end = input.find('\n');
  const auto compiled = ingot::PathTemplate::Compile(input.substr(0, line_end));
  ingot::IgnoreFailure(ingot::SplitRoot(input.substr(0, line_end)));
  if (compiled.ok() && line_end != std::string_view::npos) {
    ingot::CheckPath(*compiled, input.substr(line_end + 1));
  }
  return 0;
}
