// A manifest as far as the readers of a partition's files need it.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/manifest.h"

namespace ingot {

// Dataset, key, generation, writer, files, rows and both hashes; the rest stays empty. The text is proven as a whole,
// as by ParseManifest, but what is not taken is not asked whether it makes sense: a quarter of the time. Errors: as
// ParseManifest.
Result<Manifest> ParseManifestFiles(std::string_view text);

}  // namespace ingot
