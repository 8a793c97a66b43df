#include "errors.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include <exception>

namespace ingot_python {

nb::object ToPython(const ingot::Error& error) {
  nb::list context;
  for (const std::string& where : error.context) {
    context.append(where);
  }
  return nb::module_::import_("ingot._errors")
      .attr("make")(ingot::Describe(error.kind).name, error.message, nb::tuple(context), error.advice);
}

nb::object ToPython(const std::optional<ingot::Error>& error) { return error ? ToPython(*error) : nb::none(); }

void RegisterErrors(nb::module_& module) {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const ingot::Exception& exception) {
      const nb::object instance = ToPython(exception.error());
      PyErr_SetObject(instance.type().ptr(), instance.ptr());
    }
  });
  // The one table of kinds, for the test that compares the classes with it.
  module.def("error_kinds", [] {
    nb::list kinds;
    for (const ingot::ErrorKindInfo& info : ingot::ErrorKinds()) {
      kinds.append(nb::make_tuple(info.name, info.python_exception, info.exit_code, info.retryable));
    }
    return kinds;
  });
}

}  // namespace ingot_python
