// What a dataset whose rows are generated says about them: `[dataset.NAME.source]` with type = "synthetic".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/utc.h"

namespace ingot {

enum class GeneratorKind {
  kEvents,  // product events: source/synthetic/event_generator.h
};
// Another one means other rows for the same settings.
inline constexpr int64_t kGeneratorVersion = 1;
// "events".
std::string_view GeneratorName(GeneratorKind generator);

// More would take years to write, and is a slip of the finger.
inline constexpr uint64_t kMostSyntheticRows = 1'000'000'000'000;
inline constexpr uint64_t kFewestFileBytes = uint64_t{64} << 10U;
inline constexpr UtcDay kSyntheticStart{19'358};  // 2023-01-01
inline constexpr UtcDay kSyntheticEnd{20'453};    // 2025-12-31

struct SyntheticSpec {
  GeneratorKind generator = GeneratorKind::kEvents;
  uint64_t rows = 1'000'000;
  uint64_t seed = 7;
  // Both days are included.
  UtcDay start = kSyntheticStart;
  UtcDay end = kSyntheticEnd;
  // A file is closed at the first row group that reaches it.
  uint64_t file_bytes = uint64_t{128} << 20U;

  int32_t days() const { return end.days - start.days + 1; }

  bool operator==(const SyntheticSpec&) const = default;
};

}  // namespace ingot
