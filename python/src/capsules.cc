#include "capsules.h"

#include <memory>
#include <string>
#include <utility>

namespace ingot_python {
namespace {

constexpr const char* NameOf(const ArrowSchema*) { return "arrow_schema"; }
constexpr const char* NameOf(const ArrowArray*) { return "arrow_array"; }
constexpr const char* NameOf(const ArrowArrayStream*) { return "arrow_array_stream"; }

template <typename Structure>
void Dispose(PyObject* capsule) {
  auto* structure = static_cast<Structure*>(PyCapsule_GetPointer(capsule, NameOf(static_cast<Structure*>(nullptr))));
  if (structure->release != nullptr) {
    structure->release(structure);
  }
  delete structure;
}

template <typename Structure>
nb::object MakeCapsule(const Structure& structure) {
  auto held = std::make_unique<Structure>(structure);
  PyObject* const capsule = PyCapsule_New(held.get(), NameOf(held.get()), &Dispose<Structure>);
  if (capsule == nullptr) {
    held->release(held.get());
    throw nb::python_error();
  }
  static_cast<void>(held.release());  // NOLINT(bugprone-unused-return-value): the capsule's now
  return nb::steal(capsule);
}

template <typename Structure>
Structure TakeFrom(nb::handle capsule) {
  const char* name = NameOf(static_cast<Structure*>(nullptr));
  if (PyCapsule_IsValid(capsule.ptr(), name) == 0) {
    throw nb::type_error((std::string("not a capsule of an ") + name).c_str());
  }
  auto* structure = static_cast<Structure*>(PyCapsule_GetPointer(capsule.ptr(), name));
  if (structure->release == nullptr) {
    throw nb::type_error((std::string("an ") + name + " that was taken already").c_str());
  }
  return std::exchange(*structure, Structure{});
}

}  // namespace

nb::object ToCapsule(ArrowSchema schema) { return MakeCapsule(schema); }
nb::object ToCapsule(ArrowArray array) { return MakeCapsule(array); }
nb::object ToCapsule(ArrowArrayStream stream) { return MakeCapsule(stream); }

ArrowSchema SchemaFrom(nb::handle capsule) { return TakeFrom<ArrowSchema>(capsule); }
ArrowArray ArrayFrom(nb::handle capsule) { return TakeFrom<ArrowArray>(capsule); }
ArrowArrayStream StreamFrom(nb::handle capsule) { return TakeFrom<ArrowArrayStream>(capsule); }

}  // namespace ingot_python
