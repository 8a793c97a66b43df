#include "pipeline/query_inputs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "commit/relative_path.h"
#include "dataset/prove.h"
#include "format/parquet/file_reader.h"
#include "pipeline/run.h"
#include "pipeline/stored_partition.h"

namespace ingot {
namespace {

// Descriptors that the engine and the rest of the program need beside the files that are held open.
constexpr uint64_t kSpareDescriptors = 256;

// More files may be open than the soft limit says. Returns how many can be held.
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

// Ids tell fields apart within one lock file; between partitions names do.
void DropIds(std::vector<Field>& fields) {
  for (Field& field : fields) {
    field.id = -1;
    DropIds(field.type.fields);
  }
}

Schema WithoutIds(Schema schema) {
  DropIds(schema.fields);
  return schema;
}

struct OpenedFile {
  std::string path;
  UniqueFd fd;
  uint64_t bytes = 0;
  FieldValues values;  // of the relation's key fields
};

// The values in the name of one file of a manifest. Errors: kConfig for a name that the dataset does not give.
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

struct OpenedPartition {
  Schema schema;
  std::vector<OpenedFile> files;
};

// Which files of a partition are read, by the values in their names: ascending indices.
using FileChooser = std::function<Result<std::vector<size_t>>(const std::vector<FieldValues>& names)>;

// Opens one partition and compares it with its manifest.
class PartitionOpener {
 public:
  PartitionOpener(const DatasetSpec& dataset, const PartitionKey& key, QueryProof proof)
      : dataset_(dataset), key_(key), proof_(proof) {}

  Result<OpenedPartition> Open() const {
    return TwiceIfCorrupt([this] { return TryOpen(); });
  }

  // Some of the partition's files, told apart by their names: those that `choose` takes of the values in them, on all
  // threads of the pool.
  Result<OpenedPartition> OpenNamed(const KeySpec& fields, const FileChooser& choose, TaskPool* pool) const {
    return TwiceIfCorrupt([&] { return TryOpenNamed(fields, choose, pool); });
  }

 private:
  template <typename Try>
  Result<OpenedPartition> TwiceIfCorrupt(const Try& try_open) const {
    Result<OpenedPartition> opened = try_open();
    if (!opened && opened.error().kind() == ErrorKind::kCorrupt) {
      // It may have been replaced between the manifest and its files: then a second look finds them in agreement.
      opened = try_open();
    }
    if (!opened) {
      const std::string subject = SubjectOf(dataset_, key_);
      Error error = std::move(opened).error().In(subject);
      return error.kind() == ErrorKind::kCorrupt
                 ? std::move(error).WithAdvice(
                       fmt::format("prove it: ingot verify {}; or leave it out by a condition on its key", subject))
                 : std::move(error);
    }
    return opened;
  }

  Result<Manifest> ReadOwnManifest(const PartitionPlace& place) const {
    INGOT_ASSIGN(Manifest manifest, RequireManifest(dataset_, key_));
    if (manifest.dataset != dataset_.name || !(manifest.key == key_)) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' is the manifest of {}@{}", place.manifest_path(),
                                                    manifest.dataset, manifest.key.ToString()));
    }
    return manifest;
  }

  // The same manifest names, chooses and proves the files: another one may stand there a moment later.
  Result<OpenedPartition> TryOpenNamed(const KeySpec& fields, const FileChooser& choose, TaskPool* pool) const {
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset_, {}, key_));
    INGOT_ASSIGN(const Manifest manifest, ReadOwnManifest(place));
    std::vector<FieldValues> names;
    for (const ManifestFile& file : manifest.files) {
      INGOT_ASSIGN(FieldValues values, ValuesOfName(dataset_, place, file, fields));
      names.push_back(std::move(values));
    }
    INGOT_ASSIGN(const std::vector<size_t> chosen, choose(names));
    std::vector<std::optional<Result<OpenedFile>>> opened(chosen.size());
    OnPool(pool)(chosen.size(),
                 [&](size_t i) { opened[i] = OpenAndProve(place, manifest, manifest.files[chosen[i]]); });
    OpenedPartition partition{WithoutIds(manifest.schema), {}};
    for (size_t i = 0; i < chosen.size(); ++i) {
      INGOT_ASSIGN(OpenedFile file, *std::move(opened[i]));
      file.values = std::move(names[chosen[i]]);
      partition.files.push_back(std::move(file));
    }
    return partition;
  }

  Result<OpenedPartition> TryOpen() const {
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset_, {}, key_));
    INGOT_ASSIGN(const Manifest manifest, ReadOwnManifest(place));
    OpenedPartition partition{WithoutIds(manifest.schema), {}};
    // The primary files come first; others hold the same rows in another order, or rejects.
    uint64_t rows = 0;
    for (size_t i = 0; i < manifest.files.size() && (i == 0 || rows < manifest.rows); ++i) {
      INGOT_ASSIGN(OpenedFile file, OpenAndProve(place, manifest, manifest.files[i]));
      file.values = key_.values;
      rows += manifest.files[i].rows;
      partition.files.push_back(std::move(file));
    }
    if (rows != manifest.rows) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("the manifest's files have {} rows, the manifest {}", rows, manifest.rows));
    }
    return partition;
  }

  Result<OpenedFile> OpenAndProve(const PartitionPlace& place, const Manifest& manifest,
                                  const ManifestFile& expected) const {
    INGOT_ASSIGN(OpenedFile file, OpenDataFile(expected, JoinPath(ManifestFolder(place), expected.path)));
    INGOT_TRY(Prove(file, expected, manifest.schema));
    return file;
  }

  static Result<OpenedFile> OpenDataFile(const ManifestFile& file, const std::string& path) {
    Result<UniqueFd> fd = OpenFile(path, O_RDONLY);
    if (!fd) {
      const bool missing = fd.error().kind() == ErrorKind::kNotFound;
      return missing ? Error(ErrorKind::kCorrupt, fmt::format("'{}' is missing", path)) : std::move(fd).error();
    }
    struct stat status{};
    if (::fstat(fd->get(), &status) != 0) {
      return ErrnoError(errno, "read", path);
    }
    if (static_cast<uint64_t>(status.st_size) != file.bytes) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("'{}' has {} bytes; its manifest says {}", path, status.st_size, file.bytes));
    }
    return OpenedFile{path, *std::move(fd), file.bytes, {}};
  }

  Result<void> Prove(const OpenedFile& file, const ManifestFile& expected, const Schema& schema) const {
    // The file that is held, whatever stands at its path by now.
    const std::string held = fmt::format("/proc/self/fd/{}", file.fd.get());
    if (proof_ == QueryProof::kWhole) {
      INGOT_ASSIGN(const FileDigest digest, DigestOpenFile(file.fd.get(), file.path));
      if (digest.sha256 != expected.sha256) {
        return Error(ErrorKind::kCorrupt, fmt::format("'{}' has sha256 {}, its manifest says {}", file.path,
                                                      digest.sha256, expected.sha256));
      }
    }
    if (proof_ != QueryProof::kQuick) {
      const Result<ParquetFileReader> reader = ParquetFileReader::Open(held);
      if (!reader) {
        return Error(ErrorKind::kCorrupt, fmt::format("'{}': {}", file.path, reader.error().message()));
      }
      if (reader->rows() != expected.rows) {
        return Error(ErrorKind::kCorrupt, fmt::format("the footer of '{}' has {} rows, the manifest {}", file.path,
                                                      reader->rows(), expected.rows));
      }
      if (!reader->schema() || *reader->schema() != schema) {
        return Error(ErrorKind::kCorrupt,
                     fmt::format("the footer of '{}' has another schema than the manifest", file.path));
      }
    }
    return {};
  }

  const DatasetSpec& dataset_;
  const PartitionKey& key_;
  QueryProof proof_;
};

// The first two partitions that share a moment: their rows would count twice.
Result<void> CheckDisjoint(const DatasetSpec& dataset, const std::vector<const PartitionKey*>& keys) {
  std::vector<const PartitionKey*> sorted = keys;
  std::sort(sorted.begin(), sorted.end(),
            [](const PartitionKey* a, const PartitionKey* b) { return a->window->start < b->window->start; });
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i]->window->start < sorted[i - 1]->window->end) {
      return Error(ErrorKind::kUsage,
                   fmt::format("partitions {} and {} of dataset {} overlap: rows would count twice",
                               sorted[i - 1]->ToString(), sorted[i]->ToString(), dataset.name),
                   fmt::format("choose with a condition on {}", dataset.key.fields()[0].name));
    }
  }
  return {};
}

// Adds a partition to the relation; its rows' columns to the relation's.
Result<void> Add(const PartitionKey& key, OpenedPartition partition, uint64_t can_hold, QueryInputs& inputs) {
  EngineRelation& relation = inputs.relation;
  const auto known = std::find(relation.file_schemas.begin(), relation.file_schemas.end(), partition.schema);
  const auto index = static_cast<size_t>(known - relation.file_schemas.begin());
  if (known == relation.file_schemas.end()) {
    Result<Schema> united = UniteSchemas(relation.schema, partition.schema);
    if (!united) {
      return std::move(united).error().In(fmt::format("partition {}", key.ToString()));
    }
    relation.schema = *std::move(united);
    relation.file_schemas.push_back(std::move(partition.schema));
  }
  for (OpenedFile& file : partition.files) {
    const bool held = inputs.files.size() < can_hold;
    relation.files.push_back({file.path, held ? file.fd.get() : -1, std::move(file.values), index});
    inputs.bytes += file.bytes;
    if (held) {
      inputs.files.push_back(std::move(file.fd));
    }
  }
  ++inputs.partitions;
  return {};
}

Result<void> OpenChosen(const DatasetSpec& dataset, const std::vector<const PartitionKey*>& chosen, QueryProof proof,
                        const BuildContext& context, QueryInputs& inputs) {
  const uint64_t can_hold = AllowOpenFiles(chosen.size());
  std::vector<std::optional<Result<OpenedPartition>>> opened(chosen.size());
  const auto open_one = [&](size_t i) {
    if (!context.cancellation->requested()) {
      opened[i] = PartitionOpener(dataset, *chosen[i], proof).Open();
    }
  };
  if (chosen.size() == 1) {
    open_one(0);
  } else {
    OnPool(context.pool)(chosen.size(), open_one);
  }
  INGOT_TRY(context.cancellation->Check());
  for (size_t i = 0; i < chosen.size(); ++i) {
    if (!*opened[i]) {
      return std::move(*opened[i]).error();
    }
    INGOT_TRY(Add(*chosen[i], **std::move(opened[i]), can_hold, inputs));
  }
  return {};
}

// Columns of a dataset of which no partition is read: those of the lock, else those of its newest partition.
Result<Schema> KnownSchema(const DatasetSpec& dataset, const LockedSchema* locked,
                           const std::vector<PartitionKey>& keys) {
  if (locked != nullptr) {
    return WithoutIds(locked->schema);
  }
  if (keys.empty()) {
    return Error(ErrorKind::kNotFound, fmt::format("dataset {} has no partition yet", dataset.name),
                 fmt::format("ingot run {}", dataset.name));
  }
  INGOT_ASSIGN(const Manifest manifest, RequireManifest(dataset, keys.back()));
  return WithoutIds(manifest.schema);
}

}  // namespace

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

std::vector<KeyFieldSpec> KeyColumns(const KeySpec& key, const Schema& schema) {
  std::vector<KeyFieldSpec> columns(key.fields().begin(), key.fields().end());
  for (KeyFieldSpec& column : columns) {
    const bool taken = std::any_of(schema.fields.begin(), schema.fields.end(),
                                   [&column](const Field& field) { return field.name == column.name; });
    column.name = taken ? "partition_" + column.name : column.name;
  }
  return columns;
}

namespace {

// A dataset of one partition whose files are told apart by their names: they are chosen as partitions are elsewhere.
Result<QueryInputs> OpenNamedFiles(Engine& engine, const EngineStatement& statement, const DatasetSpec& dataset,
                                   const PartitionKey& key, const KeySpec& fields, QueryInputs inputs, QueryProof proof,
                                   const BuildContext& context) {
  inputs.relation.key_fields = KeyColumns(fields, inputs.relation.schema);
  uint64_t can_hold = 0;
  const FileChooser choose = [&](const std::vector<FieldValues>& names) -> Result<std::vector<size_t>> {
    INGOT_ASSIGN(KeyChoice choice, engine.ChooseKeys(statement, {dataset.name, inputs.relation.key_fields, names}));
    can_hold = AllowOpenFiles(choice.rows.size());
    return std::move(choice.rows);
  };
  INGOT_ASSIGN(OpenedPartition partition, PartitionOpener(dataset, key, proof).OpenNamed(fields, choose, context.pool));
  INGOT_TRY(Add(key, std::move(partition), can_hold, inputs));
  return inputs;
}

}  // namespace

Result<QueryInputs> OpenQueryInputs(Engine& engine, const EngineStatement& statement, const DatasetSpec& dataset,
                                    const LockedSchema* locked, QueryProof proof, const BuildContext& context) {
  INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(dataset));
  INGOT_ASSIGN(const Schema known, KnownSchema(dataset, locked, keys));
  QueryInputs inputs;
  inputs.found = keys.size();
  inputs.relation.name = dataset.name;
  inputs.relation.schema = known;
  if (const KeySpec fields = FieldsOfNames(dataset); !fields.fields().empty() && !keys.empty()) {
    return OpenNamedFiles(engine, statement, dataset, keys[0], fields, std::move(inputs), proof, context);
  }
  RelationKeys relation_keys{dataset.name, KeyColumns(dataset.key, known), {}};
  for (const PartitionKey& key : keys) {
    relation_keys.rows.push_back(key.values);
  }
  KeyChoice choice;
  if (!dataset.key.fields().empty()) {
    INGOT_ASSIGN(choice, engine.ChooseKeys(statement, relation_keys));
  } else if (!keys.empty()) {
    choice.rows.push_back(0);
  }
  std::vector<const PartitionKey*> chosen;
  for (const size_t row : choice.rows) {
    chosen.push_back(&keys[row]);
  }
  if (dataset.key.has_window() && !choice.filtered) {
    INGOT_TRY(CheckDisjoint(dataset, chosen));
  }
  if (!chosen.empty()) {
    INGOT_TRY(OpenChosen(dataset, chosen, proof, context, inputs));
  }
  // A column of the rows that the lock does not know may take a key's name. It was not what the conditions meant then.
  inputs.relation.key_fields = KeyColumns(dataset.key, inputs.relation.schema);
  if (inputs.relation.key_fields != relation_keys.fields && chosen.size() != keys.size()) {
    return Error(
        ErrorKind::kSchemaDrift,
        fmt::format("dataset {} has a column with the name of a key field that ingot.lock does not know", dataset.name),
        fmt::format("ingot run {} records it", dataset.name));
  }
  return inputs;
}

}  // namespace ingot
