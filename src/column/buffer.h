// A growable array of trivial values that is never zeroed: the storage of decoded columns.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace ingot {

// Like std::vector<T> for trivial T, with an unchecked append for loops that reserved before. Move-only.
// Memory exhaustion throws std::bad_alloc, as it does everywhere in the program.
template <typename T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    if (this != &other) {
      std::free(data_);
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
      capacity_ = std::exchange(other.capacity_, 0);
    }
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  bool empty() const { return size_ == 0; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }

  void Append(T value) {
    if (size_ == capacity_) [[unlikely]] {
      Grow(size_ + 1);
    }
    data_[size_++] = value;
  }
  void AppendAll(const T* values, size_t count) {
    if (count > capacity_ - size_) [[unlikely]] {
      Grow(size_ + count);
    }
    if (count > 0) {
      std::memcpy(data_ + size_, values, count * sizeof(T));
    }
    size_ += count;
  }
  void Reserve(size_t capacity) {
    if (capacity > capacity_) {
      Grow(capacity);
    }
  }
  // Requires: size <= capacity(). New elements are uninitialised.
  void SetSize(size_t size) { size_ = size; }
  // Keeps the first `size` elements. Requires: size <= size().
  void Truncate(size_t size) { size_ = size; }
  void Clear() { size_ = 0; }

 private:
  void Grow(size_t needed) {
    constexpr size_t kFirst = 64 / sizeof(T) > 0 ? 64 / sizeof(T) : 1;
    size_t capacity = capacity_ == 0 ? kFirst : capacity_ * 2;
    if (capacity < needed) {
      capacity = needed;
    }
    void* grown = std::realloc(data_, capacity * sizeof(T));
    if (grown == nullptr) {
      throw std::bad_alloc();
    }
    data_ = static_cast<T*>(grown);
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace ingot
