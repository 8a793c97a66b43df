#include "dataset/partition_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dataset/partition_place.h"
#include "dataset/prove.h"
#include "dataset/relation.h"
#include "dataset/stored_partition.h"

namespace ingot {
namespace {

// One dataset among the inputs.
class InputDataset {
 public:
  InputDataset(const DatasetSpec& dataset, size_t relation, const std::string& project_folder, SchemaNeed need,
               PlannedInputs& inputs)
      : dataset_(dataset), relation_(relation), folder_(project_folder), need_(need), inputs_(inputs) {}

  Result<void> Add(const PartitionKey& key, TaskPool* pool) {
    if (key.window && dataset_.key.is_daily()) {
      inputs_.has_expectation = true;
      std::vector<PartitionKey> days;
      for (UtcDay day = key.window->start.day(); StartOf(day) < key.window->end; day = day + 1) {
        days.push_back(dataset_.key.ForDay(day));
      }
      return AddPartitions(days, pool);
    }
    INGOT_ASSIGN(std::vector<PartitionKey> keys, RequirePartitions(dataset_));
    if (key.window && dataset_.key.has_window()) {
      std::erase_if(keys, [&key](const PartitionKey& candidate) {
        return candidate.window->start < key.window->start || key.window->end < candidate.window->end;
      });
    }
    const FieldValues own = ValuesBesideWindow(key);
    std::erase_if(keys, [&own](const PartitionKey& candidate) {
      return std::any_of(own.begin(), own.end(), [&candidate](const NamedValue& value) {
        const FieldValue* same = FindValue(candidate.values, value.name);
        return same != nullptr && !(*same == value.value);
      });
    });
    INGOT_TRY(CheckDisjoint(dataset_, keys));
    return AddPartitions(keys, pool);
  }

 private:
  struct StoredManifest {
    PartitionPlace place;
    Result<std::optional<Manifest>> manifest = std::optional<Manifest>();
  };

  Result<void> AddPartitions(std::span<const PartitionKey> keys, TaskPool* pool) {
    // Manifests may be large, and partitions many.
    constexpr size_t kTogether = 16;
    for (; !keys.empty(); keys = keys.subspan(std::min(kTogether, keys.size()))) {
      std::vector<StoredManifest> stored(std::min(kTogether, keys.size()));
      for (size_t i = 0; i < stored.size(); ++i) {
        INGOT_ASSIGN(stored[i].place, FindPlace(dataset_, folder_, keys[i]));
      }
      const auto read = [&](size_t i) {
        stored[i].manifest =
            need_ == SchemaNeed::kNeeded ? ReadManifest(stored[i].place) : ReadManifestFiles(stored[i].place);
      };
      if (const RunAll run_all = OnPool(pool); run_all && stored.size() > 1) {
        run_all(stored.size(), read);
      } else {
        for (size_t i = 0; i < stored.size(); ++i) {
          read(i);
        }
      }
      for (size_t i = 0; i < stored.size(); ++i) {
        INGOT_TRY(AddPartition(keys[i], stored[i].place, std::move(stored[i].manifest)));
      }
    }
    return {};
  }

  Result<void> AddPartition(const PartitionKey& key, const PartitionPlace& place,
                            Result<std::optional<Manifest>> read) {
    PlannedInput planned;
    planned.name = dataset_.name + "@" + key.ToString();
    planned.relation = relation_;
    planned.values = key.values;
    planned.path = place.primary;
    planned.full_path = place.primary_path();
    if (!read) {
      return std::move(read).error().In("input " + planned.name);
    }
    if (!*read) {
      inputs_.files.push_back(std::move(planned));
      return {};
    }
    const Manifest& manifest = **read;
    if (manifest.dataset != dataset_.name || !(manifest.key == key) || manifest.files.empty()) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("the manifest at the path of input {} is that of another partition: {}", planned.name,
                               place.manifest_path()));
    }
    planned.present = true;
    if (need_ == SchemaNeed::kNeeded) {
      planned.schema = std::make_shared<const Schema>(WithoutIds(manifest.schema));
    }
    if (const KeySpec fields = FieldsOfNames(dataset_); !fields.fields().empty()) {
      return AddNamedFiles(place, manifest, fields, planned);
    }
    planned.content_id = manifest.content_id;
    // The primary files come first; others hold the same rows in another order, or rejects.
    uint64_t rows = 0;
    for (size_t i = 0; i < manifest.files.size() && (i == 0 || rows < manifest.rows); ++i) {
      AddFile(place, manifest.files[i], planned);
      rows += manifest.files[i].rows;
    }
    return {};
  }

  // Each file is an input of its own: its name says when its rows are from.
  Result<void> AddNamedFiles(const PartitionPlace& place, const Manifest& manifest, const KeySpec& fields,
                             PlannedInput planned) {
    for (const ManifestFile& file : manifest.files) {
      INGOT_ASSIGN(planned.values, ValuesOfName(dataset_, place, file, fields));
      AddFile(place, file, planned);
    }
    return {};
  }

  void AddFile(const PartitionPlace& place, const ManifestFile& file, PlannedInput planned) {
    planned.full_path = ManifestFolder(place) + "/" + file.path;
    planned.path = planned.full_path.substr(place.root.size() + 1);
    planned.bytes = file.bytes;
    planned.sha256 = file.sha256;
    planned.tail_sha256 = file.tail_sha256;
    planned.rows = file.rows;
    inputs_.found += 1;
    inputs_.bytes += file.bytes;
    inputs_.files.push_back(std::move(planned));
  }

  const DatasetSpec& dataset_;
  size_t relation_;
  const std::string& folder_;
  const SchemaNeed need_;
  PlannedInputs& inputs_;
};

}  // namespace

Result<std::vector<PartitionKey>> RequirePartitions(const DatasetSpec& dataset) {
  INGOT_ASSIGN(std::vector<PartitionKey> keys, FindPartitions(dataset));
  if (keys.empty()) {
    return Error(
        ErrorKind::kNotFound, fmt::format("dataset {} has no partition yet", dataset.name),
        fmt::format("ingot {} {}", dataset.source.kind == SourceKind::kSynthetic ? "generate" : "run", dataset.name));
  }
  return keys;
}

Error NotAsTheManifestSays(const std::string& path, const std::string& input, std::string_view what) {
  return Error(ErrorKind::kCorrupt, fmt::format("'{}' {}", path, what),
               fmt::format("look with `ingot verify {}`, rebuild it, then run again", input));
}

Result<PlannedInputs> FindPartitionInputs(InputDatasets datasets, const std::string& project_folder,
                                          const PartitionKey& key, SchemaNeed need, TaskPool* pool) {
  PlannedInputs inputs;
  for (size_t i = 0; i < datasets.size(); ++i) {
    INGOT_TRY(InputDataset(*datasets[i], i, project_folder, need, inputs).Add(key, pool));
  }
  return inputs;
}

Result<std::vector<EngineRelation>> RelationsOf(InputDatasets datasets, const PlannedInputs& inputs,
                                                std::span<const RelationPart> parts) {
  std::vector<EngineRelation> relations;
  for (const auto& dataset : datasets) {
    relations.push_back({dataset->name, {}, {}, {}, {}});
  }
  std::vector<const Schema*> last(relations.size(), nullptr);
  std::vector<size_t> index(relations.size(), 0);
  for (size_t i = 0; i < inputs.files.size(); ++i) {
    const PlannedInput& input = inputs.files[i];
    if (!input.present) {
      continue;
    }
    EngineRelation& relation = relations[input.relation];
    if (last[input.relation] != input.schema.get()) {
      last[input.relation] = input.schema.get();
      Result<size_t> schema = AddFileSchema(*input.schema, relation);
      if (!schema) {
        return std::move(schema).error().In("input " + input.name);
      }
      index[input.relation] = *schema;
    }
    if (parts[i].wanted) {
      relation.files.push_back({input.full_path, parts[i].fd, input.values, index[input.relation]});
    }
  }
  for (size_t i = 0; i < relations.size(); ++i) {
    const KeySpec names = FieldsOfNames(*datasets[i]);
    relations[i].key_fields = KeyColumns(names.fields().empty() ? datasets[i]->key : names, relations[i].schema);
  }
  return relations;
}

}  // namespace ingot
