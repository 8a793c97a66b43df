// Many sorted runs as one: a merge of files, row by row.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "model/listing_spec.h"
#include "source/listing/key_row.h"
#include "source/listing/run_file.h"

namespace ingot {

// Takes a row; its texts live until it returns.
using RowTaker = std::function<Result<void>(const KeyRow&)>;

// Gives every row of the runs in the order of their keys, rows of one key in the order of the runs and of each, after
// the rule was applied. Requires: the runs are rewound, and hold the lines of the input in the order in which they
// stand. Errors: kCheckFailed for duplicates that are refused; those of reading and of `take`.
Result<void> MergeRuns(const PathTemplate& path, std::vector<std::unique_ptr<RunFile>>* runs, DuplicateRule rule,
                       DuplicateFindings* findings, const RowTaker& take);

}  // namespace ingot
