// The version of the library that is linked.
#pragma once

#include <string_view>

#include "ingot/abi.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  // "0.1.0".
  INGOT_API std::string_view Version();

}  // namespace v1
}  // namespace ingot
