#include "pipeline/cleanup.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "commit/local_root.h"
#include "commit/relative_path.h"

namespace ingot {
namespace {

// Only a root that Ingot has worked in: a project's folder usually holds other things.
bool HasState(const std::string& root) {
  std::error_code ignored;
  return std::filesystem::is_directory(JoinPath(root, kStateFolder), ignored);
}

// One name for a folder, however it is written.
std::string Canonical(const std::string& root) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::canonical(root, failure);
  return failure ? root : path.string();
}

}  // namespace

Result<std::vector<StoreCleanup>> CleanStores(const Workspace& workspace, UtcInstant now, GarbageMode mode) {
  std::vector<std::string> roots;
  for (const DatasetSpec& dataset : workspace.project().datasets) {
    roots.push_back(dataset.store_root);
  }
  roots.push_back(workspace.folder().empty() ? "." : workspace.folder());
  std::vector<StoreCleanup> cleanups;
  std::vector<std::string> seen;
  for (const std::string& root : roots) {
    const std::string canonical = Canonical(root);
    if (!HasState(root) || std::find(seen.begin(), seen.end(), canonical) != seen.end()) {
      continue;
    }
    seen.push_back(canonical);
    Result<LocalRoot> store = LocalRoot::Open(root, {.missing = MissingRoot::kRefuse, .features = {}, .observer = {}});
    if (!store) {
      return std::move(store).error().In(fmt::format("store '{}'", root));
    }
    GarbageOptions options;
    options.now = now;
    options.mode = mode;
    Result<GarbageReport> report = CollectGarbage(*store, options);
    if (!report) {
      return std::move(report).error().In(fmt::format("store '{}'", root));
    }
    cleanups.push_back({root, *std::move(report)});
  }
  return cleanups;
}

}  // namespace ingot
