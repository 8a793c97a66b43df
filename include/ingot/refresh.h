// Bringing a project's datasets of SQL, and the views of its warehouse, up to date.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct RefreshOptions {
    WorkOptions work;
    std::optional<bool> force;  // build and write although nothing changed
  };

  struct RefreshedLayer {
    std::string name;
    std::string result;  // "built", "rebuilt", "up_to_date"; "view" for a model
    std::optional<uint64_t> rows_in, rows_out, rows_rejected;
    std::string path;    // of a dataset: its file
    std::string sha256;  // of that file
  };

  struct RefreshResult {
    bool nothing_new = false;            // nothing was written
    std::string database;                // path of the warehouse
    std::vector<RefreshedLayer> layers;  // each after those that it reads
    std::vector<std::string> warnings;
  };

}  // namespace v1
}  // namespace ingot
