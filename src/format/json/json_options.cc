#include "format/json/json_options.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingot {
namespace {

constexpr size_t kGreatestDepth = 128;

// Brackets around the innermost value, those of the fields' own object among them.
size_t NestingOf(const std::vector<Field>& fields) {
  size_t inside = 0;
  for (const Field& field : fields) {
    inside = std::max(inside, field.type.is_nested() ? NestingOf(field.type.fields) : 0);
  }
  return inside + 1;
}

size_t NestingOf(const DataType& type) { return type.is_nested() ? NestingOf(type.fields) : 0; }

}  // namespace

Result<void> CheckJsonOptions(const JsonOptions& options) {
  using Kind = ColumnPathPattern::Segment::Kind;
  for (const ColumnPathPattern& pattern : options.drop) {
    const Kind last = pattern.segments().back().kind;
    if (last == Kind::kElement || last == Kind::kMapValue) {
      return Error(ErrorKind::kConfig,
                   fmt::format("drop = '{}' would leave a list or map without content", pattern.ToString()),
                   "drop the list or map itself");
    }
  }
  if (options.max_depth == 0 || options.max_depth > kGreatestDepth) {
    return Error(ErrorKind::kConfig, fmt::format("the depth of brackets can be limited to 1 … {}", kGreatestDepth));
  }
  // Levels are kept in bytes; a list takes two of them.
  for (const auto& [pattern, type] : options.types) {
    if (pattern.segments().size() + NestingOf(type) > kGreatestDepth) {
      return Error(ErrorKind::kConfig, fmt::format("the type of '{}' makes more than {} nested values",
                                                   pattern.ToString(), kGreatestDepth));
    }
  }
  if (options.locked != nullptr && NestingOf(options.locked->fields) > kGreatestDepth) {
    return Error(ErrorKind::kConfig, fmt::format("the accepted schema has more than {} nested values", kGreatestDepth));
  }
  return {};
}

}  // namespace ingot
