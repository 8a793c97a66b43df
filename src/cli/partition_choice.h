// Which partitions a command is about.
#pragma once

#include <string_view>

#include "cli/command.h"
#include "request/partition_choice.h"

namespace ingot {

// The first argument, or "".
std::string_view DatasetArgument(const Invocation& invocation);

// As ChoosePartitions of request/partition_choice.h, of the dataset or partition that the first argument names.
Result<PartitionChoice> ChoosePartitions(const Invocation& invocation, WithoutChoice without_choice);

}  // namespace ingot
