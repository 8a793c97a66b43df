#include "dataset/listing_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "dataset/build_checks.h"

namespace ingot {
namespace {

std::string Counted(uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string WhatBecame(DuplicateRule rule) {
  switch (rule) {
    case DuplicateRule::kKeepFirst:
      return "the first of each key was kept";
    case DuplicateRule::kKeepLast:
      return "the last of each key was kept";
    case DuplicateRule::kKeepAll:
      return "all were kept";
    case DuplicateRule::kRefuse:
      break;
  }
  return "none is allowed";
}

// The same for any memory limit: which pair was met first is left to the warnings.
std::string DescribeDuplicates(const DuplicateFindings& found, const ListingSpec& listing) {
  return fmt::format("{} the key of an earlier line{}, {}", Counted(found.count, "line has", "lines have"),
                     !found.has_other_path ? ""
                     : found.count == 1    ? ", with another path"
                                           : ", some with another path",
                     WhatBecame(listing.duplicates));
}

std::string DescribeRejects(const ListingRowsOutcome& outcome) {
  const bool is_only = outcome.first_rejects.size() == outcome.rejected;
  return fmt::format("{} of {} rejected; {}{}", outcome.rejected, Counted(outcome.lines, "line was", "lines were"),
                     is_only ? "" : "the first are ", fmt::join(outcome.first_rejects, "; "));
}

}  // namespace

std::vector<CheckResult> CheckListing(const ListingRowsOutcome& outcome, const ListingSpec& listing, uint64_t allowed,
                                      uint64_t declared) {
  std::vector<CheckResult> checks;
  const uint64_t dropped = listing.duplicates == DuplicateRule::kKeepAll ? 0 : outcome.duplicates.count;
  checks.push_back({std::string(kRowsMatchCheck),
                    Verdict::kPassed,
                    fmt::format("{} rows, {} duplicates left out, {} rejects and {} blank lines are all {} lines",
                                outcome.rows.summary.rows, dropped, outcome.rejected, outcome.blank, outcome.lines),
                    {}});
  CheckResult rejects{std::string(kRejectsCheck), Verdict::kPassed, "0 rejects", {}};
  if (outcome.rejected > 0) {
    rejects.detail = DescribeRejects(outcome);
    rejects.verdict = outcome.rejected > allowed    ? Verdict::kRefused
                      : outcome.rejected > declared ? Verdict::kOverridden
                                                    : Verdict::kWarned;
  }
  if (outcome.matched == 0) {
    rejects.verdict = Verdict::kRefused;
    rejects.detail = fmt::format("no line gives a key of the template '{}': {}", listing.path.text(),
                                 outcome.rejected > 0 ? DescribeRejects(outcome) : "there are none but blank ones");
  }
  checks.push_back(std::move(rejects));
  const bool has_duplicates = outcome.duplicates.count > 0;
  checks.push_back({std::string(kDuplicatesCheck),
                    has_duplicates ? Verdict::kWarned : Verdict::kPassed,
                    has_duplicates ? DescribeDuplicates(outcome.duplicates, listing) : "every key occurs once",
                    {}});
  return checks;
}

JsonObject ListingJson(const ListingRowsOutcome& outcome, const ListingSpec& listing) {
  JsonObject shapes;
  for (size_t shape = 0; shape < kLineShapes; ++shape) {
    if (outcome.shapes[shape] > 0) {
      shapes.emplace(NameOf(static_cast<LineShape>(shape)), outcome.shapes[shape]);
    }
  }
  return {{"template", listing.path.text()},
          {"base", listing.base},
          {"lines", std::move(shapes)},
          {"suspicious", outcome.suspicious},
          {"duplicates",
           JsonObject{{"rule", FormatDuplicateRule(listing.duplicates)}, {"lines", outcome.duplicates.count}}}};
}

uint64_t DuplicatesOf(const Manifest& manifest) {
  const auto listing = manifest.extra.find(kListingField);
  const JsonObject* object = listing == manifest.extra.end() ? nullptr : listing->second.AsObject();
  const auto duplicates = object == nullptr ? JsonObject::const_iterator() : object->find("duplicates");
  if (object == nullptr || duplicates == object->end() || duplicates->second.AsObject() == nullptr) {
    return 0;
  }
  const JsonObject& found = *duplicates->second.AsObject();
  const auto lines = found.find("lines");
  const int64_t* count = lines == found.end() ? nullptr : lines->second.AsInt();
  return count == nullptr || *count < 0 ? 0 : static_cast<uint64_t>(*count);
}

std::vector<std::string> ListingWarnings(const ListingRowsOutcome& outcome, const ListingSpec& listing) {
  std::vector<std::string> warnings;
  if (outcome.rejected > 0) {
    warnings.push_back(DescribeRejects(outcome));
  }
  for (size_t shape = 1; shape < kLineShapes; ++shape) {
    if (outcome.shapes[shape] > 0) {
      warnings.push_back(fmt::format(
          "{} of `{}`: the path was taken out of {}", Counted(outcome.shapes[shape], "line is", "lines are"),
          NameOf(static_cast<LineShape>(shape)), outcome.shapes[shape] == 1 ? "it" : "each"));
    }
  }
  if (outcome.suspicious > 0) {
    warnings.push_back(
        fmt::format("{} blanks or quotes where hardly a path has them, as lines of other programs do: {}",
                    Counted(outcome.suspicious, "path has", "paths have"), fmt::join(outcome.first_suspicious, "; ")));
  }
  if (outcome.duplicates.count > 0) {
    warnings.push_back(
        fmt::format("{}; {}", DescribeDuplicates(outcome.duplicates, listing), outcome.duplicates.first));
  }
  return warnings;
}

}  // namespace ingot
