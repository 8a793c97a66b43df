// From a key manifest to the bytes of its index.
#pragma once

#include <string>

#include "base/byte_sink.h"
#include "base/result.h"
#include "format/parquet/file_reader.h"
#include "lookup/index_format.h"
#include "lookup/lookup.h"

namespace ingot {

struct IndexBuildRequest {
  std::string path_template;   // of the user; empty: the manifest's own
  std::string scratch_folder;  // for what does not fit into memory
};

// Reads the manifest twice: once to choose a form, once to write it. `identity` is stored as it is.
// Errors: as Lookup::Open; those of the sink.
Result<void> BuildIndex(const ParquetFileReader& manifest, const IndexBuildRequest& request,
                        const ManifestIdentity& identity, const LookupContext& context, ByteSink& sink);

}  // namespace ingot
