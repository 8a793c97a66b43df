// Path templates: one grammar that formats paths and parses them back.
//
//   archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz
//   v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl
//
//   {name}         the conventional kind of that name (field_value.h): a string, unless it is `date`, `hour` and the
//   like {name:kind}    string, int32, int64, date (as %Y-%m-%d), hour (as %H) {name:format}  a date in %Y %m %d, or an
//   hour in %H; other characters stand for themselves, %% for %
//   {{ and }}      braces
//
// A field may stand several times ({date:%Y}/{date:%m}/{date:%d}); all places together must give the whole value.
// A template is relative and cannot leave its root: no empty segment, no `.`, `..` or `.ingot`, no control characters,
// and no value can bring one in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/field_value.h"

namespace ingot {

struct TemplateField {
  std::string name;
  FieldKind kind = FieldKind::kString;

  bool operator==(const TemplateField&) const = default;
};

// Which values a field is expected to take, in order: hour 00..23.
struct FieldDomain {
  std::string field;
  std::vector<FieldValue> values;

  bool operator==(const FieldDomain&) const = default;
};

// "00..23" (both ends included; hours and integers), or one value. Errors: kConfig.
Result<std::vector<FieldValue>> ParseDomainRange(FieldKind kind, std::string_view text);

// What may stand before the place where a template begins to match.
enum class PathPrefix {
  kNone,     // the whole path must match
  kImplied,  // any leading folders, also none, as in bucket listings
};

class PathTemplate {
 public:
  // A template without segments: matches nothing and formats to an error. Stands for "not given" in specifications.
  PathTemplate() = default;
  // Errors: kConfig with the column of the problem.
  static Result<PathTemplate> Compile(std::string_view text);

  const std::string& text() const { return text_; }
  bool empty() const { return segments_.empty(); }
  // In the order of their first appearance.
  std::span<const TemplateField> fields() const { return fields_; }
  // Null when the template has no such field.
  const TemplateField* FindField(std::string_view name) const;
  // The literal text right before the first place of a field, within its segment: "model_tissue_". Empty without one.
  // Requires: field < fields().size().
  std::string_view LiteralBefore(size_t field) const;

  // Needs a value for every field; values of other names are ignored.
  // Errors: kInvalidData when a value is missing, has the wrong type, or would not be parsed back as it is.
  Result<std::string> Format(const FieldValues& values) const;

  // The values of all fields, in the order of fields(); nothing when the path does not match. Each folder level is
  // matched on its own; within one, the rightmost match wins, so that `{a}_{b}` reads x_y_z as a = x_y. Integers must
  // be canonical and in range. Linear in the path for one string or integer per level, quadratic for more.
  std::optional<FieldValues> Parse(std::string_view path, PathPrefix prefix = PathPrefix::kNone) const;
  // The same without names, into a vector that can be used again: for long listings.
  bool Match(std::string_view path, PathPrefix prefix, std::vector<FieldValue>& values) const;

  struct ExpandedPath {
    std::string path;
    FieldValues values;  // those of the domains
  };
  // One path for every combination of the domains' values; the last domain varies fastest.
  // Errors: as Format; kConfig for a domain of an unknown field; kResourceLimit beyond 100,000 paths.
  Result<std::vector<ExpandedPath>> Expand(const FieldValues& fixed, std::span<const FieldDomain> domains) const;

  // The folders that all paths share when these values are fixed: where a listing has to look. "" or "a/b/".
  std::string CommonFolder(const FieldValues& fixed) const;

  bool operator==(const PathTemplate& other) const { return text_ == other.text_; }

  // What a template is made of, for readers and writers of many paths. Strings and integers have any length and never
  // touch; a year has four digits, a month, a day and an hour have two.
  enum class PartKind : uint8_t { kLiteral, kString, kInteger, kYear, kMonth, kDay, kHour };
  struct Part {
    PartKind kind = PartKind::kLiteral;
    std::string literal;
    size_t field = 0;  // index into fields()
  };
  using Segment = std::vector<Part>;  // one folder level
  std::span<const Segment> segments() const { return segments_; }

 private:
  // What one matching attempt has read so far, by field.
  struct Captured {
    std::string_view text;
    int year = -1;
    int month = -1;
    int day = -1;
    int hour = -1;
  };
  class Compiler;
  class SegmentMatcher;

  bool Finish(const std::vector<Captured>& captured, std::vector<FieldValue>& values) const;
  Result<std::string> FormatSegment(const Segment& segment, const FieldValues& values) const;

  std::string text_;
  std::vector<TemplateField> fields_;
  std::vector<Segment> segments_;
};

// A path as a user writes it for reading, cut at the last folder before the first field: the root, which may be
// absolute or climb with `..`, and the template beneath it. "/data/archive/{date}/x" gives "/data/archive" and
// "{date}/x". A path without any field keeps its last segment as template. An empty root is ".".
struct RootedTemplate {
  std::string root;
  PathTemplate path;

  bool operator==(const RootedTemplate&) const = default;
};
// Errors: as Compile.
Result<RootedTemplate> SplitRoot(std::string_view text);

// Text as a literal of a template: braces doubled.
std::string EscapeTemplateText(std::string_view text);

}  // namespace ingot
