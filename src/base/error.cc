#include "base/error.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace ingot {
namespace {

constexpr std::array<ErrorKindInfo, 17> kKinds{{
    {ErrorKind::kUsage, "usage", 2, 400, "UsageError", false, "see `ingot help` for the options of each command"},
    {ErrorKind::kConfig, "config", 3, 500, "ConfigError", false,
     "correct the named setting in ingot.toml or the environment"},
    {ErrorKind::kInvalidData, "invalid_data", 6, 422, "InvalidData", false,
     "look at the named position in the input; nothing was published"},
    {ErrorKind::kNotFound, "not_found", 4, 404, "NotFound", false,
     "check the name, the path and the project's variables"},
    {ErrorKind::kAlreadyExists, "already_exists", 6, 409, "AlreadyExists", false,
     "choose another name, or remove what is there"},
    {ErrorKind::kConflict, "conflict", 11, 409, "Conflict", true, "wait for the other run to end, then run again"},
    {ErrorKind::kCheckFailed, "check_failed", 6, 422, "CheckFailed", false,
     "repair the input, or override the check with its option and a --reason"},
    {ErrorKind::kCorrupt, "corrupt", 7, 500, "Corrupt", false, "rebuild the partition with `ingot run --force`"},
    {ErrorKind::kSchemaDrift, "schema_drift", 8, 409, "SchemaDrift", false, "declare the column's type in ingot.toml"},
    {ErrorKind::kPermission, "permission", 3, 403, "PermissionDenied", false,
     "check the owner and mode of the named path"},
    {ErrorKind::kUnavailable, "unavailable", 5, 503, "Unavailable", true, "run again; it is safe"},
    {ErrorKind::kTimeout, "timeout", 12, 504, "Timeout", true,
     "raise the limit or make the work smaller, then run again"},
    {ErrorKind::kUnknownOutcome, "unknown_outcome", 13, 500, "UnknownOutcome", true,
     "run again; it reads back what happened and decides"},
    {ErrorKind::kResourceLimit, "resource_limit", 12, 507, "ResourceLimit", false,
     "raise the named limit or free the named resource"},
    {ErrorKind::kCancelled, "cancelled", 130, 499, "Cancelled", true, "run again; nothing half-done was left"},
    {ErrorKind::kUnsupported, "unsupported", 2, 501, "Unsupported", false,
     "this version does not offer it; see the documentation for what it offers"},
    {ErrorKind::kInternal, "internal", 1, 500, "InternalError", false,
     "this is a bug: please report it with the command and its output"},
}};

ErrorKind KindOfErrno(int errno_value) {
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::kNotFound;
    case EEXIST:
      return ErrorKind::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::kPermission;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorKind::kResourceLimit;
    default:
      return ErrorKind::kUnavailable;
  }
}

}  // namespace

std::span<const ErrorKindInfo> ErrorKinds() { return kKinds; }

const ErrorKindInfo& Describe(ErrorKind kind) { return kKinds.at(static_cast<size_t>(kind)); }

Error::Error(ErrorKind kind, std::string message, std::string advice)
    : kind_(kind), message_(std::move(message)), advice_(std::move(advice)) {}

std::string_view Error::advice() const { return advice_.empty() ? Describe(kind_).advice : std::string_view(advice_); }

Error& Error::In(std::string where) & {
  context_.push_back(std::move(where));
  return *this;
}

Error Error::In(std::string where) && {
  context_.push_back(std::move(where));
  return std::move(*this);
}

Error& Error::WithAdvice(std::string advice) & {
  advice_ = std::move(advice);
  return *this;
}

Error Error::WithAdvice(std::string advice) && {
  advice_ = std::move(advice);
  return std::move(*this);
}

std::string Error::ToString() const {
  std::string text;
  for (auto where = context_.rbegin(); where != context_.rend(); ++where) {
    text += *where;
    text += ": ";
  }
  return text + message_;
}

Error ErrnoError(int errno_value, std::string_view what, std::string_view path) {
  std::string message = "cannot ";
  message += what;
  message += " '";
  message += path;
  message += "': ";
  message += std::generic_category().message(errno_value);
  const bool is_full = errno_value == ENOSPC || errno_value == EDQUOT;
  return Error(KindOfErrno(errno_value), std::move(message), is_full ? "make room there, then run again" : "");
}

}  // namespace ingot
