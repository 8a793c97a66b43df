#include "pipeline/builtin_datasets.h"

#include <fmt/format.h>

#include "base/similar_name.h"
#include "model/project_file.h"

namespace ingot {
namespace {

constexpr std::string_view kBuiltin = R"(
[project]
name = "builtin"

[dataset.events]
store = "data"
path = "events/date={date}/events-{part:int32}.parquet"

[dataset.events.source]
type = "synthetic"
generator = "events"

[dataset.events.parquet]
codec = "snappy"
row_group_rows = 122_880
)";

}  // namespace

Result<DatasetSpec> BuiltinDataset(std::string_view name) {
  INGOT_ASSIGN(const Project project, ParseProject(kBuiltin, {{}, {}, "the built-in project"}));
  INGOT_ASSIGN(const DatasetSpec* dataset, project.Require(name));
  return *dataset;
}

}  // namespace ingot
