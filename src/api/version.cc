#include "ingot/version.h"

namespace ingot::v1 {

std::string_view Version() { return INGOT_VERSION; }

}  // namespace ingot::v1
