// Columns of many keys as callers have them: Arrow data, buffers of integers, and lists.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ingot_python {

namespace nb = nanobind;

// One value of a key. Its text is that of the object, which must outlive it. Throws ingot::Exception with kUsage,
// naming `column`, for what is neither text nor a number, for None, and for a number beyond 64 bits.
ingot::KeyPart KeyPartFrom(nb::handle value, const std::string& column);

// Arrow data of another library: taken out of its capsules, and read once.
class ArrowKeys {
 public:
  static ArrowKeys OfArray(nb::handle schema, nb::handle array);
  static ArrowKeys OfStream(nb::handle stream);
  // One-dimensional, contiguous integers in the byte order of this machine. Throws nb::type_error for anything else.
  static ArrowKeys OfBuffer(nb::handle object);
  ArrowKeys(ArrowKeys&& other) noexcept;
  ArrowKeys(const ArrowKeys&) = delete;
  ArrowKeys& operator=(const ArrowKeys&) = delete;
  ArrowKeys& operator=(ArrowKeys&&) = delete;
  ~ArrowKeys();

  // Reads the stream, if it is one. Needs no GIL.
  ingot::Result<void> Pull(const ingot::Cancellation& cancellation);
  // As one column. Requires: Pull.
  ingot::ArrowColumn Column() const;
  // As a table: its columns of these names; the others are passed over. Requires: Pull. `views` holds what they point
  // to.
  ingot::Result<std::vector<ingot::ArrowColumn>> Columns(const std::vector<ingot::KeyColumn>& names,
                                                         std::deque<ArrowArray>* views) const;

 private:
  ArrowKeys() = default;
  ingot::Result<void> CheckTable() const;

  ArrowSchema schema_{};
  ArrowArrayStream stream_{};
  std::deque<ArrowArray> chunks_;
  // Of a buffer.
  Py_buffer buffer_{};
  std::vector<const void*> pointers_;
};

// One column of a batch in the form that the library takes. Lists are read with the GIL, the rest without it.
class KeyArray {
 public:
  // `source`: an ArrowKeys, or anything that can be iterated.
  KeyArray(nb::handle source, const ingot::KeyColumn& column);

  ingot::Result<void> Pull(const ingot::Cancellation& cancellation) {
    return arrow_ == nullptr ? ingot::Result<void>() : arrow_->Pull(cancellation);
  }
  ingot::KeyPartArray array() const;

 private:
  void ReadList(const ingot::KeyColumn& column);

  ArrowKeys* arrow_ = nullptr;
  nb::object held_;  // the source, or a tuple of what it gave
  std::vector<int64_t> numbers_;
  std::vector<std::string_view> texts_;
  std::deque<std::string> made_;  // of numbers among texts
};

void BindKeyArrays(const nb::module_& module);

}  // namespace ingot_python
