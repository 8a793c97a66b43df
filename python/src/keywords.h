// From the keyword arguments of a call, a dict, to the structures of the public headers. ingot/_options.py has checked
// their types; an entry that no structure knows is a defect of that file and raises TypeError.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

namespace ingot_python {

namespace nb = nanobind;

ingot::RunOptions RunOptionsFrom(const nb::dict& keywords);
ingot::VerifyOptions VerifyOptionsFrom(const nb::dict& keywords);
ingot::ListOptions ListOptionsFrom(const nb::dict& keywords);
ingot::QueryOptions QueryOptionsFrom(const nb::dict& keywords);
ingot::GenerateOptions GenerateOptionsFrom(const nb::dict& keywords);
ingot::IndexOptions IndexOptionsFrom(const nb::dict& keywords);
ingot::LookupOptions LookupOptionsFrom(const nb::dict& keywords);
ingot::RefreshOptions RefreshOptionsFrom(const nb::dict& keywords);

}  // namespace ingot_python
