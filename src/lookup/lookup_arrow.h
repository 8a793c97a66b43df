// Answers as Arrow record batches, by the C data interface.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/record_stream.h"
#include "lookup/lookup.h"

namespace ingot {

// One column of a batch. `present` has a 0 for each null; empty: there is none.
struct AnswerColumn {
  std::string name;
  ColumnValues values;
  std::vector<uint8_t> present;
};

// The key columns and `file_path`. Takes the values over.
std::vector<AnswerColumn> AnswerColumns(const std::vector<KeyColumn>& columns, LookupRecords&& records);

// A struct type with a field for each column: int32, int64, and texts with 64-bit offsets (large_utf8).
OwnedArrowSchema MakeArrowSchema(const std::vector<AnswerColumn>& columns);
// A struct array of that type that owns the values; int64 numbers and texts are not copied. Requires: columns of one
// length; numbers of int32 columns lie in their range.
OwnedArrowArray MakeArrowBatch(std::vector<AnswerColumn>&& columns);

// One column alone, with its type; as in MakeArrowBatch.
OwnedArrowSchema MakeArrowSchema(const AnswerColumn& column);
OwnedArrowArray MakeArrowArray(AnswerColumn&& column);
// Booleans: 0 is false. Without nulls.
OwnedArrowSchema MakeBooleanSchema(std::string name);
OwnedArrowArray MakeBooleanArray(const std::vector<uint8_t>& values);

// The columns as a stream of one batch.
std::unique_ptr<RecordStream> StreamOf(std::vector<AnswerColumn> columns);

}  // namespace ingot
