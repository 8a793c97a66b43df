// A failure is a value: a kind that says what the caller can do, a message, where it happened, and what to do next.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

// What the caller can do about a failure. Where it happened is context, not kind.
enum class ErrorKind {
  kUsage,           // the command line or the call itself is wrong
  kConfig,          // the project file, a variable or a credential is wrong
  kInvalidData,     // foreign bytes do not follow their format
  kNotFound,        // a source, dataset, partition or file does not exist
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
  kCancelled,       // interrupted by the user
  kUnsupported,     // understood, and not offered by this version
  kInternal,        // a defect of this program
};

// One row of the table that maps a kind to every face it shows.
struct ErrorKindInfo {
  ErrorKind kind;
  std::string_view name;              // snake_case, as printed in JSON
  int exit_code;                      // design: one table of exit codes
  int http_status;                    // what a server answers
  std::string_view python_exception;  // class under `ingot.Error`
  bool retryable;                     // running again without a change may succeed
  std::string_view advice;            // used when the error itself carries none
};

// Every kind once, in the order of the enumeration.
std::span<const ErrorKindInfo> ErrorKinds();
const ErrorKindInfo& Describe(ErrorKind kind);

// Copyable. `message` says what and why; `context` says where, innermost first; `advice` says what to do next.
class Error {
 public:
  Error(ErrorKind kind, std::string message, std::string advice = {});

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::vector<std::string>& context() const { return context_; }
  // The error's own advice, or its kind's.
  std::string_view advice() const;

  // Adds where it happened, as the error travels outwards: "dataset tier3", "partition 2026-01-15".
  Error& In(std::string where) &;
  Error In(std::string where) &&;
  Error& WithAdvice(std::string advice) &;
  Error WithAdvice(std::string advice) &&;

  // "dataset tier3: partition 2026-01-15: message", without the advice.
  std::string ToString() const;

 private:
  ErrorKind kind_;
  std::string message_;
  std::string advice_;
  std::vector<std::string> context_;
};

// Turns an errno of a system call into an error: "cannot open 'x': No space left on device".
Error ErrnoError(int errno_value, std::string_view what, std::string_view path);

}  // namespace ingot
