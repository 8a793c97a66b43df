#include "format/input/gzip_sink.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace ingot {

// zlib, and not ISA-L: what ISA-L's encoder emits depends on the processor that it finds.
struct GzipSink::State {
  ByteSink& next;
  z_stream stream{};
  gz_header header{};
  std::vector<char> buffer = std::vector<char>(size_t{64} << 10U);
  bool started = false;

  explicit State(ByteSink& sink) : next(sink) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (started) {
      ::deflateEnd(&stream);
    }
  }

  // Compresses stream.next_in, and passes every full buffer on; with Z_FINISH the rest too.
  Result<void> Run(int flush) {
    while (true) {
      const bool ended = ::deflate(&stream, flush) == Z_STREAM_END;
      const bool full = stream.avail_out == 0;
      if (full || ended) {
        INGOT_TRY(next.Write(std::span(buffer).first(buffer.size() - stream.avail_out)));
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
      }
      if (!full || ended) {
        return {};
      }
    }
  }
};

GzipSink::GzipSink(std::unique_ptr<State> state) : state_(std::move(state)) {}
GzipSink::~GzipSink() = default;

Result<std::unique_ptr<GzipSink>> GzipSink::Open(ByteSink& next, int level) {
  constexpr int kGzipWindow = 15 + 16;
  constexpr int kDefaultMemory = 8;
  constexpr int kUnknownSystem = 255;
  auto state = std::make_unique<State>(next);
  if (::deflateInit2(&state->stream, level, Z_DEFLATED, kGzipWindow, kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return Error(ErrorKind::kResourceLimit, "no memory to compress with gzip");
  }
  state->started = true;
  state->header.os = kUnknownSystem;
  ::deflateSetHeader(&state->stream, &state->header);
  state->stream.next_out = reinterpret_cast<Bytef*>(state->buffer.data());
  state->stream.avail_out = static_cast<uInt>(state->buffer.size());
  return std::unique_ptr<GzipSink>(new GzipSink(std::move(state)));
}

Result<void> GzipSink::Write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    const size_t count = std::min<size_t>(bytes.size(), std::numeric_limits<uInt>::max());
    // zlib takes its input without const, and does not write to it.
    state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    state_->stream.avail_in = static_cast<uInt>(count);
    INGOT_TRY(state_->Run(Z_NO_FLUSH));
    bytes = bytes.subspan(count);
  }
  return {};
}

Result<void> GzipSink::Finish() {
  state_->stream.next_in = nullptr;
  state_->stream.avail_in = 0;
  return state_->Run(Z_FINISH);
}

}  // namespace ingot
