#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/size.h"
#include "cli/json_writer.h"
#include "cli/unicode_text.h"

namespace ingot {
namespace {

constexpr std::string_view kGap = "  ";
// A column that is cut keeps so much, so that it can still be recognised.
constexpr size_t kLeastWidth = 8;

bool IsRightAligned(CellKind kind) {
  return kind == CellKind::kCount || kind == CellKind::kBytes || kind == CellKind::kNumber ||
         kind == CellKind::kSeconds || kind == CellKind::kRatio;
}

std::string GroupedCount(const Cell& cell) {
  if (const auto* value = std::get_if<int64_t>(&cell)) {
    return *value < 0 ? "-" + FormatCount(uint64_t{0} - static_cast<uint64_t>(*value))
                      : FormatCount(static_cast<uint64_t>(*value));
  }
  return FormatCount(std::get<uint64_t>(cell));
}

std::string OnOneLine(std::string_view json) {
  JsonWriter line(JsonLayout::kOneLine);
  line.Raw(json);
  return line.text();
}

// Without a dictionary of its own, CSV shows values as JSON does, and text as it is.
std::string CellForPrograms(CellKind kind, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) {
    return {};
  }
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return kind == CellKind::kJson ? OnOneLine(*text) : *text;
  }
  if (const auto* instant = std::get_if<UtcInstant>(&cell)) {
    return FormatUtcInstant(*instant);
  }
  return CellAsJson(kind, cell);
}

std::string Padded(std::string_view text, size_t width, bool right) {
  const size_t used = DisplayWidth(text);
  const std::string padding(width > used ? width - used : 0, ' ');
  return right ? padding + std::string(text) : std::string(text) + padding;
}

// Widest first, columns of text give way until the row fits.
void ShrinkToFit(std::vector<size_t>& widths, const std::vector<TableColumn>& columns, size_t width) {
  const auto total = [&widths] {
    return std::accumulate(widths.begin(), widths.end(), kGap.size() * (widths.size() - 1));
  };
  while (total() > width) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (!IsRightAligned(columns[i].kind) && widths[i] > kLeastWidth &&
          (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size()) {
      return;
    }
    --widths[widest];
  }
}

std::string Header(std::string_view name) {
  std::string header(name);
  std::replace(header.begin(), header.end(), '_', ' ');
  return header;
}

std::string MarkdownField(std::string_view text) {
  std::string field;
  for (const char c : PrintableText(text)) {
    if (c == '|') {
      field += "\\|";
    } else {
      field += c == '\n' ? ' ' : c;
    }
  }
  return field;
}

void WriteRow(JsonWriter& json, const std::vector<TableColumn>& columns, const std::vector<Cell>& row) {
  json.BeginObject();
  for (size_t i = 0; i < columns.size(); ++i) {
    json.Key(columns[i].name).Raw(CellAsJson(columns[i].kind, row[i]));
  }
  json.EndObject();
}

}  // namespace

OutputFormat ParseOutputFormat(std::string_view name) {
  if (name == "json") {
    return OutputFormat::kJson;
  }
  if (name == "jsonl") {
    return OutputFormat::kJsonLines;
  }
  if (name == "csv") {
    return OutputFormat::kCsv;
  }
  return name == "markdown" ? OutputFormat::kMarkdown : OutputFormat::kTable;
}

std::string CellForPeople(CellKind kind, const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) {
    return {};
  }
  switch (kind) {
    case CellKind::kCount:
      return GroupedCount(cell);
    case CellKind::kBytes:
      return FormatByteSize(std::get<uint64_t>(cell));
    case CellKind::kSeconds:
      return fmt::format("{:.2f} s", std::get<double>(cell));
    case CellKind::kRatio:
      return fmt::format("{:.1f} %", std::get<double>(cell) * 100);
    case CellKind::kBool:
      return std::get<bool>(cell) ? "yes" : "no";
    case CellKind::kInstant:
      // "2026-01-16T00:05:09.123456+00:00" to "2026-01-16 00:05 UTC"
      return FormatUtcInstant(std::get<UtcInstant>(cell)).substr(0, 16).replace(10, 1, " ") + " UTC";
    case CellKind::kText:
    case CellKind::kNumber:
    case CellKind::kJson:
      break;
  }
  return CellForPrograms(kind, cell);
}

std::string CellAsJson(CellKind kind, const Cell& cell) {
  JsonWriter json;
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return kind == CellKind::kJson ? *text : JsonString(*text);
  }
  if (const auto* instant = std::get_if<UtcInstant>(&cell)) {
    return JsonString(FormatUtcInstant(*instant));
  }
  if (const auto* value = std::get_if<int64_t>(&cell)) {
    json.Signed(*value);
  } else if (const auto* count = std::get_if<uint64_t>(&cell)) {
    json.Unsigned(*count);
  } else if (const auto* number = std::get_if<double>(&cell)) {
    json.Double(*number);
  } else if (const auto* on = std::get_if<bool>(&cell)) {
    json.Bool(*on);
  } else {
    json.Null();
  }
  return json.text();
}

std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string field = "\"";
  for (const char c : text) {
    field += c;
    if (c == '"') {
      field += c;
    }
  }
  return field + '"';
}

void Table::AddNamed(std::initializer_list<std::pair<std::string_view, Cell>> cells) {
  std::vector<Cell> row(columns_.size());
  for (const auto& [name, cell] : cells) {
    const auto column = std::find_if(columns_.begin(), columns_.end(), [wanted = name](const TableColumn& candidate) {
      return candidate.name == wanted;
    });
    row.at(static_cast<size_t>(column - columns_.begin())) = cell;
  }
  rows_.push_back(std::move(row));
}

std::string Table::Render(OutputFormat format, size_t width) const {
  switch (format) {
    case OutputFormat::kJson:
      return RenderJson();
    case OutputFormat::kJsonLines:
      return RenderJsonLines();
    case OutputFormat::kCsv:
      return RenderCsv();
    case OutputFormat::kMarkdown:
      return RenderMarkdown();
    case OutputFormat::kTable:
      break;
  }
  return RenderTable(width);
}

std::vector<size_t> Table::ShownColumns() const {
  std::vector<size_t> shown;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].audience == ColumnAudience::kAll) {
      shown.push_back(i);
    }
  }
  return shown;
}

std::string Table::RenderTable(size_t width) const {
  if (rows_.empty()) {
    return {};
  }
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> lines(1 + rows_.size());
  for (const size_t i : ShownColumns()) {
    columns.push_back(columns_[i]);
    lines[0].push_back(Header(columns_[i].name));
    for (size_t row = 0; row < rows_.size(); ++row) {
      // Without a bound nothing is cut, but a line feed would still break the row.
      const std::string text = CellForPeople(columns_[i].kind, rows_[row][i]);
      lines[1 + row].push_back(FitToWidth(text, DisplayWidth(text)));
    }
  }
  std::vector<size_t> widths(columns.size(), 0);
  for (const std::vector<std::string>& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(line[i]));
    }
  }
  if (width > 0) {
    ShrinkToFit(widths, columns, width);
  }
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    std::string row;
    for (size_t i = 0; i < line.size(); ++i) {
      row += i == 0 ? std::string_view() : kGap;
      row += Padded(FitToWidth(line[i], widths[i]), widths[i], IsRightAligned(columns[i].kind));
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + '\n';
  }
  return text;
}

std::string Table::RenderJson() const {
  JsonWriter json;
  json.BeginArray();
  for (const std::vector<Cell>& row : rows_) {
    WriteRow(json, columns_, row);
  }
  json.EndArray();
  return json.text() + '\n';
}

std::string Table::RenderJsonLines() const {
  std::string text;
  for (const std::vector<Cell>& row : rows_) {
    JsonWriter json(JsonLayout::kOneLine);
    WriteRow(json, columns_, row);
    text += json.text() + '\n';
  }
  return text;
}

std::string Table::RenderCsv() const {
  // RFC 4180 ends lines with CR LF; every reader takes LF, and the tools of a shell expect it.
  std::string text;
  for (size_t i = 0; i < columns_.size(); ++i) {
    text += (i == 0 ? "" : ",") + CsvField(columns_[i].name);
  }
  text += '\n';
  for (const std::vector<Cell>& row : rows_) {
    for (size_t i = 0; i < columns_.size(); ++i) {
      text += (i == 0 ? "" : ",") + CsvField(CellForPrograms(columns_[i].kind, row[i]));
    }
    text += '\n';
  }
  return text;
}

std::string Table::RenderMarkdown() const {
  const std::vector<size_t> shown = ShownColumns();
  std::string text = "|";
  std::string rule = "|";
  for (const size_t i : shown) {
    text += fmt::format(" {} |", Header(columns_[i].name));
    rule += IsRightAligned(columns_[i].kind) ? " ---: |" : " --- |";
  }
  text += '\n' + rule + '\n';
  for (const std::vector<Cell>& row : rows_) {
    text += '|';
    for (const size_t i : shown) {
      text += fmt::format(" {} |", MarkdownField(CellForPeople(columns_[i].kind, row[i])));
    }
    text += '\n';
  }
  return text;
}

}  // namespace ingot
