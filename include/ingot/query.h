// SQL over the datasets of a project, as Arrow data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ingot/arrow.h"
#include "ingot/result.h"
#include "ingot/work.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  struct QueryOptions {
    WorkOptions work;
    std::map<std::string, std::string> parameters;  // bound to `$name`, never pasted
    std::optional<uint64_t> limit;                  // stop after so many rows
    std::string timeout;                            // "30s", "5m": to the last row
    std::string prove;       // what is compared before a partition is read: "quick", "footer" (default), "whole"
    std::string output_dir;  // read below this folder instead of the datasets' own
  };

  // A statement whose partitions are proven, held open, and being read. Copies are the same result. Any thread, one at
  // a time.
  class INGOT_API QueryResult {
   public:
    // A struct type with a field for each column. The caller releases it.
    Result<void> ExportSchema(ArrowSchema* out) const;

    // The rows. The first stream that is read goes on with the statement that is running; each further one runs it
    // again, over the partitions that stand there by then. A stream that fails gives an errno (ECANCELED when it was
    // cancelled) and a text; `failure` has the whole error. The caller releases it, and may do so before the end.
    Result<void> ExportStream(ArrowArrayStream* out) const;

    // The first error that a stream ended with.
    std::optional<Error> failure() const;

    // The engine's plan, as text for people. Runs nothing.
    Result<std::string> Explain() const;

    // Asks every stream of it to stop.
    void Cancel() const;

    struct State;
    explicit QueryResult(std::shared_ptr<State> state) : state_(std::move(state)) {}

   private:
    std::shared_ptr<State> state_;
  };

}  // namespace v1
}  // namespace ingot
