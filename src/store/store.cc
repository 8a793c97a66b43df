#include "store/store.h"

#include <fmt/format.h>

#include "commit/relative_path.h"

namespace ingot {

Result<void> CheckObjectKey(std::string_view key, const StoreTraits& traits) {
  if (traits.keys_are_paths) {
    return CheckPublishedPath(key);
  }
  if (key.empty() || key.size() > traits.max_key_bytes || key.find('\0') != std::string_view::npos) {
    return Error(ErrorKind::kInvalidData, fmt::format("'{}' is not an object's key: 1 to {} bytes without NUL",
                                                      PrintablePath(key.substr(0, 80)), traits.max_key_bytes));
  }
  return {};
}

Result<void> CheckPrecondition(std::string_view key, const Precondition& precondition,
                               const std::optional<std::string>& present) {
  switch (precondition.kind) {
    case Precondition::Kind::kNone:
      return {};
    case Precondition::Kind::kAbsent:
      return present ? Result<void>(Error(ErrorKind::kConflict, fmt::format("'{}' exists already", PrintablePath(key)),
                                          "compare it with what was to be stored, then decide"))
                     : Result<void>();
    case Precondition::Kind::kMatches:
      return present == precondition.etag ? Result<void>() : Result<void>(ReplacedError(key));
  }
  return {};
}

Error ReplacedError(std::string_view key) {
  return Error(ErrorKind::kConflict, fmt::format("'{}' was replaced or removed meanwhile", PrintablePath(key)),
               "run again: it starts from what is there now");
}

}  // namespace ingot
