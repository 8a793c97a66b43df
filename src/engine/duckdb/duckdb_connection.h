// An open DuckDB database and the one connection to it: in memory, or a file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/duckdb/duckdb_api.h"
#include "engine/duckdb/duckdb_result.h"
#include "engine/engine.h"

namespace ingot {

enum class DatabaseAccess { kReadWrite, kRead };

// Owns the statements that DuckDB found in a text.
class ExtractedStatements {
 public:
  ExtractedStatements(const DuckdbApi& api, duckdb_connection connection, const std::string& sql) : api_(api) {
    count_ = api.extract_statements(connection, sql.c_str(), &handle_);
  }
  ExtractedStatements(const ExtractedStatements&) = delete;
  ExtractedStatements& operator=(const ExtractedStatements&) = delete;
  ~ExtractedStatements() { api_.destroy_extracted(&handle_); }

  idx_t count() const { return count_; }
  const char* error() const { return api_.extract_statements_error(handle_); }
  duckdb_extracted_statements get() const { return handle_; }

 private:
  const DuckdbApi& api_;
  duckdb_extracted_statements handle_ = nullptr;
  idx_t count_ = 0;
};

// Times read in UTC, nothing is downloaded, progress is printed nowhere. For one thread.
class DuckdbConnection {
 public:
  // `path` is a database file, made when it is missing and may be written; empty: in memory. Loads the library. Errors:
  // kUnsupported when that is not installed; kConflict when another program holds the file; kCorrupt when it is no
  // database of this version.
  static Result<std::unique_ptr<DuckdbConnection>> Open(const std::string& path, DatabaseAccess access,
                                                        const EngineLimits& limits);
  DuckdbConnection(const DuckdbConnection&) = delete;
  DuckdbConnection& operator=(const DuckdbConnection&) = delete;
  ~DuckdbConnection();

  const DuckdbApiPtr& api() const { return api_; }
  duckdb_connection handle() const { return connection_; }

  // Statements without a result of interest.
  Result<void> Execute(const std::string& sql);
  // From here on no other file is opened and no setting changes. Once, and before a statement of a user is prepared:
  // extracting and binding some statements opens files.
  Result<void> Seal(const std::vector<std::string>& paths);
  // One statement of any kind. Errors: kUsage, as DuckDB tells it; kPermission for what the seal forbids.
  Result<PreparedStatement> Prepare(const std::string& sql);
  // Requires: the columns of the result are VARCHAR.
  Result<TextRows> Ask(const std::string& sql, const EngineParameters& parameters);

 private:
  explicit DuckdbConnection(DuckdbApiPtr api) : api_(std::move(api)) {}
  Result<void> Start(const std::string& path, DatabaseAccess access, const EngineLimits& limits);

  DuckdbApiPtr api_;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace ingot
