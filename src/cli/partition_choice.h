// Which partitions of which dataset a command is about.
#pragma once

#include <vector>

#include "base/result.h"
#include "cli/command.h"
#include "model/dataset_spec.h"
#include "model/partition_key.h"

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
// Errors: kUsage when both name partitions, or days are chosen for a dataset that has none.
Result<PartitionChoice> ChoosePartitions(const Invocation& invocation, std::string_view reference,
                                         WithoutChoice without_choice);

// The first argument, or "".
std::string_view DatasetArgument(const Invocation& invocation);

}  // namespace ingot
