// A failure: a kind that says what the caller can do, what happened, where, and what to do next.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingot/abi.h"

namespace ingot {
INGOT_INLINE namespace v1 {
  // What the caller can do about a failure. Where it happened is context, not kind.
  enum class ErrorKind {
    kUsage,           // the call itself is wrong
    kConfig,          // the project file, a variable or a credential is wrong
    kInvalidData,     // foreign bytes do not follow their format
    kNotFound,        // a source, dataset, partition, file or key does not exist
    kAlreadyExists,   // something else already stands under that name
    kConflict,        // another run holds the lock or changed the target first
    kCheckFailed,     // a check refused; an override can let it pass
    kCorrupt,         // bytes differ from what their manifest promises
    kSchemaDrift,     // the data does not fit the accepted schema
    kPermission,      // the operating system or a service said no
    kUnavailable,     // temporary; a retry may succeed
    kTimeout,         // a deadline passed
    kUnknownOutcome,  // it may or may not have happened; nothing was deleted
    kResourceLimit,   // memory, disk, size or cost limit
    kCancelled,       // interrupted by the caller
    kUnsupported,     // understood, and not offered by this version
    kInternal,        // a defect of the library
  };

  // One row of the table that maps a kind to every face it shows.
  struct ErrorKindInfo {
    ErrorKind kind;
    std::string_view name;              // "check_failed"
    int exit_code;                      // of the program `ingot`
    int http_status;                    // of a server
    std::string_view python_exception;  // class of the Python package, below its `Error`
    bool retryable;                     // the same call may succeed later, without a change
    std::string_view advice;            // used when the error itself carries none
  };

  // Every kind once, in the order of the enumeration.
  INGOT_API std::span<const ErrorKindInfo> ErrorKinds();
  INGOT_API const ErrorKindInfo& Describe(ErrorKind kind);

  struct INGOT_API Error {
    ErrorKind kind = ErrorKind::kInternal;
    std::string message;               // what and why
    std::vector<std::string> context;  // where, outermost first: "dataset tier3", "partition 2026-01-15"
    std::string advice;                // what to do next

    // "dataset tier3: partition 2026-01-15: message", without the advice.
    std::string ToString() const;
  };

}  // namespace v1
}  // namespace ingot
