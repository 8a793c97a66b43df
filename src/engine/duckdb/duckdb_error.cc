#include "engine/duckdb/duckdb_error.h"

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace ingot {
namespace {

struct Mapping {
  duckdb_error_type type;
  ErrorKind kind;
  std::string_view advice;  // empty: the kind's own
};

constexpr std::string_view kCorrectSql = "correct the statement; `ingot schema DATASET` shows the columns";
constexpr std::string_view kOnlyDatasets =
    "a query reads the datasets of its project and nothing else, and writes nothing";

constexpr std::array kMappings{
    Mapping{DUCKDB_ERROR_PARSER, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_SYNTAX, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_BINDER, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_CATALOG, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_PLANNER, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_EXPRESSION, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_INVALID_TYPE, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_PARAMETER_NOT_RESOLVED, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_PARAMETER_NOT_ALLOWED, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_SETTINGS, ErrorKind::kUsage, kCorrectSql},
    Mapping{DUCKDB_ERROR_NOT_IMPLEMENTED, ErrorKind::kUnsupported, ""},
    Mapping{DUCKDB_ERROR_PERMISSION, ErrorKind::kPermission, kOnlyDatasets},
    Mapping{DUCKDB_ERROR_MISSING_EXTENSION, ErrorKind::kUnsupported, "extensions are never downloaded"},
    Mapping{DUCKDB_ERROR_AUTOLOAD, ErrorKind::kUnsupported, "extensions are never downloaded"},
    Mapping{DUCKDB_ERROR_OUT_OF_RANGE, ErrorKind::kInvalidData, "cast to a wider type, or try_cast"},
    Mapping{DUCKDB_ERROR_CONVERSION, ErrorKind::kInvalidData, "try_cast gives null instead"},
    Mapping{DUCKDB_ERROR_MISMATCH_TYPE, ErrorKind::kInvalidData, "try_cast gives null instead"},
    Mapping{DUCKDB_ERROR_DECIMAL, ErrorKind::kInvalidData, "cast to a wider type, or try_cast"},
    Mapping{DUCKDB_ERROR_DIVIDE_BY_ZERO, ErrorKind::kInvalidData, ""},
    Mapping{DUCKDB_ERROR_INVALID_INPUT, ErrorKind::kInvalidData, "correct the statement or the values it reads"},
    Mapping{DUCKDB_ERROR_OUT_OF_MEMORY, ErrorKind::kResourceLimit, "raise --memory, or make the result smaller"},
    Mapping{DUCKDB_ERROR_INTERRUPT, ErrorKind::kCancelled, ""},
    Mapping{DUCKDB_ERROR_IO, ErrorKind::kCorrupt, "prove the partitions: ingot verify DATASET"},
    // What the readers of pages and footers throw has no class.
    Mapping{DUCKDB_ERROR_INVALID, ErrorKind::kCorrupt, "prove the partitions: ingot verify DATASET"},
};

// "Binder Error: Referenced column …" without the first words, which the kind says, and without empty lines.
std::string Shortened(std::string_view message) {
  constexpr std::string_view kMark = " Error: ";
  const size_t mark = message.find(kMark);
  message = mark < 40 ? message.substr(mark + kMark.size()) : message;
  // What follows are settings that a statement cannot change here.
  message = message.substr(0, message.find("\n\nPossible solutions:"));
  std::string text;
  for (const char c : message) {
    if (c != '\n' || !text.ends_with('\n')) {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::optional<Error> DiskError(std::string_view message) {
  // Below it may stand the line of the statement that names the file.
  const std::string_view first_line = message.substr(0, message.find('\n'));
  // It tells no errno, and the kernel may or may not have kept what was written.
  if (message.ends_with("fsync failed!")) {
    return Error(ErrorKind::kUnknownOutcome, std::string(message), "run again");
  }
  for (const int code : {ENOSPC, EDQUOT, EFBIG, EIO, EROFS, EMFILE, ENFILE, EINTR}) {
    if (first_line.ends_with(": " + std::generic_category().message(code))) {
      const Error named = ErrnoError(code, "", "");
      return Error(named.kind(), std::string(message), std::string(named.advice()));
    }
  }
  return std::nullopt;
}

Error DuckdbError(duckdb_error_type type, const char* message) {
  std::string text = message == nullptr ? "no message" : Shortened(message);
  // A failing commit and the state after it have classes of their own; files of a view are opened when it is bound.
  if (type == DUCKDB_ERROR_IO || type == DUCKDB_ERROR_TRANSACTION || type == DUCKDB_ERROR_FATAL ||
      type == DUCKDB_ERROR_BINDER) {
    if (std::optional<Error> disk = DiskError(text)) {
      return *std::move(disk);
    }
  }
  for (const Mapping& mapping : kMappings) {
    if (mapping.type == type) {
      return Error(mapping.kind, std::move(text), std::string(mapping.advice));
    }
  }
  return Error(ErrorKind::kInternal, std::move(text));
}

Error ResultError(const DuckdbApi& api, duckdb_result& result) {
  return DuckdbError(api.result_error_type(&result), api.result_error(&result));
}

}  // namespace ingot
