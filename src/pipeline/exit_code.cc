#include "pipeline/exit_code.h"

#include <algorithm>

namespace ingot {

int CombineExitCodes(std::span<const int> codes) {
  const int highest = codes.empty() ? 0 : *std::max_element(codes.begin(), codes.end());
  if (highest >= 128) {
    return highest;
  }
  const bool alike =
      std::all_of(codes.begin(), codes.end(), [highest](int code) { return code == 0 || code == highest; });
  return alike ? highest : kExitMixed;
}

}  // namespace ingot
