// What this program is.
#pragma once

#include <string>
#include <string_view>

namespace ingot {

// "0.1.0".
std::string_view VersionNumber();
// "ingot 0.1.0".
std::string VersionLine();

}  // namespace ingot
