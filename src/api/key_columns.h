// Keys of a caller in the form that a lookup takes.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingot/lookup.h"
#include "lookup/lookup.h"

namespace ingot {

// What has another form is copied, texts as views. Refers to the caller's arrays.
class KeyColumns {
 public:
  // `columns` are those of the lookup, for messages. Errors: kUsage for a type that cannot hold keys, and for a null,
  // with its position.
  static Result<KeyColumns> Read(std::span<const v1::KeyPartArray> arrays, const std::vector<KeyColumn>& columns);

  // Valid as long as the object stays where it is.
  const std::vector<KeyPartArray>& arrays() const { return arrays_; }

 private:
  std::vector<KeyPartArray> arrays_;
  // What they point to, when it is ours. Moving these vectors moves none of their elements.
  std::vector<std::vector<int64_t>> numbers_;
  std::vector<std::vector<std::string_view>> texts_;
};

}  // namespace ingot
