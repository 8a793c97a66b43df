// A project file that is accepted must be usable: every dataset has its paths, and the paths of a key are read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/project_file.h"

namespace ingot {
namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

void CheckDataset(const DatasetSpec& dataset) {
  Demand(!dataset.path.empty() && !dataset.manifest_path.empty() && !dataset.store_root.empty());
  Demand(SettingsDigest(dataset).size() == 64);
  if (!dataset.key.is_daily()) {
    return;
  }
  const PartitionKey key = dataset.key.ForDay(UtcDay{20'000});
  if (const auto path = dataset.path.Format(key.values); path.ok()) {
    const auto values = dataset.path.Parse(*path);
    Demand(values.has_value());
    Demand(values->empty() || *values == key.values);
  }
  IgnoreFailure(dataset.source.inputs.path.Expand(key.values, dataset.source.expect));
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto project = ingot::ParseProject({reinterpret_cast<const char*>(data), size});
  if (project.ok()) {
    for (const ingot::DatasetSpec& dataset : project->datasets) {
      ingot::CheckDataset(dataset);
    }
  }
  return 0;
}
