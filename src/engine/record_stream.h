// The rows of a result: Arrow record batches, one after the other, in the layout of the C data interface.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "column/arrow_c_data.h"

namespace ingot {

using OwnedArrowSchema = ArrowOwned<ArrowSchema>;
using OwnedArrowArray = ArrowOwned<ArrowArray>;
using OwnedArrowStream = ArrowOwned<ArrowArrayStream>;

// For one thread. What produced it must outlive it. Destroying it before the end abandons the work behind it.
class RecordStream {
 public:
  virtual ~RecordStream() = default;
  // A struct type with a field for each column. May be called many times.
  virtual Result<OwnedArrowSchema> Schema() = 0;
  // The next batch, a struct array with at least one row; an empty one at the end. After an error there is no more.
  virtual Result<OwnedArrowArray> Next() = 0;
};

// The first `rows` rows of a stream; the work behind it stops there.
std::unique_ptr<RecordStream> LimitRows(std::unique_ptr<RecordStream> stream, uint64_t rows);

// A stream behind the C stream interface, for libraries that read it. Its errors are texts and numbers there; the
// first one is kept whole in `failure`. Both must outlive the result. Nothing is copied.
OwnedArrowStream ExportStream(RecordStream& stream, std::optional<Error>& failure);

}  // namespace ingot
