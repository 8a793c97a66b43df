// From the files of partitions, by a statement of SQL, to one Parquet file that is not visible yet.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/inputs.h"
#include "dataset/partition_writer.h"
#include "dataset/sql_periods.h"
#include "dataset/write_rows.h"
#include "engine/engine.h"
#include "format/parquet/options.h"
#include "model/lock_file.h"
#include "model/sql_model.h"

namespace ingot {

// The files that a statement reads, open and proven, as relations of an engine.
struct SqlRelations {
  std::vector<EngineRelation> relations;  // as SqlSourceSpec::datasets
  std::vector<UniqueFd> files;            // to be kept as long as they are read
};

// Opens the inputs for which `wanted` is true and compares the sha256 of every byte with what was planned. Errors:
// kCorrupt, naming the input; kResourceLimit when so many files cannot be open at once; kSchemaDrift.
Result<SqlRelations> OpenSqlRelations(const SqlSourceSpec& source, const PlannedInputs& inputs,
                                      const std::vector<bool>& wanted, const BuildContext& context,
                                      const std::string& subject);

// An engine that knows the relations and the models. `scratch` is where it may spill.
Result<std::unique_ptr<Engine>> OpenSqlEngine(const SqlSourceSpec& source, const SqlRelations& relations,
                                              const BuildContext& context, const std::string& scratch);

struct SqlRowsRequest {
  const SqlSourceSpec* source = nullptr;
  const PlannedInputs* inputs = nullptr;
  const LockedSchema* locked = nullptr;  // null before the first acceptance
  std::optional<KeptRows> kept;          // of an incremental source; nothing: all rows are computed
  ParquetOptions parquet;
  RowGroupLimits row_groups;
  std::string subject;  // for progress
};

// The statement runs on one thread and its rows are cut at fixed counts, so that the same inputs give the same bytes
// whatever the machine; rows without a total ORDER BY have the order in which the engine gives them. With kept rows
// only the inputs of changed periods are read, and the file is the same as without. Errors: those of OpenSqlRelations;
// kConfig for a statement that is wrong; kSchemaDrift where its columns do not fit the lock; those of running, encoding
// and writing.
Result<WriteRowsOutcome> WriteSqlRows(const SqlRowsRequest& request, const BuildContext& context, ByteSink* sink);

}  // namespace ingot
