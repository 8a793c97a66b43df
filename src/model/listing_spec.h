// What a dataset whose rows are the paths of a listing says about them: `[dataset.NAME.source]` with type = "listing".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/path_template.h"
#include "model/schema.h"

namespace ingot {

// What becomes of the rows that have the key of an earlier line.
enum class DuplicateRule {
  kKeepFirst,
  kKeepLast,
  kKeepAll,
  kRefuse,
};
// "keep-first", "keep-last", "keep-all", "refuse".
std::string_view FormatDuplicateRule(DuplicateRule rule);

struct ListingSpec {
  PathTemplate path;  // its fields are the key; matched with PathPrefix::kImplied
  std::string base;   // stands before every path, as "s3://bucket/"; empty or with a '/' at its end
  DuplicateRule duplicates = DuplicateRule::kKeepFirst;

  bool operator==(const ListingSpec&) const = default;
};

// The column that holds the whole path, behind those of the key.
inline constexpr std::string_view kFilePathColumn = "file_path";
// A longer line is rejected; object stores take names of 1,024 bytes.
inline constexpr uint64_t kMaxListingLineBytes = uint64_t{64} << 10U;
// Row groups of this size are what other engines choose by statistics and bloom filters when they look for one key.
inline constexpr uint64_t kListingRowGroupRows = 122'880;

// The key-value metadata of a key manifest, which lookups read the key's texts by.
inline constexpr std::string_view kPathTemplateMetadata = "ingot.path_template";
inline constexpr std::string_view kPathBaseMetadata = "ingot.path_base";  // absent without a base

// Errors: kConfig for a template without fields, or with one that is named as the path's column.
Result<void> CheckListingTemplate(const PathTemplate& path);
// With a '/' at its end. Errors: kConfig for text that cannot stand in a path.
Result<std::string> NormalListingBase(std::string_view text);

// The fields of the template in their order, then the path; no column has nulls. Without ids.
Schema ListingSchema(const PathTemplate& path);

}  // namespace ingot
