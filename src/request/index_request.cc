#include "request/index_request.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <utility>
#include <vector>

#include "dataset/partition_place.h"
#include "format/input/open_input.h"
#include "pipeline/workspace.h"
#include "request/settings.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// Whatever leads to it.
fs::path RealPlace(const std::string& path) {
  std::error_code failure;
  const fs::path absolute = fs::absolute(path, failure);
  const fs::path real = failure ? fs::path() : fs::weakly_canonical(absolute, failure);
  return failure ? fs::path(path).lexically_normal() : real;
}

std::vector<const DatasetSpec*> ListingsOf(const Workspace* workspace) {
  std::vector<const DatasetSpec*> listings;
  if (workspace != nullptr) {
    for (const DatasetSpec& dataset : workspace->project().datasets) {
      if (dataset.source.kind == SourceKind::kListing && dataset.key.fields().empty()) {
        listings.push_back(&dataset);
      }
    }
  }
  return listings;
}

// A dataset's name from that of its file: "manifest" of "out/Manifest.parquet".
std::string NameOf(const fs::path& output) {
  std::string name = output.stem().string();
  for (char& c : name) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    c = fits ? c : '_';
  }
  constexpr size_t kLongest = 64;
  name = name.substr(0, kLongest);
  return IsDatasetName(name) ? name : "manifest";
}

// A dataset of one file, wherever that is.
Result<void> PlaceAt(const std::string& output, DatasetSpec* dataset) {
  const fs::path path(output);
  if (path.filename().empty()) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is a folder", output), "name the Parquet file to write");
  }
  dataset->store_root = path.has_parent_path() ? path.parent_path().string() : ".";
  INGOT_ASSIGN(dataset->path, PathTemplate::Compile(EscapeTemplateText(path.filename().string())));
  INGOT_ASSIGN(ManifestPlace place, DefaultManifestPlace(dataset->key, dataset->path));
  dataset->manifest_path = std::move(place.path);
  dataset->owns_folder = place.owns_folder;
  return {};
}

Result<IndexRequest> ChooseDataset(const RequestScope& scope, const std::string& output) {
  const std::vector<const DatasetSpec*> listings = ListingsOf(scope.workspace);
  IndexRequest request;
  for (const DatasetSpec* listing : listings) {
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(*listing, {}, PartitionKey()));
    if (RealPlace(place.primary_path()) == RealPlace(output)) {
      request.dataset = *listing;
      request.is_of_project = true;
      return request;
    }
  }
  const bool has_template = scope.settings.Text(OptionId::kTemplate).has_value();
  if (listings.size() == 1) {
    request.dataset = *listings[0];
  } else if (!has_template) {
    return Error(ErrorKind::kUsage,
                 listings.empty() ? "which template do the paths have?" : "which of the project's listings is meant?",
                 "give the path template: --template 'v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl'");
  }
  request.dataset.name = NameOf(output);
  request.dataset.source.kind = SourceKind::kListing;
  if (listings.size() != 1) {
    request.dataset.source.max_rejects = std::numeric_limits<uint64_t>::max();
    request.dataset.source.max_line_bytes = kMaxListingLineBytes;
  }
  INGOT_TRY(PlaceAt(output, &request.dataset));
  return request;
}

Result<void> ApplyListing(const Settings& settings, DatasetSpec* dataset) {
  ListingSpec& listing = dataset->source.listing;
  const bool has_parquet = !listing.path.empty();
  if (const auto text = settings.Text(OptionId::kTemplate)) {
    auto path = PathTemplate::Compile(*text);
    const Result<void> checked = path ? CheckListingTemplate(*path) : Result<void>(path.error());
    if (!checked) {
      return Error(ErrorKind::kUsage, checked.error().message(), std::string(checked.error().advice()));
    }
    listing.path = *std::move(path);
  }
  const ParquetSpec usual = ListingParquet(listing.path);
  if (!has_parquet) {
    dataset->parquet = usual;
  } else if (settings.Text(OptionId::kTemplate)) {
    dataset->parquet.bloom = usual.bloom;
  }
  if (const auto text = settings.Text(OptionId::kBase)) {
    auto base = NormalListingBase(*text);
    if (!base) {
      return Error(ErrorKind::kUsage, base.error().message(), std::string(base.error().advice())).In("--base");
    }
    listing.base = *std::move(base);
  }
  if (const auto rule = settings.Text(OptionId::kDuplicates)) {
    for (const DuplicateRule known :
         {DuplicateRule::kKeepFirst, DuplicateRule::kKeepLast, DuplicateRule::kKeepAll, DuplicateRule::kRefuse}) {
      listing.duplicates = FormatDuplicateRule(known) == *rule ? known : listing.duplicates;
    }
  }
  if (settings.Flag(OptionId::kStrict)) {
    dataset->source.max_rejects = 0;
  }
  return {};
}

Result<void> ApplyParquet(const Settings& settings, ParquetSpec* parquet) {
  constexpr uint64_t kMaxZstdLevel = 22;
  if (const auto codec = settings.Text(OptionId::kCodec)) {
    parquet->codec = *codec == "zstd" ? CodecName::kZstd : *codec == "snappy" ? CodecName::kSnappy : CodecName::kNone;
  }
  if (const auto level = settings.Count(OptionId::kLevel)) {
    if (parquet->codec != CodecName::kZstd || *level == 0 || *level > kMaxZstdLevel) {
      return Error(ErrorKind::kUsage,
                   fmt::format("--level {} is not valid with codec {}", *level, FormatCodecName(parquet->codec)),
                   "--codec zstd --level 1 to 22");
    }
    parquet->level = static_cast<int>(*level);
  }
  return {};
}

// A file can be compared with what was built from it; anything else is read once, whatever it is.
Result<void> ReadFrom(const std::string& source, IndexRequest* request) {
  struct stat status{};
  if (source != kStandardInput && ::stat(source.c_str(), &status) != 0) {
    return ErrnoError(errno, "open", source);
  }
  if (source == kStandardInput || !S_ISREG(status.st_mode)) {
    request->stream = source;
    return {};
  }
  INGOT_ASSIGN(request->dataset.source.inputs, SplitRoot(EscapeTemplateText(source)));
  request->dataset.source.expect.clear();
  return {};
}

}  // namespace

Result<IndexRequest> MakeIndexRequest(const RequestScope& scope, const std::string& source, const std::string& output) {
  if (output == kStandardInput) {
    return Error(ErrorKind::kUsage, "a key manifest cannot be written to standard output", "name a file");
  }
  INGOT_ASSIGN(IndexRequest request, ChooseDataset(scope, output));
  INGOT_TRY(ApplyListing(scope.settings, &request.dataset));
  INGOT_TRY(ApplyParquet(scope.settings, &request.dataset.parquet));
  INGOT_TRY(ReadFrom(source, &request));
  request.overrides.allow_incomplete = scope.settings.Flag(OptionId::kAllowIncomplete);
  request.overrides.allow_empty = scope.settings.Flag(OptionId::kAllowEmpty);
  request.overrides.allow_shrink = scope.settings.Flag(OptionId::kAllowShrink);
  request.overrides.replace_foreign = scope.settings.Flag(OptionId::kReplaceForeign);
  request.overrides.reason = scope.settings.Text(OptionId::kReason);
  request.force = scope.settings.Flag(OptionId::kForce) || !request.stream.empty();
  return request;
}

}  // namespace ingot
