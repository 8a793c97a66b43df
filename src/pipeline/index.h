// From a listing to a key manifest that lookups answer from.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "dataset/build.h"
#include "dataset/build_context.h"
#include "lookup/lookup.h"
#include "model/dataset_spec.h"
#include "pipeline/workspace.h"

namespace ingot {

struct IndexRequest {
  DatasetSpec dataset;
  bool is_of_project = false;  // the dataset, at its own place; else one that nothing but its files knows of
  std::string stream;          // see BuildRequest
  BuildOverrides overrides;
  bool force = false;
  std::string run_id;
};

struct IndexReport {
  BuildReport build;
  std::optional<LookupIndexReport> lookup;  // nothing where the index could not be written
};

// Builds the manifest, and the lookup index beside it. A dataset of the project is run like any other, with its line in
// the journal and its columns in the lock file; `workspace` may be null for others. That the index could not be
// written is a warning: lookups make their own. Errors: as BuildPartition; kCancelled.
Result<IndexReport> IndexListing(Workspace* workspace, const IndexRequest& request, const BuildContext& context);

}  // namespace ingot
