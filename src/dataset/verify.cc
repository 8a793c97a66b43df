#include "dataset/verify.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

#include "base/file.h"
#include "base/size.h"
#include "column/value_hash.h"
#include "dataset/build_checks.h"
#include "dataset/prove.h"
#include "dataset/verify_checks.h"
#include "format/parquet/file_reader.h"
#include "model/manifest_place.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// True for failures that say something about the partition; others keep us from looking.
bool IsFinding(const Error& error) {
  return error.kind() != ErrorKind::kCancelled && error.kind() != ErrorKind::kInternal;
}

// What one file of rows showed.
struct FileFindings {
  VerifyReport report;  // errors, warnings and shares of nulls
  uint64_t rows = 0;
  uint64_t pages = 0;
  std::vector<std::string> value_hashes;  // kDeep, by leaf
};

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
    CheckForeignFiles();
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
        Fail("incomplete", fmt::format("check {} failed, and no override is recorded: {}", check.name, check.detail));
      } else if (check.verdict == Verdict::kOverridden) {
        report_.warnings.push_back({"override", fmt::format("{} was overridden: {}", check.name, check.detail)});
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

  // Engines read the whole folder of a dataset of many files: what the manifest does not name would be among the rows.
  void CheckForeignFiles() {
    if (request_.dataset == nullptr || request_.dataset->source.kind != SourceKind::kSynthetic) {
      return;
    }
    std::set<std::string, std::less<>> named;
    for (const ManifestFile& file : manifest_.files) {
      named.insert(fs::path(PathOf(file)).lexically_normal().string());
    }
    std::error_code failure;
    const std::string& name = request_.dataset->manifest_path.text();
    if (!request_.manifest_path.ends_with(name)) {
      return;
    }
    const std::string root = request_.manifest_path.substr(0, request_.manifest_path.size() - name.size());
    const fs::path folder = root + request_.dataset->path.CommonFolder({});
    for (fs::recursive_directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
      if (!entry->is_directory(failure) && !named.contains(entry->path().lexically_normal().string())) {
        report_.warnings.push_back({"foreign", fmt::format("'{}' is not in the manifest, and engines that read the "
                                                           "folder read it too",
                                                           entry->path().string())});
      }
    }
  }

  void CheckDigest(const ManifestFile& file, const std::string& path) {
    const auto digest = DigestFile(path);
    if (!digest) {
      Fail("file", digest.error().message());
    } else if (digest->sha256 != file.sha256) {
      Fail("sha256", fmt::format("'{}' has sha256 {}, its manifest says {}", path, digest->sha256, file.sha256));
    }
  }

  // Files of rows; rejects are the only others.
  std::vector<const ManifestFile*> DataFiles() const {
    std::vector<const ManifestFile*> files;
    for (const ManifestFile& file : manifest_.files) {
      if (file.path != manifest_.rejects.file) {
        files.push_back(&file);
      }
    }
    return files;
  }

  // A file to each thread, where there are enough of them; else all threads on one file after the other.
  Result<void> CheckParquet() {
    const std::vector<const ManifestFile*> files = DataFiles();
    std::vector<FileFindings> findings(files.size());
    std::vector<Result<void>> outcomes(files.size());
    const bool many = files.size() >= context_.pool->threads();
    const auto check = [&](size_t i) {
      outcomes[i] = context_.cancellation->Check();
      if (outcomes[i]) {
        outcomes[i] = CheckFile(*files[i], many ? nullptr : context_.pool, &findings[i]);
      }
    };
    if (many) {
      OnPool(context_.pool)(files.size(), check);
    }
    for (size_t i = 0; i < files.size(); ++i) {
      if (!many) {
        check(i);
      }
      INGOT_TRY(std::move(outcomes[i]));
    }
    Merge(files, &findings);
    return {};
  }

  // What one file of rows shows. `findings` is its own, so that files can be looked at by several threads.
  Result<void> CheckFile(const ManifestFile& file, TaskPool* pool, FileFindings* findings) const {
    VerifyReport& report = findings->report;
    const auto note = [&](std::string check, const Error& error) -> Result<void> {
      if (!IsFinding(error)) {
        return error;
      }
      report.errors.push_back({std::move(check), error.ToString()});
      return {};
    };
    auto reader = ParquetFileReader::Open(PathOf(file));
    if (!reader) {
      return note("footer", reader.error());
    }
    if (reader->rows() != file.rows) {
      report.errors.push_back(
          {"rows", fmt::format("the footer has {} rows, the manifest {}", reader->rows(), file.rows)});
    }
    if (!reader->schema() || *reader->schema() != manifest_.schema) {
      report.errors.push_back({"schema", "the footer's schema is not that of the manifest"});
      return {};
    }
    const auto pages = reader->VerifyPages(OnPool(pool));
    if (!pages) {
      return note("pages", pages.error());
    }
    findings->pages = pages->pages;
    findings->rows = reader->rows();
    if (request_.level == VerifyLevel::kDeep) {
      auto hashes = reader->DeepValueHashes(OnPool(pool));
      if (!hashes) {
        return note("values", hashes.error());
      }
      findings->value_hashes = *std::move(hashes);
    }
    VerifySpec spec = request_.dataset == nullptr ? VerifySpec() : request_.dataset->verify;
    // The shares of files are added up before the highest are chosen.
    spec.top_nulls = std::numeric_limits<uint64_t>::max();
    const size_t before = report.errors.size();
    const Result<void> columns = CheckColumns(*reader, spec, &report);
    for (size_t i = before; i < report.errors.size(); ++i) {
      report.errors[i].cause = FindingCause::kContent;
    }
    return columns ? Result<void>() : note("columns", columns.error());
  }

  // Adds what the files showed, each finding with the name of its file where there are several.
  void Merge(const std::vector<const ManifestFile*>& files, std::vector<FileFindings>* findings) {
    uint64_t rows = 0;
    uint64_t pages = 0;
    const size_t errors_before = report_.errors.size();
    for (size_t i = 0; i < files.size(); ++i) {
      FileFindings& file = (*findings)[i];
      rows += file.rows;
      pages += file.pages;
      const std::string prefix = files.size() == 1 ? "" : fmt::format("'{}': ", files[i]->path);
      MoveFindings(prefix, file.report.errors, report_.errors);
      MoveFindings(prefix, file.report.warnings, report_.warnings);
      AddNulls(file.report.top_nulls);
    }
    KeepTopNulls();
    if (report_.errors.size() > errors_before) {
      return;
    }
    if (rows != manifest_.rows) {
      Fail("rows", fmt::format("the files have {} rows, the manifest {}", rows, manifest_.rows));
      return;
    }
    report_.proven.push_back(
        fmt::format("CRC of {} pages; {} rows in footer and manifest", FormatCount(pages), FormatCount(rows)));
    if (request_.level == VerifyLevel::kDeep) {
      CompareValues(*findings);
    }
  }

  static void MoveFindings(const std::string& prefix, std::vector<VerifyFinding>& from,
                           std::vector<VerifyFinding>& to) {
    for (VerifyFinding& finding : from) {
      to.push_back({std::move(finding.check), prefix + finding.message, finding.cause});
    }
  }

  void AddNulls(const std::vector<NullRatio>& ratios) {
    for (const NullRatio& ratio : ratios) {
      const auto found = std::find_if(report_.top_nulls.begin(), report_.top_nulls.end(),
                                      [&](const NullRatio& known) { return known.column == ratio.column; });
      if (found == report_.top_nulls.end()) {
        report_.top_nulls.push_back(ratio);
      } else {
        found->nulls += ratio.nulls;
        found->slots += ratio.slots;
      }
    }
  }

  void KeepTopNulls() {
    std::vector<NullRatio>& ratios = report_.top_nulls;
    std::sort(ratios.begin(), ratios.end(), [](const NullRatio& a, const NullRatio& b) {
      return a.ratio() != b.ratio() ? a.ratio() > b.ratio() : a.column < b.column;
    });
    const uint64_t most = request_.dataset == nullptr ? VerifySpec().top_nulls : request_.dataset->verify.top_nulls;
    ratios.resize(std::min<size_t>(ratios.size(), most));
  }

  void CompareValues(const std::vector<FileFindings>& findings) {
    const std::vector<Leaf> leaves = EnumerateLeaves(manifest_.schema);
    for (size_t i = 0; i < leaves.size(); ++i) {
      std::vector<std::string> hashes;
      for (const FileFindings& file : findings) {
        hashes.push_back(file.value_hashes[i]);
      }
      const std::string path = leaves[i].DisplayPath();
      const ColumnStatistics* column = manifest_.FindColumn(path);
      if (column == nullptr || column->value_hash != JoinValueHashes(hashes)) {
        Fail("values", fmt::format("the values of column '{}' are not those that were written", path));
      }
    }
    if (report_.errors.empty()) {
      report_.proven.push_back(fmt::format("the values of {} columns, decoded and hashed", leaves.size()));
    }
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
    candidates = {path + "/manifest.json", fs::path(path + "/").parent_path().string() + ".manifest.json"};
  } else if (path.ends_with(".json")) {
    candidates = {path};
  } else {
    candidates = {path + ".manifest.json", (fs::path(path).parent_path() / "manifest.json").string()};
  }
  std::string whole = fs::absolute(path).lexically_normal().string();
  while (whole.ends_with('/')) {
    whole.pop_back();
  }
  for (std::string& place : HiveManifestsOf(whole)) {
    candidates.push_back(std::move(place));
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
