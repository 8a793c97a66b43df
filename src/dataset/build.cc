// The order of a build: recover, lock, check, write, check again, prove, describe, commit.
#include "dataset/build.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/stopwatch.h"
#include "commit/file_transaction.h"
#include "dataset/build_checks.h"
#include "dataset/build_manifest.h"
#include "dataset/derive_rows.h"
#include "dataset/generate.h"
#include "dataset/instants.h"
#include "dataset/listing_checks.h"
#include "dataset/listing_rows.h"
#include "dataset/parquet_options.h"
#include "dataset/partition_place.h"
#include "dataset/prove.h"
#include "dataset/situation.h"
#include "dataset/slot_lock.h"
#include "dataset/sql_rows.h"
#include "dataset/stored_partition.h"
#include "dataset/write_rows.h"

namespace ingot {
namespace {

class StagedDraft final : public DraftFile {
 public:
  explicit StagedDraft(StagedFile* file) : file_(file) {}
  ByteSink& sink() override { return file_->sink(); }
  const std::string& path() const override { return file_->path(); }
  Result<void> Restart() override { return file_->Restart(); }

 private:
  StagedFile* file_;
};

RowGroupLimits RowGroupLimitsOf(const ParquetSpec& parquet) {
  return {parquet.row_group_bytes, parquet.row_group_bytes, parquet.row_group_rows};
}

std::shared_ptr<const JsonOptions> JsonOptionsOf(const SourceSpec& source, const LockedSchema* locked) {
  auto options = std::make_shared<JsonOptions>();
  if (locked != nullptr) {
    options->locked = std::make_shared<const Schema>(locked->schema);
  }
  options->drop = source.drop;
  options->maps = source.maps;
  for (const DeclaredType& declared : source.types) {
    options->types.emplace_back(declared.path, declared.type);
  }
  options->empty_object = source.empty_object == EmptyObjectRule::kNull ? EmptyObject::kNull : EmptyObject::kStruct;
  options->max_new_keys = static_cast<uint32_t>(source.max_new_keys);
  return options;
}

// A type as a message can hold it: those of nested columns may be pages long.
std::string ShortType(const DataType& type) {
  constexpr size_t kLongest = 60;
  const std::string text = FormatType(type);
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "…";
}

std::string DescribeChanges(const std::vector<SchemaChange>& changes) {
  constexpr size_t kMost = 8;
  std::string text;
  for (size_t i = 0; i < std::min(changes.size(), kMost); ++i) {
    const SchemaChange& change = changes[i];
    const std::string what = change.kind == SchemaChange::Kind::kAdded
                                 ? "is new (" + ShortType(change.after) + ")"
                                 : "was " + ShortType(change.before) + " and is " + ShortType(change.after);
    text += fmt::format("{}'{}' {}", text.empty() ? "column " : ", ", change.path, what);
  }
  return changes.size() <= kMost ? text : text + fmt::format(", and {} more", changes.size() - kMost);
}

// The build of one partition, once its slot is locked.
class Build {
 public:
  Build(const BuildRequest& request, const BuildContext& context, const LockFile& lock)
      : request_(request),
        context_(context),
        locked_(lock.Find(request.dataset->name)),
        started_(context.clock->Now()) {}

  Result<BuildReport> Run() {
    INGOT_TRY(CheckInstantTypes(*request_.dataset, locked_));
    INGOT_ASSIGN(const PartitionPlace place, FindPlace(*request_.dataset, request_.project_folder, request_.key));
    // What a missing source or a wrong path would say must be said before anything is created.
    INGOT_ASSIGN(PlannedInputs inputs, request_.stream.empty() ? FindInputs(*request_.dataset, request_.project_folder,
                                                                            request_.key, context_.pool)
                                                               : StreamInput(request_.stream));
    INGOT_ASSIGN(const LocalRoot root, LocalRoot::Open(place.root));
    INGOT_ASSIGN(PartitionLock lock, RecoverAndLock(root, place.slot, request_.run_id, started_, context_));
    INGOT_ASSIGN(situation_, Assess(request_, context_, std::move(inputs), InputComparison::kSha256));
    report_.action = situation_.action;
    report_.path = place.primary_path();
    report_.manifest_path = place.manifest_path();
    if (situation_.action == BuildAction::kUpToDate) {
      return DescribeUpToDate();
    }
    if (situation_.action == BuildAction::kRefuse) {
      Error refusal = *RefusalOf(situation_.checks, *request_.dataset);
      // No override makes a partition of nothing.
      return situation_.inputs.found > 0 || ReadsPartitions(*request_.dataset)
                 ? refusal
                 : refusal.WithAdvice("bring the inputs, then run again");
    }
    INGOT_TRY(AskReason(situation_.checks, &request_.overrides));
    report_.action = situation_.old ? BuildAction::kRebuild : BuildAction::kBuild;
    INGOT_ASSIGN(auto transaction,
                 FileTransaction::Begin(root, *context_.clock, std::move(lock),
                                        {place.slot, place.folder_use, PreviousFiles(), request_.run_id}));
    report_.timings.check_seconds = watch_.Lap();
    INGOT_TRY(Write(&transaction));
    INGOT_TRY(CheckAfterReading(&transaction));
    context_.progress->Update({"prove", subject(), 0, 0, rows_.summary.rows});
    INGOT_TRY(ProveAndSync(&transaction, context_.pool, [&]() -> Result<void> {
      auto proven = ProveParquetFile(data_->path(), rows_.digest, rows_.summary, context_.pool);
      report_.timings.prove_seconds = watch_.Lap();
      return proven;
    }));
    report_.timings.sync_seconds = watch_.Lap();
    INGOT_TRY(Describe(&transaction));
    report_.timings.prove_seconds += watch_.Lap();
    INGOT_TRY(context_.cancellation->Check());
    context_.progress->Update({"commit", subject(), 0, 0, rows_.summary.rows});
    INGOT_ASSIGN(const CommitReport commit, transaction.Commit());
    for (const std::string& foreign : commit.carried) {
      report_.warnings.push_back(fmt::format("'{}' is not Ingot's and was kept", foreign));
    }
    report_.timings.sync_seconds += watch_.Lap();
    return std::move(report_);
  }

 private:
  std::string subject() const { return request_.dataset->name + "@" + request_.key.ToString(); }

  BuildReport DescribeUpToDate() {
    const Manifest& old = *situation_.old;
    report_.rows = old.rows;
    report_.bytes = old.files.empty() ? 0 : old.files[0].bytes;
    report_.rejects = old.rejects.rows;
    report_.duplicates = DuplicatesOf(old);
    report_.input_bytes = situation_.inputs.bytes;
    report_.content_id = old.content_id;
    report_.checks = old.checks;
    return std::move(report_);
  }

  // The files that the new version may replace. A version without a usable manifest owns what a build would write.
  std::vector<std::string> PreviousFiles() const {
    const PartitionPlace& place = situation_.place;
    std::vector<std::string> files{place.manifest_name};
    if (!situation_.old && (situation_.has_manifest || situation_.replaces_foreign)) {
      files.insert(files.end(), {place.primary_name, place.rejects_name});
    }
    if (!situation_.old) {
      return files;
    }
    for (const ManifestFile& file : situation_.old->files) {
      files.push_back(place.NameOf(file.path));
    }
    return files;
  }

  Result<void> Write(FileTransaction* transaction) {
    INGOT_ASSIGN(data_, transaction->CreateFile(situation_.place.primary_name));
    switch (request_.dataset->source.kind) {
      case SourceKind::kDerive:
        INGOT_TRY(WriteFromPartitions());
        break;
      case SourceKind::kSql:
        INGOT_TRY(WriteFromStatement());
        break;
      case SourceKind::kListing:
        INGOT_TRY(WriteFromListing(transaction));
        break;
      case SourceKind::kJsonl:
      case SourceKind::kSynthetic:  // has a build of its own
        INGOT_TRY(WriteFromFiles(transaction));
        break;
    }
    data_->SetDigest(rows_.digest);
    report_.timings.write_seconds = watch_.Lap();
    return {};
  }

  Result<void> WriteFromPartitions() {
    const SourceSpec& source = request_.dataset->source;
    DeriveRowsRequest rows;
    for (const PlannedInput& input : situation_.inputs.files) {
      if (input.present) {
        rows.inputs.push_back(
            {input.name, input.full_path, {input.bytes, input.sha256}, input.tail_sha256, input.rows});
      }
    }
    rows.policy = {source.keep, source.drop};
    rows.locked = locked_;
    rows.parquet = ParquetOptionsOf(request_.dataset->parquet);
    rows.subject = subject();
    return TakeRows(DeriveRows(rows, context_, &data_->sink()));
  }

  Result<void> WriteFromStatement() {
    const DatasetSpec& dataset = *request_.dataset;
    SqlRowsRequest rows;
    rows.source = &dataset.source.sql;
    rows.inputs = &situation_.inputs;
    rows.locked = locked_;
    rows.parquet = ParquetOptionsOf(dataset.parquet);
    rows.row_groups = RowGroupLimitsOf(dataset.parquet);
    rows.subject = subject();
    if (situation_.old && !request_.force) {
      rows.kept = FindKeptRows(dataset, *situation_.old, ManifestFolder(situation_.place), situation_.inputs);
    }
    Result<WriteRowsOutcome> written = WriteSqlRows(rows, context_, &data_->sink());
    if (written || !rows.kept || written.error().kind() != ErrorKind::kCorrupt) {
      return TakeRows(std::move(written));
    }
    // A damaged version does not keep a new one from being made.
    INGOT_TRY(data_->Restart());
    rows.kept.reset();
    return TakeRows(WriteSqlRows(rows, context_, &data_->sink()));
  }

  Result<void> TakeRows(Result<WriteRowsOutcome> written) {
    if (!written && written.error().kind() == ErrorKind::kCorrupt) {
      INGOT_TRY(CheckInputsStayed());
    }
    INGOT_ASSIGN(rows_, std::move(written));
    return {};
  }

  // An input that is replaced while it is being read looks damaged.
  Result<void> CheckInputsStayed() const {
    INGOT_ASSIGN(const PlannedInputs now, FindInputs(*request_.dataset, request_.project_folder, request_.key));
    for (size_t i = 0; i < now.files.size(); ++i) {
      const bool is_same = i < situation_.inputs.files.size() &&
                           now.files[i].content_id == situation_.inputs.files[i].content_id &&
                           now.files[i].sha256 == situation_.inputs.files[i].sha256;
      if (!is_same) {
        return Error(ErrorKind::kUnavailable, fmt::format("input {} was replaced while it was read", now.files[i].name),
                     "run again");
      }
    }
    return {};
  }

  Result<void> WriteFromFiles(FileTransaction* transaction) {
    const DatasetSpec& dataset = *request_.dataset;
    RejectsFile rejects([&]() -> Result<ByteSink*> {
      INGOT_ASSIGN(rejects_, transaction->CreateFile(situation_.place.rejects_name));
      return &rejects_->sink();
    });
    WriteRowsRequest rows;
    rows.paths = situation_.inputs.PresentPaths();
    rows.open = [this](const std::string& path) { return situation_.inputs.Open(path); };
    rows.json = JsonOptionsOf(dataset.source, locked_);
    rows.limits.max_line_bytes = dataset.source.max_line_bytes;
    rows.locked = locked_;
    rows.parquet = ParquetOptionsOf(dataset.parquet);
    rows.row_groups = RowGroupLimitsOf(dataset.parquet);
    rows.subject = subject();
    rows.input_bytes = situation_.inputs.bytes;
    StagedDraft draft(data_);
    INGOT_ASSIGN(rows_, WriteRows(rows, context_, &draft, &rejects));
    report_.rejects = rejects.count();
    first_reject_ = rejects.first();
    first_reject_column_ = rejects.first_column();
    if (rejects_ != nullptr) {
      rejects_digest_ = rejects.TakeDigest();
      rejects_->SetDigest(*rejects_digest_);
    }
    return {};
  }

  Result<void> WriteFromListing(FileTransaction* transaction) {
    const DatasetSpec& dataset = *request_.dataset;
    ListingRowsRequest rows;
    rows.paths = situation_.inputs.PresentPaths();
    rows.open = [this](const std::string& path) { return situation_.inputs.Open(path); };
    rows.listing = &dataset.source.listing;
    rows.max_line_bytes = dataset.source.max_line_bytes;
    rows.locked = locked_;
    rows.parquet = ParquetOptionsOf(dataset.parquet);
    rows.row_group_rows = dataset.parquet.row_group_rows;
    rows.row_group_bytes = dataset.parquet.row_group_bytes;
    rows.subject = subject();
    rows.input_bytes = situation_.inputs.bytes;
    rows.open_scratch = [transaction] { return transaction->CreateScratchFile(); };
    INGOT_ASSIGN(listing_, WriteListingRows(rows, context_, &data_->sink()));
    rows_ = listing_->rows;
    report_.rejects = listing_->rejected;
    report_.duplicates = listing_->duplicates.count;
    report_.warnings = ListingWarnings(*listing_, dataset.source.listing);
    return {};
  }

  // What only reading could tell. A refusal keeps the rejects for their reader.
  Result<void> CheckAfterReading(FileTransaction* transaction) {
    std::vector<CheckResult>& checks = situation_.checks;
    if (ReadsPartitions(*request_.dataset)) {
      INGOT_TRY(CheckPartitions());
    } else {
      CheckFiles();
    }
    // What was refused for its inputs need not be told that it has few rows.
    if (!RefusalOf(checks, *request_.dataset)) {
      const RowHistory history =
          FindRowHistory(*request_.dataset, request_.key, situation_.old ? &*situation_.old : nullptr);
      for (CheckResult& check : CheckRowCount(request_, rows_.summary.rows, history)) {
        checks.push_back(std::move(check));
      }
    }
    bool drifted = false;
    if (rows_.has_file) {
      INGOT_ASSIGN(CheckResult schema, CheckSchema());
      drifted = schema.verdict == Verdict::kRefused;
      checks.push_back(std::move(schema));
    }
    std::optional<Error> refusal = RefusalOf(checks, *request_.dataset);
    if (!refusal && rows_.has_file) {
      return AskReason(checks, &request_.overrides);
    }
    if (!refusal) {
      refusal = Error(ErrorKind::kCheckFailed, "the inputs hold no row, and no schema was accepted before",
                      "build another partition first: it shows the columns");
    }
    if (drifted) {
      refusal =
          Error(ErrorKind::kSchemaDrift, checks.back().detail,
                "accept it: run without --locked and with drift = \"evolve\", or allow it once with --allow-drift");
    }
    if (rejects_ != nullptr) {
      INGOT_ASSIGN(const std::string kept, transaction->KeepRefused(*rejects_));
      const std::string keep =
          first_reject_column_.empty() ? "" : "; " + HowToKeep(first_reject_column_, Remedy::kProject);
      refusal->WithAdvice(fmt::format("{}{}; what was rejected is kept in '{}'", refusal->advice(), keep, kept));
    }
    return *std::move(refusal);
  }

  void CheckFiles() {
    std::vector<CheckResult>& checks = situation_.checks;
    checks.push_back(CheckWhole());
    const bool damage_let_pass = checks.back().verdict == Verdict::kOverridden;
    if (listing_) {
      const uint64_t declared = request_.dataset->source.max_rejects;
      for (CheckResult& check : CheckListing(*listing_, request_.dataset->source.listing,
                                             request_.overrides.max_rejects.value_or(declared), declared)) {
        checks.push_back(std::move(check));
      }
      return;
    }
    checks.push_back({std::string(kRowsMatchCheck),
                      Verdict::kPassed,
                      fmt::format("{} rows, {} rejects and the blank lines are all lines that were inflated",
                                  rows_.summary.rows, report_.rejects),
                      {}});
    checks.push_back(CheckRejects(damage_let_pass));
  }

  Result<void> CheckPartitions() {
    uint64_t rows = 0;
    for (const PlannedInput& input : situation_.inputs.files) {
      rows += input.rows;
    }
    const bool is_derived = request_.dataset->source.kind == SourceKind::kDerive;
    if (is_derived && rows != rows_.summary.rows) {
      return Error(ErrorKind::kInternal,
                   fmt::format("the inputs have {} rows, but {} were written", rows, rows_.summary.rows));
    }
    situation_.checks.push_back({std::string(kInputsWholeCheck),
                                 Verdict::kPassed,
                                 "every byte that was taken is what the manifest of its input says, by sha256",
                                 {}});
    situation_.checks.push_back({std::string(kRowsMatchCheck),
                                 Verdict::kPassed,
                                 is_derived
                                     ? fmt::format("{} rows, as the inputs have together", rows)
                                     : fmt::format("{} rows, which the statement made of {}", rows_.summary.rows, rows),
                                 {}});
    return {};
  }

  CheckResult CheckWhole() const {
    CheckResult check{std::string(kInputsWholeCheck), Verdict::kPassed, "every checksum of the inputs is right", {}};
    constexpr size_t kMostNamed = 3;
    std::string damages;
    size_t count = 0;
    for (const InputReport& input : rows_.inputs) {
      if (input.damage && ++count <= kMostNamed) {
        damages +=
            (damages.empty() ? "" : "; ") + fmt::format("input {} is damaged: {}", input.path, input.damage->message());
      }
    }
    if (count > 0) {
      check.verdict = request_.overrides.allow_incomplete ? Verdict::kOverridden : Verdict::kRefused;
      check.detail = (listing_ ? "Incomplete listing: " : "Incomplete day: ") + damages +
                     (count > kMostNamed ? fmt::format("; and {} more", count - kMostNamed) : "");
    }
    return check;
  }

  // The line in which a damaged input ends is a reject that the override of the damage has let pass already.
  CheckResult CheckRejects(bool damage_let_pass) const {
    CheckResult check{std::string(kRejectsCheck), Verdict::kPassed, fmt::format("{} rejects", report_.rejects), {}};
    uint64_t cut_lines = 0;
    for (const InputReport& input : rows_.inputs) {
      cut_lines += damage_let_pass && input.damage && input.digest.ends_mid_line ? 1 : 0;
    }
    const uint64_t allowed = request_.overrides.max_rejects.value_or(request_.dataset->source.max_rejects) + cut_lines;
    if (report_.rejects > allowed) {
      check.verdict = Verdict::kRefused;
      check.detail = TooManyRejects(report_.rejects, allowed, first_reject_);
    } else if (report_.rejects > request_.dataset->source.max_rejects) {
      check.verdict = Verdict::kOverridden;
    }
    return check;
  }

  // The manifest tells what the schema is, not what was new about it: a rebuild must give the same content.
  Result<CheckResult> CheckSchema() {
    CheckResult check{std::string(kSchemaCheck),
                      Verdict::kPassed,
                      fmt::format("{} columns, fingerprint {}", rows_.summary.columns.size(),
                                  rows_.accepted.schema.Fingerprint().substr(0, 16)),
                      {}};
    INGOT_ASSIGN(const auto changes, CompareWithLock(locked_, rows_.accepted.schema));
    if (changes.empty() || (locked_ == nullptr && !request_.locked)) {
      return check;
    }
    const std::string text = DescribeChanges(changes);
    if (request_.locked || request_.dataset->drift == DriftRule::kFreeze) {
      check.verdict = request_.overrides.allow_drift ? Verdict::kOverridden : Verdict::kRefused;
      check.detail = "the schema changed: " + text;
    } else {
      report_.warnings.push_back("accepted into ingot.lock: " + text);
    }
    return check;
  }

  Result<void> Describe(FileTransaction* transaction) {
    std::optional<ParquetFileReader> reader;
    BuiltPartition built;
    built.request = &request_;
    built.place = &situation_.place;
    built.inputs = &situation_.inputs;
    built.rows = &rows_;
    built.reader = [&]() -> Result<const ParquetFileReader*> {
      if (!reader) {
        INGOT_ASSIGN(reader, ParquetFileReader::Open(data_->path()));
      }
      return &*reader;
    };
    built.checks = situation_.checks;
    built.rejects = report_.rejects;
    built.rejects_file = rejects_digest_;
    built.old = situation_.old ? &*situation_.old : nullptr;
    built.started = started_;
    built.finished = context_.clock->Now();
    INGOT_ASSIGN(Manifest manifest, ComposeManifest(built));
    if (listing_) {
      manifest.extra.emplace(kListingField, ListingJson(*listing_, request_.dataset->source.listing));
    }
    INGOT_TRY(StageManifest(request_, manifest, situation_.place.manifest_name, locked_, transaction, &report_));
    report_.rows = manifest.rows;
    report_.bytes = rows_.digest.bytes;
    report_.input_bytes = request_.stream.empty() ? situation_.inputs.bytes : manifest.inputs[0].bytes;
    report_.rejects_path = rejects_ == nullptr ? ""
                                               : report_.manifest_path.substr(0, report_.manifest_path.rfind('/') + 1) +
                                                     manifest.rejects.file;
    return {};
  }

  BuildRequest request_;  // a copy: the reason of an override may be asked for on the way
  const BuildContext& context_;
  const LockedSchema* locked_;
  UtcInstant started_;
  Stopwatch watch_;
  Situation situation_;
  BuildReport report_;
  StagedFile* data_ = nullptr;
  StagedFile* rejects_ = nullptr;
  std::optional<FileDigest> rejects_digest_;
  std::string first_reject_;
  std::string first_reject_column_;  // that could not take its value
  WriteRowsOutcome rows_;
  std::optional<ListingRowsOutcome> listing_;
};

// The rows of a derived partition are known from its inputs; others only after reading.
void PlanRowChecks(const BuildRequest& request, const Manifest* old, BuildPlan* plan) {
  const RowHistory history = FindRowHistory(*request.dataset, request.key, old);
  std::vector<CheckResult> checks;
  if (request.dataset->source.kind == SourceKind::kDerive) {
    uint64_t rows = 0;
    for (const PlannedInput& input : plan->inputs) {
      rows += input.rows;
    }
    checks = CheckRowCount(request, rows, history);
    if (const std::optional<Error> refusal = RefusalOf(checks, *request.dataset)) {
      plan->action = BuildAction::kRefuse;
      plan->reason = refusal->message();
    }
  } else {
    checks = AnnounceRowChecks(request, history);
  }
  plan->checks.insert(plan->checks.end(), checks.begin(), checks.end());
}

}  // namespace

std::string_view BuildActionName(BuildAction action) {
  switch (action) {
    case BuildAction::kBuild:
      return "build";
    case BuildAction::kRebuild:
      return "rebuild";
    case BuildAction::kUpToDate:
      return "up_to_date";
    case BuildAction::kRefuse:
      return "refuse";
  }
  return "";
}

Result<BuildPlan> PlanPartition(const BuildRequest& request, const BuildContext& context) {
  if (request.dataset->source.kind == SourceKind::kSynthetic) {
    return PlanGenerated(request, context);
  }
  INGOT_TRY(CheckInstantTypes(*request.dataset, nullptr));
  INGOT_ASSIGN(PlannedInputs inputs, FindInputs(*request.dataset, request.project_folder, request.key, context.pool));
  INGOT_ASSIGN(Situation situation, Assess(request, context, std::move(inputs), InputComparison::kSize));
  BuildPlan plan;
  plan.key = request.key;
  plan.action = situation.action;
  plan.reason = std::move(situation.reason);
  plan.input_bytes = situation.inputs.bytes;
  plan.inputs = std::move(situation.inputs.files);
  plan.checks = std::move(situation.checks);
  if (plan.action == BuildAction::kBuild || plan.action == BuildAction::kRebuild) {
    PlanRowChecks(request, situation.old ? &*situation.old : nullptr, &plan);
  }
  plan.target = situation.place.primary_path();
  return plan;
}

Result<BuildReport> BuildPartition(const BuildRequest& request, const BuildContext& context, const LockFile& lock) {
  if (request.dataset->source.kind == SourceKind::kSynthetic) {
    return BuildGenerated(request, context, lock);
  }
  return Build(request, context, lock).Run();
}

}  // namespace ingot
