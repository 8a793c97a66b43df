// Versions of the libraries that a file passed, for its manifest.
#pragma once

#include <string>

namespace ingot {

std::string ArrowVersion();  // "26.0.1": decodes values, as `verify --deep` does
std::string ZstdVersion();   // "1.5.4": compressed pages

}  // namespace ingot
