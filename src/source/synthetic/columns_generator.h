// Rows of the columns that a project declares: docs/generated-columns.md. Each column is drawn on its own: adding,
// removing or moving others changes none of its values, and neither do its nulls.
#pragma once

#include <cstdint>
#include <vector>

#include "model/synthetic_spec.h"
#include "source/synthetic/column_rules.h"
#include "source/synthetic/row_generator.h"

namespace ingot {

class ColumnsGenerator final : public RowGenerator {
 public:
  // Requires: columns that ReadColumns let pass, at least one.
  ColumnsGenerator(uint64_t seed, const std::vector<GeneratedColumn>& columns);

  const Schema& schema() const override { return schema_; }
  std::span<const EncodingHint> hints() const override { return hints_; }
  uint64_t bytes_per_row() const override { return bytes_per_row_; }
  uint64_t file_bytes_per_row() const override { return bytes_per_row_ / 2 + 1; }
  void Fill(std::span<const DayRows> rows, std::vector<LeafColumn>* leaves) const override;

 private:
  struct Plan {
    GeneratedColumn column;
    uint64_t value_seed = 0;
    uint64_t null_seed = 0;
    uint64_t null_bound = 0;  // 32 random bits below it are null
    IntegerRule integers;
    RealRule reals;
  };

  static void FillColumn(const Plan& plan, const DayRows& rows, LeafColumn* leaf);
  template <typename Rule, typename Append>
  static void FillBy(const Plan& plan, const DayRows& rows, const Rule& rule, LeafColumn* leaf, const Append& append);
  template <typename Rule>
  static void FillIntegers(const Plan& plan, const DayRows& rows, const Rule& rule, LeafColumn* leaf);

  Schema schema_;
  std::vector<Plan> plans_;
  std::vector<EncodingHint> hints_;
  uint64_t bytes_per_row_ = 0;
};

}  // namespace ingot
