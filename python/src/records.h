// From the structures of the public headers to dicts, which the package turns into its own classes.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <vector>

namespace ingot_python {

namespace nb = nanobind;

nb::dict ToDict(const ingot::PartitionRun& run);
nb::dict ToDict(const ingot::PartitionPlan& plan);
nb::dict ToDict(const ingot::PartitionProof& proof);
nb::dict ToDict(const ingot::Partition& partition);
nb::dict ToDict(const ingot::PartitionStatus& status);
nb::dict ToDict(const ingot::Dataset& dataset);
nb::dict ToDict(const ingot::RefreshedLayer& layer);
nb::dict ToDict(const ingot::RefreshResult& result);
nb::dict ToDict(const ingot::LookupIndex& index);

template <typename Record>
nb::list ToDicts(const std::vector<Record>& records) {
  nb::list dicts;
  for (const Record& record : records) {
    dicts.append(ToDict(record));
  }
  return dicts;
}

}  // namespace ingot_python
