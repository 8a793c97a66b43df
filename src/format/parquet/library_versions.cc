#include "format/parquet/library_versions.h"

#include <arrow/util/config.h>
#include <zstd.h>

namespace ingot {

std::string ArrowVersion() { return ARROW_VERSION_STRING; }
std::string ZstdVersion() { return ZSTD_versionString(); }

}  // namespace ingot
