// Failures on their way to Python: instances of the classes in ingot._errors.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <optional>

namespace ingot_python {

namespace nb = nanobind;

// An instance of the kind's class. Needs the GIL.
nb::object ToPython(const ingot::Error& error);
// The same, or None.
nb::object ToPython(const std::optional<ingot::Error>& error);

// Lets every ingot::Exception arrive in Python as its kind's class.
void RegisterErrors(nb::module_& module);

}  // namespace ingot_python
