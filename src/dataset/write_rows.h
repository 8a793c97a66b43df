// From JSON lines files to one Parquet file that is not visible yet: the pass that build and convert share.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/byte_sink.h"
#include "base/file.h"
#include "base/result.h"
#include "dataset/build_context.h"
#include "dataset/conflicts.h"
#include "dataset/partition_writer.h"
#include "dataset/rejects_file.h"
#include "format/parquet/file_writer.h"
#include "model/lock_file.h"
#include "source/jsonl/jsonl_source.h"

namespace ingot {

// A file under construction that can be begun anew.
// `File` is a StagedFile or an AtomicFile, see Draft.
class DraftFile {
 public:
  virtual ~DraftFile() = default;
  virtual ByteSink& sink() = 0;
  // Where the bytes written so far can be read.
  virtual const std::string& path() const = 0;
  // Forgets the bytes written so far.
  virtual Result<void> Restart() = 0;
};

struct WriteRowsRequest {
  std::vector<std::string> paths;
  JsonlSource::Opener open;
  std::shared_ptr<const JsonOptions> json;
  JsonlLimits limits;
  const LockedSchema* locked = nullptr;  // null before the first acceptance
  ParquetOptions parquet;
  RowGroupLimits row_groups;
  KeyValues metadata;
  std::string subject;       // for progress
  uint64_t input_bytes = 0;  // stored; for progress
  // Where the error for records that do not fit together says what to write; the inputs are then read once more, to
  // tell all conflicts. Nothing: the first conflict is the error.
  std::optional<Remedy> remedy = Remedy::kProject;
};

struct WriteRowsOutcome {
  // False when there is neither a row nor an accepted schema: nothing could be written, and only the inputs are told.
  bool has_file = true;
  LockedSchema accepted;  // the lock's schema after this partition; `since` of new fields is empty
  FileSummary summary;
  FileDigest digest;
  std::vector<InputReport> inputs;
  std::vector<std::string> dropped_columns;      // top-level ones that the inputs showed, in order of appearance
  std::set<std::string> dropped_paths;           // at any depth
  std::map<std::string, uint64_t> bare_objects;  // `{}` that became null: how many, by column

  // Adds a dropped column unless it was noted before.
  void NoteDropped(const std::string& name);
};

// Memory stays below the context's limit. Neither it nor the number of threads changes a byte of the file.
// Errors: kSchemaDrift; kResourceLimit where a row group grows beyond what the limit can hold; those of reading,
// encoding and writing.
Result<WriteRowsOutcome> WriteRows(const WriteRowsRequest& request, const BuildContext& context, DraftFile* draft,
                                   RejectsFile* rejects);

}  // namespace ingot
