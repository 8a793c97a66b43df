// How a verb hands over what it found: on standard output, and in the file that --report names.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command.h"
#include "cli/table.h"

namespace ingot {

// --output, or the verb's own default.
OutputFormat FormatOf(const Invocation& invocation, OutputFormat otherwise = OutputFormat::kTable);

// The same for what is text first of all, as help is: only --output on the command line asks for another form.
OutputFormat FlaggedFormat(const Invocation& invocation);

// Prints the rows in the chosen form. With --quiet a table is not printed unless a form was asked for.
void PrintTable(const Invocation& invocation, const Table& table);

// Prints what a verb has rendered itself, under the same rule.
void PrintText(const Invocation& invocation, std::string_view text);

// Whether the verb should print a summary for people: not with --quiet.
bool IsTalkative(const Invocation& invocation);

// To how many columns a table is cut: 0, no bound, where standard output is no terminal.
size_t WidthOf(const Terminal& terminal);

// The form of a report by the suffix of its path: .md, .csv, .jsonl, else JSON.
OutputFormat FormatOfPath(std::string_view path);

// Writes the rows to --report, if it was given: the whole file or nothing. Errors: by errno, naming the path.
Result<void> WriteTableReport(const Invocation& invocation, const Table& table);
// The same for a report that is no table.
Result<void> WriteReport(const std::string& path, std::string_view text);

}  // namespace ingot
