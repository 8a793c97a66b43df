#include "lookup/lookup_arrow.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ingot {
namespace {

// What a schema of ours owns: its own texts and its children.
struct HeldSchema {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

void ReleaseSchema(ArrowSchema* schema) {
  const std::unique_ptr<HeldSchema> held(static_cast<HeldSchema*>(schema->private_data));
  for (ArrowSchema& child : held->children) {
    if (child.release != nullptr) {
      child.release(&child);
    }
  }
  schema->release = nullptr;
}

const char* FormatOf(KeyKind kind) {
  switch (kind) {
    case KeyKind::kInt32:
      return "i";
    case KeyKind::kInt64:
      return "l";
    case KeyKind::kString:
      break;
  }
  return "U";
}

// `format` is a literal: it lives as long as the program.
void FillSchema(const char* format, std::string name, int64_t flags, std::vector<ArrowSchema> children,
                ArrowSchema* out) {
  auto held = std::make_unique<HeldSchema>(HeldSchema{std::move(name), std::move(children), {}});
  for (ArrowSchema& child : held->children) {
    held->pointers.push_back(&child);
  }
  *out = {};
  out->format = format;
  out->name = held->name.c_str();
  out->flags = flags;
  out->n_children = static_cast<int64_t>(held->pointers.size());
  out->children = held->pointers.data();
  out->release = ReleaseSchema;
  out->private_data = held.release();
}

// What an array of ours owns.
struct HeldArray {
  ColumnValues values;
  std::vector<int32_t> small;  // of int32 columns
  std::vector<uint64_t> offsets;
  std::vector<uint8_t> validity;  // or booleans
  std::array<const void*, 3> buffers{};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void ReleaseArray(ArrowArray* array) {
  const std::unique_ptr<HeldArray> held(static_cast<HeldArray*>(array->private_data));
  for (ArrowArray& child : held->children) {
    if (child.release != nullptr) {
      child.release(&child);
    }
  }
  array->release = nullptr;
}

void FillArray(std::unique_ptr<HeldArray> held, int64_t length, int64_t nulls, int64_t buffers, ArrowArray* out) {
  *out = {};
  out->length = length;
  out->null_count = nulls;
  out->n_buffers = buffers;
  out->buffers = held->buffers.data();
  for (ArrowArray& child : held->children) {
    held->pointers.push_back(&child);
  }
  out->n_children = static_cast<int64_t>(held->pointers.size());
  out->children = held->pointers.data();
  out->release = ReleaseArray;
  out->private_data = held.release();
}

// Eight values a byte, the first in the lowest bit.
std::vector<uint8_t> PackBits(const std::vector<uint8_t>& values) {
  std::vector<uint8_t> bits((values.size() + 7) / 8, 0);
  for (size_t i = 0; i < values.size(); ++i) {
    bits[i / 8] |= static_cast<uint8_t>((values[i] == 0 ? 0U : 1U) << i % 8);
  }
  return bits;
}

void FillColumn(AnswerColumn&& column, ArrowArray* out) {
  auto held = std::make_unique<HeldArray>();
  held->values = std::move(column.values);
  const ColumnValues& values = held->values;
  int64_t nulls = 0;
  if (!column.present.empty()) {
    held->validity = PackBits(column.present);
    nulls = std::count(column.present.begin(), column.present.end(), 0);
    held->buffers[0] = held->validity.data();
  }
  const auto length = static_cast<int64_t>(values.size());
  if (values.kind == KeyKind::kString) {
    held->offsets.reserve(values.ends.size() + 1);
    held->offsets.push_back(0);
    held->offsets.insert(held->offsets.end(), values.ends.begin(), values.ends.end());
    held->buffers[1] = held->offsets.data();
    held->buffers[2] = values.bytes.data();
    FillArray(std::move(held), length, nulls, 3, out);
    return;
  }
  if (values.kind == KeyKind::kInt32) {
    held->small.reserve(values.numbers.size());
    for (const int64_t number : values.numbers) {
      held->small.push_back(static_cast<int32_t>(number));
    }
    held->buffers[1] = held->small.data();
  } else {
    held->buffers[1] = values.numbers.data();
  }
  FillArray(std::move(held), length, nulls, 2, out);
}

class OneBatch final : public RecordStream {
 public:
  explicit OneBatch(std::vector<AnswerColumn> columns) {
    for (const AnswerColumn& column : columns) {
      shape_.push_back({column.name, {}, {}});
      shape_.back().values.kind = column.values.kind;
    }
    if (!columns.empty() && columns[0].values.size() > 0) {
      batch_ = MakeArrowBatch(std::move(columns));
    }
  }
  Result<OwnedArrowSchema> Schema() override { return MakeArrowSchema(shape_); }
  Result<OwnedArrowArray> Next() override { return std::exchange(batch_, OwnedArrowArray()); }

 private:
  std::vector<AnswerColumn> shape_;  // without values
  OwnedArrowArray batch_;
};

}  // namespace

std::vector<AnswerColumn> AnswerColumns(const std::vector<KeyColumn>& columns, LookupRecords&& records) {
  std::vector<AnswerColumn> answers;
  for (size_t i = 0; i < columns.size(); ++i) {
    answers.push_back({columns[i].name, std::move(records.keys[i]), {}});
  }
  answers.push_back({std::string(kFilePathColumn), std::move(records.paths), {}});
  return answers;
}

OwnedArrowSchema MakeArrowSchema(const std::vector<AnswerColumn>& columns) {
  std::vector<ArrowSchema> children(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    FillSchema(FormatOf(columns[i].values.kind), columns[i].name, ARROW_FLAG_NULLABLE, {}, &children[i]);
  }
  OwnedArrowSchema schema;
  FillSchema("+s", "", 0, std::move(children), schema.Fill());
  return schema;
}

OwnedArrowArray MakeArrowBatch(std::vector<AnswerColumn>&& columns) {
  auto held = std::make_unique<HeldArray>();
  const auto length = static_cast<int64_t>(columns.empty() ? 0 : columns[0].values.size());
  held->children.resize(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    FillColumn(std::move(columns[i]), &held->children[i]);
  }
  OwnedArrowArray batch;
  FillArray(std::move(held), length, 0, 1, batch.Fill());
  return batch;
}

OwnedArrowSchema MakeArrowSchema(const AnswerColumn& column) {
  OwnedArrowSchema schema;
  FillSchema(FormatOf(column.values.kind), column.name, ARROW_FLAG_NULLABLE, {}, schema.Fill());
  return schema;
}

OwnedArrowArray MakeArrowArray(AnswerColumn&& column) {
  OwnedArrowArray array;
  FillColumn(std::move(column), array.Fill());
  return array;
}

OwnedArrowSchema MakeBooleanSchema(std::string name) {
  OwnedArrowSchema schema;
  FillSchema("b", std::move(name), 0, {}, schema.Fill());
  return schema;
}

OwnedArrowArray MakeBooleanArray(const std::vector<uint8_t>& values) {
  auto held = std::make_unique<HeldArray>();
  held->validity = PackBits(values);
  held->buffers[1] = held->validity.data();
  OwnedArrowArray array;
  FillArray(std::move(held), static_cast<int64_t>(values.size()), 0, 2, array.Fill());
  return array;
}

std::unique_ptr<RecordStream> StreamOf(std::vector<AnswerColumn> columns) {
  return std::make_unique<OneBatch>(std::move(columns));
}

}  // namespace ingot
