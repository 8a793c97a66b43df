#include "key_arrays.h"

#include <utility>

#include "capsules.h"

namespace ingot_python {
namespace {

ingot::Error Misuse(std::string message, std::string where = {}, std::string advice = {}) {
  ingot::Error error{ingot::ErrorKind::kUsage, std::move(message), {}, std::move(advice)};
  if (!where.empty()) {
    error.context.push_back(std::move(where));
  }
  return error;
}

[[noreturn]] void Refuse(ingot::Error error) { throw ingot::Exception(std::move(error)); }

ingot::KeyPart NumberFrom(nb::handle value, const std::string& column) {
  int overflow = 0;
  const int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0) {
    Refuse(Misuse("'" + column + "': the number is out of range"));
  }
  if (number == -1 && PyErr_Occurred() != nullptr) {
    throw nb::python_error();
  }
  return number;
}

// The Arrow type of an element of a buffer (PEP 3118), or null.
const char* IntegerFormat(const Py_buffer& buffer) {
  std::string_view format(buffer.format == nullptr ? "B" : buffer.format);
  if (format.starts_with('@') || format.starts_with('=') || format.starts_with('<')) {
    format.remove_prefix(1);
  }
  if (format.size() != 1) {
    return nullptr;
  }
  const bool is_signed = std::string_view("bhilqn").find(format[0]) != std::string_view::npos;
  if (!is_signed && std::string_view("BHILQN").find(format[0]) == std::string_view::npos) {
    return nullptr;
  }
  switch (buffer.itemsize) {
    case 1:
      return is_signed ? "c" : "C";
    case 2:
      return is_signed ? "s" : "S";
    case 4:
      return is_signed ? "i" : "I";
    case 8:
      return is_signed ? "l" : "L";
    default:
      return nullptr;
  }
}

template <typename Structure>
void ReleaseHeld(Structure* structure) {
  if (structure->release != nullptr) {
    structure->release(structure);
  }
}

}  // namespace

ingot::KeyPart KeyPartFrom(nb::handle value, const std::string& column) {
  if (PyUnicode_Check(value.ptr())) {
    Py_ssize_t size = 0;
    const char* bytes = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (bytes == nullptr) {
      PyErr_Clear();
      Refuse(Misuse("'" + column + "' is no text: it holds half of a surrogate pair"));
    }
    return std::string_view(bytes, static_cast<size_t>(size));
  }
  if (PyLong_Check(value.ptr()) && !PyBool_Check(value.ptr())) {
    return NumberFrom(value, column);
  }
  // Integers of numpy and the like.
  if (!PyBool_Check(value.ptr()) && PyIndex_Check(value.ptr())) {
    PyObject* const number = PyNumber_Index(value.ptr());
    if (number != nullptr) {
      return NumberFrom(nb::steal(number), column);
    }
    PyErr_Clear();
  }
  if (value.is_none()) {
    Refuse(Misuse("'" + column + "' is missing"));
  }
  const nb::str type(value.type().attr("__name__"));
  Refuse(Misuse("'" + column + "' is text or an integer, not " + type.c_str()));
}

ArrowKeys::ArrowKeys(ArrowKeys&& other) noexcept
    : schema_(std::exchange(other.schema_, ArrowSchema{})),
      stream_(std::exchange(other.stream_, ArrowArrayStream{})),
      chunks_(std::exchange(other.chunks_, {})),
      buffer_(std::exchange(other.buffer_, Py_buffer{})),
      pointers_(std::move(other.pointers_)) {}

ArrowKeys::~ArrowKeys() {
  for (ArrowArray& chunk : chunks_) {
    ReleaseHeld(&chunk);
  }
  ReleaseHeld(&schema_);
  ReleaseHeld(&stream_);
  if (buffer_.obj != nullptr) {
    PyBuffer_Release(&buffer_);
  }
}

ArrowKeys ArrowKeys::OfArray(nb::handle schema, nb::handle array) {
  ArrowKeys keys;
  keys.schema_ = SchemaFrom(schema);
  keys.chunks_.push_back(ArrayFrom(array));
  return keys;
}

ArrowKeys ArrowKeys::OfStream(nb::handle stream) {
  ArrowKeys keys;
  keys.stream_ = StreamFrom(stream);
  return keys;
}

ArrowKeys ArrowKeys::OfBuffer(nb::handle object) {
  ArrowKeys keys;
  if (PyObject_GetBuffer(object.ptr(), &keys.buffer_, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) != 0) {
    keys.buffer_ = {};
    PyErr_Clear();
    throw nb::type_error("no contiguous buffer");
  }
  const char* format = IntegerFormat(keys.buffer_);
  if (keys.buffer_.ndim != 1 || format == nullptr) {
    throw nb::type_error("no buffer of integers");
  }
  // Neither structure owns anything: the buffer does.
  keys.schema_.format = format;
  keys.pointers_ = {nullptr, keys.buffer_.buf};
  ArrowArray chunk{};
  chunk.length = keys.buffer_.shape[0];
  chunk.n_buffers = 2;
  chunk.buffers = keys.pointers_.data();
  keys.chunks_.push_back(chunk);
  return keys;
}

ingot::Result<void> ArrowKeys::Pull(const ingot::Cancellation& cancellation) {
  if (stream_.release == nullptr) {
    return {};
  }
  int status = stream_.get_schema(&stream_, &schema_);
  while (status == 0) {
    if (cancellation.requested()) {
      return ingot::Error{ingot::ErrorKind::kCancelled, "interrupted", {}, ""};
    }
    ArrowArray chunk{};
    status = stream_.get_next(&stream_, &chunk);
    if (status == 0 && chunk.release == nullptr) {
      ReleaseHeld(&stream_);
      return {};
    }
    if (status == 0) {
      chunks_.push_back(chunk);
    }
  }
  const char* text = stream_.get_last_error(&stream_);
  return Misuse(std::string("the keys cannot be read: ") +
                (text == nullptr ? "error " + std::to_string(status) : text));
}

ingot::ArrowColumn ArrowKeys::Column() const {
  ingot::ArrowColumn column{&schema_, {}};
  for (const ArrowArray& chunk : chunks_) {
    column.chunks.push_back(&chunk);
  }
  return column;
}

ingot::Result<void> ArrowKeys::CheckTable() const {
  if (std::string_view(schema_.format) != "+s") {
    return Misuse("keys as a table need a table, not a column", {}, "name the columns: get_many(gene_id=…, …)");
  }
  for (const ArrowArray& chunk : chunks_) {
    const auto* bits = static_cast<const uint8_t*>(chunk.n_buffers == 0 ? nullptr : chunk.buffers[0]);
    for (int64_t row = chunk.offset; bits != nullptr && chunk.null_count != 0 && row < chunk.offset + chunk.length;
         ++row) {
      if (((static_cast<unsigned>(bits[row / 8]) >> static_cast<unsigned>(row % 8)) & 1U) == 0) {
        return Misuse("a row of the keys is null");
      }
    }
  }
  return {};
}

ingot::Result<std::vector<ingot::ArrowColumn>> ArrowKeys::Columns(const std::vector<ingot::KeyColumn>& names,
                                                                  std::deque<ArrowArray>* views) const {
  if (const ingot::Result<void> checked = CheckTable(); !checked) {
    return checked.error();
  }
  std::vector<ingot::ArrowColumn> columns;
  for (const ingot::KeyColumn& name : names) {
    int64_t place = 0;
    while (place < schema_.n_children && schema_.children[place]->name != name.name) {
      ++place;
    }
    if (place == schema_.n_children) {
      return Misuse("the keys lack a column '" + name.name + "'");
    }
    ingot::ArrowColumn column{schema_.children[place], {}};
    for (const ArrowArray& chunk : chunks_) {
      // Rows of the table count from its own offset.
      ArrowArray view = *chunk.children[place];
      view.offset += chunk.offset;
      view.length = chunk.length;
      view.null_count = view.null_count == 0 ? 0 : -1;
      views->push_back(view);
      column.chunks.push_back(&views->back());
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

KeyArray::KeyArray(nb::handle source, const ingot::KeyColumn& column) {
  if (nb::isinstance<ArrowKeys>(source)) {
    held_ = nb::borrow(source);
    arrow_ = nb::cast<ArrowKeys*>(source);
    return;
  }
  // A tuple of our own: nobody changes it while texts are read without the GIL.
  PyObject* const tuple = PySequence_Tuple(source.ptr());
  if (tuple == nullptr) {
    throw nb::python_error();
  }
  held_ = nb::steal(tuple);
  ReadList(column);
}

void KeyArray::ReadList(const ingot::KeyColumn& column) {
  const auto count = static_cast<size_t>(PyTuple_Size(held_.ptr()));
  for (size_t i = 0; i < count; ++i) {
    const nb::handle value = PyTuple_GetItem(held_.ptr(), static_cast<Py_ssize_t>(i));
    ingot::KeyPart part;
    try {
      part = KeyPartFrom(value, column.name);
    } catch (const ingot::Exception& exception) {
      Refuse(Misuse(exception.error().message, "key " + std::to_string(i)));
    }
    if (const auto* text = std::get_if<std::string_view>(&part)) {
      // Numbers that came before become texts: both mean the same.
      for (const int64_t number : numbers_) {
        texts_.push_back(made_.emplace_back(std::to_string(number)));
      }
      numbers_.clear();
      texts_.push_back(*text);
      continue;
    }
    const int64_t number = std::get<int64_t>(part);
    if (column.kind == ingot::KeyKind::kString) {
      Refuse(Misuse("'" + column.name + "' is a text, not the number " + std::to_string(number),
                    "key " + std::to_string(i)));
    }
    if (texts_.empty()) {
      numbers_.push_back(number);
    } else {
      texts_.push_back(made_.emplace_back(std::to_string(number)));
    }
  }
}

ingot::KeyPartArray KeyArray::array() const {
  if (arrow_ != nullptr) {
    return arrow_->Column();
  }
  if (!numbers_.empty()) {
    return std::span<const int64_t>(numbers_);
  }
  return std::span<const std::string_view>(texts_);
}

void BindKeyArrays(const nb::module_& module) {
  nb::class_<ArrowKeys>(module, "ArrowKeys")
      .def_static("of_array", &ArrowKeys::OfArray)
      .def_static("of_stream", &ArrowKeys::OfStream)
      .def_static("of_buffer", &ArrowKeys::OfBuffer);
}

}  // namespace ingot_python
