#include "model/unmatched_patterns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/similar_name.h"

namespace ingot {
namespace {

std::string Shown(std::span<const std::string> path) {
  std::string shown;
  for (const std::string& name : path) {
    const bool is_part = name == "[]" || name == "{}";
    shown += is_part ? name : (shown.empty() ? "" : ".") + QuotePathSegment(name);
  }
  return shown;
}

}  // namespace

ColumnPaths::ColumnPaths(const Schema& schema) { AddFields(schema.fields, TypeKind::kStruct); }

void ColumnPaths::AddFields(const std::vector<Field>& fields, TypeKind parent) {
  for (const Field& field : fields) {
    if (parent == TypeKind::kMap && &field == fields.data()) {
      continue;  // keys have no path
    }
    path_.push_back(parent == TypeKind::kList ? "[]" : parent == TypeKind::kMap ? "{}" : field.name);
    paths_.push_back(path_);
    shown_.push_back(Shown(path_));
    AddFields(field.type.fields, field.type.kind);
    path_.pop_back();
  }
}

void ColumnPaths::Add(const std::string& path) {
  const Result<ColumnPathPattern> parsed = ColumnPathPattern::Parse(path);
  if (!parsed) {
    return;
  }
  using Kind = ColumnPathPattern::Segment::Kind;
  std::vector<std::string> names;
  for (const ColumnPathPattern::Segment& segment : parsed->segments()) {
    names.push_back(segment.kind == Kind::kElement ? "[]" : segment.kind == Kind::kMapValue ? "{}" : segment.name);
  }
  paths_.push_back(std::move(names));
  shown_.push_back(path);
}

bool ColumnPaths::HasMatch(const ColumnPathPattern& pattern) const {
  return std::any_of(paths_.begin(), paths_.end(), [&](const auto& path) { return pattern.Matches(path); });
}

std::string ColumnPaths::DescribeUnmatched(std::string_view what, const ColumnPathPattern& pattern) const {
  const std::string text = pattern.ToString();
  // A name without the path to it is the usual slip.
  const auto deeper =
      std::find_if(shown_.begin(), shown_.end(), [&](const std::string& path) { return path.ends_with("." + text); });
  const std::vector<std::string_view> known(shown_.begin(), shown_.end());
  return fmt::format("{} '{}' matches no column{}", what, text,
                     deeper != shown_.end() ? fmt::format("; did you mean '{}'?", *deeper) : DidYouMean(text, known));
}

}  // namespace ingot
