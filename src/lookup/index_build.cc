#include "lookup/index_build.h"

#include <algorithm>
#include <array>
#include <vector>

#include "lookup/index_writer.h"
#include "lookup/key_survey.h"
#include "lookup/manifest_reader.h"

namespace ingot {
namespace {

uint8_t HexDigit(char c) { return static_cast<uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

std::array<uint8_t, 32> RawSha256(std::string_view hex) {
  std::array<uint8_t, 32> raw{};
  for (size_t i = 0; i < raw.size(); ++i) {
    raw[i] = static_cast<uint8_t>(HexDigit(hex[2 * i]) << 4U | HexDigit(hex[2 * i + 1]));
  }
  return raw;
}

// Candidates for the pattern of the paths, from the first rows of some row groups, and how many of these rows follow.
class PatternChoice {
 public:
  explicit PatternChoice(const std::vector<KeyKind>& kinds) : kinds_(kinds) {}

  void Add(const KeyTuple& key, std::string_view path) {
    for (const ValuePlaces places : {ValuePlaces::kOnce, ValuePlaces::kEverywhere}) {
      std::optional<PathPattern> pattern = PathPattern::Infer(kinds_, key, path, places);
      const bool known = !pattern || std::any_of(candidates_.begin(), candidates_.end(),
                                                 [&](const Candidate& each) { return each.pattern == *pattern; });
      if (!known && candidates_.size() < kMostCandidates) {
        candidates_.push_back({*std::move(pattern), 0});
      }
    }
    for (Candidate& candidate : candidates_) {
      candidate.rows += candidate.pattern.Matches(key, path) ? 1 : 0;
    }
  }

  PathPattern Best() const {
    const auto best = std::max_element(candidates_.begin(), candidates_.end(),
                                       [](const Candidate& a, const Candidate& b) { return a.rows < b.rows; });
    return best == candidates_.end() ? PathPattern() : best->pattern;
  }

 private:
  struct Candidate {
    PathPattern pattern;
    uint64_t rows = 0;
  };
  static constexpr size_t kMostCandidates = 64;

  const std::vector<KeyKind>& kinds_;
  std::vector<Candidate> candidates_;
};

// Looks at some rows of each of some row groups, evenly spread.
Result<PathPattern> ChoosePattern(const ParquetFileReader& manifest, const ManifestColumns& columns,
                                  const std::vector<KeyKind>& kinds) {
  constexpr uint64_t kRowsPerGroup = 200;
  constexpr size_t kMostGroups = 5;
  PatternChoice choice(kinds);
  const size_t groups = manifest.row_groups().size();
  for (size_t i = 0; i < std::min(groups, kMostGroups); ++i) {
    INGOT_TRY(ForSomeRows(manifest, columns, groups * i / std::min(groups, kMostGroups), kRowsPerGroup,
                          [&](const KeyTuple& key, std::string_view path) -> Result<void> {
                            choice.Add(key, path);
                            return {};
                          }));
  }
  return choice.Best();
}

}  // namespace

Result<void> BuildIndex(const ParquetFileReader& manifest, const IndexBuildRequest& request,
                        const ManifestIdentity& identity, const LookupContext& context, ByteSink& sink) {
  INGOT_ASSIGN(const ManifestColumns columns, FindManifestColumns(manifest, request.path_template));
  std::vector<KeyKind> kinds;
  for (const KeyColumn& column : columns.keys) {
    kinds.push_back(column.kind);
  }
  KeySurvey survey(kinds, context.memory_limit_bytes / 8);
  const TakeRow look = [&survey](const KeyTuple& key, std::string_view) -> Result<void> {
    survey.Add(key);
    return {};
  };
  INGOT_TRY(ForEachRow(manifest, columns, RowParts::kKeys, context, look));
  const bool sorted = survey.sorted();
  if (!sorted) {
    survey = KeySurvey(kinds, context.memory_limit_bytes / 8);
    INGOT_TRY(ForEachSortedRow(manifest, columns, context, look));
  }
  INGOT_ASSIGN(PathPattern pattern, ChoosePattern(manifest, columns, kinds));
  IndexWriter writer(sink, {columns.keys, columns.path_template, std::move(pattern), {}}, survey.Plan(),
                     {request.scratch_folder, context.memory_limit_bytes / 2});
  const TakeRow add = [&](const KeyTuple& key, std::string_view path) { return writer.Add(key, path); };
  INGOT_TRY(sorted ? ForEachRow(manifest, columns, RowParts::kKeysAndPaths, context, add)
                   : ForEachSortedRow(manifest, columns, context, add));
  INGOT_ASSIGN(const FileDigest digest, manifest.Digest());
  return writer.Finish(RawSha256(digest.sha256), identity);
}

}  // namespace ingot
