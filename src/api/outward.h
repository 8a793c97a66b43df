// What leaves the library: errors in their public form, and no exceptions.
#pragma once

#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "ingot/error.h"
#include "ingot/result.h"

namespace ingot {

v1::Error Outward(const Error& error);

template <typename T>
v1::Result<T> Outward(Result<T> result) {
  if (!result) {
    return Outward(result.error());
  }
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return *std::move(result);
  }
}

// Calls `function`, which returns a Result. Rooms catch foreign exceptions at their edges; what still arrives here is a
// want of memory, or a defect.
template <typename Function>
auto Guarded(Function&& function) -> decltype(Outward(function())) {
  try {
    return Outward(std::forward<Function>(function)());
  } catch (const std::bad_alloc&) {
    return Outward(Error(ErrorKind::kResourceLimit, "out of memory", "lower `memory` or `threads`, or free memory"));
  } catch (const std::exception& exception) {
    return Outward(Error(ErrorKind::kInternal, exception.what()));
  }
}

}  // namespace ingot
