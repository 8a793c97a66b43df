// Arrow structures as PyCapsules (https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html).
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

namespace ingot_python {

namespace nb = nanobind;

// Take the structure over, also when they throw. A capsule that nobody empties releases it.
nb::object ToCapsule(ArrowSchema schema);
nb::object ToCapsule(ArrowArray array);
nb::object ToCapsule(ArrowArrayStream stream);

// Take the structure out of a capsule. Throw nb::type_error for anything else, and for one that is empty already.
ArrowSchema SchemaFrom(nb::handle capsule);
ArrowArray ArrayFrom(nb::handle capsule);
ArrowArrayStream StreamFrom(nb::handle capsule);

}  // namespace ingot_python
