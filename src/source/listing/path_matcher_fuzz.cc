// The first line is a template, every other one a path: the matcher of listings must agree with PathTemplate. What is
// taken out of a line of another program is a part of it, or no longer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "source/listing/line_shape.h"
#include "source/listing/path_matcher_fixture.h"

namespace ingot {
namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

void CheckShape(std::string_view line) {
  if (line.empty()) {
    return;
  }
  Buffer<char> decoded;
  const ShapedLine shaped = RecognizeLine(line, &decoded);
  Demand(decoded.size() <= line.size() && !shaped.path.empty());
  Demand(shaped.shape == LineShape::kS3Inventory
             ? shaped.path.size() <= line.size()
             : shaped.path.data() + shaped.path.size() == line.data() + line.size());
  static_cast<void>(IsSuspicious(shaped.path));
}

void CheckPaths(const PathTemplate& model, std::string_view paths) {
  const PathMatcher matcher(model);
  while (!paths.empty()) {
    const size_t end = std::min(paths.find('\n'), paths.size());
    Demand(PathMatcherDefect(matcher, paths.substr(0, end)).empty());
    CheckShape(paths.substr(0, end));
    paths.remove_prefix(std::min(end + 1, paths.size()));
  }
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_end = input.find('\n');
  const auto model = ingot::PathTemplate::Compile(input.substr(0, line_end));
  if (model.ok() && line_end != std::string_view::npos) {
    ingot::CheckPaths(*model, input.substr(line_end + 1));
  }
  return 0;
}
