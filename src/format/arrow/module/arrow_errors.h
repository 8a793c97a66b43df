// The one place where exceptions and statuses of Arrow and Parquet become errors of ours. For .cc files of this folder.
#pragma once

#include <arrow/status.h>
#include <parquet/exception.h>

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace ingot {

// A read that the system refused, on its way through Arrow.
class FailedRead final : public std::exception {
 public:
  explicit FailedRead(Error error) : error_(std::move(error)) {}
  const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.message().c_str(); }

 private:
  Error error_;
};

// What Arrow knows of and does not have: a codec that it was built without, an encoding of a later version.
inline bool IsNotImplemented(std::string_view text) { return text.starts_with("Not yet implemented"); }

// Runs `work`, which returns a Result, and turns what it throws into an error of `kind`: kCorrupt where foreign bytes
// are read, kInternal where our own are written; kUnsupported for what Arrow does not have. Memory exhaustion passes
// through when it is real; what a damaged size asked for is kCorrupt.
template <typename Work>
auto CatchArrow(ErrorKind kind, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const FailedRead& failed) {
    return failed.error();
  } catch (const parquet::ParquetStatusException& error) {
    return Error(error.status().IsNotImplemented() ? ErrorKind::kUnsupported : kind, error.status().message());
  } catch (const parquet::ParquetException& error) {
    return Error(IsNotImplemented(error.what()) ? ErrorKind::kUnsupported : kind, error.what());
  } catch (const std::bad_alloc&) {
    if (kind == ErrorKind::kCorrupt) {
      return Error(kind, "the file asks for more memory than there is");
    }
    throw;
  } catch (const std::exception& error) {
    return Error(kind, error.what());
  }
}

}  // namespace ingot
