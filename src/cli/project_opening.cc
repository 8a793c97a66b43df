#include "cli/project_opening.h"

namespace ingot {

Result<std::unique_ptr<Workspace>> OpenProject(const CommandSpec& command, const GivenOptions& given,
                                               const Environment& environment) {
  if (command.project == ProjectNeed::kNone || command.project == ProjectNeed::kOwn) {
    return std::unique_ptr<Workspace>();
  }
  INGOT_ASSIGN(const WorkspaceRequest request, ProjectRequest(given, environment));
  if (command.project == ProjectNeed::kOptional && request.search == ProjectSearch::kUpwards &&
      !Workspace::Find(request).ok()) {
    return std::unique_ptr<Workspace>();
  }
  return Workspace::Open(request);
}

}  // namespace ingot
