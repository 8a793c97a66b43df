#include "engine/duckdb/duckdb_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "engine/duckdb/duckdb_api.h"
#include "engine/duckdb/duckdb_connection.h"
#include "engine/duckdb/duckdb_error.h"
#include "engine/duckdb/duckdb_result.h"
#include "engine/duckdb/duckdb_sql.h"
#include "engine/duckdb/duckdb_survey.h"
#include "model/json_document.h"
#include "model/json_value.h"

namespace ingot {
namespace {

using Unused = PreparedStatement::Unused;

// Where a statement's conditions are tried on the keys alone. The names cannot be typed by accident.
constexpr std::string_view kKeysTable = "ingot:keys";
constexpr std::string_view kRowColumn = "ingot:row";

Error NotReading(duckdb_statement_type type) {
  if (type == DUCKDB_STATEMENT_TYPE_EXPLAIN) {
    return Error(ErrorKind::kUsage, "EXPLAIN is an option, not part of the statement", "ingot query --explain SQL");
  }
  return Error(ErrorKind::kUsage, "a query is one statement that reads: SELECT, FROM, WITH, VALUES or DESCRIBE",
               "build data with `ingot run`; a query writes nothing");
}

// What DuckDB's parser makes of a text that nobody has looked at yet. It parses a bound value, which can touch nothing;
// extracting and preparing statements reads files, and waits until the engine is sealed.
struct ParsedSql {
  enum class Kind {
    kReads,  // one statement or several, all of them SELECT or what means the same
    kOther,
    kWrong,  // not SQL
  };
  Kind kind = Kind::kWrong;
  // Of kReads. Nothing where a number in it has more than 64 bits, which is no JSON of ours.
  std::optional<JsonValue> tree;
};

class DuckdbEngine final : public Engine {
 public:
  explicit DuckdbEngine(std::unique_ptr<DuckdbConnection> database)
      : api_(database->api()), database_(std::move(database)) {
    traits_ = {"duckdb", api_->library_version(), true, true};
  }

  const EngineTraits& traits() const override { return traits_; }
  Result<std::vector<std::string>> MentionedTables(const std::string& sql) override;
  Result<KeyChoice> ChooseKeys(const EngineStatement& statement, const RelationKeys& keys) override;
  Result<void> Register(const EngineRelation& relation) override;
  Result<void> Define(const std::string& name, const std::string& sql) override;
  Result<void> Seal() override;
  Result<std::unique_ptr<RecordStream>> Run(const EngineStatement& statement, const RunLimits& limits) override;
  Result<std::string> Explain(const EngineStatement& statement) override;

 private:
  Result<void> Execute(const std::string& sql) { return database_->Execute(sql); }
  // One statement that reads.
  Result<PreparedStatement> PrepareReading(const std::string& sql);
  Result<TextRows> Ask(const std::string& sql, const EngineParameters& parameters) {
    return database_->Ask(sql, parameters);
  }
  Result<ParsedSql> Parse(const std::string& sql);
  // The tree, where there is one.
  Result<std::optional<JsonValue>> Tree(const std::string& sql);
  Result<std::vector<size_t>> RowsUnder(const TableMention& mention, const EngineParameters& parameters);
  Result<void> FillKeys(const RelationKeys& keys);
  // A failure that names an open file by its number names its path instead.
  Error WithPaths(const Error& error) const;

  DuckdbApiPtr api_;
  EngineTraits traits_;
  std::unique_ptr<DuckdbConnection> database_;
  std::vector<RelationFile> files_;
};

Result<PreparedStatement> DuckdbEngine::PrepareReading(const std::string& sql) {
  Result<PreparedStatement> prepared = database_->Prepare(sql);
  if (!prepared) {
    // That it is no query at all says more than what the seal or the catalog found in it first.
    INGOT_ASSIGN(const ParsedSql parsed, Parse(sql));
    return parsed.kind == ParsedSql::Kind::kOther ? NotReading(DUCKDB_STATEMENT_TYPE_INVALID)
                                                  : std::move(prepared).error();
  }
  const duckdb_statement_type type = api_->prepared_statement_type(prepared->get());
  if (type != DUCKDB_STATEMENT_TYPE_SELECT) {
    return NotReading(type);
  }
  return prepared;
}

Result<ParsedSql> DuckdbEngine::Parse(const std::string& sql) {
  if (sql.find('\0') != std::string::npos) {
    return ParsedSql{};
  }
  INGOT_ASSIGN(const TextRows rows,
               Ask("SELECT CAST(json_serialize_sql(CAST($sql AS VARCHAR), skip_default := true) AS VARCHAR)",
                   {{"sql", EngineValue(sql)}}));
  if (rows.size() != 1 || !rows[0][0]) {
    return Error(ErrorKind::kInternal, "DuckDB does not show its parse");
  }
  Result<JsonValue> document = ParseJson(*rows[0][0]);
  if (!document) {
    return ParsedSql{ParsedSql::Kind::kReads, {}};
  }
  const JsonValue* failed = document->Find("error");
  if (failed == nullptr || failed->AsBool() == nullptr || !*failed->AsBool()) {
    return ParsedSql{ParsedSql::Kind::kReads, *std::move(document)};
  }
  const JsonValue* type = document->Find("error_type");
  const bool other = type != nullptr && type->AsString() != nullptr && *type->AsString() == "not implemented";
  return ParsedSql{other ? ParsedSql::Kind::kOther : ParsedSql::Kind::kWrong, {}};
}

Result<std::optional<JsonValue>> DuckdbEngine::Tree(const std::string& sql) {
  INGOT_ASSIGN(ParsedSql parsed, Parse(sql));
  return std::move(parsed.tree);
}

Result<std::vector<std::string>> DuckdbEngine::MentionedTables(const std::string& sql) {
  INGOT_ASSIGN(const ParsedSql parsed, Parse(sql));
  if (parsed.kind == ParsedSql::Kind::kWrong) {
    // Its parser tells it best, and gets no further.
    INGOT_ASSIGN(const PreparedStatement prepared, database_->Prepare(sql));
  }
  if (parsed.tree) {
    return TablesOf(*parsed.tree);
  }
  std::vector<std::string> names;
  if (parsed.kind == ParsedSql::Kind::kReads) {
    INGOT_ASSIGN(const TextRows rows,
                 Ask("SELECT DISTINCT json_extract_string(value, '$') FROM json_tree(json_serialize_sql(CAST($sql AS "
                     "VARCHAR))) WHERE key = 'table_name'",
                     {{"sql", EngineValue(sql)}}));
    for (const auto& row : rows) {
      names.push_back(row[0].value_or(""));
    }
  }
  return names;
}

Result<KeyChoice> DuckdbEngine::ChooseKeys(const EngineStatement& statement, const RelationKeys& keys) {
  KeyChoice choice;
  std::vector<bool> wanted(keys.rows.size(), false);
  INGOT_ASSIGN(const std::optional<JsonValue> parsed, Tree(statement.sql));
  const std::vector<TableMention> mentions = parsed ? MentionsOf(*parsed, keys) : std::vector<TableMention>();
  choice.filtered = !mentions.empty();
  for (const TableMention& mention : mentions) {
    choice.filtered = choice.filtered && std::any_of(mention.conditions.begin(), mention.conditions.end(), NamesColumn);
  }
  bool all = !parsed || mentions.empty();
  if (!keys.rows.empty() && !all) {
    INGOT_TRY(FillKeys(keys));
  }
  for (const TableMention& mention : mentions) {
    // A condition that fails here fails again when the statement runs, and is told then.
    const Result<std::vector<size_t>> rows = mention.conditions.empty() || keys.rows.empty()
                                                 ? Result<std::vector<size_t>>(std::vector<size_t>())
                                                 : RowsUnder(mention, statement.parameters);
    all = all || mention.conditions.empty() || !rows;
    for (size_t i = 0; rows && i < rows->size(); ++i) {
      wanted.at((*rows)[i]) = true;
    }
  }
  for (size_t i = 0; i < keys.rows.size(); ++i) {
    if (all || wanted[i]) {
      choice.rows.push_back(i);
    }
  }
  return choice;
}

Result<void> DuckdbEngine::FillKeys(const RelationKeys& keys) {
  std::string columns = SqlName(kRowColumn) + " BIGINT";
  for (const KeyFieldSpec& field : keys.fields) {
    columns += fmt::format(", {} {}", SqlName(field.name), SqlKeyType(field.kind));
  }
  std::string rows;
  for (size_t i = 0; i < keys.rows.size(); ++i) {
    rows += fmt::format("{}({}", i == 0 ? "" : ", ", i);
    for (size_t field = 0; field < keys.fields.size(); ++field) {
      rows += ", " + SqlKeyLiteral(keys.fields[field].kind, keys.rows[i][field].value);
    }
    rows += ')';
  }
  INGOT_TRY(Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} ({})", SqlName(kKeysTable), columns)));
  return Execute(fmt::format("INSERT INTO {} VALUES {}", SqlName(kKeysTable), rows));
}

Result<std::vector<size_t>> DuckdbEngine::RowsUnder(const TableMention& mention, const EngineParameters& parameters) {
  INGOT_ASSIGN(std::optional<JsonValue> frame,
               Tree(fmt::format("SELECT CAST({} AS VARCHAR) FROM {} WHERE true AND true", SqlName(kRowColumn),
                                SqlName(kKeysTable))));
  if (!frame) {
    return Error(ErrorKind::kInternal, "DuckDB does not show its parse");
  }
  INGOT_ASSIGN(const std::string json, WriteJson(WithConditions(*std::move(frame), mention), JsonStyle::kCompact));
  INGOT_ASSIGN(const TextRows sql,
               Ask("SELECT json_deserialize_sql(CAST($json AS JSON))", {{"json", EngineValue(json)}}));
  if (sql.size() != 1 || !sql[0][0]) {
    return Error(ErrorKind::kInternal, "DuckDB does not read its parse");
  }
  INGOT_ASSIGN(const TextRows rows, Ask(*sql[0][0], parameters));
  std::vector<size_t> chosen;
  for (const auto& row : rows) {
    size_t index = 0;
    std::from_chars(row[0]->data(), row[0]->data() + row[0]->size(), index);
    chosen.push_back(index);
  }
  return chosen;
}

Result<void> DuckdbEngine::Register(const EngineRelation& relation) {
  files_.insert(files_.end(), relation.files.begin(), relation.files.end());
  Result<void> created = Execute(DefineSql(relation.name, RelationSql(relation)));
  if (!created) {
    // Its text shows SQL that nobody typed.
    return Error(ErrorKind::kCorrupt, created.error().message()).In(fmt::format("dataset {}", relation.name));
  }
  return created;
}

Result<void> DuckdbEngine::Define(const std::string& name, const std::string& sql) {
  {
    // Alone it must be one statement that reads, so that nothing else hides behind CREATE VIEW.
    INGOT_ASSIGN(const PreparedStatement alone, PrepareReading(sql));
    INGOT_TRY(alone.Bind({}, Unused::kRefuse));
  }
  return Execute(DefineSql(name, sql));
}

Result<void> DuckdbEngine::Seal() {
  INGOT_TRY(Execute(fmt::format("DROP TABLE IF EXISTS {}", SqlName(kKeysTable))));
  std::vector<std::string> paths;
  for (const RelationFile& file : files_) {
    paths.push_back(SqlPathOf(file));
  }
  return database_->Seal(paths);
}

Error DuckdbEngine::WithPaths(const Error& error) const {
  for (const RelationFile& file : files_) {
    const std::string shown = SqlPathOf(file);
    const size_t found = error.message().find(shown);
    const size_t end = found + shown.size();
    const bool whole =
        found != std::string::npos && (end == error.message().size() || !std::isdigit(error.message()[end]));
    if (!whole || file.fd < 0) {
      continue;
    }
    // The path of the relation's own file is refused only when the file is no longer where it was when it was named.
    if (error.kind() == ErrorKind::kPermission) {
      return Error(ErrorKind::kUnavailable, fmt::format("'{}' was replaced while the query read it", file.path));
    }
    std::string message = error.message();
    message.replace(found, shown.size(), file.path);
    return Error(error.kind(), std::move(message), std::string(error.advice()));
  }
  return error;
}

// Names files in the failures of a stream.
class NamingStream final : public RecordStream {
 public:
  using Rename = std::function<Error(const Error&)>;
  NamingStream(std::unique_ptr<RecordStream> stream, Rename rename)
      : stream_(std::move(stream)), rename_(std::move(rename)) {}

  Result<OwnedArrowSchema> Schema() override { return stream_->Schema(); }
  Result<OwnedArrowArray> Next() override {
    Result<OwnedArrowArray> batch = stream_->Next();
    return batch ? std::move(batch) : Result<OwnedArrowArray>(rename_(batch.error()));
  }

 private:
  std::unique_ptr<RecordStream> stream_;
  Rename rename_;
};

Result<std::unique_ptr<RecordStream>> DuckdbEngine::Run(const EngineStatement& statement, const RunLimits& limits) {
  Result<PreparedStatement> prepared = PrepareReading(statement.sql);
  if (!prepared) {
    return WithPaths(prepared.error());
  }
  INGOT_TRY(prepared->Bind(statement.parameters, Unused::kRefuse));
  Result<std::unique_ptr<RecordStream>> stream =
      StartStatement(api_, database_->handle(), *std::move(prepared), limits);
  if (!stream) {
    return WithPaths(stream.error());
  }
  return std::unique_ptr<RecordStream>(
      std::make_unique<NamingStream>(*std::move(stream), [this](const Error& error) { return WithPaths(error); }));
}

Result<std::string> DuckdbEngine::Explain(const EngineStatement& statement) {
  {
    // Alone it must be a statement that reads, so that nothing else hides behind EXPLAIN.
    INGOT_ASSIGN(const PreparedStatement alone, PrepareReading(statement.sql));
    INGOT_TRY(alone.Bind(statement.parameters, Unused::kRefuse));
  }
  INGOT_ASSIGN(const TextRows rows, Ask("EXPLAIN " + statement.sql, statement.parameters));
  std::string plan;
  for (const auto& row : rows) {
    plan += row.back().value_or("");
  }
  return plan;
}

}  // namespace

Result<std::unique_ptr<Engine>> OpenDuckdb(const EngineLimits& limits) {
  INGOT_ASSIGN(std::unique_ptr<DuckdbConnection> database,
               DuckdbConnection::Open("", DatabaseAccess::kReadWrite, limits));
  return std::unique_ptr<Engine>(std::make_unique<DuckdbEngine>(std::move(database)));
}

}  // namespace ingot
