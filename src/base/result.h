// Result<T>: a T, or the Error that says why there is none. Dropping one does not compile.
#pragma once

#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

#include "base/error.h"

namespace ingot {

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return error;` are the point of the type.
  template <typename U = T>
    requires(std::is_constructible_v<T, U> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
             !std::is_same_v<std::remove_cvref_t<U>, Error>)
  Result(U&& value) : state_(std::forward<U>(value)) {}
  Result(Error error) : state_(tl::make_unexpected(std::move(error))) {}
  // NOLINTEND(google-explicit-constructor)

  bool ok() const { return state_.has_value(); }
  explicit operator bool() const { return ok(); }

  // Requires: ok().
  T& value() & { return *state_; }
  const T& value() const& { return *state_; }
  T&& value() && { return *std::move(state_); }
  T& operator*() & { return *state_; }
  const T& operator*() const& { return *state_; }
  T&& operator*() && { return *std::move(state_); }
  T* operator->() { return &*state_; }
  const T* operator->() const { return &*state_; }

  // Requires: !ok().
  Error& error() & { return state_.error(); }
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_).error(); }

 private:
  tl::expected<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): as above
  Result(Error error) : state_(tl::make_unexpected(std::move(error))) {}

  bool ok() const { return state_.has_value(); }
  explicit operator bool() const { return ok(); }

  // Requires: !ok().
  Error& error() & { return state_.error(); }
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_).error(); }

 private:
  tl::expected<void, Error> state_;
};

// For failures that cannot be acted on, as in destructors: says so instead of hiding it.
template <typename T>
void IgnoreFailure(Result<T>&& result) {
  static_cast<void>(std::move(result));
}

}  // namespace ingot

#define INGOT_CONCAT_INNER(a, b) a##b
#define INGOT_CONCAT(a, b) INGOT_CONCAT_INNER(a, b)

// Evaluates an expression of type Result<…>; returns its error from the enclosing function when it failed.
#define INGOT_TRY(expression)                              \
  do {                                                     \
    if (auto ingot_result = (expression); !ingot_result) { \
      return std::move(ingot_result).error();              \
    }                                                      \
  } while (false)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses.
// INGOT_ASSIGN(auto file, Open(path)); declares or assigns from a Result, or returns its error.
#define INGOT_ASSIGN(target, expression) INGOT_ASSIGN_INNER(INGOT_CONCAT(ingot_result_, __LINE__), target, expression)
#define INGOT_ASSIGN_INNER(result, target, expression) \
  auto result = (expression);                          \
  if (!result) {                                       \
    return std::move(result).error();                  \
  }                                                    \
  target = *std::move(result)
// NOLINTEND(bugprone-macro-parentheses)
