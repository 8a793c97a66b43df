// From options to the partitions that `verify` looks at.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "dataset/verify.h"
#include "request/request_scope.h"

namespace ingot {

// One partition to look at, and how it is called in messages.
struct VerifySubject {
  std::string name;
  VerifyRequest request;
};

// `arguments`: datasets, partitions such as tier3@2026-01-15, and paths of partitions; none is the only dataset of the
// project. A project is needed for datasets only. Errors: kUsage, kConfig.
Result<std::vector<VerifySubject>> VerifySubjects(const RequestScope& scope, std::span<const std::string> arguments);

// What does not hold, as one error: a line for each finding.
Error VerifyFailure(const VerifySubject& subject, const VerifyReport& report);

}  // namespace ingot
