#include "cli/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "cli/data_output.h"
#include "cli/settings.h"

namespace ingot {

OutputFormat FormatOf(const Invocation& invocation, OutputFormat otherwise) {
  const std::optional<std::string> name = invocation.settings.Text(OptionId::kOutput);
  return name ? ParseOutputFormat(*name) : otherwise;
}

bool IsTalkative(const Invocation& invocation) { return !invocation.settings.Flag(OptionId::kQuiet); }

void PrintTable(const Invocation& invocation, const Table& table) {
  const OutputFormat format = FormatOf(invocation);
  if (invocation.settings.Find(OptionId::kOutput) == nullptr && !IsTalkative(invocation)) {
    return;
  }
  const Terminal& terminal = invocation.program.terminal;
  invocation.program.out.Write(
      table.Render(format, terminal.output_is_terminal ? static_cast<size_t>(terminal.width) : 0));
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

Result<void> WriteFileWhole(const std::string& path, std::string_view text) {
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  const std::string staged = path.substr(0, name) + "." + path.substr(name) + ".ingot-" + std::to_string(::getpid());
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(staged, O_WRONLY | O_CREAT | O_TRUNC, 0666));
  Result<void> written = WriteAll(fd.get(), text, path);
  if (written && ::fsync(fd.get()) != 0) {
    written = ErrnoError(errno, "sync", path);
  }
  if (written && std::rename(staged.c_str(), path.c_str()) != 0) {
    written = ErrnoError(errno, "rename to", path);
  }
  if (!written) {
    ::unlink(staged.c_str());
  }
  return written;
}

Result<void> WriteTableReport(const Invocation& invocation, const Table& table) {
  const std::optional<std::string> path = invocation.settings.Text(OptionId::kReport);
  if (!path) {
    return {};
  }
  Result<void> written = WriteFileWhole(*path, table.Render(FormatOfPath(*path), 0));
  if (!written) {
    return std::move(written).error().In("--report");
  }
  return written;
}

}  // namespace ingot
