#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/query_prompt.h"
#include "cli/query_run.h"
#include "cli/result_writer.h"
#include "cli/talk.h"
#include "pipeline/query.h"
#include "pipeline/workspace.h"
#include "request/query_request.h"
#include "request/settings.h"

namespace ingot {
namespace {

Result<int> ListQueries(const Invocation& invocation) {
  Table table({{"query"}, {"parameters"}, {"description"}});
  if (invocation.workspace != nullptr) {
    for (const SavedQuery& query : invocation.workspace->project().queries) {
      std::string parameters;
      for (const QueryParameter& parameter : query.parameters) {
        parameters += fmt::format("{}{}: {}{}", parameters.empty() ? "" : ", ", parameter.name,
                                  QueryTypeName(parameter.type), parameter.default_value ? "?" : "");
      }
      table.Add({query.name, parameters, query.description});
    }
  }
  PrintTable(invocation, table);
  return kExitOk;
}

Result<std::string> ReadStandardInput() {
  std::string text;
  std::string block(size_t{64} << 10U, '\0');
  while (true) {
    INGOT_ASSIGN(const size_t read, ReadSome(STDIN_FILENO, block, "standard input"));
    if (read == 0) {
      return text;
    }
    text.append(block, 0, read);
    if (text.size() > kMaxSqlBytes) {
      return Error(ErrorKind::kResourceLimit, "the statement is longer than 16 MiB");
    }
  }
}

// The statement that the command line means, with the values of its parameters.
Result<EngineStatement> StatementOf(const Invocation& invocation) {
  std::map<std::string, std::string> given;
  for (const std::string& text : invocation.settings.Texts(OptionId::kParam)) {
    const size_t equals = text.find('=');
    given.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
  }
  const std::optional<std::string> file = invocation.settings.Text(OptionId::kFile);
  if (file.has_value() == !invocation.arguments.empty()) {
    return Error(ErrorKind::kUsage, file ? "--file and an argument are two statements" : "which statement?",
                 "ingot query \"SELECT …\", a saved query's name, --file FILE, or - for standard input");
  }
  if (file) {
    INGOT_ASSIGN(std::string sql, ReadWholeFile(*file, kMaxSqlBytes));
    return EngineStatement{std::move(sql), BindUntyped(given)};
  }
  const std::string& argument = invocation.arguments[0];
  if (argument == "-") {
    INGOT_ASSIGN(std::string sql, ReadStandardInput());
    return EngineStatement{std::move(sql), BindUntyped(given)};
  }
  return MakeStatement(invocation.scope(), argument, given);
}

}  // namespace

Result<int> QueryCommand(const Invocation& invocation) {
  if (invocation.settings.Flag(OptionId::kList)) {
    return ListQueries(invocation);
  }
  const Terminal& terminal = invocation.program.terminal;
  const bool nothing_given = invocation.arguments.empty() && !invocation.settings.Find(OptionId::kFile);
  if (nothing_given && terminal.input_is_terminal && terminal.output_is_terminal) {
    return PromptForQueries(invocation);
  }
  INGOT_ASSIGN(EngineStatement statement, StatementOf(invocation));
  return RunQuery(invocation, std::move(statement));
}

}  // namespace ingot
