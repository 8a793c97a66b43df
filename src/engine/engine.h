// What runs SQL. An engine is made for one statement, or for several over the same relations: relations are declared,
// the engine is sealed, then definitions are made and statements run. No SQL of a user is more than parsed before the
// seal: what looks harmless may open files when it is bound. DuckDB is one (duckdb/duckdb_engine.h); a server that is
// spoken to over a wire can be another: nothing here needs the engine to be in this process.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/utc.h"
#include "engine/record_stream.h"
#include "model/partition_key.h"
#include "model/schema.h"

namespace ingot {

// Text whose type is not known: the engine reads it as what the statement needs there.
struct UntypedText {
  std::string text;

  bool operator==(const UntypedText&) const = default;
};

// What is bound to a parameter. Never pasted into SQL.
using EngineValue = std::variant<std::monostate, bool, int64_t, double, std::string, UtcDay, UtcInstant, UntypedText>;
// By name, without the `$` that marks them in SQL.
using EngineParameters = std::map<std::string, EngineValue, std::less<>>;

struct EngineStatement {
  std::string sql;  // one statement that reads
  EngineParameters parameters;
};

// A file of a relation. `values` are constant in all its rows, by the relation's key fields.
struct RelationFile {
  std::string path;
  // The same file, opened for reading, or -1. An engine in this process reads it rather than whatever stands at `path`
  // by then. Must stay open as long as the engine.
  int fd = -1;
  FieldValues values;
  size_t schema = 0;  // index into EngineRelation::file_schemas
};

// Parquet files that are one table: the columns of `schema`, then the key fields.
struct EngineRelation {
  std::string name;  // any text
  Schema schema;     // a union of all file schemas
  std::vector<KeyFieldSpec> key_fields;
  std::vector<Schema> file_schemas;
  std::vector<RelationFile> files;  // none: a table without rows
};

// The keys that a relation could have: what pruning chooses from.
struct RelationKeys {
  std::string relation;
  std::vector<KeyFieldSpec> fields;
  std::vector<FieldValues> rows;
};

struct KeyChoice {
  std::vector<size_t> rows;  // ascending indices into RelationKeys::rows
  // Every mention of the relation has a condition on its keys.
  bool filtered = false;
};

struct EngineLimits {
  uint64_t memory_bytes = uint64_t{1} << 30U;
  unsigned threads = 1;
  std::string scratch_folder;  // where the engine may spill beyond its memory; empty: nowhere
};

// Progress of a running statement: 0 to 1, or nothing while it cannot be told. Called from another thread.
using EngineProgress = std::function<void(std::optional<double> share)>;

struct RunLimits {
  const Cancellation* cancellation = nullptr;        // must outlive the result
  std::optional<std::chrono::milliseconds> timeout;  // from the call of Run to the last batch
  EngineProgress progress;                           // may be empty
};

// What an engine can do beyond the common ground, so that one suite tests all.
struct EngineTraits {
  std::string name;  // "duckdb"
  std::string version;
  bool prunes = false;            // ChooseKeys leaves keys out
  bool reads_open_files = false;  // RelationFile::fd is used
};

// For one thread. A failure of SQL has kind kUsage when the statement is wrong, kInvalidData when a value is,
// kPermission for what a statement may not do, kResourceLimit, kTimeout, kCancelled, kCorrupt for a damaged file.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineTraits& traits() const = 0;

  // Names of tables that the statement mentions, each once, as they are written; none of a statement that does not
  // read, which Run refuses. Parses only. Errors: kUsage where the SQL cannot be parsed.
  virtual Result<std::vector<std::string>> MentionedTables(const std::string& sql) = 0;

  // Which keys can have rows that the statement needs. Leaves a key out only where its conditions on the key fields
  // alone exclude it for every mention of the relation. Errors: as Run; a condition that is not understood is none.
  virtual Result<KeyChoice> ChooseKeys(const EngineStatement& statement, const RelationKeys& keys) = 0;

  // Makes a relation known by its name. Before Seal. Opens no file.
  virtual Result<void> Register(const EngineRelation& relation) = 0;

  // From here on nothing can be read but the files of the relations, and no setting can be changed. Once.
  virtual Result<void> Seal() = 0;

  // Makes the result of a statement that reads known by a name, for statements that come later and other definitions.
  // After Seal. Errors: as Run; tables that are not known yet are kUsage.
  virtual Result<void> Define(const std::string& name, const std::string& sql) = 0;

  // Starts one statement; after Seal. One result at a time; it must not outlive the engine.
  // Errors also: kUsage for a parameter that the statement has and `parameters` lacks, or the other way round.
  virtual Result<std::unique_ptr<RecordStream>> Run(const EngineStatement& statement, const RunLimits& limits) = 0;

  // The plan of a statement, as text for people. After Seal. Runs nothing.
  virtual Result<std::string> Explain(const EngineStatement& statement) = 0;
};

}  // namespace ingot
