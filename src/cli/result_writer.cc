#include "cli/result_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/json_writer.h"
#include "cli/table.h"
#include "cli/unicode_text.h"
#include "column/arrow_text.h"
#include "format/arrow/stream_file.h"

namespace ingot {
namespace {

// So many rows decide how wide a table's columns are.
constexpr size_t kMeasuredRows = 1000;
constexpr std::string_view kGap = "  ";
// A column that is cut keeps so much.
constexpr size_t kLeastWidth = 8;

using Columns = std::vector<ArrowColumnText>;

std::string TextAt(const ArrowColumnText& column, const ArrowArray& array, int64_t row, ArrowTextStyle style) {
  std::string text;
  column.Append(array, row, style, text);
  return text;
}

// Calls `visit` with every row, the batch and the row's place in it, until the end or until nobody reads any more.
template <typename Visit>
Result<uint64_t> ForEachRow(RecordStream& stream, const DataOutput& out, const Visit& visit) {
  uint64_t rows = 0;
  while (true) {
    INGOT_ASSIGN(const OwnedArrowArray batch, stream.Next());
    if (batch.empty() || !out.has_reader()) {
      return rows;
    }
    for (int64_t row = 0; row < batch->length; ++row) {
      // A sliced struct's children start at its own offset.
      visit(*batch, batch->offset + row);
    }
    rows += static_cast<uint64_t>(batch->length);
  }
}

void AppendJsonRow(const Columns& columns, const ArrowArray& batch, int64_t row, std::string& text) {
  text += '{';
  for (size_t i = 0; i < columns.size(); ++i) {
    text += (i == 0 ? "" : ", ") + JsonString(columns[i].name()) + ": ";
    columns[i].Append(*batch.children[i], row, ArrowTextStyle::kJson, text);
  }
  text += '}';
}

Result<uint64_t> WriteJson(RecordStream& stream, const Columns& columns, DataOutput& out) {
  std::string text = "[";
  INGOT_ASSIGN(const uint64_t rows, ForEachRow(stream, out, [&](const ArrowArray& batch, int64_t row) {
                 text += text == "[" ? "\n  " : ",\n  ";
                 AppendJsonRow(columns, batch, row, text);
                 out.Write(text);
                 text.clear();
               }));
  out.Write(text + (rows == 0 ? "]\n" : "\n]\n"));
  return rows;
}

Result<uint64_t> WriteJsonLines(RecordStream& stream, const Columns& columns, DataOutput& out) {
  std::string text;
  return ForEachRow(stream, out, [&](const ArrowArray& batch, int64_t row) {
    text.clear();
    AppendJsonRow(columns, batch, row, text);
    out.Line(text);
  });
}

Result<uint64_t> WriteCsv(RecordStream& stream, const Columns& columns, DataOutput& out) {
  std::string text;
  for (size_t i = 0; i < columns.size(); ++i) {
    text += (i == 0 ? "" : ",") + CsvField(columns[i].name());
  }
  out.Line(text);
  return ForEachRow(stream, out, [&](const ArrowArray& batch, int64_t row) {
    text.clear();
    for (size_t i = 0; i < columns.size(); ++i) {
      text += i == 0 ? "" : ",";
      const std::string value = TextAt(columns[i], *batch.children[i], row, ArrowTextStyle::kPlain);
      // An empty text is not null.
      const bool empty_text = value.empty() && !ArrowColumnText::IsNull(*batch.children[i], row);
      text += empty_text ? "\"\"" : CsvField(value);
    }
    out.Line(text);
  });
}

std::string MarkdownField(std::string_view text) {
  std::string field;
  for (const char c : PrintableText(text)) {
    field += c == '|' ? "\\" : "";
    field += c == '\n' ? ' ' : c;
  }
  return field;
}

Result<uint64_t> WriteMarkdown(RecordStream& stream, const Columns& columns, DataOutput& out) {
  std::string header = "|";
  std::string rule = "|";
  for (const ArrowColumnText& column : columns) {
    header += fmt::format(" {} |", MarkdownField(column.name()));
    rule += column.is_number() ? " ---: |" : " --- |";
  }
  out.Line(header);
  out.Line(rule);
  std::string text;
  return ForEachRow(stream, out, [&](const ArrowArray& batch, int64_t row) {
    text = "|";
    for (size_t i = 0; i < columns.size(); ++i) {
      text += fmt::format(" {} |", MarkdownField(TextAt(columns[i], *batch.children[i], row, ArrowTextStyle::kPlain)));
    }
    out.Line(text);
  });
}

// A table for people. The first rows are kept until the widths are known.
class TableWriter {
 public:
  TableWriter(const Columns& columns, size_t width, DataOutput& out) : columns_(columns), width_(width), out_(out) {}

  void Add(const ArrowArray& batch, int64_t row) {
    std::vector<std::string> line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string text = TextAt(columns_[i], *batch.children[i], row, ArrowTextStyle::kPlain);
      // Control characters of the data must not steer the terminal.
      line.push_back(FitToWidth(text, DisplayWidth(text)));
    }
    if (widths_.empty()) {
      measured_.push_back(std::move(line));
      if (measured_.size() == kMeasuredRows) {
        Measure();
      }
    } else {
      Print(line);
    }
  }

  void Finish() {
    if (widths_.empty()) {
      Measure();
    }
  }

 private:
  void Measure() {
    std::vector<std::string> header;
    for (const ArrowColumnText& column : columns_) {
      header.push_back(FitToWidth(column.name(), DisplayWidth(column.name())));
    }
    measured_.insert(measured_.begin(), std::move(header));
    widths_.assign(columns_.size(), 0);
    for (const std::vector<std::string>& line : measured_) {
      for (size_t i = 0; i < line.size(); ++i) {
        widths_[i] = std::max(widths_[i], DisplayWidth(line[i]));
      }
    }
    Shrink();
    for (const std::vector<std::string>& line : measured_) {
      Print(line);
    }
    measured_.clear();
  }

  // The widest columns of text give way until a line fits; numbers are never cut.
  void Shrink() {
    size_t total = widths_.empty() ? 0 : kGap.size() * (widths_.size() - 1);
    for (const size_t column_width : widths_) {
      total += column_width;
    }
    while (width_ > 0 && total > width_) {
      size_t widest = widths_.size();
      for (size_t i = 0; i < widths_.size(); ++i) {
        const bool can_give = !columns_[i].is_number() && widths_[i] > kLeastWidth;
        if (can_give && (widest == widths_.size() || widths_[i] > widths_[widest])) {
          widest = i;
        }
      }
      if (widest == widths_.size()) {
        return;
      }
      --widths_[widest];
      --total;
    }
  }

  void Print(const std::vector<std::string>& line) {
    std::string row;
    for (size_t i = 0; i < line.size(); ++i) {
      const std::string text = width_ > 0 ? FitToWidth(line[i], widths_[i]) : line[i];
      const size_t used = DisplayWidth(text);
      const std::string padding(widths_[i] > used ? widths_[i] - used : 0, ' ');
      row += i == 0 ? std::string_view() : kGap;
      row += columns_[i].is_number() ? padding + text : text + padding;
    }
    row.erase(row.find_last_not_of(' ') + 1);
    out_.Line(row);
  }

  const Columns& columns_;
  size_t width_;
  DataOutput& out_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> measured_;
};

Result<uint64_t> WriteTable(RecordStream& stream, const Columns& columns, size_t width, DataOutput& out) {
  TableWriter table(columns, width, out);
  INGOT_ASSIGN(const uint64_t rows,
               ForEachRow(stream, out, [&table](const ArrowArray& batch, int64_t row) { table.Add(batch, row); }));
  table.Finish();
  return rows;
}

// Standard output for writers of bytes.
class OutputSink final : public ByteSink {
 public:
  explicit OutputSink(DataOutput& out) : out_(out) {}
  Result<void> Write(std::span<const char> bytes) override {
    out_.Write({bytes.data(), bytes.size()});
    return {};
  }

 private:
  DataOutput& out_;
};

// Counts what passes.
class CountingStream final : public RecordStream {
 public:
  explicit CountingStream(RecordStream& stream) : stream_(stream) {}
  Result<OwnedArrowSchema> Schema() override { return stream_.Schema(); }
  Result<OwnedArrowArray> Next() override {
    INGOT_ASSIGN(OwnedArrowArray batch, stream_.Next());
    rows_ += batch.empty() ? 0 : static_cast<uint64_t>(batch->length);
    return batch;
  }
  uint64_t rows() const { return rows_; }

 private:
  RecordStream& stream_;
  uint64_t rows_ = 0;
};

Result<uint64_t> WriteBinary(RecordStream& stream, ResultFormat format, DataOutput& out) {
  CountingStream counting(stream);
  std::optional<Error> failure;
  OwnedArrowStream exported = ExportStream(counting, failure);
  OutputSink sink(out);
  const Result<void> written = format == ResultFormat::kParquet ? WriteParquetFile(exported.Take(), sink)
                                                                : WriteArrowStream(exported.Take(), sink);
  if (failure) {
    return *failure;
  }
  INGOT_TRY(Result<void>(written));
  return counting.rows();
}

}  // namespace

ResultFormat ParseResultFormat(std::string_view name) {
  if (name == "parquet") {
    return ResultFormat::kParquet;
  }
  if (name == "arrow") {
    return ResultFormat::kArrow;
  }
  switch (ParseOutputFormat(name)) {
    case OutputFormat::kJson:
      return ResultFormat::kJson;
    case OutputFormat::kJsonLines:
      return ResultFormat::kJsonLines;
    case OutputFormat::kCsv:
      return ResultFormat::kCsv;
    case OutputFormat::kMarkdown:
      return ResultFormat::kMarkdown;
    case OutputFormat::kTable:
      break;
  }
  return ResultFormat::kTable;
}

Result<ResultSummary> WriteResult(RecordStream& stream, ResultFormat format, size_t width, DataOutput& out) {
  INGOT_ASSIGN(const OwnedArrowSchema schema, stream.Schema());
  const auto count = static_cast<uint64_t>(schema->n_children);
  if (format == ResultFormat::kParquet || format == ResultFormat::kArrow) {
    INGOT_ASSIGN(const uint64_t rows, WriteBinary(stream, format, out));
    return ResultSummary{rows, count};
  }
  INGOT_ASSIGN(const Columns columns, ReadArrowColumns(*schema));
  Result<uint64_t> rows = uint64_t{0};
  switch (format) {
    case ResultFormat::kJson:
      rows = WriteJson(stream, columns, out);
      break;
    case ResultFormat::kJsonLines:
      rows = WriteJsonLines(stream, columns, out);
      break;
    case ResultFormat::kCsv:
      rows = WriteCsv(stream, columns, out);
      break;
    case ResultFormat::kMarkdown:
      rows = WriteMarkdown(stream, columns, out);
      break;
    default:
      rows = WriteTable(stream, columns, width, out);
  }
  INGOT_TRY(Result<void>(rows ? Result<void>() : Result<void>(rows.error())));
  return ResultSummary{*rows, count};
}

}  // namespace ingot
