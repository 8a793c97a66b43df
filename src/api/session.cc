#include "api/session.h"

#include <random>
#include <utility>

#include "api/cancellation.h"
#include "request/project_settings.h"
#include "request/work_settings.h"

namespace ingot {

void ObserverSink::Update(const ProgressUpdate& update) {
  if (on_progress_) {
    on_progress_(
        {std::string(update.stage), std::string(update.subject), update.bytes_done, update.bytes_total, update.rows});
  }
}

void ObserverSink::Warn(std::string_view subject, std::string_view message) {
  if (on_warning_) {
    on_warning_({std::string(subject), std::string(message)});
  }
}

Result<std::unique_ptr<Session>> Session::Open(const SessionPlace& place, const OptionSet& offered,
                                               const GivenOptions& given, const v1::WorkOptions& work) {
  std::unique_ptr<Session> session(new Session(place, work));
  INGOT_ASSIGN(session->clock_, MakeClock(place.environment));
  ProjectDefaults defaults;
  if (place.folder) {
    INGOT_ASSIGN(WorkspaceRequest request, ProjectRequest({}, place.environment));
    request.folder = *place.folder;
    request.search = ProjectSearch::kHere;
    request.variables.set.insert(place.variables.begin(), place.variables.end());
    INGOT_ASSIGN(session->workspace_, Workspace::Open(request));
    defaults = DefaultsOf(*session->workspace_);
  }
  INGOT_ASSIGN(session->settings_, Settings::Resolve(offered, given, place.environment, defaults));
  if (place.folder) {
    PlaceOutputOf(session->settings_, *session->workspace_);
  }
  return session;
}

const Cancellation& Session::cancellation() const { return work_.cancellation.state()->cancellation; }

const BuildContext& Session::Work() {
  if (!pool_) {
    pool_.emplace(ThreadsOf(settings_));
    context_ = {&*pool_, clock_.get(),        &cancellation(),
                &sink_,  MemoryOf(settings_), TemporaryFolder(place_.environment)};
  }
  return context_;
}

std::string Session::NewRunId() const {
  if (place_.environment.contains(std::string(kNowVariable))) {
    return RunIdAt(clock_->Now(), std::nullopt);
  }
  std::random_device random;
  return RunIdAt(clock_->Now(), random());
}

}  // namespace ingot
