// For tests and fuzzing: the matcher of listings held against PathTemplate, which says what is right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/listing/key_columns.h"
#include "source/listing/path_matcher.h"

namespace ingot {

// What the matcher does against PathTemplate::Match on one path; empty when they agree, and the path is written back as
// it was read.
inline std::string_view PathMatcherDefect(const PathMatcher& matcher, std::string_view path) {
  const PathTemplate& model = matcher.path();
  MatchedPath matched;
  std::vector<FieldValue> values;
  const bool expected = model.Match(path, PathPrefix::kImplied, values);
  const PathVerdict verdict = matcher.Match(path, PathBytes::kAny, &matched);
  if (expected != (verdict == PathVerdict::kMatch)) {
    return expected ? "a path that matches was refused" : "a path that does not match was taken";
  }
  if (!expected) {
    return {};
  }
  KeyRow row(model.fields().size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto* text = std::get_if<std::string>(&values[i]);
    const auto* day = std::get_if<UtcDay>(&values[i]);
    if (text != nullptr ? matched.texts[i] != *text
                        : matched.numbers[i] != (day != nullptr ? day->days : std::get<int64_t>(values[i]))) {
      return "a field has another value";
    }
    if (text != nullptr) {
      row.texts[i] = matched.texts[i];
    } else {
      row.numbers[i] = matched.numbers[i];
    }
  }
  row.prefix = path.substr(0, matched.prefix_bytes);
  Buffer<char> written;
  PathWriter({model, "", DuplicateRule::kKeepFirst}).Append(row, &written);
  return std::string_view(written.data(), written.size()) == path ? "" : "the path was not written back as it was read";
}

}  // namespace ingot
