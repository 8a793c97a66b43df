#include "format/csv/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ingot {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Error CsvReader::Problem(std::string_view what) const {
  return Error(ErrorKind::kInvalidData, fmt::format("{}, line {}: {}", name_, record_line_, what));
}

Result<CsvReader> CsvReader::Open(std::unique_ptr<ByteSource> source, std::string name) {
  CsvReader reader(std::move(source), std::move(name));
  INGOT_ASSIGN(const bool more, reader.Next());
  if (!more) {
    return Error(ErrorKind::kInvalidData, fmt::format("{} is empty: its first line names the columns", reader.name_));
  }
  for (const std::string_view field : reader.fields_) {
    if (std::find(reader.header_.begin(), reader.header_.end(), field) != reader.header_.end()) {
      return reader.Problem(fmt::format("the column '{}' is named twice", field));
    }
    reader.header_.emplace_back(field);
  }
  return reader;
}

Result<bool> CsvReader::Gather() {
  begin_ = end_;
  bool quoted = false;
  for (size_t at = begin_;; ++at) {
    if (at == block_.size()) {
      if (at - begin_ > kMaxCsvRecordBytes) {
        return Error(ErrorKind::kResourceLimit, fmt::format("{}, line {}: a record of more than {} bytes", name_,
                                                            record_line_, kMaxCsvRecordBytes));
      }
      block_.erase(0, begin_);
      at -= begin_;
      begin_ = 0;
      const size_t held = block_.size();
      block_.resize(held + kReadBytes);
      INGOT_ASSIGN(const size_t count, source_->Read(std::span(block_).subspan(held)));
      block_.resize(held + count);
      if (count == 0) {
        end_ = block_.size();
        return end_ > begin_;
      }
    }
    if (block_[at] == '"') {
      quoted = !quoted;
    } else if (block_[at] == '\n') {
      ++next_line_;
      if (!quoted) {
        end_ = at + 1;
        return true;
      }
    }
  }
}

Result<bool> CsvReader::Next() {
  while (true) {
    const bool is_first = header_.empty() && next_line_ == 1;
    record_line_ = next_line_;
    INGOT_ASSIGN(const bool more, Gather());
    if (!more) {
      return false;
    }
    std::string_view record = std::string_view(block_).substr(begin_, end_ - begin_);
    if (is_first && record.starts_with(kByteOrderMark)) {
      record.remove_prefix(kByteOrderMark.size());
    }
    record.remove_suffix(record.ends_with("\r\n") ? 2 : record.ends_with('\n') ? 1 : 0);
    if (record.empty()) {
      continue;
    }
    INGOT_TRY(Split(record));
    if (!header_.empty() && fields_.size() != header_.size()) {
      return Problem(fmt::format("{} fields where the header names {} columns", fields_.size(), header_.size()));
    }
    return true;
  }
}

Result<void> CsvReader::Split(std::string_view record) {
  fields_.clear();
  unquoted_.clear();
  unquoted_.reserve(record.size());  // fields point into it
  while (true) {
    if (!record.starts_with('"')) {
      const size_t comma = record.find(',');
      fields_.push_back(record.substr(0, comma));
      if (fields_.back().find('"') != std::string_view::npos) {
        return Problem("a quote inside of a field that does not begin with one");
      }
      if (comma == std::string_view::npos) {
        return {};
      }
      record.remove_prefix(comma + 1);
      continue;
    }
    const size_t begin = unquoted_.size();
    size_t at = 1;
    while (at < record.size() && (record[at] != '"' || record.substr(at, 2) == "\"\"")) {
      unquoted_ += record[at];
      at += record[at] == '"' ? 2 : 1;
    }
    fields_.push_back(std::string_view(unquoted_).substr(begin));
    if (at == record.size()) {
      return Problem("a quoted field is not closed");
    }
    record.remove_prefix(at + 1);
    if (record.empty()) {
      return {};
    }
    if (record[0] != ',') {
      return Problem("unexpected data after a quoted field");
    }
    record.remove_prefix(1);
  }
}

}  // namespace ingot
