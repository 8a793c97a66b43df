#include "dataset/partition_place.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "commit/relative_path.h"
#include "dataset/inputs.h"
#include "model/manifest_files.h"
#include "model/manifest_place.h"

namespace ingot {

std::string PartitionPlace::NameOf(const std::string& manifest_file) const {
  return folder_use == FolderUse::kOwn ? manifest_file : JoinPath(ParentPath(manifest), manifest_file);
}

namespace {

// Many files in folders below one: that folder stands for all of them.
Result<PartitionPlace> PlaceOfMany(const DatasetSpec& dataset, PartitionPlace place) {
  place.primary = dataset.path.CommonFolder({});
  place.primary.pop_back();
  INGOT_ASSIGN(place.manifest, dataset.manifest_path.Format({}));
  place.slot = place.primary;
  place.folder_use = FolderUse::kShared;
  place.primary_name = place.primary;
  place.manifest_name = place.manifest;
  return place;
}

bool IsThere(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace

Error FormerPlaceError(const DatasetSpec& dataset, const PathTemplate& former, const std::string& former_path) {
  return Error(
      ErrorKind::kConfig,
      fmt::format("'{}' is where an older version of Ingot put the manifest; now it is outside of folders named "
                  "NAME=VALUE, which other programs read as a whole",
                  former_path),
      fmt::format("keep the place with manifest_path = \"{}\" in [dataset.{}], or move the old partitions away "
                  "and run again",
                  former.text(), dataset.name));
}

Result<PartitionPlace> FindPlace(const DatasetSpec& dataset, const std::string& project_folder,
                                 const PartitionKey& key) {
  PartitionPlace place;
  place.root = ResolveBelow(project_folder, dataset.store_root);
  if (dataset.source.kind == SourceKind::kSynthetic) {
    return PlaceOfMany(dataset, std::move(place));
  }
  INGOT_ASSIGN(place.primary, dataset.path.Format(key.values));
  INGOT_ASSIGN(place.manifest, dataset.manifest_path.Format(key.values));
  const std::string_view folder = ParentPath(place.manifest);
  if (!folder.empty() && !IsBelow(place.primary, folder)) {
    return Error(ErrorKind::kConfig,
                 "the manifest '" + place.manifest + "' must lie in a folder above '" + place.primary + "'");
  }
  if (const PathTemplate former = FormerManifestPath(dataset); !former.empty() && !IsThere(place.manifest_path())) {
    INGOT_ASSIGN(const std::string path, former.Format(key.values));
    if (IsThere(place.root + "/" + path)) {
      return FormerPlaceError(dataset, former, place.root + "/" + path);
    }
  }
  place.folder_use = dataset.owns_folder ? FolderUse::kOwn : FolderUse::kShared;
  if (dataset.owns_folder) {
    place.slot = std::string(ParentPath(place.primary));
    place.primary_name = std::string(BaseName(place.primary));
    place.manifest_name = std::string(BaseName(place.manifest));
    place.rejects_name = "rejects.jsonl.gz";
  } else {
    place.slot = place.primary;
    place.primary_name = place.primary;
    place.manifest_name = place.manifest;
    place.rejects_name = place.manifest + ".rejects.jsonl.gz";
  }
  return place;
}

namespace {

Result<std::optional<Manifest>> ReadBy(Result<Manifest> (*parse)(std::string_view), const PartitionPlace& place) {
  auto text = ReadWholeFile(place.manifest_path(), kMaxManifestBytes);
  if (!text && text.error().kind() == ErrorKind::kNotFound) {
    return std::optional<Manifest>();
  }
  if (!text) {
    return std::move(text).error();
  }
  auto manifest = parse(*text);
  if (!manifest) {
    return std::move(manifest).error().In("'" + place.manifest_path() + "'");
  }
  return std::optional<Manifest>(*std::move(manifest));
}

}  // namespace

Result<std::optional<Manifest>> ReadManifest(const PartitionPlace& place) { return ReadBy(ParseManifest, place); }

Result<std::optional<Manifest>> ReadManifestFiles(const PartitionPlace& place) {
  return ReadBy(ParseManifestFiles, place);
}

}  // namespace ingot
