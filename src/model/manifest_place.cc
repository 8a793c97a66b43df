#include "model/manifest_place.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace ingot {
namespace {

// Position of the last '/' outside braces: where the folder of every path ends.
size_t LastFolderEnd(std::string_view text) {
  size_t found = std::string_view::npos;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i] == text[i + 1];
    if ((text[i] == '{' || text[i] == '}') && !inside && doubled) {
      ++i;
    } else if (text[i] == '{') {
      inside = true;
    } else if (text[i] == '}') {
      inside = false;
    } else if (text[i] == '/' && !inside) {
      found = i;
    }
  }
  return found;
}

// Position of the first folder that is named NAME={field}; npos without one.
size_t FirstHiveFolder(std::string_view text) {
  const size_t folders_end = LastFolderEnd(text);
  size_t begin = 0;
  bool inside = false;
  for (size_t i = 0; folders_end != std::string_view::npos && i < folders_end; ++i) {
    if ((text[i] == '{' || text[i] == '}') && !inside && text[i] == text[i + 1]) {
      ++i;
    } else if (text[i] == '{') {
      if (i > begin + 1 && text[i - 1] == '=') {
        return begin;
      }
      inside = true;
    } else if (text[i] == '}') {
      inside = false;
    } else if (text[i] == '/' && !inside) {
      begin = i + 1;
    }
  }
  return std::string_view::npos;
}

// Whether every value of the key shows in the folder: then no other partition lies in it. A folder that shows only a
// part of the key, as {date:%Y}, is shared by partitions; one that shows no key at all may be by other datasets.
bool ShowsKey(const std::string& folder_text, const KeySpec& key) {
  const auto folder = PathTemplate::Compile(folder_text);
  return folder.ok() && !key.fields().empty() &&
         std::all_of(key.fields().begin(), key.fields().end(),
                     [&](const KeyFieldSpec& field) { return folder->FindField(field.name) != nullptr; });
}

// "manifest.json" in a folder that the partition owns, else FILE.manifest.json.
Result<ManifestPlace> PlaceBeside(const KeySpec& key, const std::string& text) {
  const size_t end = LastFolderEnd(text);
  const bool owns = end != std::string::npos && ShowsKey(text.substr(0, end), key);
  INGOT_ASSIGN(PathTemplate path,
               PathTemplate::Compile(owns ? text.substr(0, end) + "/manifest.json" : text + ".manifest.json"));
  return ManifestPlace{std::move(path), owns};
}

}  // namespace

// In a Hive layout, whose folders are named NAME={field}, it is outside of them: "lake.date=2026-01-10.manifest.json"
// for "lake/date=2026-01-10/data.parquet". Programs that read a whole folder as one table take every file in it for
// data.
Result<ManifestPlace> DefaultManifestPlace(const KeySpec& key, const PathTemplate& path) {
  const std::string& text = path.text();
  INGOT_ASSIGN(ManifestPlace beside, PlaceBeside(key, text));
  const size_t hive = FirstHiveFolder(text);
  if (hive == std::string::npos) {
    return beside;
  }
  const size_t end = beside.owns_folder ? LastFolderEnd(text) : text.size();
  std::string name = text.substr(hive, end - hive);
  std::replace(name.begin(), name.end(), '/', ',');
  const std::string above = hive == 0 ? "" : text.substr(0, hive - 1);
  INGOT_ASSIGN(PathTemplate outside, PathTemplate::Compile(above + "." + name + ".manifest.json"));
  return ManifestPlace{std::move(outside), false};
}

std::vector<std::string> HiveManifestsOf(const std::string& path) {
  for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = path.find('/', begin);
    if (path.substr(begin, end - begin).find('=', 1) == std::string::npos) {
      continue;
    }
    std::string rest = path.substr(begin);
    std::replace(rest.begin(), rest.end(), '/', ',');
    const std::string above = path.substr(0, begin == 0 ? 0 : begin - 1);
    std::vector<std::string> places;
    for (const std::string& shown : {rest, rest.substr(0, rest.rfind(','))}) {
      places.push_back(above + "." + shown + ".manifest.json");
      places.push_back(path.substr(0, begin) + "." + shown + ".manifest.json");
    }
    return places;
  }
  return {};
}

PathTemplate FormerManifestPath(const DatasetSpec& dataset) {
  if (FirstHiveFolder(dataset.path.text()) == std::string_view::npos) {
    return {};
  }
  const auto now = DefaultManifestPlace(dataset.key, dataset.path);
  const auto before = PlaceBeside(dataset.key, dataset.path.text());
  const bool is_default = now && before && dataset.manifest_path == now->path && !(before->path == now->path);
  return is_default ? before->path : PathTemplate();
}

bool HasFixedNameBeside(const PathTemplate& manifest_path, const PathTemplate& path) {
  const std::string_view manifest = manifest_path.text();
  const size_t end = LastFolderEnd(path.text());
  return end != std::string_view::npos && LastFolderEnd(manifest) == end &&
         manifest.substr(0, end) == path.text().substr(0, end) &&
         manifest.substr(end).find('{') == std::string_view::npos;
}

}  // namespace ingot
