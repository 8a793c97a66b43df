#include "dataset/inputs.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "dataset/partition_inputs.h"
#include "dataset/partition_place.h"
#include "format/input/open_input.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// Size of a regular file; nothing when there is none. Errors: what keeps us from looking.
Result<std::optional<uint64_t>> SizeOf(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::optional<uint64_t>();
    }
    return ErrnoError(errno, "look at", path);
  }
  return S_ISREG(status.st_mode) ? std::optional<uint64_t>(static_cast<uint64_t>(status.st_size)) : std::nullopt;
}

// Paths of all regular files below root/folder, relative to root, sorted. A missing folder has none.
Result<std::vector<std::string>> ListFiles(const std::string& root, const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  fs::recursive_directory_iterator entry(fs::path(root) / folder, fs::directory_options::follow_directory_symlink,
                                         error);
  if (error == std::errc::no_such_file_or_directory) {
    return paths;
  }
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error)) {
      paths.push_back(entry->path().lexically_relative(root).string());
    }
  }
  if (error) {
    return ErrnoError(error.value(), "list", root + "/" + folder);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// What the key fixes, of the fields that the template has.
bool AgreesWithKey(const FieldValues& values, const PartitionKey& key) {
  return std::all_of(values.begin(), values.end(), [&](const NamedValue& value) {
    const FieldValue* fixed = FindValue(key.values, value.name);
    return fixed == nullptr || *fixed == value.value;
  });
}

FieldValues WithoutKey(FieldValues values, const PartitionKey& key) {
  std::erase_if(values, [&](const NamedValue& value) { return FindValue(key.values, value.name) != nullptr; });
  return values;
}

PlannedInput FileInput(const std::string& root, const std::string& path, FieldValues values) {
  PlannedInput input;
  input.path = path;
  input.full_path = ResolveBelow(root, path);
  input.values = std::move(values);
  return input;
}

Result<void> RequireRoot(const std::string& root, const DatasetSpec& dataset) {
  struct stat status{};
  if (::stat(root.c_str(), &status) != 0) {
    Error error = ErrnoError(errno, "find the source folder", root);
    return std::move(error).WithAdvice(fmt::format(
        "check the path of [dataset.{}.source] and the variables it uses (--set NAME=VALUE)", dataset.name));
  }
  return {};
}

}  // namespace

std::vector<std::string> PlannedInputs::Names(bool present) const {
  std::vector<std::string> names;
  for (const PlannedInput& input : files) {
    if (input.present == present) {
      names.push_back(input.values.size() == 1
                          ? FormatFieldValue(ConventionalKind(input.values[0].name), input.values[0].value)
                          : input.path);
    }
  }
  return names;
}

std::vector<std::string> PlannedInputs::MissingPartitions() const {
  std::vector<std::string> names;
  for (const PlannedInput& input : files) {
    if (!input.present) {
      names.push_back(input.name);
    }
  }
  return names;
}

std::vector<std::string> PlannedInputs::PresentPaths() const {
  std::vector<std::string> paths;
  for (const PlannedInput& input : files) {
    if (input.present) {
      paths.push_back(input.path);
    }
  }
  return paths;
}

Result<std::unique_ptr<ByteSource>> PlannedInputs::Open(const std::string& path) const {
  for (const PlannedInput& input : files) {
    if (input.path == path) {
      return input.full_path == kStandardInput ? OpenStandardInput() : OpenInput(input.full_path);
    }
  }
  return Error(ErrorKind::kInternal, fmt::format("'{}' is no input", path));
}

PlannedInputs StreamInput(const std::string& path) {
  PlannedInputs inputs;
  PlannedInput& stream = inputs.files.emplace_back();
  stream.path = std::string(kStandardInput);
  stream.full_path = path;
  stream.present = true;
  inputs.found = 1;
  return inputs;
}

std::string ResolveBelow(const std::string& folder, const std::string& path) {
  return (fs::path(folder) / path).lexically_normal().string();
}

Result<PlannedInputs> FindInputs(const DatasetSpec& dataset, const std::string& project_folder, const PartitionKey& key,
                                 TaskPool* pool) {
  const SourceSpec& source = dataset.source;
  if (source.kind == SourceKind::kDerive) {
    return FindPartitionInputs({&source.input, 1}, project_folder, key, SchemaNeed::kNotNeeded, pool);
  }
  if (source.kind == SourceKind::kSql) {
    return FindPartitionInputs(source.sql.datasets, project_folder, key, SchemaNeed::kNeeded, pool);
  }
  const std::string root = ResolveBelow(project_folder, source.inputs.root);
  INGOT_TRY(RequireRoot(root, dataset));
  PlannedInputs inputs;
  // What a listing is made of is always known by name.
  inputs.has_expectation = !source.expect.empty() || source.kind == SourceKind::kListing;
  if (inputs.has_expectation) {
    INGOT_ASSIGN(const auto expected, source.inputs.path.Expand(key.values, source.expect));
    for (const PathTemplate::ExpandedPath& path : expected) {
      inputs.files.push_back(FileInput(root, path.path, path.values));
    }
  } else {
    INGOT_ASSIGN(const auto paths, ListFiles(root, source.inputs.path.CommonFolder(key.values)));
    for (const std::string& path : paths) {
      auto values = source.inputs.path.Parse(path);
      if (values && AgreesWithKey(*values, key)) {
        inputs.files.push_back(FileInput(root, path, WithoutKey(*std::move(values), key)));
      }
    }
  }
  for (PlannedInput& input : inputs.files) {
    INGOT_ASSIGN(const auto size, SizeOf(input.full_path));
    input.present = size.has_value();
    input.bytes = size.value_or(0);
    inputs.found += input.present ? 1 : 0;
    inputs.bytes += input.bytes;
  }
  return inputs;
}

Result<std::vector<PartitionKey>> FindInputKeys(const DatasetSpec& dataset, const std::string& project_folder) {
  if (dataset.source.kind != SourceKind::kJsonl) {
    return std::vector<PartitionKey>();
  }
  const std::string root = ResolveBelow(project_folder, dataset.source.inputs.root);
  INGOT_TRY(RequireRoot(root, dataset));
  INGOT_ASSIGN(const auto paths, ListFiles(root, dataset.source.inputs.path.CommonFolder({})));
  std::vector<PartitionKey> keys;
  for (const std::string& path : paths) {
    const auto values = dataset.source.inputs.path.Parse(path);
    FieldValues ordered;
    for (const KeyFieldSpec& field : dataset.key.fields()) {
      if (const FieldValue* value = values ? FindValue(*values, field.name) : nullptr) {
        ordered.push_back({field.name, *value});
      }
    }
    // A path may look like an input and mean no key, as an interval that ends before it starts.
    if (auto key = dataset.key.MakeKey(std::move(ordered))) {
      keys.push_back(*std::move(key));
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace ingot
