// The schema of a dataset: named, typed, nested fields with stable ids, and what Parquet's levels make of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ingot {

enum class TypeKind : uint8_t {
  kNull,  // seen only as null (or as an empty list's element): any type may follow later
  kBool,
  kInt16,
  kInt32,
  kInt64,
  kDouble,
  kString,     // UTF-8
  kBinary,     // any bytes
  kJson,       // UTF-8 text of one JSON value, as it was written
  kDate,       // days since 1970-01-01
  kTimestamp,  // UTC, counts of `unit` since 1970-01-01T00:00:00Z
  kDecimal,    // unscaled integer of at most `precision` <= 18 digits, `scale` of them after the point
  kStruct,
  kList,  // one child field, named "element"
  kMap,   // two child fields, "key" (string, never null) and "value"
};

enum class TimeUnit : uint8_t { kMillis, kMicros, kNanos };

struct Field;

struct DataType {
  TypeKind kind = TypeKind::kNull;
  TimeUnit unit = TimeUnit::kMicros;  // kTimestamp
  int precision = 0;                  // kDecimal
  int scale = 0;                      // kDecimal
  std::vector<Field> fields;          // children: kStruct any number, kList one, kMap two

  bool is_nested() const { return kind == TypeKind::kStruct || kind == TypeKind::kList || kind == TypeKind::kMap; }
};

// A named place in the schema. Every field is nullable, except a map's key.
struct Field {
  std::string name;
  DataType type;
  int32_t id = -1;       // Parquet field id; -1 until a lock assigned one
  bool nullable = true;  // false only for a map's key and for columns a source declares so
};

bool operator==(const DataType& a, const DataType& b);
bool operator==(const Field& a, const Field& b);

struct Schema {
  std::vector<Field> fields;

  bool operator==(const Schema&) const = default;
  // sha256 (hex) of the canonical text of names, types, nullability and order; ids do not enter.
  std::string Fingerprint() const;
};

// "int64", "timestamp[us]", "decimal(18,4)", "map<string,int64>", "list<double>", "struct<a:int64,b:list<string>>".
// Names inside struct<> that hold one of `,:<>"` or a space are quoted like JSON strings.
std::string FormatType(const DataType& type);
// The inverse of FormatType. Errors: kConfig, saying which part is not understood and which types exist.
Result<DataType> ParseType(std::string_view text);

DataType MakeList(DataType element);
DataType MakeMap(DataType value);
DataType Scalar(TypeKind kind);

// One leaf column, as Parquet's Dremel encoding sees it: a list adds one repetition and two definition levels
// (list present, element slot exists) plus one when its element is nullable; a nullable struct or scalar adds one.
struct Leaf {
  std::vector<std::string> path;  // names from the root, with "element", "key", "value" of lists and maps
  // What holds path[i]: kStruct for a named field (and for the root), kList or kMap for their parts. Tells a list's
  // element from a field that is named "element".
  std::vector<TypeKind> parents;
  const Field* field = nullptr;  // points into the schema that was enumerated
  uint8_t max_definition = 0;
  uint8_t max_repetition = 0;

  // The path joined by dots, list elements written "[]" and map parts ".key" / ".value": "spot_prices[].mid". Names
  // that hold dots or the like are quoted as in column_path.h.
  std::string DisplayPath() const;
};

// Leaves in depth-first order: Parquet's column order. A struct without fields has none (the writer refuses it).
// The result points into `schema`, which must outlive it.
std::vector<Leaf> EnumerateLeaves(const Schema& schema);

// Calls `visit` with the display path and the field of each leaf, in the same order: for those who need no more of
// them.
void ForEachLeaf(const Schema& schema, const std::function<void(const std::string& path, const Field& leaf)>& visit);

// Where two schemas cannot be united.
struct SchemaConflict {
  std::string path;  // as Leaf::DisplayPath
  DataType left;
  DataType right;
};

// left ∪ right: fields by name at any depth, left's order first, then right's new fields in their order;
// null → anything, int16 → int32 → int64, int → double, nullable if either is or if one side lacks the field (an empty
// schema lacks nothing: it has no rows). Ids of left stay, right's new fields keep theirs.
// Errors: kSchemaDrift with the path and both types.
Result<Schema> UniteSchemas(const Schema& left, const Schema& right);

}  // namespace ingot
