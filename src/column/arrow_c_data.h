// Arrow's C data and C stream interfaces: the layout in which columns cross the border to other libraries. The format
// is Arrow's (https://arrow.apache.org/docs/format/CDataInterface.html); the structures are its ABI and keep its names.
#pragma once

#include <cstdint>
#include <utility>

// Other libraries declare the same structures under the same guards.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;    // the type, as "l" for int64
  const char* name;      // UTF-8, may be null
  const char* metadata;  // may be null
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);  // null: released, or moved elsewhere
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;  // -1: not counted
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {

struct ArrowArrayStream {
  // 0, or an errno with a text from get_last_error.
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  // As above; a released array is the end.
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_STREAM_INTERFACE

namespace ingot {

// Owns one of the structures above and releases it. Move-only: the structure may lie anywhere.
template <typename Structure>
class ArrowOwned {
 public:
  ArrowOwned() = default;
  ArrowOwned(ArrowOwned&& other) noexcept : value_(std::exchange(other.value_, Structure{})) {}
  ArrowOwned& operator=(ArrowOwned&& other) noexcept {
    if (this != &other) {
      Reset();
      value_ = std::exchange(other.value_, Structure{});
    }
    return *this;
  }
  ArrowOwned(const ArrowOwned&) = delete;
  ArrowOwned& operator=(const ArrowOwned&) = delete;
  ~ArrowOwned() { Reset(); }

  bool empty() const { return value_.release == nullptr; }
  const Structure& operator*() const { return value_; }
  const Structure* operator->() const { return &value_; }
  Structure* get() { return &value_; }
  // For a producer to fill: what was held before is released.
  Structure* Fill() {
    Reset();
    return &value_;
  }
  // Hands the structure over: the receiver releases it.
  Structure Take() { return std::exchange(value_, Structure{}); }

 private:
  void Reset() {
    if (value_.release != nullptr) {
      value_.release(&value_);
    }
    value_ = Structure{};
  }

  Structure value_{};
};

}  // namespace ingot
