// The keys of a CSV file, looked up chunk by chunk: `ingot lookup --batch`.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engine/record_stream.h"
#include "lookup/lookup.h"

namespace ingot {

// What a batch came to.
struct BatchCounts {
  uint64_t keys = 0;
  uint64_t found = 0;
};

// All columns of the file as they are, and `file_path`: null where the key is absent. `path` may be "-". `lookup` and
// `counts` outlive the stream. Errors: those of opening; kUsage when the file lacks a field of the key, or has a column
// `file_path`; those of the stream also name the line of a value that cannot be one.
Result<std::unique_ptr<RecordStream>> OpenLookupBatch(const Lookup& lookup, const std::string& path,
                                                      BatchCounts* counts);

}  // namespace ingot
