#include "api/reports.h"

#include <algorithm>

#include "api/outward.h"

namespace ingot {
namespace {

std::vector<v1::Check> OutwardChecks(const std::vector<CheckResult>& checks) {
  std::vector<v1::Check> outward;
  for (const CheckResult& check : checks) {
    outward.push_back({check.name, std::string(VerdictName(check.verdict)), check.detail});
  }
  return outward;
}

std::vector<v1::Finding> OutwardFindings(const std::vector<VerifyFinding>& findings) {
  std::vector<v1::Finding> outward;
  for (const VerifyFinding& finding : findings) {
    outward.push_back({finding.check, finding.message});
  }
  return outward;
}

}  // namespace

v1::PartitionRun OutwardRun(const std::string& dataset, const PartitionKey& key, const Result<BuildReport>& outcome,
                            double seconds) {
  v1::PartitionRun run;
  run.dataset = dataset;
  run.key = key.ToString();
  run.seconds = seconds;
  if (!outcome) {
    run.result = Describe(outcome.error().kind()).name;
    run.error = Outward(outcome.error());
    return run;
  }
  run.result = ResultName(outcome->action);
  run.rows = outcome->rows;
  run.rejects = outcome->rejects;
  run.duplicates = outcome->duplicates;
  run.files = outcome->files;
  run.bytes = outcome->bytes;
  run.input_bytes = outcome->input_bytes;
  run.path = outcome->path;
  run.manifest_path = outcome->manifest_path;
  run.rejects_path = outcome->rejects_path;
  run.content_id = outcome->content_id;
  run.checks = OutwardChecks(outcome->checks);
  run.warnings = outcome->warnings;
  return run;
}

v1::PartitionPlan OutwardPlan(const std::string& dataset, const PartitionKey& key, const Result<BuildPlan>& plan) {
  v1::PartitionPlan outward;
  outward.dataset = dataset;
  outward.key = key.ToString();
  if (!plan) {
    outward.action = "fail";
    outward.reason = plan.error().message();
    outward.error = Outward(plan.error());
    return outward;
  }
  outward.action = BuildActionName(plan->action);
  outward.reason = plan->reason;
  outward.inputs_expected = plan->inputs.size();
  for (const PlannedInput& input : plan->inputs) {
    outward.inputs_present += input.present ? 1 : 0;
    if (!input.present) {
      outward.missing.push_back(input.path);
    }
  }
  outward.input_bytes = plan->input_bytes;
  outward.target = plan->target;
  outward.checks = OutwardChecks(plan->checks);
  return outward;
}

v1::PartitionProof OutwardProof(const VerifySubject& subject, const Result<VerifyReport>& outcome) {
  v1::PartitionProof proof;
  proof.subject = subject.name;
  if (!outcome) {
    proof.error = Outward(Error(outcome.error()).In(subject.name));
    return proof;
  }
  proof.passed = outcome->passed();
  if (!proof.passed) {
    proof.error = Outward(VerifyFailure(subject, *outcome));
  }
  proof.dataset = outcome->dataset;
  proof.key = outcome->key;
  proof.level = VerifyLevelName(outcome->level);
  proof.rows = outcome->rows;
  proof.bytes = outcome->bytes;
  proof.sha256 = outcome->sha256;
  proof.content_id = outcome->content_id;
  proof.manifest_path = outcome->manifest_path;
  proof.proven = outcome->proven;
  proof.errors = OutwardFindings(outcome->errors);
  proof.warnings = OutwardFindings(outcome->warnings);
  for (const NullRatio& column : outcome->top_nulls) {
    proof.top_nulls.push_back({column.column, column.nulls, column.slots});
  }
  return proof;
}

}  // namespace ingot
