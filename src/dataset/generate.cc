// The order of a generation: recover, lock, count the rows of each day, write, sync, prove, describe, commit.
#include "dataset/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "base/stopwatch.h"
#include "commit/file_transaction.h"
#include "dataset/build_checks.h"
#include "dataset/build_manifest.h"
#include "dataset/column_statistics.h"
#include "dataset/generated_files.h"
#include "dataset/parquet_options.h"
#include "dataset/partition_place.h"
#include "dataset/slot_lock.h"
#include "source/synthetic/columns_generator.h"
#include "source/synthetic/event_generator.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// Everything that `ingot.generator` says besides.
constexpr std::string_view kGeneratorField = "generator";

std::unique_ptr<RowGenerator> MakeGenerator(const SyntheticSpec& spec) {
  switch (spec.generator) {
    case GeneratorKind::kColumns:
      return std::make_unique<ColumnsGenerator>(spec.seed, spec.columns);
    case GeneratorKind::kEvents:
      break;
  }
  return std::make_unique<EventGenerator>(spec.seed);
}

enum class FileComparison { kSize, kSha256 };

// Why what stands there is not what a generation would give now; empty when it is.
Result<std::string> WhyStale(const Manifest& old, const DatasetSpec& dataset, const PartitionPlace& place,
                             FileComparison comparison) {
  const auto settings = old.extra.find(kSettingsField);
  if (settings == old.extra.end() || settings->second != JsonValue(SettingsDigest(dataset))) {
    return std::string("settings changed");
  }
  for (const ManifestFile& file : old.files) {
    const std::string path = place.root + "/" + place.NameOf(file.path);
    std::error_code failure;
    bool same = fs::file_size(path, failure) == file.bytes && !failure;
    if (same && comparison == FileComparison::kSha256) {
      const auto digest = DigestFile(path);
      same = digest && digest->sha256 == file.sha256;
    }
    if (!same) {
      return fmt::format("file {} is not what its manifest says", file.path);
    }
  }
  return std::string();
}

struct Situation {
  PartitionPlace place;
  std::optional<Manifest> old;
  bool has_manifest = false;  // readable or not
  BuildAction action = BuildAction::kBuild;
  std::string reason;
};

Result<Situation> Assess(const BuildRequest& request, FileComparison comparison) {
  Situation situation;
  INGOT_ASSIGN(situation.place, FindPlace(*request.dataset, request.project_folder, request.key));
  auto old = ReadManifest(situation.place);
  situation.has_manifest = !old || old->has_value();
  if (!situation.has_manifest) {
    situation.reason = "no manifest yet";
    return situation;
  }
  situation.action = BuildAction::kRebuild;
  if (!old) {
    situation.reason = fmt::format("its manifest cannot be used: {}", old.error().message());
    return situation;
  }
  situation.old = **std::move(old);
  if (situation.old->dataset != request.dataset->name) {
    return Error(ErrorKind::kAlreadyExists,
                 fmt::format("'{}' is of dataset {}", situation.place.manifest_path(), situation.old->dataset),
                 "give the dataset a path of its own, or move what is there");
  }
  if (request.force) {
    situation.reason = "asked for with --force";
    return situation;
  }
  INGOT_ASSIGN(situation.reason, WhyStale(*situation.old, *request.dataset, situation.place, comparison));
  if (situation.reason.empty()) {
    situation.action = BuildAction::kUpToDate;
    situation.reason = "settings and files unchanged";
  }
  return situation;
}

class Generation {
 public:
  Generation(const BuildRequest& request, const BuildContext& context, const LockFile& lock)
      : request_(request),
        dataset_(*request.dataset),
        context_(context),
        locked_(lock.Find(request.dataset->name)),
        started_(context.clock->Now()),
        generator_(MakeGenerator(dataset_.source.synthetic)) {}

  Result<BuildReport> Run() {
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(dataset_, request_.project_folder, request_.key));
    INGOT_ASSIGN(const LocalRoot root, LocalRoot::Open(place.root));
    INGOT_TRY(root.tree().CheckWritable(place.primary));
    INGOT_ASSIGN(PartitionLock lock, RecoverAndLock(root, place.slot, request_.run_id, started_, context_));
    INGOT_ASSIGN(situation_, Assess(request_, FileComparison::kSha256));
    report_.action = situation_.action;
    report_.path = place.primary_path();
    report_.manifest_path = place.manifest_path();
    if (situation_.action == BuildAction::kUpToDate) {
      return DescribeUpToDate();
    }
    const std::vector<std::string> previous = PreviousFiles();
    INGOT_ASSIGN(auto transaction, FileTransaction::Begin(root, *context_.clock, std::move(lock),
                                                          {place.slot, place.folder_use, previous, request_.run_id}));
    report_.timings.check_seconds = watch_.Lap();
    INGOT_TRY(Write(&transaction));
    report_.timings.write_seconds = watch_.Lap();
    context_.progress->Update({"prove", subject(), 0, 0, report_.rows});
    INGOT_TRY(ProveAndSync(&transaction, context_.pool, [&]() -> Result<void> {
      auto proven = ProveFiles(files_, context_);
      report_.timings.prove_seconds = watch_.Lap();
      return proven;
    }));
    report_.timings.sync_seconds = watch_.Lap();
    INGOT_TRY(Describe(&transaction));
    report_.timings.prove_seconds += watch_.Lap();
    INGOT_TRY(context_.cancellation->Check());
    context_.progress->Update({"commit", subject(), 0, 0, report_.rows});
    INGOT_TRY(transaction.Commit());
    RemoveEmptiedFolders(root.tree(), previous);
    report_.timings.sync_seconds += watch_.Lap();
    return std::move(report_);
  }

 private:
  std::string subject() const { return dataset_.name + "@" + request_.key.ToString(); }

  BuildReport DescribeUpToDate() {
    const Manifest& old = *situation_.old;
    report_.files = old.files.size();
    report_.rows = old.rows;
    for (const ManifestFile& file : old.files) {
      report_.bytes += file.bytes;
    }
    report_.content_id = old.content_id;
    report_.checks = old.checks;
    return std::move(report_);
  }

  // The files that the new version may replace. A version without a usable manifest owns what bears such names.
  std::vector<std::string> PreviousFiles() const {
    const PartitionPlace& place = situation_.place;
    std::vector<std::string> files{place.manifest_name};
    if (situation_.old) {
      for (const ManifestFile& file : situation_.old->files) {
        files.push_back(place.NameOf(file.path));
      }
    } else if (situation_.has_manifest) {
      std::error_code failure;
      for (fs::recursive_directory_iterator entry(place.primary_path(), failure), end; !failure && entry != end;
           entry.increment(failure)) {
        std::string path = entry->path().lexically_relative(place.root).string();
        if (entry->is_regular_file(failure) && dataset_.path.Parse(path)) {
          files.push_back(std::move(path));
        }
      }
      std::sort(files.begin() + 1, files.end());
    }
    return files;
  }

  // What is declared may differ from what the lock says.
  Result<void> CheckSchema() {
    const bool changed = locked_ == nullptr ? request_.locked : !(accepted_.schema == locked_->schema);
    if (!changed || !(request_.locked || dataset_.drift == DriftRule::kFreeze)) {
      return {};
    }
    CheckResult check{std::string(kSchemaCheck),
                      Verdict::kOverridden,
                      fmt::format("the columns that are declared differ from those of {}", kLockFileName),
                      {}};
    if (!request_.overrides.allow_drift) {
      return Error(ErrorKind::kSchemaDrift, check.detail,
                   "accept it: run without --locked and with drift = \"evolve\", or allow it once with --allow-drift");
    }
    checks_.push_back(std::move(check));
    return AskReason(checks_, &request_.overrides);
  }

  Result<void> Write(FileTransaction* transaction) {
    INGOT_ASSIGN(accepted_, AcceptSchema(locked_, generator_->schema(), "", dataset_.source.schema_origin()));
    INGOT_TRY(CheckSchema());
    INGOT_ASSIGN(const std::vector<uint64_t> day_rows, SplitRowsByDay(dataset_.source.synthetic, context_));
    GenerateFilesRequest files;
    files.dataset = &dataset_;
    files.generator = generator_.get();
    files.schema = accepted_.schema;
    files.parquet = ParquetOptionsOf(dataset_.parquet);
    files.subject = subject();
    INGOT_ASSIGN(files_, GenerateFiles(files, day_rows, context_, transaction));
    report_.files = files_.size();
    for (const WrittenFile& file : files_) {
      report_.rows += file.summary.rows;
      report_.bytes += file.digest.bytes;
    }
    if (report_.rows != dataset_.source.synthetic.rows) {
      return Error(ErrorKind::kInternal,
                   fmt::format("{} rows were written, not {}", report_.rows, dataset_.source.synthetic.rows));
    }
    return {};
  }

  Result<void> Describe(FileTransaction* transaction) {
    INGOT_ASSIGN(const Manifest manifest, ComposeGenerated());
    return StageManifest(request_, manifest, situation_.place.manifest_name, locked_, transaction, &report_);
  }

  Result<Manifest> ComposeGenerated() const {
    Manifest manifest =
        BeginManifest(request_, situation_.old ? &*situation_.old : nullptr, started_, context_.clock->Now());
    const size_t above =
        ParentPath(situation_.place.manifest).empty() ? 0 : ParentPath(situation_.place.manifest).size() + 1;
    std::vector<FileSummary> summaries;
    for (const WrittenFile& file : files_) {
      manifest.files.push_back(DescribeFile(file.path.substr(above), file.digest, file.summary));
      summaries.push_back(file.summary);
    }
    manifest.rows = report_.rows;
    manifest.schema = accepted_.schema;
    manifest.columns = StatisticsOf(accepted_.schema, summaries);
    manifest.checks = {{std::string(kRowsMatchCheck),
                        Verdict::kPassed,
                        fmt::format("{} rows are in {} files, as many as were asked for", report_.rows, files_.size()),
                        {}}};
    manifest.checks.insert(manifest.checks.end(), checks_.begin(), checks_.end());
    manifest.overrides = OverridesOf(manifest.checks, request_);
    manifest.extra.emplace(kGeneratorField, GeneratorJson(dataset_.source.synthetic));
    INGOT_ASSIGN(manifest.fields, EvaluateManifestFields(dataset_.manifest_fields, [&](const ComputedField& field) {
                   return Compute(field, manifest);
                 }));
    return manifest;
  }

  Result<JsonValue> Compute(const ComputedField& field, const Manifest& manifest) const {
    switch (field.function) {
      case ManifestFunction::kNow:
        return JsonValue(FormatUtcInstant(manifest.run.finished));
      case ManifestFunction::kRows:
        return JsonValue(manifest.rows);
      case ManifestFunction::kBytes:
        return JsonValue(report_.bytes);
      case ManifestFunction::kCodec:
        return JsonValue(FormatCodecName(dataset_.parquet.codec));
      case ManifestFunction::kColumns: {
        JsonArray names;
        for (const Field& column : manifest.schema.fields) {
          names.emplace_back(column.name);
        }
        return JsonValue(std::move(names));
      }
      default:
        return Error(ErrorKind::kConfig, fmt::format("the manifest field '{}' is not valid where rows are generated",
                                                     ingot::Describe(field.function).name));
    }
  }

  // Folders that only files of the older version kept alive. Somebody may have put something else there: then it stays.
  void RemoveEmptiedFolders(const FolderTree& tree, const std::vector<std::string>& previous) const {
    std::set<std::string_view> used;
    for (const WrittenFile& file : files_) {
      used.insert(ParentPath(file.path));
    }
    std::string_view last;
    for (const std::string& path : previous) {
      const std::string_view folder = ParentPath(path);
      if (folder != last && IsBelow(folder, situation_.place.primary) && !used.contains(folder)) {
        IgnoreFailure(tree.RemoveEmptyFolder(folder));
        last = folder;
      }
    }
  }

  BuildRequest request_;  // a copy: the reason of an override may be asked for on the way
  const DatasetSpec& dataset_;
  const BuildContext& context_;
  const LockedSchema* locked_;
  UtcInstant started_;
  std::unique_ptr<RowGenerator> generator_;
  Stopwatch watch_;
  Situation situation_;
  LockedSchema accepted_;
  std::vector<CheckResult> checks_;  // besides that of the rows
  std::vector<WrittenFile> files_;
  BuildReport report_;
};

}  // namespace

Result<BuildPlan> PlanGenerated(const BuildRequest& request, const BuildContext& context) {
  INGOT_TRY(context.cancellation->Check());
  INGOT_ASSIGN(Situation situation, Assess(request, FileComparison::kSize));
  BuildPlan plan;
  plan.key = request.key;
  plan.action = situation.action;
  plan.reason = std::move(situation.reason);
  plan.target = situation.place.primary_path();
  return plan;
}

Result<BuildReport> BuildGenerated(const BuildRequest& request, const BuildContext& context, const LockFile& lock) {
  return Generation(request, context, lock).Run();
}

}  // namespace ingot
