// "did you mean": the known name that a mistyped one is closest to.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ingot {

// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other, counted in bytes.
size_t EditDistance(std::string_view a, std::string_view b);

// Empty when nothing is close enough: at most a third of the length, and never more than three edits. Of equally close
// names the one that shares the longest beginning wins, then the first. Else the only name that begins with `name`.
std::string_view SimilarName(std::string_view name, std::span<const std::string_view> known);

// "; did you mean 'run'?", or nothing.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> known);

}  // namespace ingot
