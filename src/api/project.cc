#include "ingot/project.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "api/given_options.h"
#include "api/outward.h"
#include "api/project_state.h"
#include "api/reports.h"
#include "pipeline/refresh.h"
#include "pipeline/run.h"
#include "request/generate_request.h"
#include "request/index_request.h"
#include "request/run_request.h"
#include "request/verify_request.h"

namespace ingot::v1 {
namespace {

// Later calls work there whatever the current folder is by then.
ingot::Result<std::string> AbsoluteFolder(const OpenOptions& options) {
  WorkspaceRequest request;
  request.folder = options.folder;
  request.search = options.folder.empty() ? ProjectSearch::kUpwards : ProjectSearch::kHere;
  INGOT_ASSIGN(const std::string folder, Workspace::Find(request));
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::absolute(folder.empty() ? "." : folder, failure);
  if (failure) {
    return ingot::Error(ingot::ErrorKind::kNotFound, "the current folder is not there any more");
  }
  std::string text = path.lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') {
    text.pop_back();
  }
  return text;
}

}  // namespace

Project::Project(std::shared_ptr<const State> state) : state_(std::move(state)) {}

const std::string& Project::folder() const { return *state_->place.folder; }

Result<Project> Project::Open(OpenOptions options) {
  return Guarded([&]() -> ingot::Result<Project> {
    auto state = std::make_shared<State>();
    INGOT_ASSIGN(state->place.folder, AbsoluteFolder(options));
    state->place.variables = std::move(options.set);
    state->place.environment = std::move(options.environment);
    INGOT_TRY(Session::Open(state->place, {}, {}, {}));
    return Project(std::move(state));
  });
}

Result<std::vector<PartitionPlan>> Project::Plan(const std::string& reference, const RunOptions& options) const {
  return Guarded([&]() -> ingot::Result<std::vector<PartitionPlan>> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, RunOptionSet(), GivenFrom(options), options.work));
    INGOT_ASSIGN(const RunRequest request, MakeRunRequest(session->scope(), reference, session->NewRunId()));
    const std::vector<ingot::Result<BuildPlan>> plans = PlanPartitions(request, session->Work());
    std::vector<PartitionPlan> outward;
    for (size_t i = 0; i < plans.size(); ++i) {
      outward.push_back(OutwardPlan(request.dataset->name, request.keys[i], plans[i]));
    }
    return outward;
  });
}

Result<RunResult> Project::Run(const std::string& reference, const RunOptions& options) const {
  return Guarded([&]() -> ingot::Result<RunResult> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, RunOptionSet(), GivenFrom(options), options.work));
    INGOT_ASSIGN(const RunRequest request, MakeRunRequest(session->scope(), reference, session->NewRunId()));
    RunResult outward;
    const BuildContext& context = session->Work();
    const auto warn = [&](const std::string& subject, const std::string& warning) {
      context.progress->Warn(subject, warning);
      outward.warnings.push_back(subject.empty() ? warning : subject + ": " + warning);
    };
    const RunReport report = RunPartitions(*session->workspace(), request, context, [&](const PartitionResult& result) {
      outward.partitions.push_back(OutwardRun(request.dataset->name, result.key, result.outcome, result.seconds));
      for (const std::string& warning : outward.partitions.back().warnings) {
        warn(SubjectOf(*request.dataset, result.key), warning);
      }
    });
    for (const std::string& warning : report.warnings) {
      warn("", warning);
    }
    return outward;
  });
}

namespace {

ingot::Result<std::vector<PartitionProof>> Prove(Session& session, const std::vector<std::string>& arguments) {
  INGOT_ASSIGN(const std::vector<VerifySubject> subjects, VerifySubjects(session.scope(), arguments));
  std::vector<PartitionProof> proofs;
  for (const VerifySubject& subject : subjects) {
    INGOT_TRY(session.cancellation().Check());
    proofs.push_back(OutwardProof(subject, VerifyPartition(subject.request, session.Work())));
  }
  INGOT_TRY(session.cancellation().Check());
  return proofs;
}

}  // namespace

Result<std::vector<PartitionProof>> Project::Verify(const std::string& reference, const VerifyOptions& options) const {
  return Guarded([&]() -> ingot::Result<std::vector<PartitionProof>> {
    INGOT_ASSIGN(const auto session, Session::Open(state_->place, VerifyOptionSet(), GivenFrom(options), options.work));
    return Prove(*session, reference.empty() ? std::vector<std::string>() : std::vector<std::string>{reference});
  });
}

Result<std::vector<PartitionProof>> VerifyPaths(const std::vector<std::string>& paths, const VerifyOptions& options,
                                                const std::map<std::string, std::string>& environment) {
  return Guarded([&]() -> ingot::Result<std::vector<PartitionProof>> {
    INGOT_ASSIGN(const auto session,
                 Session::Open({std::nullopt, {}, environment}, VerifyOptionSet(), GivenFrom(options), options.work));
    return Prove(*session, paths);
  });
}

namespace {

ingot::Result<PartitionRun> GenerateIn(const SessionPlace& place, const std::string& name,
                                       const GenerateOptions& options) {
  INGOT_ASSIGN(const auto session, Session::Open(place, GenerateOptionSet(), GivenFrom(options), options.work));
  INGOT_ASSIGN(const DatasetSpec dataset, GeneratedDataset(session->scope(), name));
  const auto began = std::chrono::steady_clock::now();
  const ingot::Result<BuildReport> report =
      RunGenerated(session->workspace(), dataset, session->NewRunId(), session->Work());
  if (!report) {
    return report.error();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  INGOT_ASSIGN(const PartitionKey key, dataset.key.MakeKey({}));
  return OutwardRun(name, key, report, took.count());
}

}  // namespace

Result<PartitionRun> Project::Generate(const std::string& name, const GenerateOptions& options) const {
  return Guarded([&] { return GenerateIn(state_->place, name, options); });
}

Result<PartitionRun> Generate(const std::string& name, const GenerateOptions& options,
                              const std::map<std::string, std::string>& environment) {
  return Guarded([&] { return GenerateIn({std::nullopt, {}, environment}, name, options); });
}

namespace {

ingot::Result<PartitionRun> IndexIn(const SessionPlace& place, const std::string& source, const std::string& output,
                                    const IndexOptions& options) {
  INGOT_ASSIGN(const auto session, Session::Open(place, IndexOptionSet(), GivenFrom(options), options.work));
  INGOT_ASSIGN(IndexRequest request, MakeIndexRequest(session->scope(), source, output));
  request.run_id = session->NewRunId();
  const auto began = std::chrono::steady_clock::now();
  INGOT_ASSIGN(IndexReport report, IndexListing(session->workspace(), request, session->Work()));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  INGOT_ASSIGN(const PartitionKey key, request.dataset.key.MakeKey({}));
  return OutwardRun(request.dataset.name, key, std::move(report.build), took.count());
}

RefreshedLayer Outward(const ingot::RefreshedLayer& layer) {
  return {layer.name,          std::string(layer.action ? ResultName(*layer.action) : "view"),
          layer.rows_in,       layer.rows_out,
          layer.rows_rejected, layer.path,
          layer.sha256};
}

}  // namespace

Result<PartitionRun> Project::Index(const std::string& source, const std::string& output,
                                    const IndexOptions& options) const {
  return Guarded([&] { return IndexIn(state_->place, source, output, options); });
}

Result<PartitionRun> Index(const std::string& source, const std::string& output, const IndexOptions& options,
                           const std::map<std::string, std::string>& environment) {
  return Guarded([&] { return IndexIn({std::nullopt, {}, environment}, source, output, options); });
}

Result<RefreshResult> Project::Refresh(const RefreshOptions& options) const {
  return Guarded([&]() -> ingot::Result<RefreshResult> {
    INGOT_ASSIGN(const auto session,
                 Session::Open(state_->place, RefreshOptionSet(), GivenFrom(options), options.work));
    const RefreshRequest request{session->NewRunId(), session->settings().Flag(OptionId::kForce)};
    INGOT_ASSIGN(RefreshReport report, RefreshWarehouse(*session->workspace(), request, session->Work()));
    RefreshResult result{report.nothing_new, std::move(report.database), {}, std::move(report.warnings)};
    for (const ingot::RefreshedLayer& layer : report.layers) {
      result.layers.push_back(Outward(layer));
    }
    return result;
  });
}

}  // namespace ingot::v1
