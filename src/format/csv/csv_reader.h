// Comma-separated values as RFC 4180 has them, record by record.
//
// Lines end with LF or CRLF; a field in double quotes may hold commas, line ends and doubled quotes; a byte order mark
// and empty lines are passed over. The first record names the columns, and every other one has as many fields.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/input/byte_source.h"

namespace ingot {

inline constexpr size_t kMaxCsvRecordBytes = size_t{16} << 20U;

// For one thread.
class CsvReader {
 public:
  // Reads the header. `name` is for messages. Errors: those of the source; kInvalidData for what is no CSV, for a
  // column that is named twice, and for an input without a header.
  static Result<CsvReader> Open(std::unique_ptr<ByteSource> source, std::string name);

  const std::vector<std::string>& header() const { return header_; }
  // The next record; false at the end. Fields are valid until the next call. Errors: as Open, naming the line;
  // kResourceLimit for a record beyond kMaxCsvRecordBytes.
  Result<bool> Next();
  const std::vector<std::string_view>& fields() const { return fields_; }
  // Where the record begins, counted from 1.
  uint64_t line() const { return record_line_; }

 private:
  CsvReader(std::unique_ptr<ByteSource> source, std::string name)
      : source_(std::move(source)), name_(std::move(name)) {}

  Error Problem(std::string_view what) const;
  // Makes the bytes of the next record whole, with its line end unless the input ends; false at the end.
  Result<bool> Gather();
  Result<void> Split(std::string_view record);

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::vector<std::string> header_;
  std::string block_;  // what was read and not yet taken
  size_t begin_ = 0;   // of the record in it
  size_t end_ = 0;     // behind the record
  uint64_t next_line_ = 1;
  uint64_t record_line_ = 1;
  std::string unquoted_;  // fields that had doubled quotes
  std::vector<std::string_view> fields_;
};

}  // namespace ingot
