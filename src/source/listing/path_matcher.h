// Reads the paths of a listing with a template: PathTemplate::Match with PathPrefix::kImplied, without allocating, and
// with the reason where a path does not match.
//
// From the right end of the path to the left: every folder level is found by one search for '/', and what is fixed in
// it is compared. Where fields share a level, what separates them is searched from the right, which is where the
// rightmost match is (PathTemplate says why no other match can win).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/path_template.h"

namespace ingot {

enum class PathVerdict : uint8_t {
  kMatch,
  kNoMatch,
  kOutOfRange,   // an integer beyond its kind
  kLeadingZero,  // an integer that begins with a 0, as 07: it has another text too
  kBadText,      // a string with control characters or broken UTF-8
};

// What a matcher read. Reused from path to path; the texts point into the path.
struct MatchedPath {
  size_t prefix_bytes = 0;  // in front of the template, up to and including a '/'
  // By field, of those that have it: the text of strings and integers, the value of all but strings (dates as days
  // since 1970-01-01).
  std::vector<std::string_view> texts;
  std::vector<int64_t> numbers;
  size_t culprit = 0;  // the field of every verdict but kMatch and kNoMatch
  // Working memory: a field whose integer is none that the template takes, and why.
  size_t bad_integer = 0;
  PathVerdict bad_verdict = PathVerdict::kMatch;

  std::vector<FieldValue> values;  // working memory of templates that are matched by PathTemplate itself
  struct Day {
    int year = -1;
    int month = -1;
    int day = -1;
    int hour = -1;
  };
  std::vector<Day> days;  // by field
};

// What the caller knows of the bytes of a path, so that it need not be asked for each field.
enum class PathBytes : uint8_t {
  kPrintable,  // ASCII without control characters
  kAny,
};

// Safe for many threads at once.
class PathMatcher {
 public:
  explicit PathMatcher(PathTemplate path);

  const PathTemplate& path() const { return path_; }

  // Linear in the path, but for hostile texts between fields of one level. What is written to `out` has a meaning only
  // with kMatch.
  PathVerdict Match(std::string_view path, PathBytes bytes, MatchedPath* out) const;

 private:
  using PartKind = PathTemplate::PartKind;
  using Part = PathTemplate::Part;
  // Parts of fixed width that follow each other.
  struct Group {
    std::vector<Part> parts;
    size_t width = 0;
    size_t least_begin = 0;  // in its level: what stands before takes at least this
  };
  struct Variable {
    size_t field = 0;
    bool is_integer = false;
    FieldKind kind = FieldKind::kString;
  };
  // groups[i] stands before variables[i], the last one behind them all.
  struct Level {
    std::vector<Group> groups;
    std::vector<Variable> variables;
    std::string literal;  // of a level without any field
    size_t fixed_width = 0;
  };

  static Level MakeLevel(const PathTemplate& path, const PathTemplate::Segment& segment);
  static bool IsSearchable(const Level& level);
  static bool MatchGroup(const Group& group, std::string_view name, size_t at);
  static bool TakeDigits(const Group& group, std::string_view name, size_t at, MatchedPath* out);
  static bool MatchLevel(const Level& level, std::string_view name, MatchedPath* out);
  static bool TakeText(const Variable& variable, std::string_view text, MatchedPath* out);
  PathVerdict MatchSlowly(std::string_view path, MatchedPath* out) const;
  PathVerdict Finish(PathBytes bytes, MatchedPath* out) const;

  PathTemplate path_;
  std::vector<Level> levels_;
  bool has_days_ = false;
  bool is_compiled_ = true;  // false for the few templates whose search only PathTemplate knows
};

}  // namespace ingot
