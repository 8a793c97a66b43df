// A DuckDB database file in which relations and models are views, with a log of what made them.
//
// Any DuckDB program can read it, from any folder: views name files by absolute paths. The log is the table
// `ops_refresh_log`, a row for each layer of each refresh; see docs/formats/warehouse.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/utc.h"
#include "engine/engine.h"

namespace ingot {

class DuckdbConnection;

// A row of the log.
struct WarehouseLayer {
  std::string name;
  std::optional<uint64_t> rows_in;  // of the inputs that it names
  std::optional<uint64_t> rows_out;
  std::optional<uint64_t> rows_rejected;  // where every row is made of one row of the input
  std::string export_path;                // of a dataset: its file, and the sha256 of that
  std::string export_sha256;
  std::string error;  // why it failed
};

struct WarehouseRefresh {
  std::string run_id;
  UtcInstant started;
  UtcInstant finished;
  bool succeeded = true;
  std::string inputs_id;  // of everything that the views are made of
  std::vector<WarehouseLayer> layers;
};

// For one thread. While it is open to be written, no other program can open the file.
class DuckdbWarehouse {
 public:
  // The inputs of the last refresh that succeeded; nothing when there is no such file or no such refresh. What a
  // refresh that died left in the file's log is put into the file. Errors: as DuckdbConnection::Open.
  static Result<std::optional<std::string>> LastInputsId(const std::string& path, const EngineLimits& limits);

  // A file without views and log. `path` is nobody's: a process that dies meanwhile leaves what is no database.
  static Result<void> MakeEmpty(const std::string& path, const EngineLimits& limits);

  // Begins a transaction in a file that is there: others see what it does when it is committed, and a warehouse that is
  // destroyed before has changed nothing.
  static Result<std::unique_ptr<DuckdbWarehouse>> Begin(const std::string& path, const EngineLimits& limits);
  ~DuckdbWarehouse();

  // Views of earlier refreshes that are not put again are gone after the commit. `relation` has absolute paths.
  Result<void> PutRelation(const EngineRelation& relation);
  // From here on no other files than those of the relations are opened. Once, before the first model.
  Result<void> Seal();
  // Errors: kUsage where the statement is wrong; kPermission where it reads something else than relations and models.
  Result<void> PutModel(const std::string& name, const std::string& sql);
  // Of a view that was put. Errors: those of reading its files.
  Result<uint64_t> CountRows(const std::string& name);

  // Adds the refresh to the log, and makes everything visible at once.
  Result<void> Commit(const WarehouseRefresh& refresh);
  // Adds it to the log and changes nothing else.
  Result<void> CommitFailure(const WarehouseRefresh& refresh);

 private:
  explicit DuckdbWarehouse(std::unique_ptr<DuckdbConnection> database);
  Result<void> Prepare();
  Result<void> PutView(const std::string& name, const std::string& sql);
  Result<void> DropOldViews();
  Result<void> Log(const WarehouseRefresh& refresh);

  std::unique_ptr<DuckdbConnection> database_;
  std::vector<std::string> views_;
  std::vector<std::string> paths_;  // that views may read
};

}  // namespace ingot
