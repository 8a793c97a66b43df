// Answers of a lookup on their way to Python: Arrow data that is shared, not copied.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

namespace ingot_python {

namespace nb = nanobind;

// An instance of the class Answer.
nb::object ToPython(ingot::LookupAnswer answer);

// That class.
void BindAnswer(const nb::module_& module);

}  // namespace ingot_python
