// What a public LookupAnswer holds.
#pragma once

#include <string>
#include <vector>

#include "engine/record_stream.h"
#include "ingot/lookup.h"
#include "lookup/lookup_arrow.h"

namespace ingot::v1 {

struct LookupAnswer::State {
  OwnedArrowSchema schema;
  OwnedArrowArray array;
};

}  // namespace ingot::v1

namespace ingot {

// A struct of columns, one column alone, and booleans.
v1::LookupAnswer AnswerOf(std::vector<AnswerColumn> columns);
v1::LookupAnswer AnswerOf(AnswerColumn column);
v1::LookupAnswer AnswerOf(std::string name, const std::vector<uint8_t>& booleans);

}  // namespace ingot
