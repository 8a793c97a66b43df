// What every call that works for longer is given besides its options.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <map>
#include <string>

#include "operation.h"

namespace ingot_python {

namespace nb = nanobind;

// Names and values, as of an environment.
using Texts = std::map<std::string, std::string>;

struct Watch {
  nb::object on_progress;
  nb::object on_warning;
  ingot::Cancellation cancellation;
};

inline Operation OperationOf(const Watch& watch) { return {watch.on_progress, watch.on_warning, watch.cancellation}; }
// Nobody watches.
inline Operation QuietOperation() { return {nb::none(), nb::none(), {}}; }

}  // namespace ingot_python
