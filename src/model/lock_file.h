// ingot.lock: the accepted schema of every dataset, with stable ids and since when each column exists. It lies beside
// ingot.toml and is kept in version control, so its text is canonical and changes by whole lines.
//
//   format = 1
//
//   [dataset.tier3]
//   next_id = 4
//   columns = [
//     { path = "symbol", type = "string", id = 1, since = "2026-01-15" },
//     { path = "spot_prices", type = "list", id = 2, since = "2026-01-15" },
//     { path = "spot_prices[]", type = "double", id = 3, since = "2026-01-15" },
//   ]
//
// Every field at every depth has a line, parents before their children, in the order of the schema. Paths are those of
// Leaf::DisplayPath. `required = true` stands behind fields that cannot be null, except the keys of maps.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/schema.h"
#include "model/schema_origin.h"

namespace ingot {

inline constexpr std::string_view kLockFileName = "ingot.lock";
inline constexpr size_t kMaxLockFileBytes = size_t{16} << 20U;

struct LockedSchema {
  Schema schema;                         // every field has an id
  std::map<int32_t, std::string> since;  // by id: the key text of the partition that first showed the field
  int32_t next_id = 1;                   // ids are never used again, also when a line is removed by hand

  bool operator==(const LockedSchema&) const = default;
};

struct LockFile {
  std::map<std::string, LockedSchema, std::less<>> datasets;

  // Null when nothing was accepted for the dataset yet.
  const LockedSchema* Find(std::string_view dataset) const;
  bool operator==(const LockFile&) const = default;
};

// Errors: kConfig with "name:line:column" for anything that WriteLockFile could not have written, apart from blanks,
// comments and a different order of lines; kUnsupported for a newer format.
Result<LockFile> ParseLockFile(std::string_view text, std::string_view name = kLockFileName);

// The canonical text; ParseLockFile gives an equal value.
std::string WriteLockFile(const LockFile& lock);

// What the lock becomes when a partition with `observed` is accepted: the union of both (see UniteSchemas), new fields
// with new ids and `since` = `key_text`. Ids of `observed` do not count. `locked` may be null.
// A declared schema takes the place of the locked one instead, and columns of the same name and type keep their ids.
// Errors: kSchemaDrift with the column and both types.
Result<LockedSchema> AcceptSchema(const LockedSchema* locked, const Schema& observed, std::string_view key_text,
                                  SchemaOrigin origin = SchemaOrigin::kObserved);

// How `observed` differs from what is locked: what --locked and a frozen dataset refuse.
struct SchemaChange {
  enum class Kind { kAdded, kWidened };
  Kind kind = Kind::kAdded;
  std::string path;  // the outermost field that is new, or the one whose type changes
  DataType before;   // kWidened
  DataType after;

  bool operator==(const SchemaChange&) const = default;
};
// Empty when the lock already covers `observed`. `locked` may be null. Errors: as AcceptSchema.
Result<std::vector<SchemaChange>> CompareWithLock(const LockedSchema* locked, const Schema& observed);

}  // namespace ingot
