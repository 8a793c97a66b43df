#include "dataset/verify.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/size.h"
#include "dataset/build_checks.h"
#include "dataset/prove.h"
#include "dataset/verify_checks.h"
#include "format/parquet/file_reader.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// True for failures that say something about the partition; others keep us from looking.
bool IsFinding(const Error& error) {
  return error.kind() != ErrorKind::kCancelled && error.kind() != ErrorKind::kInternal;
}

class Verification {
 public:
  Verification(const VerifyRequest& request, const BuildContext& context) : request_(request), context_(context) {
    report_.manifest_path = request.manifest_path;
    report_.level = request.level;
    if (request.dataset != nullptr) {
      report_.dataset = request.dataset->name;
    }
    if (request.key) {
      report_.key = request.key->ToString();
    }
  }

  Result<VerifyReport> Run() {
    if (!ReadManifest()) {
      return std::move(report_);
    }
    CheckIdentity();
    CheckVerdicts();
    CheckManifestFields();
    INGOT_TRY(CheckFiles());
    // Without the right bytes there is nothing to be learned from the values.
    if (request_.level != VerifyLevel::kQuick && report_.errors.empty()) {
      INGOT_TRY(CheckParquet());
    }
    return std::move(report_);
  }

 private:
  void Fail(std::string check, std::string message, FindingCause cause = FindingCause::kDamage) {
    report_.errors.push_back({std::move(check), std::move(message), cause});
  }

  bool ReadManifest() {
    auto text = ReadWholeFile(request_.manifest_path, kMaxManifestBytes);
    if (!text) {
      report_.is_built = text.error().kind() != ErrorKind::kNotFound;
      Fail("manifest", report_.is_built
                           ? text.error().message()
                           : fmt::format("'{}' is missing: the partition is not built", request_.manifest_path));
      return false;
    }
    auto manifest = ParseManifest(*text);
    if (!manifest) {
      Fail("manifest", fmt::format("'{}': {}", request_.manifest_path, manifest.error().message()));
      return false;
    }
    manifest_ = *std::move(manifest);
    report_.dataset = manifest_.dataset;
    report_.key = manifest_.key.ToString();
    report_.rows = manifest_.rows;
    report_.content_id = manifest_.content_id;
    report_.proven.emplace_back("the manifest's own sha256");
    if (manifest_.files.empty()) {
      Fail("files", "the manifest names no file");
      return false;
    }
    report_.sha256 = manifest_.files[0].sha256;
    return true;
  }

  void CheckIdentity() {
    if (request_.dataset != nullptr && manifest_.dataset != request_.dataset->name) {
      Fail("identity", fmt::format("the manifest is of dataset {}, not {}", manifest_.dataset, request_.dataset->name));
    }
    if (request_.key && !(manifest_.key == *request_.key)) {
      Fail("identity",
           fmt::format("the manifest is of partition {}, not {}", manifest_.key.ToString(), request_.key->ToString()));
    }
  }

  // A check that was not passed must have been let pass by somebody.
  void CheckVerdicts() {
    for (const CheckResult& check : manifest_.checks) {
      const bool recorded = std::any_of(manifest_.overrides.begin(), manifest_.overrides.end(),
                                        [&](const OverrideRecord& record) { return record.check == check.name; });
      if (check.verdict == Verdict::kRefused || (check.verdict == Verdict::kOverridden && !recorded)) {
        Fail("incomplete",
             fmt::format("check {} did not hold, and no override is recorded: {}", check.name, check.detail));
      } else if (check.verdict == Verdict::kOverridden) {
        report_.warnings.push_back({"override", fmt::format("{} was let pass: {}", check.name, check.detail)});
      }
    }
  }

  void CheckManifestFields() {
    if (request_.dataset == nullptr) {
      return;
    }
    std::vector<std::string> names = request_.dataset->verify.manifest_fields;
    for (const ManifestField& field : request_.dataset->manifest_fields) {
      names.push_back(field.name);
    }
    for (const std::string& name : names) {
      if (!manifest_.fields.contains(name)) {
        Fail("manifest_fields", fmt::format("the manifest lacks the field '{}'", name));
      }
    }
  }

  std::string PathOf(const ManifestFile& file) const {
    return (fs::path(request_.manifest_path).parent_path() / file.path).string();
  }

  Result<void> CheckFiles() {
    for (const ManifestFile& file : manifest_.files) {
      INGOT_TRY(context_.cancellation->Check());
      const std::string path = PathOf(file);
      struct stat status{};
      if (::stat(path.c_str(), &status) != 0) {
        Fail("file", ErrnoError(errno, "open", path).message());
        continue;
      }
      report_.bytes += static_cast<uint64_t>(status.st_size);
      if (static_cast<uint64_t>(status.st_size) != file.bytes) {
        Fail("size", fmt::format("'{}' has {} bytes, its manifest says {}", path, status.st_size, file.bytes));
        continue;
      }
      if (request_.level != VerifyLevel::kQuick) {
        CheckDigest(file, path);
      }
    }
    if (request_.dataset != nullptr && manifest_.files[0].bytes < request_.dataset->verify.min_bytes) {
      Fail("min_bytes",
           fmt::format("'{}' has {} bytes, at least {} are expected", manifest_.files[0].path, manifest_.files[0].bytes,
                       request_.dataset->verify.min_bytes),
           FindingCause::kContent);
    }
    if (report_.errors.empty()) {
      report_.proven.push_back(
          fmt::format("{} of {} file{}, {}", request_.level == VerifyLevel::kQuick ? "size" : "sha256",
                      manifest_.files.size(), manifest_.files.size() == 1 ? "" : "s", FormatByteSize(report_.bytes)));
    }
    return {};
  }

  void CheckDigest(const ManifestFile& file, const std::string& path) {
    const auto digest = DigestFile(path);
    if (!digest) {
      Fail("file", digest.error().message());
    } else if (digest->sha256 != file.sha256) {
      Fail("sha256", fmt::format("'{}' has sha256 {}, its manifest says {}", path, digest->sha256, file.sha256));
    }
  }

  // What a reader of the footer finds, under the name of the check that it fails.
  Result<void> Note(const std::string& check, Result<void> result) {
    if (!result && !IsFinding(result.error())) {
      return result;
    }
    if (!result) {
      Fail(check, result.error().ToString());
    }
    return {};
  }

  Result<void> CheckParquet() {
    auto reader = ParquetFileReader::Open(PathOf(manifest_.files[0]));
    if (!reader) {
      return Note("footer", std::move(reader).error());
    }
    if (reader->rows() != manifest_.rows) {
      Fail("rows", fmt::format("the footer has {} rows, the manifest {}", reader->rows(), manifest_.rows));
    }
    if (!reader->schema() || *reader->schema() != manifest_.schema) {
      Fail("schema", "the footer's schema is not that of the manifest");
      return {};
    }
    const auto pages = reader->VerifyPages(OnPool(context_.pool));
    if (!pages) {
      return Note("pages", Error(pages.error()));
    }
    report_.proven.push_back(fmt::format("CRC of {} pages; {} rows in footer and manifest", FormatCount(pages->pages),
                                         FormatCount(reader->rows())));
    if (request_.level == VerifyLevel::kDeep) {
      INGOT_TRY(CheckValues(*reader));
    }
    const VerifySpec none;
    const size_t before = report_.errors.size();
    INGOT_TRY(Note("columns",
                   CheckColumns(*reader, request_.dataset == nullptr ? none : request_.dataset->verify, &report_)));
    for (size_t i = before; i < report_.errors.size(); ++i) {
      report_.errors[i].cause = FindingCause::kContent;
    }
    return {};
  }

  Result<void> CheckValues(const ParquetFileReader& reader) {
    const auto hashes = reader.DeepValueHashes(OnPool(context_.pool));
    if (!hashes) {
      return Note("values", Error(hashes.error()));
    }
    for (size_t i = 0; i < hashes->size(); ++i) {
      const std::string path = reader.leaves()[i].DisplayPath();
      const ColumnStatistics* column = manifest_.FindColumn(path);
      if (column == nullptr || column->value_hash != (*hashes)[i]) {
        Fail("values", fmt::format("the values of column '{}' are not those that were written", path));
      }
    }
    if (report_.errors.empty()) {
      report_.proven.push_back(fmt::format("the values of {} columns, decoded and hashed", hashes->size()));
    }
    return {};
  }

  const VerifyRequest& request_;
  const BuildContext& context_;
  VerifyReport report_;
  Manifest manifest_;
};

}  // namespace

bool VerifyReport::is_damaged() const {
  return std::any_of(errors.begin(), errors.end(),
                     [](const VerifyFinding& finding) { return finding.cause == FindingCause::kDamage; });
}

std::string_view VerifyLevelName(VerifyLevel level) {
  switch (level) {
    case VerifyLevel::kQuick:
      return "quick";
    case VerifyLevel::kDefault:
      return "default";
    case VerifyLevel::kDeep:
      return "deep";
  }
  return "";
}

Result<VerifyReport> VerifyPartition(const VerifyRequest& request, const BuildContext& context) {
  INGOT_TRY(context.cancellation->Check());
  context.progress->Update({"verify", request.manifest_path, 0, 0, 0});
  return Verification(request, context).Run();
}

Result<std::string> FindManifest(const std::string& path) {
  const bool is_folder = fs::is_directory(path);
  std::vector<std::string> candidates;
  if (is_folder) {
    candidates = {path + "/manifest.json"};
  } else if (path.ends_with(".json")) {
    candidates = {path};
  } else {
    candidates = {path + ".manifest.json", (fs::path(path).parent_path() / "manifest.json").string()};
  }
  for (const std::string& candidate : candidates) {
    if (fs::is_regular_file(candidate)) {
      return candidate;
    }
  }
  return Error(ErrorKind::kNotFound, fmt::format("no manifest at '{}'", candidates.front()),
               "name the folder of a partition, its Parquet file or its manifest");
}

}  // namespace ingot
