// From the reports of the pipeline to their public forms.
#pragma once

#include "dataset/build.h"
#include "ingot/run.h"
#include "ingot/verify.h"
#include "pipeline/run.h"
#include "request/verify_request.h"

namespace ingot {

v1::PartitionRun OutwardRun(const std::string& dataset, const PartitionKey& key, const Result<BuildReport>& outcome,
                            double seconds);
v1::PartitionPlan OutwardPlan(const std::string& dataset, const PartitionKey& key, const Result<BuildPlan>& plan);
v1::PartitionProof OutwardProof(const VerifySubject& subject, const Result<VerifyReport>& outcome);

}  // namespace ingot
