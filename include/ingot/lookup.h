// Where is the file of this key? Answers from a key manifest: a Parquet file with one to four key columns (string,
// int32 or int64), a string column `file_path`, and a row for each file. `Index` makes one from a listing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ingot/arrow.h"
#include "ingot/result.h"
#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  enum class KeyKind { kString, kInt32, kInt64 };

  // One column of the key.
  struct KeyColumn {
    std::string name;
    KeyKind kind = KeyKind::kString;
    // The text that stands before the field in its segment of the manifest's path template: "model_tissue_". Empty
    // without one.
    std::string literal;
  };

  // One value of a key. A text may be written with the column's literal before it, or with a tail of the literal that
  // begins after a `_`: 21, "21", "tissue_21" and "model_tissue_21" mean the same. Of a string column the text itself
  // is tried first. Never a wildcard: what is empty or cannot be a value of its column is kUsage.
  using KeyPart = std::variant<int64_t, std::string_view>;

  // Asks for the rows where a column has a value.
  struct KeyCondition {
    std::string_view column;
    KeyPart value;
  };

  // A column in Arrow's layout, in one or several chunks: integers of any width, texts (utf8, large_utf8, utf8_view),
  // or a dictionary of these, without nulls. Only read.
  struct ArrowColumn {
    const ArrowSchema* type = nullptr;
    std::vector<const ArrowArray*> chunks;
  };

  // One column of many keys.
  using KeyPartArray = std::variant<std::span<const int64_t>, std::span<const std::string_view>, ArrowColumn>;

  struct LookupOptions {
    WorkOptions work;  // of making the index; `threads` mean nothing here
    // Used instead of the manifest's own template to read values, and to tell which columns are the key. Empty: the
    // manifest's own; without one values are plain, and every column but `file_path` is part of the key.
    std::string path_template;
  };

  // The index beside the manifest, MANIFEST.ingot-index. It may be deleted at any time.
  struct LookupIndex {
    std::string origin;  // "opened", "built", or "in_memory" where the folder takes no file
    std::string path;    // empty in memory
    uint64_t bytes = 0;
    uint64_t rows = 0;  // of the manifest
    uint64_t keys = 0;  // distinct ones
    std::string manifest_sha256;
  };

  // An answer as Arrow data, in memory. Copies share it. Any number of exports, from any thread; none copies values.
  class INGOT_API LookupAnswer {
   public:
    uint64_t rows() const;
    // The caller releases what is exported, and may do so after the answer is gone.
    Result<void> ExportSchema(ArrowSchema* out) const;
    Result<void> ExportArray(ArrowArray* out) const;
    // At most one batch.
    Result<void> ExportStream(ArrowArrayStream* out) const;

    struct State;
    explicit LookupAnswer(std::shared_ptr<const State> state) : state_(std::move(state)) {}

   private:
    std::shared_ptr<const State> state_;
  };

  // Answers from the manifest as it was when it was opened, also after it was replaced: open it again to see the new
  // one. Only when the index turns out to be damaged it is made again, from the manifest that stands there by then;
  // each call answers from one of the two. Copies are the same lookup. Any thread, any number at once.
  //
  // Errors of every call with a value: kUsage for what cannot be a value, and for a column that does not exist;
  // kCorrupt and the like when a damaged index cannot be made again. A call with a cancellation: kCancelled.
  class INGOT_API Lookup {
   public:
    // Makes the index when there is none that belongs to the manifest. `environment` as in OpenOptions. Errors:
    // kNotFound; kUnsupported for `s3://` and for columns of other types; kInvalidData for a null or an empty text in a
    // key; kCorrupt; kUsage for a template that does not fit the columns; kResourceLimit; kCancelled.
    static Result<Lookup> Open(const std::string& manifest, const LookupOptions& options = {},
                               const std::map<std::string, std::string>& environment = {});

    const std::vector<KeyColumn>& columns() const;
    LookupIndex index() const;
    // The parts of a key in the order of columns(), from conditions in any order. Errors: kUsage for a column that is
    // missing or given twice.
    Result<std::vector<KeyPart>> KeyOf(std::span<const KeyCondition> conditions) const;

    // `key` has a part for each column, in the order of columns(). Two or three accesses to memory.
    Result<bool> Exists(std::span<const KeyPart> key) const;
    // The path of the key's first row. Errors: kNotFound.
    Result<std::string> Get(std::span<const KeyPart> key) const;
    // The same into a string that can be used again; false when the key is absent.
    Result<bool> Find(std::span<const KeyPart> key, std::string* path) const;
    // Exists and Find for callers that must not wait: nothing when the index turned out to be damaged, which the others
    // make again.
    Result<std::optional<bool>> TryExists(std::span<const KeyPart> key) const;
    Result<std::optional<bool>> TryFind(std::span<const KeyPart> key, std::string* path) const;
    // The paths of all rows of the key, in the order of the manifest; none when it is absent.
    Result<std::vector<std::string>> GetAll(std::span<const KeyPart> key) const;

    // All rows that meet every condition, of which there is at least one, in the order of their keys: a struct of the
    // key columns and `file_path`. None is no failure. A condition on the first column is searched for; others alone
    // read the whole index.
    Result<LookupAnswer> Records(std::span<const KeyCondition> conditions,
                                 const Cancellation& cancellation = Cancellation()) const;
    // The distinct values of a column, sorted: numbers by value, texts by their bytes.
    Result<LookupAnswer> Unique(std::string_view column, const Cancellation& cancellation = Cancellation()) const;

    // Many keys at once: an array for each column, in the order of columns(), all of one length. A key costs a fraction
    // of a single call. The paths of the keys' first rows, large_utf8, in the order of the keys; null where a key is
    // absent. Errors also: kUsage naming the position of a key that cannot be one.
    Result<LookupAnswer> FindMany(std::span<const KeyPartArray> columns,
                                  const Cancellation& cancellation = Cancellation()) const;
    // The same as booleans: which keys exist.
    Result<LookupAnswer> ExistsMany(std::span<const KeyPartArray> columns,
                                    const Cancellation& cancellation = Cancellation()) const;

   private:
    struct State;
    explicit Lookup(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
  };

}  // namespace v1
}  // namespace ingot
