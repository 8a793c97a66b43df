#include "format/parquet/library_versions.h"

#include <zstd.h>

namespace ingot {

std::string ArrowVersion() { return INGOT_ARROW_VERSION; }
std::string ZstdVersion() { return ZSTD_versionString(); }

}  // namespace ingot
