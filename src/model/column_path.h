// Patterns that name columns at any depth, as users write them in `drop`, `maps` and `types`.
//
//   symbol                                        a column
//   meta.source                                   a field of a struct
//   twitter_sentiment_windows.*.tag_counts        `*` is any one name
//   spot_prices[].mid                             `[]` is every element of a list
//   tag_counts{}.count                            `{}` is every value of a map
//   "a.b".c                                       names that hold one of . [ ] { } * = " or a space are quoted as in
//   JSON
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

class ColumnPathPattern {
 public:
  struct Segment {
    enum class Kind { kName, kAnyName, kElement, kMapValue };

    Kind kind = Kind::kName;
    std::string name;  // kName only

    bool operator==(const Segment&) const = default;
    bool MatchesName(std::string_view field_name) const {
      return kind == Kind::kAnyName || (kind == Kind::kName && name == field_name);
    }
  };

  // Errors: kConfig with the column of the problem.
  static Result<ColumnPathPattern> Parse(std::string_view text);

  // For readers that match step by step while they descend.
  std::span<const Segment> segments() const { return segments_; }

  // Whole paths: names, "[]" for the elements of a list and "{}" for the values of a map.
  bool Matches(std::span<const std::string> path) const;

  // True when no segment is a `*`, so that the pattern names one column only.
  bool is_exact() const;
  // Canonical text: Parse gives an equal pattern.
  std::string ToString() const;

  bool operator==(const ColumnPathPattern&) const = default;

 private:
  std::vector<Segment> segments_;
};

// A name as it must be written inside a path: quoted where it would otherwise mean something else.
std::string QuotePathSegment(std::string_view name);

}  // namespace ingot
