#include "pipeline/query_inputs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "commit/relative_path.h"
#include "dataset/prove.h"
#include "dataset/relation.h"
#include "dataset/stored_partition.h"
#include "format/parquet/file_reader.h"
#include "pipeline/asked_days.h"
#include "pipeline/run.h"

namespace ingot {
namespace {

struct OpenedFile {
  std::string path;
  UniqueFd fd;
  uint64_t bytes = 0;
  FieldValues values;  // of the relation's key fields
};

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

// Adds a partition to the relation; its rows' columns to the relation's.
Result<void> Add(const PartitionKey& key, OpenedPartition partition, uint64_t can_hold, QueryInputs& inputs) {
  Result<size_t> schema = AddFileSchema(partition.schema, inputs.relation);
  if (!schema) {
    return std::move(schema).error().In(fmt::format("partition {}", key.ToString()));
  }
  for (OpenedFile& file : partition.files) {
    const bool held = inputs.files.size() < can_hold;
    inputs.relation.files.push_back({file.path, held ? file.fd.get() : -1, std::move(file.values), *schema});
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

// Columns of a dataset whatever is read of it: those of the lock, else those of its newest partition.
Result<Schema> KnownSchema(const DatasetSpec& dataset, const LockedSchema* locked,
                           const std::vector<PartitionKey>& keys) {
  if (locked != nullptr) {
    return WithoutIds(locked->schema);
  }
  INGOT_ASSIGN(const Manifest manifest, RequireManifest(dataset, keys.back()));
  return WithoutIds(manifest.schema);
}

// Without a statement everything is chosen.
Result<KeyChoice> Choose(Engine& engine, const EngineStatement* statement, const RelationKeys& keys) {
  if (statement != nullptr) {
    return engine.ChooseKeys(*statement, keys);
  }
  KeyChoice all;
  for (size_t i = 0; i < keys.rows.size(); ++i) {
    all.rows.push_back(i);
  }
  return all;
}

// Which partitions a statement reads; days that it asks for and that are not there are warned of. Errors: kNotFound
// when it asks for none that is there: no rows would look like an answer.
Result<KeyChoice> ChooseAndWarn(Engine& engine, const EngineStatement* statement, const DatasetSpec& dataset,
                                const std::vector<PartitionKey>& keys, const RelationKeys& all,
                                const BuildContext& context) {
  const bool daily = statement != nullptr && dataset.key.is_daily();
  const AskedDays days = daily ? AskedDays(keys, context.clock->Now()) : AskedDays();
  RelationKeys tried = all;
  for (FieldValues& offer : days.Offers()) {
    tried.rows.push_back(std::move(offer));
  }
  INGOT_ASSIGN(KeyChoice choice, Choose(engine, statement, tried));
  const auto offers = std::lower_bound(choice.rows.begin(), choice.rows.end(), keys.size());
  std::vector<size_t> offered;
  std::transform(offers, choice.rows.end(), std::back_inserter(offered), [&](size_t row) { return row - keys.size(); });
  choice.rows.erase(offers, choice.rows.end());
  if (choice.filtered && choice.rows.empty()) {
    return Error(ErrorKind::kNotFound, fmt::format("dataset {} has no partition that the query asks for", dataset.name),
                 fmt::format("its partitions are {} to {}: ingot ls {}", keys.front().ToString(),
                             keys.back().ToString(), dataset.name));
  }
  const std::optional<std::string> missing =
      choice.filtered ? DescribeMissingDays(days.Missing(offered)) : std::nullopt;
  if (missing) {
    context.progress->Warn(dataset.name, fmt::format("the query asks for days that have no partition: {}", *missing));
  }
  return choice;
}

// A dataset of one partition whose files are told apart by their names: they are chosen as partitions are elsewhere.
Result<QueryInputs> OpenNamedFiles(Engine& engine, const EngineStatement* statement, const DatasetSpec& dataset,
                                   const PartitionKey& key, const KeySpec& fields, QueryInputs inputs, QueryProof proof,
                                   const BuildContext& context) {
  inputs.relation.key_fields = KeyColumns(fields, inputs.relation.schema);
  uint64_t can_hold = 0;
  const FileChooser choose = [&](const std::vector<FieldValues>& names) -> Result<std::vector<size_t>> {
    INGOT_ASSIGN(KeyChoice choice, Choose(engine, statement, {dataset.name, inputs.relation.key_fields, names}));
    can_hold = AllowOpenFiles(choice.rows.size());
    return std::move(choice.rows);
  };
  INGOT_ASSIGN(OpenedPartition partition, PartitionOpener(dataset, key, proof).OpenNamed(fields, choose, context.pool));
  INGOT_TRY(Add(key, std::move(partition), can_hold, inputs));
  return inputs;
}

}  // namespace

Result<QueryInputs> OpenQueryInputs(Engine& engine, const EngineStatement* statement, const DatasetSpec& dataset,
                                    const LockedSchema* locked, QueryProof proof, const BuildContext& context) {
  INGOT_ASSIGN(const std::vector<PartitionKey> keys, FindPartitions(dataset));
  if (keys.empty()) {
    // Columns that the lock knows are no rows.
    return Error(ErrorKind::kNotFound, fmt::format("dataset {} has no partition yet", dataset.name),
                 fmt::format("ingot run {}", dataset.name));
  }
  INGOT_ASSIGN(const Schema known, KnownSchema(dataset, locked, keys));
  QueryInputs inputs;
  inputs.found = keys.size();
  inputs.relation.name = dataset.name;
  inputs.relation.schema = known;
  if (const KeySpec fields = FieldsOfNames(dataset); !fields.fields().empty()) {
    return OpenNamedFiles(engine, statement, dataset, keys[0], fields, std::move(inputs), proof, context);
  }
  RelationKeys relation_keys{dataset.name, KeyColumns(dataset.key, known), {}};
  for (const PartitionKey& key : keys) {
    relation_keys.rows.push_back(key.values);
  }
  KeyChoice choice;
  if (dataset.key.fields().empty()) {
    choice.rows.push_back(0);
  } else {
    INGOT_ASSIGN(choice, ChooseAndWarn(engine, statement, dataset, keys, relation_keys, context));
  }
  std::vector<const PartitionKey*> chosen;
  for (const size_t row : choice.rows) {
    chosen.push_back(&keys[row]);
  }
  if (!choice.filtered) {
    std::vector<PartitionKey> read;
    for (const PartitionKey* key : chosen) {
      read.push_back(*key);
    }
    INGOT_TRY(CheckDisjoint(dataset, read));
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
