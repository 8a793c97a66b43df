// Key lookups: single ones straight from the calling thread, the others as operations.
#pragma once

#include <nanobind/nanobind.h>

namespace ingot_python {

// The classes Lookup, ArrowKeys and Answer.
void BindLookup(nanobind::module_& module);

}  // namespace ingot_python
