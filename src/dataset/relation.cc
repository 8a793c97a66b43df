#include "dataset/relation.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <utility>

#include "commit/relative_path.h"
#include "dataset/stored_partition.h"

namespace ingot {
namespace {

// Descriptors that the engine and the rest of the program need beside the files that are held open.
constexpr uint64_t kSpareDescriptors = 256;

// Ids tell fields apart within one lock file; between partitions names do.
void DropIds(std::vector<Field>& fields) {
  for (Field& field : fields) {
    field.id = -1;
    DropIds(field.type.fields);
  }
}

}  // namespace

uint64_t AllowOpenFiles(uint64_t wanted) {
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return 0;
  }
  if (limit.rlim_cur < wanted + kSpareDescriptors) {
    struct rlimit raised = limit;
    raised.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted + kSpareDescriptors);
    limit = ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised : limit;
  }
  return limit.rlim_cur > kSpareDescriptors ? limit.rlim_cur - kSpareDescriptors : 0;
}

Schema WithoutIds(Schema schema) {
  DropIds(schema.fields);
  return schema;
}

std::vector<KeyFieldSpec> KeyColumns(const KeySpec& key, const Schema& schema) {
  std::vector<KeyFieldSpec> columns(key.fields().begin(), key.fields().end());
  for (KeyFieldSpec& column : columns) {
    const bool taken = std::any_of(schema.fields.begin(), schema.fields.end(),
                                   [&column](const Field& field) { return field.name == column.name; });
    column.name = taken ? "partition_" + column.name : column.name;
  }
  return columns;
}

KeySpec FieldsOfNames(const DatasetSpec& dataset) {
  std::vector<KeyFieldSpec> fields;
  for (const TemplateField& field : dataset.path.fields()) {
    if (dataset.key.fields().empty() && field.name != "part") {
      fields.push_back({field.name, field.kind, {}});
    }
  }
  auto spec = KeySpec::Make(std::move(fields));
  return spec ? *std::move(spec) : KeySpec();
}

Result<FieldValues> ValuesOfName(const DatasetSpec& dataset, const PartitionPlace& place, const ManifestFile& file,
                                 const KeySpec& fields) {
  const std::string path = JoinPath(ParentPath(place.manifest), file.path);
  const auto parsed = dataset.path.Parse(path);
  FieldValues values;
  for (const KeyFieldSpec& field : fields.fields()) {
    const FieldValue* value = parsed ? FindValue(*parsed, field.name) : nullptr;
    if (value == nullptr) {
      return Error(
          ErrorKind::kConfig, fmt::format("'{}' is not named by the path of dataset {}", path, dataset.name),
          fmt::format("it was generated with another layout: ingot generate {} brings it to that of ingot.toml",
                      dataset.name));
    }
    values.push_back({field.name, *value});
  }
  return values;
}

FieldValues ValuesBesideWindow(const PartitionKey& key) {
  constexpr std::array<std::string_view, 5> kOfWindow{"date", "start", "end", "end_day", "days"};
  FieldValues values = key.values;
  std::erase_if(values, [&](const NamedValue& value) {
    return key.window && std::find(kOfWindow.begin(), kOfWindow.end(), value.name) != kOfWindow.end();
  });
  return values;
}

Result<void> CheckDisjoint(const DatasetSpec& dataset, std::span<const PartitionKey> keys) {
  if (!dataset.key.has_window()) {
    return {};
  }
  // Windows of one shop say nothing of those of another.
  struct Placed {
    PartitionKey others;
    const PartitionKey* key;
  };
  std::vector<Placed> placed;
  for (const PartitionKey& key : keys) {
    placed.push_back({{{}, ValuesBesideWindow(key), {}}, &key});
  }
  std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return a.others == b.others ? a.key->window->start < b.key->window->start : a.others < b.others;
  });
  for (size_t i = 1; i < placed.size(); ++i) {
    const PartitionKey& before = *placed[i - 1].key;
    const PartitionKey& after = *placed[i].key;
    if (placed[i - 1].others == placed[i].others && after.window->start < before.window->end) {
      return Error(ErrorKind::kUsage,
                   fmt::format("partitions {} and {} of dataset {} overlap: rows would count twice", before.ToString(),
                               after.ToString(), dataset.name),
                   fmt::format("choose with a condition on {}", dataset.key.fields()[0].name));
    }
  }
  return {};
}

Result<size_t> AddFileSchema(const Schema& schema, EngineRelation& relation) {
  const auto known = std::find(relation.file_schemas.begin(), relation.file_schemas.end(), schema);
  const auto index = static_cast<size_t>(known - relation.file_schemas.begin());
  if (known == relation.file_schemas.end()) {
    INGOT_ASSIGN(relation.schema, UniteSchemas(relation.schema, schema));
    relation.file_schemas.push_back(schema);
  }
  return index;
}

}  // namespace ingot
