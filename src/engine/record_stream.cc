#include "engine/record_stream.h"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

namespace ingot {
namespace {

class LimitedStream final : public RecordStream {
 public:
  LimitedStream(std::unique_ptr<RecordStream> stream, uint64_t rows) : stream_(std::move(stream)), left_(rows) {}

  Result<OwnedArrowSchema> Schema() override { return stream_->Schema(); }

  Result<OwnedArrowArray> Next() override {
    if (left_ == 0) {
      return OwnedArrowArray();
    }
    INGOT_ASSIGN(OwnedArrowArray batch, stream_->Next());
    // A struct array may be shorter than its children.
    batch.get()->length = static_cast<int64_t>(std::min(left_, static_cast<uint64_t>(batch->length)));
    left_ -= static_cast<uint64_t>(batch->length);
    return batch;
  }

 private:
  std::unique_ptr<RecordStream> stream_;
  uint64_t left_;
};

struct Exported {
  RecordStream* stream;
  std::optional<Error>* failure;
  std::string text;
};

Exported& StateOf(ArrowArrayStream* stream) { return *static_cast<Exported*>(stream->private_data); }

int Fail(Exported& state, const Error& error) {
  state.text = error.ToString();
  if (!*state.failure) {
    *state.failure = error;
  }
  return error.kind() == ErrorKind::kCancelled ? ECANCELED : EIO;
}

template <typename Structure>
int HandOver(ArrowArrayStream* exported, Result<ArrowOwned<Structure>> made, Structure* out) {
  if (!made) {
    return Fail(StateOf(exported), made.error());
  }
  *out = made->Take();
  return 0;
}

}  // namespace

std::unique_ptr<RecordStream> LimitRows(std::unique_ptr<RecordStream> stream, uint64_t rows) {
  return std::make_unique<LimitedStream>(std::move(stream), rows);
}

OwnedArrowStream ExportStream(RecordStream& stream, std::optional<Error>& failure) {
  OwnedArrowStream exported;
  ArrowArrayStream& out = *exported.Fill();
  out.private_data = std::make_unique<Exported>(Exported{&stream, &failure, {}}).release();
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    return HandOver(self, StateOf(self).stream->Schema(), schema);
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* batch) {
    return HandOver(self, StateOf(self).stream->Next(), batch);
  };
  out.get_last_error = [](ArrowArrayStream* self) -> const char* {
    return StateOf(self).text.empty() ? nullptr : StateOf(self).text.c_str();
  };
  out.release = [](ArrowArrayStream* self) {
    const std::unique_ptr<Exported> state(&StateOf(self));
    self->release = nullptr;
  };
  return exported;
}

}  // namespace ingot
