// What a public Cancellation holds.
#pragma once

#include "base/cancellation.h"
#include "ingot/work.h"

namespace ingot::v1 {

struct Cancellation::State {
  ingot::Cancellation cancellation;
};

}  // namespace ingot::v1
