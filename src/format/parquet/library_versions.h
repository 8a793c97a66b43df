// Versions of the libraries that have a say in a file's bytes, for its manifest.
#pragma once

#include <string>

namespace ingot {

std::string ArrowVersion();  // "26.0.1": footers, page indexes
std::string ZstdVersion();   // "1.5.4": compressed pages

}  // namespace ingot
