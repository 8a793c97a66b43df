#include "cli/output.h"

#include "cli/data_output.h"
#include "commit/atomic_file.h"
#include "request/settings.h"

namespace ingot {
namespace {

Result<void> WriteFileWhole(const std::string& path, std::string_view text) {
  INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(path));
  INGOT_TRY(file.sink().Write(text));
  INGOT_TRY(file.SyncData());
  return file.Commit();
}

}  // namespace

OutputFormat FormatOf(const Invocation& invocation, OutputFormat otherwise) {
  const std::optional<std::string> name = invocation.settings.Text(OptionId::kOutput);
  return name ? ParseOutputFormat(*name) : otherwise;
}

OutputFormat FlaggedFormat(const Invocation& invocation) {
  const Setting* setting = invocation.settings.Find(OptionId::kOutput);
  const bool flag = setting != nullptr && setting->origin == SettingOrigin::kFlag;
  return flag ? ParseOutputFormat(setting->values.back()) : OutputFormat::kTable;
}

bool IsTalkative(const Invocation& invocation) { return !invocation.settings.Flag(OptionId::kQuiet); }

void PrintTable(const Invocation& invocation, const Table& table) {
  PrintText(invocation, table.Render(FormatOf(invocation), WidthOf(invocation.program.terminal)));
}

void PrintText(const Invocation& invocation, std::string_view text) {
  if (IsTalkative(invocation) || invocation.settings.Find(OptionId::kOutput) != nullptr) {
    invocation.program.out.Write(text);
  }
}

size_t WidthOf(const Terminal& terminal) {
  return terminal.output_is_terminal ? static_cast<size_t>(terminal.width) : 0;
}

OutputFormat FormatOfPath(std::string_view path) {
  if (path.ends_with(".md")) {
    return OutputFormat::kMarkdown;
  }
  if (path.ends_with(".csv")) {
    return OutputFormat::kCsv;
  }
  return path.ends_with(".jsonl") ? OutputFormat::kJsonLines : OutputFormat::kJson;
}

Result<void> WriteTableReport(const Invocation& invocation, const Table& table) {
  const std::optional<std::string> path = invocation.settings.Text(OptionId::kReport);
  return path ? WriteReport(*path, table.Render(FormatOfPath(*path), 0)) : Result<void>();
}

Result<void> WriteReport(const std::string& path, std::string_view text) {
  Result<void> written = WriteFileWhole(path, text);
  if (!written) {
    return std::move(written).error().In("--report");
  }
  return written;
}

}  // namespace ingot
