// The partitions that a query reads: chosen by its conditions on their keys, proven, and held open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "engine/engine.h"
#include "model/dataset_spec.h"
#include "model/lock_file.h"

namespace ingot {

// What is compared before a partition is read. Its manifest must be whole and its own in any case.
enum class QueryProof {
  kQuick,   // the size of each data file
  kFooter,  // and the rows and schema of its footer
  kWhole,   // and the sha256 of every byte
};

struct QueryInputs {
  EngineRelation relation;
  std::vector<UniqueFd> files;  // those of the relation; to be kept as long as it is read
  uint64_t partitions = 0;      // that are read
  uint64_t found = 0;           // that there are
  uint64_t bytes = 0;           // of the files that are read
};

// Prunes, proves and opens. Nothing but names is read of partitions that the statement leaves out; it may be null, as
// `locked`: then everything is read. Warns of days that the statement asks for and that have no partition. Errors:
// kNotFound when no partition is read; kUsage for overlapping windows without a condition; kCorrupt, naming the
// partition; kSchemaDrift.
Result<QueryInputs> OpenQueryInputs(Engine& engine, const EngineStatement* statement, const DatasetSpec& dataset,
                                    const LockedSchema* locked, QueryProof proof, const BuildContext& context);

}  // namespace ingot
