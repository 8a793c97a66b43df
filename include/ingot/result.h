// Result<T>: a T, or the Error that says why there is none. The compiler warns where one is dropped.
#pragma once

#include <stdexcept>
#include <utility>
#include <variant>

#include "ingot/error.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  // For callers who prefer exceptions: what OrThrow throws. The library itself throws nothing.
  class Exception : public std::runtime_error {
   public:
    explicit Exception(Error error) : std::runtime_error(error.ToString()), error_(std::move(error)) {}
    const Error& error() const { return error_; }

   private:
    Error error_;
  };

  template <typename T>
  class [[nodiscard]] Result {
   public:
    // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return error;` are the point of the type.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTEND(google-explicit-constructor)

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Requires: ok().
    T& operator*() & { return *std::get_if<0>(&state_); }
    const T& operator*() const& { return *std::get_if<0>(&state_); }
    T&& operator*() && { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() { return std::get_if<0>(&state_); }
    const T* operator->() const { return std::get_if<0>(&state_); }

    // Requires: !ok().
    const Error& error() const { return *std::get_if<1>(&state_); }

    // The value, or an Exception.
    T OrThrow() && {
      if (!ok()) {
        throw Exception(error());
      }
      return std::move(*std::get_if<0>(&state_));
    }

   private:
    std::variant<T, Error> state_;
  };

  template <>
  class [[nodiscard]] Result<void> {
   public:
    Result() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): as above
    Result(Error error) : error_(std::move(error)), ok_(false) {}

    bool ok() const { return ok_; }
    explicit operator bool() const { return ok(); }
    // Requires: !ok().
    const Error& error() const { return error_; }
    void OrThrow() && {
      if (!ok()) {
        throw Exception(error_);
      }
    }

   private:
    Error error_;
    bool ok_ = true;
  };

}  // namespace v1
}  // namespace ingot
