// What is told of a listing once it was read: in the manifest, and to the person who asked for it.
#pragma once

#include <string>
#include <vector>

#include "dataset/build.h"
#include "dataset/listing_rows.h"

namespace ingot {

inline constexpr std::string_view kDuplicatesCheck = "duplicates";

// rows_match, rejects and duplicates. `allowed` rejects may pass; `declared` of them without an override.
std::vector<CheckResult> CheckListing(const ListingRowsOutcome& outcome, const ListingSpec& listing, uint64_t allowed,
                                      uint64_t declared);

// What the manifest says of the listing in `ingot.listing`: template, base, the rule, and how many lines it met.
inline constexpr std::string_view kListingField = "listing";
JsonObject ListingJson(const ListingRowsOutcome& outcome, const ListingSpec& listing);
// The lines that had the key of an earlier one; 0 where the manifest is of no listing.
uint64_t DuplicatesOf(const Manifest& manifest);

// "3 of 1,000 lines are no keys: paths.txt: line 7: …", and the like.
std::vector<std::string> ListingWarnings(const ListingRowsOutcome& outcome, const ListingSpec& listing);

}  // namespace ingot
