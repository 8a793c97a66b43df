#include "api/lookup_answer.h"

#include <cerrno>
#include <new>
#include <utility>

#include "api/arrow_schema.h"
#include "api/outward.h"

namespace ingot {

v1::LookupAnswer AnswerOf(std::vector<AnswerColumn> columns) {
  auto state = std::make_shared<v1::LookupAnswer::State>();
  state->schema = MakeArrowSchema(columns);
  state->array = MakeArrowBatch(std::move(columns));
  return v1::LookupAnswer(std::move(state));
}

v1::LookupAnswer AnswerOf(AnswerColumn column) {
  auto state = std::make_shared<v1::LookupAnswer::State>();
  state->schema = MakeArrowSchema(column);
  state->array = MakeArrowArray(std::move(column));
  return v1::LookupAnswer(std::move(state));
}

v1::LookupAnswer AnswerOf(std::string name, const std::vector<uint8_t>& booleans) {
  auto state = std::make_shared<v1::LookupAnswer::State>();
  state->schema = MakeBooleanSchema(std::move(name));
  state->array = MakeBooleanArray(booleans);
  return v1::LookupAnswer(std::move(state));
}

namespace v1 {
namespace {

using Owner = std::shared_ptr<const LookupAnswer::State>;

// Behind each node of an exported array. Every one keeps the answer by itself, because a consumer may move children
// out and release them later than their parent.
struct SharedNode {
  Owner owner;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void ReleaseShared(ArrowArray* array) {
  const std::unique_ptr<SharedNode> node(static_cast<SharedNode*>(array->private_data));
  for (ArrowArray& child : node->children) {
    if (child.release != nullptr) {
      child.release(&child);
    }
  }
  array->release = nullptr;
}

// The same buffers; nothing of the values is copied.
ArrowArray Share(const Owner& owner, const ArrowArray& original) {
  auto node = std::make_unique<SharedNode>();
  node->owner = owner;
  const auto children = static_cast<size_t>(original.n_children);
  node->children.reserve(children);
  for (size_t i = 0; i < children; ++i) {
    node->children.push_back(Share(owner, *original.children[i]));
    node->pointers.push_back(&node->children.back());
  }
  ArrowArray shared = original;
  shared.children = node->pointers.data();
  shared.release = ReleaseShared;
  shared.private_data = node.release();
  return shared;
}

struct AnswerStream {
  Owner owner;
  bool ended = false;
};

AnswerStream& StreamOf(ArrowArrayStream* stream) { return *static_cast<AnswerStream*>(stream->private_data); }

int NextOf(ArrowArrayStream* self, ArrowArray* out) {
  AnswerStream& stream = StreamOf(self);
  out->release = nullptr;
  if (stream.ended || stream.owner->array->length == 0) {
    return 0;
  }
  try {
    *out = Share(stream.owner, *stream.owner->array);
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
  stream.ended = true;
  return 0;
}

}  // namespace

uint64_t LookupAnswer::rows() const { return static_cast<uint64_t>(state_->array->length); }

Result<void> LookupAnswer::ExportSchema(ArrowSchema* out) const {
  return Guarded([&]() -> ingot::Result<void> {
    *out = CopySchema(*state_->schema).Take();
    return {};
  });
}

Result<void> LookupAnswer::ExportArray(ArrowArray* out) const {
  return Guarded([&]() -> ingot::Result<void> {
    *out = Share(state_, *state_->array);
    return {};
  });
}

Result<void> LookupAnswer::ExportStream(ArrowArrayStream* out) const {
  return Guarded([&]() -> ingot::Result<void> {
    auto stream = std::make_unique<AnswerStream>(AnswerStream{state_});
    *out = ArrowArrayStream{};
    out->get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      *schema = CopySchema(*StreamOf(self).owner->schema).Take();
      return 0;
    };
    out->get_next = NextOf;
    out->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
    out->release = [](ArrowArrayStream* self) {
      const std::unique_ptr<AnswerStream> state(&StreamOf(self));
      self->release = nullptr;
    };
    out->private_data = stream.release();
    return {};
  });
}

}  // namespace v1
}  // namespace ingot
