// An operation that understands every option, for tests.
#pragma once

#include <vector>

#include "request/option_table.h"

namespace ingot {

inline OptionSet EveryOption() {
  static const std::vector<OptionId> kAll = [] {
    std::vector<OptionId> ids;
    for (const OptionSpec& option : Options()) {
      ids.push_back(option.id);
    }
    return ids;
  }();
  return {kAll};
}

}  // namespace ingot
