#include "cli/partition_choice.h"

namespace ingot {

std::string_view DatasetArgument(const Invocation& invocation) {
  return invocation.arguments.empty() ? std::string_view() : std::string_view(invocation.arguments[0]);
}

Result<PartitionChoice> ChoosePartitions(const Invocation& invocation, WithoutChoice without_choice) {
  return ChoosePartitions(invocation.scope(), DatasetArgument(invocation), without_choice);
}

}  // namespace ingot
