#include "request/query_request.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/size.h"
#include "model/field_value.h"
#include "request/work_settings.h"

namespace ingot {
namespace {

Result<const SavedQuery*> FindSavedQuery(const RequestScope& scope, const std::string& name) {
  if (scope.workspace == nullptr) {
    return Error(ErrorKind::kConfig, fmt::format("'{}' names a saved query, and there is no project here", name),
                 "go to the project's folder, or name it: -p DIR");
  }
  return scope.workspace->project().RequireQuery(name);
}

QueryProof ProofOf(const Settings& settings) {
  const std::string name = settings.Text(OptionId::kProve).value_or("footer");
  return name == "quick" ? QueryProof::kQuick : name == "whole" ? QueryProof::kWhole : QueryProof::kFooter;
}

}  // namespace

Result<EngineStatement> MakeStatement(const RequestScope& scope, const std::string& text,
                                      const std::map<std::string, std::string>& parameters) {
  if (!IsFieldName(text)) {
    return EngineStatement{text, BindUntyped(parameters)};
  }
  INGOT_ASSIGN(const SavedQuery* saved, FindSavedQuery(scope, text));
  EngineStatement statement{saved->sql, {}};
  if (!saved->file.empty()) {
    INGOT_ASSIGN(statement.sql, ReadWholeFile(scope.workspace->Placed(saved->file), kMaxSqlBytes));
  }
  INGOT_ASSIGN(statement.parameters, BindSavedQuery(*saved, parameters));
  return statement;
}

QueryRequest MakeQueryRequest(const RequestScope& scope, EngineStatement statement) {
  return QueryRequest{
      std::move(statement), ProofOf(scope.settings), {MemoryOf(scope.settings), ThreadsOf(scope.settings), {}}};
}

std::optional<std::chrono::milliseconds> TimeoutOf(const Settings& settings) {
  const std::optional<std::string> timeout = settings.Text(OptionId::kTimeout);
  return timeout ? std::optional(ParseDuration(*timeout).value()) : std::nullopt;
}

}  // namespace ingot
