// Brings a project's models up to date: datasets of SQL that are out of date are built, and every dataset and model is
// a view of the warehouse's database file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/build.h"
#include "dataset/build_context.h"
#include "pipeline/workspace.h"

namespace ingot {

struct RefreshRequest {
  std::string run_id;
  bool force = false;  // build and write although nothing changed
};

struct RefreshedLayer {
  std::string name;
  std::optional<BuildAction> action;  // of a dataset; models are views
  std::optional<uint64_t> rows_in;
  std::optional<uint64_t> rows_out;
  std::optional<uint64_t> rows_rejected;
  std::string path;  // of a dataset: its file
  std::string sha256;
};

struct RefreshReport {
  bool nothing_new = false;  // nothing was written
  std::string database;
  std::vector<RefreshedLayer> layers;  // each after those that it reads
  std::vector<std::string> warnings;
};

// One refresh of a database at a time. What failed is in the log, and the views stay as they were. Errors: kConfig
// without [warehouse] or models; kNotFound for a dataset that has no partition; kConflict while another refresh runs or
// another program has the database open; those of building.
Result<RefreshReport> RefreshWarehouse(Workspace& workspace, const RefreshRequest& request,
                                       const BuildContext& context);

}  // namespace ingot
