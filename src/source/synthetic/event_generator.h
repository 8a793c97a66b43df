// Product events: who did what, when, and a few properties of it as JSON. docs/from/events.md lists every domain.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "source/synthetic/row_generator.h"

namespace ingot {

// Columns event_time timestamp[us], user_id int64 (1 … 100,000), team_id int64 (1 … 1,000), event_name string (one of
// 15), properties string: a JSON object of 2 to 5 different keys out of 14. None is ever null.
class EventGenerator final : public RowGenerator {
 public:
  explicit EventGenerator(uint64_t seed);

  const Schema& schema() const override { return schema_; }
  std::span<const EncodingHint> hints() const override { return hints_; }
  uint64_t bytes_per_row() const override { return 140; }
  void Fill(std::span<const DayRows> rows, std::vector<LeafColumn>* leaves) const override;

 private:
  // What follows a fragment that was looked up.
  enum class Tail : uint8_t { kNone, kCents, kSession };
  // `"key":value,`, copied with a constant length, of which `size` bytes count.
  struct Fragment {
    static constexpr size_t kLength = 48;
    std::array<char, kLength> text;
    uint8_t size;
    uint8_t family_size;  // bytes that it has in common with its family: numbers that differ in their last digit
    uint16_t family;      // slot
  };
  struct Property {
    uint32_t first;    // fragment
    uint32_t choices;  // of the value; for a price in cents, of which a hundred share a fragment
    Tail tail;
    uint8_t common_size;  // bytes that all its fragments have in common
    uint16_t slot;
  };
  class Texts;
  struct Cursor;
  static constexpr size_t kMostProperties = 5;
  struct Subset {
    std::array<uint8_t, kMostProperties> properties;
    uint8_t count;
  };
  struct SubsetRange {
    uint32_t first;
    uint32_t count;
  };

  void AddProperty(std::string_view key, const std::vector<std::string>& values, Tail tail = Tail::kNone);
  void AddSubsets();
  Cursor AppendProperties(uint32_t choice, std::span<const uint64_t, 4> draws, Cursor cursor) const;
  void FillDay(const DayRows& rows, std::vector<LeafColumn>* leaves, Texts* texts) const;

  uint64_t seed_;
  Schema schema_;
  std::vector<EncodingHint> hints_;
  std::vector<Fragment> fragments_;
  std::vector<Property> properties_;
  uint16_t slots_ = 0;  // of families and properties
  std::vector<Subset> subsets_;
  std::array<SubsetRange, 4> subset_ranges_{};  // of those with 2, 3, 4 and 5 properties
};

}  // namespace ingot
