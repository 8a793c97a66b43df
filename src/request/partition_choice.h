// Which partitions of which dataset a request is about.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"
#include "request/request_scope.h"

namespace ingot {

// What stands for a choice that nobody made.
enum class WithoutChoice {
  kYesterday,  // the partition of yesterday
  kNothing,    // no keys: the verb knows better
};

struct PartitionChoice {
  const DatasetSpec* dataset = nullptr;
  std::vector<PartitionKey> keys;  // ascending
  bool chosen = false;
};

// From `reference` ("tier3", "tier3@2026-01-15", "" for the only dataset) and the options that choose days.
// Requires a project. Errors: kUsage when both name partitions, or days are chosen for a dataset that has none.
Result<PartitionChoice> ChoosePartitions(const RequestScope& scope, std::string_view reference,
                                         WithoutChoice without_choice);

}  // namespace ingot
