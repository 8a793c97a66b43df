#include "engine/duckdb/duckdb_error.h"

#include <fmt/format.h>

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

// What follows these is for someone who administers DuckDB or mends it: settings that a statement cannot change here,
// extensions that are never installed, and where in its source it failed.
constexpr std::array<std::string_view, 18> kNotForUsers{"\n\nPossible solutions:",
                                                        "\n\nPlease try installing",
                                                        "Stack Trace:",
                                                        "\nThis error signals",
                                                        " - file system operations are disabled by configuration",
                                                        " Use SET ",
                                                        " Use \"SET ",
                                                        "\nUse SET ",
                                                        "\nUse \"SET ",
                                                        "\n* SET ",
                                                        " You can try \"INSTALL",
                                                        "\nYou can try \"INSTALL",
                                                        "Consider explicitly \"INSTALL",
                                                        "\nIt is possible that the encoding",
                                                        " Install it first using",
                                                        " To resolve this",
                                                        " This error occurs because the extension",
                                                        "\nOr set SET "};

// "Binder Error: Referenced column …" without the first words, which the kind says, and without empty lines.
std::string Shortened(std::string_view message) {
  constexpr std::string_view kMark = " Error: ";
  const size_t mark = message.find(kMark);
  message = mark < 40 ? message.substr(mark + kMark.size()) : message;
  // The statement, with a mark where it is wrong, comes last.
  const size_t line = message.find("\nLINE ");
  const std::string_view where = line == std::string_view::npos ? std::string_view() : message.substr(line);
  message = message.substr(0, line);
  for (const std::string_view mark_of_others : kNotForUsers) {
    message = message.substr(0, message.find(mark_of_others));
  }
  const std::string kept = std::string(message).append(where);
  std::string text;
  for (const char c : kept) {
    if (c != '\n' || !text.ends_with('\n')) {
      text += c;
    }
  }
  while (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

// How the texts of errors without a class begin.
struct Prefix {
  std::string_view text;
  duckdb_error_type type;
};
constexpr std::array kPrefixes{
    Prefix{"Permission Error", DUCKDB_ERROR_PERMISSION},  Prefix{"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
    Prefix{"std::bad_alloc", DUCKDB_ERROR_OUT_OF_MEMORY}, Prefix{"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
    Prefix{"INTERNAL Error", DUCKDB_ERROR_INTERNAL},      Prefix{"FATAL Error", DUCKDB_ERROR_FATAL},
};

// `where date = 2023-01-01` subtracts numbers and compares the result with a date.
bool ComparesDateWithNumber(std::string_view message) {
  for (const std::string_view number : {"INTEGER", "INTEGER_LITERAL", "BIGINT"}) {
    for (const std::string_view day : {"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}) {
      for (const std::string& pair :
           {fmt::format("({} -> {})", number, day), fmt::format("type {} and {}", day, number),
            fmt::format("type {} and {}", number, day)}) {
        if (message.find(pair) != std::string_view::npos) {
          return true;
        }
      }
    }
  }
  return false;
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
  // An allocation that the system refuses is told in C++'s words, whatever class it has.
  if (text == "std::bad_alloc") {
    type = DUCKDB_ERROR_OUT_OF_MEMORY;
    text = "the statement needs more memory than its limit";
  }
  // A failing commit and the state after it have classes of their own; files of a view are opened when it is bound.
  if (type == DUCKDB_ERROR_IO || type == DUCKDB_ERROR_TRANSACTION || type == DUCKDB_ERROR_FATAL ||
      type == DUCKDB_ERROR_BINDER) {
    if (std::optional<Error> disk = DiskError(text)) {
      return *std::move(disk);
    }
  }
  if (ComparesDateWithNumber(text)) {
    return Error(ErrorKind::kUsage, std::move(text), "a date is written in quotes: '2023-01-01'");
  }
  for (const Mapping& mapping : kMappings) {
    if (mapping.type == type) {
      return Error(mapping.kind, std::move(text), std::string(mapping.advice));
    }
  }
  return Error(ErrorKind::kInternal, std::move(text));
}

Error UntypedDuckdbError(duckdb_error_type type, const char* message) {
  const std::string_view text = message == nullptr ? std::string_view() : std::string_view(message);
  for (const Prefix& prefix : kPrefixes) {
    type = text.starts_with(prefix.text) ? prefix.type : type;
  }
  return DuckdbError(type, message);
}

Error ResultError(const DuckdbApi& api, duckdb_result& result) {
  return DuckdbError(api.result_error_type(&result), api.result_error(&result));
}

}  // namespace ingot
