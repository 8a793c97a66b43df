// Writes one gzip member. The same bytes in give the same bytes out: no time, no name, no machine in its header.
#pragma once

#include <memory>
#include <span>

#include "base/byte_sink.h"
#include "base/result.h"

namespace ingot {

class GzipSink final : public ByteSink {
 public:
  // `next` must outlive the sink. `level` is 1 … 9. Errors: kResourceLimit when memory is gone.
  static Result<std::unique_ptr<GzipSink>> Open(ByteSink& next, int level = 6);
  ~GzipSink() override;

  // Holds up to 64 KiB of compressed bytes back.
  Result<void> Write(std::span<const char> bytes) override;
  // Writes what was held back and the trailer. Call once, last; without it the member is cut. `next` stays open.
  Result<void> Finish();

 private:
  struct State;
  explicit GzipSink(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace ingot
