#include "dataset/stored_partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/file.h"
#include "commit/local_root.h"
#include "commit/relative_path.h"
#include "model/manifest_place.h"

namespace ingot {
namespace {

// Walks no deeper than the template reaches, and only into folders.
Result<void> CollectPaths(const FolderTree& tree, const std::string& folder, size_t levels,
                          std::vector<std::string>& paths) {
  INGOT_ASSIGN(const std::vector<FolderEntry> entries, tree.List(folder));
  for (const FolderEntry& entry : entries) {
    const std::string path = JoinPath(folder, entry.name);
    if (entry.type == EntryType::kFolder && levels > 1 && path != kStateFolder) {
      INGOT_TRY(CollectPaths(tree, path, levels - 1, paths));
    } else if (entry.type == EntryType::kFile && levels == 1) {
      paths.push_back(path);
    }
  }
  return {};
}

size_t LevelsOf(std::string_view path) { return static_cast<size_t>(std::count(path.begin(), path.end(), '/')) + 1; }

// The key that the manifest at `path` (below the store's root) names, where its place alone does not tell.
std::optional<PartitionKey> KeyInManifest(const DatasetSpec& dataset, const std::string& path) {
  const auto text = ReadWholeFile(JoinPath(dataset.store_root, path), kMaxManifestBytes);
  auto manifest = text ? ParseManifest(*text) : Result<Manifest>(text.error());
  if (!manifest || manifest->dataset != dataset.name) {
    return std::nullopt;
  }
  return std::move(manifest->key);
}

// The key that a manifest's path means; nothing when the values are none, as an interval that ends before it starts.
std::optional<PartitionKey> KeyOf(const DatasetSpec& dataset, const FieldValues& values, const std::string& path) {
  FieldValues ordered;
  for (const KeyFieldSpec& field : dataset.key.fields()) {
    const FieldValue* value = FindValue(values, field.name);
    if (value == nullptr) {
      if (auto named = KeyInManifest(dataset, path)) {
        return named;
      }
      // A manifest that cannot be read must still be seen, under the key that it most likely has.
      value = field.fallback ? &*field.fallback : nullptr;
    }
    if (value != nullptr) {
      ordered.push_back({field.name, *value});
    }
  }
  Result<PartitionKey> key = dataset.key.MakeKey(std::move(ordered));
  return key ? std::optional(*std::move(key)) : std::nullopt;
}

}  // namespace

Result<Manifest> RequireManifest(const DatasetSpec& dataset, const PartitionKey& key) {
  INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset, {}, key));
  Result<std::optional<Manifest>> manifest = ReadManifest(place);
  if (!manifest) {
    Error error = std::move(manifest).error();
    if (error.kind() == ErrorKind::kCorrupt) {
      error.WithAdvice(fmt::format("ingot run {}@{} --force", dataset.name, key.ToString()));
    }
    return error;
  }
  if (!*manifest) {
    return Error(ErrorKind::kNotFound,
                 fmt::format("partition {} of dataset {} is not built: there is no '{}'", key.ToString(), dataset.name,
                             place.manifest_path()),
                 fmt::format("ingot run {}@{}", dataset.name, key.ToString()));
  }
  return **std::move(manifest);
}

std::string ManifestFolder(const PartitionPlace& place) { return std::string(ParentPath(place.manifest_path())); }

uint64_t BytesOf(const Manifest& manifest) {
  uint64_t bytes = 0;
  for (const ManifestFile& file : manifest.files) {
    bytes += file.bytes;
  }
  return bytes;
}

Result<void> CheckFilesPresent(const Manifest& manifest, const std::string& folder) {
  for (const ManifestFile& file : manifest.files) {
    const std::string path = JoinPath(folder, file.path);
    std::error_code failure;
    const uint64_t bytes = std::filesystem::file_size(path, failure);
    if (failure) {
      return Error(ErrorKind::kCorrupt, fmt::format("'{}' is missing", path));
    }
    if (bytes != file.bytes) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("'{}' has {} bytes; its manifest says {}", path, bytes, file.bytes));
    }
  }
  return {};
}

namespace {

struct FoundManifest {
  std::string path;  // below the store's root
  PartitionKey key;
};

Result<std::vector<FoundManifest>> FindManifests(const DatasetSpec& dataset, const PathTemplate& manifest_path,
                                                 const FolderTree& tree) {
  // The folders that all manifests share need not be listed from the root.
  std::string shared = manifest_path.CommonFolder({});
  while (shared.ends_with('/')) {
    shared.pop_back();
  }
  const size_t levels = LevelsOf(manifest_path.text()) - (shared.empty() ? 0 : LevelsOf(shared));
  INGOT_ASSIGN(const std::optional<EntryStatus> status, tree.Status(shared));
  std::vector<std::string> paths;
  if (status && status->type == EntryType::kFolder) {
    INGOT_TRY(CollectPaths(tree, shared, levels, paths));
  }
  std::vector<FoundManifest> found;
  for (std::string& path : paths) {
    const std::optional<FieldValues> values = manifest_path.Parse(path);
    if (std::optional<PartitionKey> key = values ? KeyOf(dataset, *values, path) : std::nullopt) {
      found.push_back({std::move(path), *std::move(key)});
    }
  }
  return found;
}

}  // namespace

Result<std::vector<PartitionKey>> FindPartitions(const DatasetSpec& dataset) {
  Result<LocalRoot> root =
      LocalRoot::Open(dataset.store_root, {.missing = MissingRoot::kRefuse, .features = {}, .observer = {}});
  if (!root) {
    if (root.error().kind() == ErrorKind::kNotFound) {
      return std::vector<PartitionKey>{};
    }
    return root.error();
  }
  INGOT_ASSIGN(const std::vector<FoundManifest> found, FindManifests(dataset, dataset.manifest_path, root->tree()));
  if (const PathTemplate former = FormerManifestPath(dataset); found.empty() && !former.empty()) {
    INGOT_ASSIGN(const auto older, FindManifests(dataset, former, root->tree()));
    if (!older.empty()) {
      return FormerPlaceError(dataset, former, dataset.store_root + "/" + older[0].path);
    }
  }
  std::vector<PartitionKey> keys;
  keys.reserve(found.size());
  for (const FoundManifest& manifest : found) {
    keys.push_back(manifest.key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace ingot
