// Where is the file of this key? Answers from a key manifest: a Parquet file with one to four key columns (string,
// int32 or int64), a string column `file_path`, and a row for each file, sorted by key.
//
// Answers come from an index beside the manifest (MANIFEST.ingot-index, docs/formats/lookup-index.md) that is mapped
// into memory, tied to the manifest's bytes, and made on first use.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/result.h"
#include "model/listing_spec.h"

namespace ingot {

inline constexpr size_t kMaxKeyColumns = 4;

enum class KeyKind : uint8_t { kString, kInt32, kInt64 };
// "string", "int32", "int64".
std::string_view KeyKindName(KeyKind kind);

// One column of the key.
struct KeyColumn {
  std::string name;
  KeyKind kind = KeyKind::kString;
  // The text that stands before the field in its segment of the path template: "model_tissue_". Empty without one.
  std::string literal;

  bool operator==(const KeyColumn&) const = default;
};

// One value of a key as a caller has it. A text may be written with the column's literal before it, or with a tail of
// the literal that begins after a `_`: 21, "21", "tissue_21" and "model_tissue_21" mean the same. Of a string column
// the text itself is tried first.
using KeyPart = std::variant<int64_t, std::string_view>;

// Asks for the rows where a column has a value.
struct ColumnCondition {
  std::string_view column;
  KeyPart value;
};

// Values of one column: `numbers` for integers; for strings value i is bytes[ends[i - 1], ends[i]).
struct ColumnValues {
  KeyKind kind = KeyKind::kString;
  std::vector<int64_t> numbers;
  std::vector<uint64_t> ends;
  std::string bytes;

  uint64_t size() const { return kind == KeyKind::kString ? ends.size() : numbers.size(); }
  // Requires: a string column.
  std::string_view TextAt(uint64_t i) const {
    const uint64_t begin = i == 0 ? 0 : ends[i - 1];
    return {bytes.data() + begin, ends[i] - begin};
  }
  void AppendText(std::string_view text) {
    bytes += text;
    ends.push_back(bytes.size());
  }
};

// Rows of the manifest, in the order of their keys; rows of one key in the order of the manifest.
struct LookupRecords {
  std::vector<ColumnValues> keys;  // in the order of Lookup::columns()
  ColumnValues paths;

  uint64_t rows() const { return paths.size(); }
};

// One column of many keys. Texts are read as in KeyPart.
using KeyPartArray = std::variant<std::span<const int64_t>, std::span<const std::string_view>>;

// Answers to many keys, in their order. Of a key that is absent `found` is 0 and the path is empty.
struct LookupBatch {
  std::vector<uint8_t> found;
  ColumnValues paths;
  uint64_t found_count = 0;
};

struct LookupOptions {
  // Used instead of the manifest's own template for reading key values, and for telling which columns are the key.
  // Empty: the manifest's own, else values are plain and every column but `file_path` is part of the key.
  std::string path_template;
};

// What making an index may use. Pointers may be null and outlive the call they are given to; those that Lookup::Open
// gets outlive the Lookup, because an index that is found to be damaged is made again.
struct LookupContext {
  const Cancellation* cancellation = nullptr;
  ProgressSink* progress = nullptr;
  uint64_t memory_limit_bytes = uint64_t{1} << 30U;
};

// How an index came to be in use.
enum class IndexOrigin : uint8_t {
  kOpened,    // one was there and belongs to the manifest
  kBuilt,     // made, and left beside the manifest
  kInMemory,  // made, and not kept: the folder takes no files, or another process writes there
};

struct LookupIndexReport {
  IndexOrigin origin = IndexOrigin::kOpened;
  std::string path;  // of the index; empty when it is in memory
  uint64_t bytes = 0;
  uint64_t rows = 0;
  uint64_t keys = 0;  // distinct ones
  std::string manifest_sha256;
};

// Where the index of a manifest stands.
std::string LookupIndexPath(std::string_view manifest);

// Makes sure that the index stands beside the manifest and belongs to it: opens it, proves all its pages, and makes it
// again where anything is wrong. Errors: as Lookup::Open; kPermission and the like where the folder takes no files.
Result<LookupIndexReport> BuildLookupIndex(const std::string& manifest, const LookupOptions& options,
                                           const LookupContext& context);

// Move-only. All const calls may be made by many threads at once. It answers from the manifest as it was when it was
// opened, also after that was replaced; an index that turns out to be damaged is made again from the manifest that
// stands there then, and each call answers from one of the two.
//
// Errors of every call with a value: kUsage for a value that is empty or cannot be one of its column, and for a column
// that does not exist; kCorrupt and the like when a damaged index cannot be made again.
class Lookup {
 public:
  // Makes the index when there is none that belongs to the manifest. Errors: kNotFound; kUnsupported for `s3://` and
  // for columns of other types; kInvalidData for a null or an empty text in a key; kUsage for a template of the options
  // that does not fit the columns; kResourceLimit for rows out of order that do not fit into memory.
  static Result<Lookup> Open(const std::string& manifest, const LookupOptions& options = {},
                             const LookupContext& context = {});
  Lookup(Lookup&&) noexcept;
  Lookup& operator=(Lookup&&) noexcept;
  ~Lookup();

  const std::vector<KeyColumn>& columns() const;
  LookupIndexReport report() const;
  // Errors: kUsage with "did you mean".
  Result<size_t> ColumnIndex(std::string_view name) const;
  // Conditions, one for each column in any order, as the parts of a key. Errors: kUsage for a column that is missing or
  // given twice.
  Result<std::vector<KeyPart>> KeyOf(std::span<const ColumnCondition> conditions) const;

  // `key` has a part for each column, in the order of columns().
  Result<bool> Exists(std::span<const KeyPart> key) const;
  // The path of the key's first row. Errors: kNotFound.
  Result<std::string> Get(std::span<const KeyPart> key) const;
  // The same into a string that can be used again; false when the key is absent.
  Result<bool> Find(std::span<const KeyPart> key, std::string* path) const;
  // Exists and Find for callers that must not wait: nothing when the index was found to be damaged, which the others
  // make again.
  Result<std::optional<bool>> TryExists(std::span<const KeyPart> key) const;
  Result<std::optional<bool>> TryFind(std::span<const KeyPart> key, std::string* path) const;
  // The paths of all rows of the key; none when it is absent.
  Result<std::vector<std::string>> GetAll(std::span<const KeyPart> key) const;

  // All rows that meet every condition; none is no failure. Requires: at least one condition, else kUsage. Values of
  // the first columns are searched for; a condition on later ones alone reads the groups of the first.
  // Errors of this call and the ones below also: kCancelled, where a cancellation is given.
  Result<LookupRecords> Records(std::span<const ColumnCondition> conditions,
                                const Cancellation* cancellation = nullptr) const;
  // The distinct values of a column, sorted: numbers by value, texts by their bytes.
  Result<ColumnValues> Unique(std::string_view column, const Cancellation* cancellation = nullptr) const;

  // Many keys at once: `columns` has an array for each column, in the order of columns(), all of one length. The
  // memory that keys lie in is fetched ahead, so that a key costs a fraction of a single call.
  // Errors also: kUsage naming the position of a key that cannot be one.
  Result<void> FindMany(std::span<const KeyPartArray> columns, LookupBatch* batch,
                        const Cancellation* cancellation = nullptr) const;
  // The same without paths: (*found)[i] is 1 when key i exists.
  Result<void> ExistsMany(std::span<const KeyPartArray> columns, std::vector<uint8_t>* found,
                          const Cancellation* cancellation = nullptr) const;

 private:
  class State;
  explicit Lookup(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ingot
