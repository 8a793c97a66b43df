#include "engine/duckdb/duckdb_connection.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/duckdb/duckdb_error.h"
#include "engine/duckdb/duckdb_sql.h"

namespace ingot {
namespace {

using Unused = PreparedStatement::Unused;

Error CannotOpen(const std::string& path, std::string_view message) {
  if (path.empty()) {
    return Error(ErrorKind::kInternal, fmt::format("DuckDB does not start: {}", message));
  }
  if (message.find("lock") != std::string_view::npos) {
    return Error(ErrorKind::kConflict, fmt::format("another program has '{}' open: {}", path, message),
                 "close it there, then run again");
  }
  if (std::optional<Error> disk = DiskError(message)) {
    return Error(disk->kind(), fmt::format("'{}' cannot be opened: {}", path, message), std::string(disk->advice()));
  }
  const bool denied = message.find("ermission denied") != std::string_view::npos;
  return Error(denied ? ErrorKind::kPermission : ErrorKind::kCorrupt,
               fmt::format("'{}' cannot be opened as a DuckDB database: {}", path, message),
               "move the file away: a refresh makes it anew");
}

}  // namespace

Result<std::unique_ptr<DuckdbConnection>> DuckdbConnection::Open(const std::string& path, DatabaseAccess access,
                                                                 const EngineLimits& limits) {
  INGOT_ASSIGN(DuckdbApiPtr api, LoadDuckdb());
  std::unique_ptr<DuckdbConnection> connection(new DuckdbConnection(std::move(api)));
  INGOT_TRY(connection->Start(path, access, limits));
  return connection;
}

DuckdbConnection::~DuckdbConnection() {
  if (connection_ != nullptr) {
    api_->disconnect(&connection_);
  }
  if (database_ != nullptr) {
    api_->close(&database_);
  }
}

Result<void> DuckdbConnection::Start(const std::string& path, DatabaseAccess access, const EngineLimits& limits) {
  const std::array<std::pair<const char*, std::string>, 9> settings{{
      {"access_mode", access == DatabaseAccess::kRead ? "READ_ONLY" : "AUTOMATIC"},
      {"threads", fmt::format("{}", limits.threads)},
      {"memory_limit", fmt::format("{}B", limits.memory_bytes)},
      {"temp_directory", limits.scratch_folder},
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_unsigned_extensions", "false"},
      {"allow_persistent_secrets", "false"},
  }};
  duckdb_config config = nullptr;
  if (api_->create_config(&config) != DuckDBSuccess) {
    return Error(ErrorKind::kResourceLimit, "DuckDB has no memory for its configuration");
  }
  const char* refused = nullptr;
  for (const auto& [name, value] : settings) {
    if (api_->set_config(config, name, value.c_str()) != DuckDBSuccess) {
      refused = name;
    }
  }
  char* message = nullptr;
  const bool opened = refused == nullptr && api_->open_ext(path.empty() ? nullptr : path.c_str(), &database_, config,
                                                           &message) == DuckDBSuccess;
  api_->destroy_config(&config);
  if (!opened) {
    Error error = refused != nullptr ? Error(ErrorKind::kInternal, fmt::format("DuckDB {} does not know the setting {}",
                                                                               api_->library_version(), refused))
                                     : CannotOpen(path, message == nullptr ? "" : message);
    api_->free(message);
    return error;
  }
  if (api_->connect(database_, &connection_) != DuckDBSuccess) {
    return Error(ErrorKind::kInternal, "DuckDB gives no connection");
  }
  // Times read the same on every machine.
  INGOT_TRY(Execute("SET TimeZone = 'UTC'"));
  // Progress is kept where we can ask for it, and printed nowhere.
  INGOT_TRY(Execute("SET enable_progress_bar_print = false"));
  return Execute("SET enable_progress_bar = true");
}

Result<void> DuckdbConnection::Execute(const std::string& sql) {
  duckdb_result result{};
  Result<void> outcome;
  if (api_->query(connection_, sql.c_str(), &result) != DuckDBSuccess) {
    outcome = ResultError(*api_, result);
  }
  api_->destroy_result(&result);
  return outcome;
}

Result<void> DuckdbConnection::Seal(const std::vector<std::string>& paths) {
  std::string allowed;
  for (const std::string& path : paths) {
    allowed += (allowed.empty() ? "" : ", ") + SqlText(path);
  }
  INGOT_TRY(Execute(fmt::format("SET allowed_paths = [{}]", allowed)));
  INGOT_TRY(Execute("SET enable_external_access = false"));
  return Execute("SET lock_configuration = true");
}

Result<PreparedStatement> DuckdbConnection::Prepare(const std::string& sql) {
  if (sql.find('\0') != std::string::npos) {
    return Error(ErrorKind::kUsage, "the statement holds a NUL byte");
  }
  const ExtractedStatements extracted(*api_, connection_, sql);
  if (extracted.count() == 0 && extracted.error() != nullptr) {
    return UntypedDuckdbError(DUCKDB_ERROR_PARSER, extracted.error());
  }
  if (extracted.count() != 1) {
    return Error(ErrorKind::kUsage, extracted.count() == 0 ? "there is no statement" : "there are several statements",
                 "a query is one statement");
  }
  duckdb_prepared_statement handle = nullptr;
  const duckdb_state state = api_->prepare_extracted_statement(connection_, extracted.get(), 0, &handle);
  PreparedStatement prepared(api_, handle);
  if (state != DuckDBSuccess) {
    return UntypedDuckdbError(DUCKDB_ERROR_BINDER, api_->prepare_error(handle));
  }
  return prepared;
}

Result<TextRows> DuckdbConnection::Ask(const std::string& sql, const EngineParameters& parameters) {
  INGOT_ASSIGN(const PreparedStatement prepared, Prepare(sql));
  INGOT_TRY(prepared.Bind(parameters, Unused::kIgnore));
  return RowsAsTexts(*api_, prepared);
}

}  // namespace ingot
