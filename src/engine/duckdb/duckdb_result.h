// Running statements of DuckDB: handles that free themselves, a watch that stops them, and their rows as a stream.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/duckdb/duckdb_api.h"
#include "engine/engine.h"

namespace ingot {

using DuckdbApiPtr = std::shared_ptr<const DuckdbApi>;

// Stops a statement when it is cancelled or its time is over, and tells its progress meanwhile.
class StatementWatch {
 public:
  // All must outlive the watch.
  StatementWatch(const DuckdbApi& api, duckdb_connection connection, const RunLimits& limits);
  ~StatementWatch();
  StatementWatch(const StatementWatch&) = delete;
  StatementWatch& operator=(const StatementWatch&) = delete;

  // What DuckDB's failure means: an interruption has the watch's own reason.
  Error Explain(Error error) const;
  // Between two batches: kCancelled or kTimeout, also where DuckDB did not notice.
  Result<void> Check() const;

 private:
  void Loop();
  bool IsOver() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }

  const DuckdbApi& api_;
  duckdb_connection connection_;
  RunLimits limits_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

// Owns a prepared statement.
class PreparedStatement {
 public:
  PreparedStatement(DuckdbApiPtr api, duckdb_prepared_statement handle) : api_(std::move(api)), handle_(handle) {}
  PreparedStatement(PreparedStatement&& other) noexcept
      : api_(std::move(other.api_)), handle_(std::exchange(other.handle_, nullptr)) {}
  PreparedStatement& operator=(PreparedStatement&&) = delete;
  ~PreparedStatement();

  duckdb_prepared_statement get() const { return handle_; }

  // Which parameters may be left over.
  enum class Unused { kRefuse, kIgnore };
  // Errors: kUsage for a parameter that is missing, unknown, or does not fit.
  Result<void> Bind(const EngineParameters& parameters, Unused unused) const;

 private:
  Result<void> BindOne(idx_t index, const std::string& name, const EngineValue& value) const;

  DuckdbApiPtr api_;
  duckdb_prepared_statement handle_;
};

// Starts the statement. Errors: as Engine::Run. `connection` must outlive the stream.
Result<std::unique_ptr<RecordStream>> StartStatement(DuckdbApiPtr api, duckdb_connection connection,
                                                     PreparedStatement statement, const RunLimits& limits);

// All rows of a small result as texts; nothing for null. Requires: its columns are VARCHAR.
using TextRows = std::vector<std::vector<std::optional<std::string>>>;
Result<TextRows> RowsAsTexts(const DuckdbApi& api, const PreparedStatement& statement);

}  // namespace ingot
