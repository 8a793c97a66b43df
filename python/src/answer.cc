#include "answer.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capsules.h"

namespace ingot_python {
namespace {

// Owns an Arrow structure.
template <typename Structure>
class Held {
 public:
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (value.release != nullptr) {
      value.release(&value);
    }
  }
  Structure Take() { return std::exchange(value, Structure{}); }
  Structure value{};
};

// All of an answer, or one of its columns.
class Answer {
 public:
  explicit Answer(ingot::LookupAnswer answer, std::optional<int64_t> column = std::nullopt)
      : answer_(std::move(answer)), column_(column) {}

  uint64_t rows() const { return answer_.rows(); }

  // The interface lets children be moved out of their parent.
  ArrowSchema Schema() const {
    Held<ArrowSchema> whole;
    answer_.ExportSchema(&whole.value).OrThrow();
    return column_ ? std::exchange(*whole.value.children[*column_], ArrowSchema{}) : whole.Take();
  }
  ArrowArray Array() const {
    Held<ArrowArray> whole;
    answer_.ExportArray(&whole.value).OrThrow();
    return column_ ? std::exchange(*whole.value.children[*column_], ArrowArray{}) : whole.Take();
  }

  nb::object StreamCapsule() const {
    ArrowArrayStream stream{};
    answer_.ExportStream(&stream).OrThrow();
    return ToCapsule(stream);
  }
  nb::tuple ArrayCapsules() const {
    nb::object schema = ToCapsule(Schema());
    return nb::make_tuple(std::move(schema), ToCapsule(Array()));
  }

  std::vector<std::string> ColumnNames() const {
    Held<ArrowSchema> schema;
    schema.value = Schema();
    std::vector<std::string> names;
    for (int64_t i = 0; i < schema.value.n_children; ++i) {
      names.emplace_back(schema.value.children[i]->name);
    }
    return names;
  }
  Answer Column(int64_t column) const { return Answer(answer_, column); }
  nb::list Values() const;
  int64_t Nulls() const {
    Held<ArrowArray> array;
    array.value = Array();
    return array.value.null_count;
  }

 private:
  ingot::LookupAnswer answer_;
  std::optional<int64_t> column_;
};

bool BitAt(const void* bits, int64_t row) {
  const auto byte = static_cast<const uint8_t*>(bits)[row / 8];
  return ((static_cast<unsigned>(byte) >> static_cast<unsigned>(row % 8)) & 1U) != 0;
}

// Manifests of others may have paths that are no UTF-8.
nb::object TextFrom(std::string_view text) {
  PyObject* const object = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  if (object == nullptr) {
    throw nb::python_error();
  }
  return nb::steal(object);
}

// Of the four types that answers have.
nb::object ValueAt(char format, const ArrowArray& array, int64_t row) {
  if (array.buffers[0] != nullptr && !BitAt(array.buffers[0], row)) {
    return nb::none();
  }
  switch (format) {
    case 'b':
      return nb::bool_(BitAt(array.buffers[1], row));
    case 'i':
      return nb::int_(static_cast<const int32_t*>(array.buffers[1])[row]);
    case 'l':
      return nb::int_(static_cast<const int64_t*>(array.buffers[1])[row]);
    default: {
      const auto* offsets = static_cast<const int64_t*>(array.buffers[1]);
      const auto* bytes = static_cast<const char*>(array.buffers[2]);
      return TextFrom({bytes + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row])});
    }
  }
}

nb::list Answer::Values() const {
  Held<ArrowSchema> schema;
  Held<ArrowArray> array;
  schema.value = Schema();
  array.value = Array();
  nb::list values;
  for (int64_t row = 0; row < array.value.length; ++row) {
    values.append(ValueAt(schema.value.format[0], array.value, row));
  }
  return values;
}

}  // namespace

void BindAnswer(const nb::module_& module) {
  nb::class_<Answer>(module, "Answer")
      .def_prop_ro("rows", &Answer::rows)
      .def_prop_ro("nulls", &Answer::Nulls)
      .def("schema", [](const Answer& self) { return ToCapsule(self.Schema()); })
      .def("array", &Answer::ArrayCapsules)
      .def("stream", &Answer::StreamCapsule)
      .def("column_names", &Answer::ColumnNames)
      .def("column", &Answer::Column)
      .def("values", &Answer::Values);
}

nb::object ToPython(ingot::LookupAnswer answer) { return nb::cast(Answer(std::move(answer))); }

}  // namespace ingot_python
