#include "cli/version.h"

namespace ingot {

std::string_view VersionNumber() { return INGOT_VERSION; }

std::string VersionLine() { return "ingot " + std::string(VersionNumber()); }

}  // namespace ingot
