#include "base/error.h"

#include <array>
#include <utility>

#include "api/outward.h"
#include "ingot/error.h"

namespace ingot {

v1::Error Outward(const Error& error) {
  v1::Error outward{static_cast<v1::ErrorKind>(error.kind()), error.message(), {}, std::string(error.advice())};
  outward.context.assign(error.context().rbegin(), error.context().rend());
  return outward;
}

namespace v1 {
namespace {

// Both enumerations have the same kinds in the same order: api/error_test.cc compares them by their names.
std::vector<ErrorKindInfo> MakeKinds() {
  std::vector<ErrorKindInfo> kinds;
  for (const ingot::ErrorKindInfo& info : ingot::ErrorKinds()) {
    kinds.push_back({static_cast<ErrorKind>(info.kind), info.name, info.exit_code, info.http_status,
                     info.python_exception, info.retryable, info.advice});
  }
  return kinds;
}

}  // namespace

std::span<const ErrorKindInfo> ErrorKinds() {
  static const std::vector<ErrorKindInfo> kKinds = MakeKinds();
  return kKinds;
}

const ErrorKindInfo& Describe(ErrorKind kind) { return ErrorKinds()[static_cast<size_t>(kind)]; }

std::string Error::ToString() const {
  std::string text;
  for (const std::string& where : context) {
    text += where + ": ";
  }
  return text + message;
}

}  // namespace v1
}  // namespace ingot
