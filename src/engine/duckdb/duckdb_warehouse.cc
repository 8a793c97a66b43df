#include "engine/duckdb/duckdb_warehouse.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "engine/duckdb/duckdb_connection.h"
#include "engine/duckdb/duckdb_sql.h"

namespace ingot {
namespace {

constexpr std::string_view kLogTable = "ops_refresh_log";
constexpr std::string_view kSucceeded = "ok";
constexpr std::string_view kFailed = "failed";
// Views of ours, so that those of others are left alone.
constexpr std::string_view kViewComment = "kept by ingot refresh";

std::string TimestampLiteral(UtcInstant instant) {
  // "2026-01-16T00:05:09.123456+00:00" without its offset.
  return fmt::format("CAST({} AS TIMESTAMP)", SqlText(FormatUtcInstant(instant).substr(0, 26)));
}

std::string CountLiteral(const std::optional<uint64_t>& count) {
  return count ? fmt::format("{}", *count) : std::string("NULL");
}

// SQL has no literal for NUL, and a message needs none.
std::string TextLiteral(std::string text) {
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text.empty() ? std::string("NULL") : SqlText(text);
}

bool Exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

DuckdbWarehouse::DuckdbWarehouse(std::unique_ptr<DuckdbConnection> database) : database_(std::move(database)) {}

DuckdbWarehouse::~DuckdbWarehouse() = default;

Result<std::optional<std::string>> DuckdbWarehouse::LastInputsId(const std::string& path, const EngineLimits& limits) {
  if (!Exists(path)) {
    return std::optional<std::string>();
  }
  const DatabaseAccess access = Exists(path + ".wal") ? DatabaseAccess::kReadWrite : DatabaseAccess::kRead;
  INGOT_ASSIGN(const auto database, DuckdbConnection::Open(path, access, limits));
  INGOT_ASSIGN(
      const TextRows tables,
      database->Ask(fmt::format("SELECT table_name FROM duckdb_tables() WHERE table_name = {}", SqlText(kLogTable)),
                    {}));
  if (tables.empty()) {
    return std::optional<std::string>();
  }
  INGOT_ASSIGN(const TextRows rows,
               database->Ask(fmt::format("SELECT inputs_id FROM {} WHERE status = {} ORDER BY finished_at DESC LIMIT 1",
                                         kLogTable, SqlText(kSucceeded)),
                             {}));
  return rows.empty() ? std::optional<std::string>() : rows[0][0];
}

Result<void> DuckdbWarehouse::MakeEmpty(const std::string& path, const EngineLimits& limits) {
  INGOT_ASSIGN(const auto database, DuckdbConnection::Open(path, DatabaseAccess::kReadWrite, limits));
  return {};
}

Result<std::unique_ptr<DuckdbWarehouse>> DuckdbWarehouse::Begin(const std::string& path, const EngineLimits& limits) {
  INGOT_ASSIGN(auto database, DuckdbConnection::Open(path, DatabaseAccess::kReadWrite, limits));
  std::unique_ptr<DuckdbWarehouse> warehouse(new DuckdbWarehouse(std::move(database)));
  INGOT_TRY(warehouse->Prepare());
  return warehouse;
}

Result<void> DuckdbWarehouse::Prepare() {
  INGOT_TRY(database_->Execute("BEGIN TRANSACTION"));
  return database_->Execute(
      fmt::format("CREATE TABLE IF NOT EXISTS {} (run_id VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP, "
                  "status VARCHAR, layer VARCHAR, rows_in BIGINT, rows_out BIGINT, rows_rejected BIGINT, "
                  "export_path VARCHAR, export_sha256 VARCHAR, error VARCHAR, inputs_id VARCHAR)",
                  kLogTable));
}

Result<void> DuckdbWarehouse::PutRelation(const EngineRelation& relation) {
  for (const RelationFile& file : relation.files) {
    paths_.push_back(SqlPathOf(file));
  }
  return PutView(relation.name, RelationSql(relation));
}

Result<void> DuckdbWarehouse::Seal() { return database_->Seal(paths_); }

Result<void> DuckdbWarehouse::PutModel(const std::string& name, const std::string& sql) { return PutView(name, sql); }

Result<void> DuckdbWarehouse::PutView(const std::string& name, const std::string& sql) {
  INGOT_TRY(database_->Execute(DefineSql(name, sql)));
  views_.push_back(name);
  return database_->Execute(fmt::format("COMMENT ON VIEW {} IS {}", SqlName(name), SqlText(kViewComment)));
}

Result<uint64_t> DuckdbWarehouse::CountRows(const std::string& name) {
  INGOT_ASSIGN(const TextRows rows,
               database_->Ask(fmt::format("SELECT CAST(count(*) AS VARCHAR) FROM {}", SqlName(name)), {}));
  uint64_t count = 0;
  const std::string& text = *rows.at(0).at(0);
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

Result<void> DuckdbWarehouse::DropOldViews() {
  INGOT_ASSIGN(const TextRows rows,
               database_->Ask(fmt::format("SELECT view_name FROM duckdb_views() WHERE comment = {} AND NOT internal",
                                          SqlText(kViewComment)),
                              {}));
  for (const auto& row : rows) {
    if (std::find(views_.begin(), views_.end(), *row[0]) == views_.end()) {
      INGOT_TRY(database_->Execute(fmt::format("DROP VIEW {}", SqlName(*row[0]))));
    }
  }
  return {};
}

Result<void> DuckdbWarehouse::Log(const WarehouseRefresh& refresh) {
  for (const WarehouseLayer& layer : refresh.layers) {
    INGOT_TRY(database_->Execute(fmt::format(
        "INSERT INTO {} VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})", kLogTable,
        TextLiteral(refresh.run_id), TimestampLiteral(refresh.started), TimestampLiteral(refresh.finished),
        SqlText(refresh.succeeded ? kSucceeded : kFailed), TextLiteral(layer.name), CountLiteral(layer.rows_in),
        CountLiteral(layer.rows_out), CountLiteral(layer.rows_rejected), TextLiteral(layer.export_path),
        TextLiteral(layer.export_sha256), TextLiteral(layer.error), TextLiteral(refresh.inputs_id))));
  }
  return database_->Execute("COMMIT");
}

Result<void> DuckdbWarehouse::Commit(const WarehouseRefresh& refresh) {
  INGOT_TRY(DropOldViews());
  return Log(refresh);
}

Result<void> DuckdbWarehouse::CommitFailure(const WarehouseRefresh& refresh) {
  INGOT_TRY(database_->Execute("ROLLBACK"));
  INGOT_TRY(Prepare());
  return Log(refresh);
}

}  // namespace ingot
