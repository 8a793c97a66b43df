// One call of the public interface: its project, settings, threads and observers. What `main` is to a verb.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/task_pool.h"
#include "dataset/build_context.h"
#include "ingot/work.h"
#include "pipeline/workspace.h"
#include "request/request_scope.h"
#include "request/settings.h"

namespace ingot {

// Where calls work.
struct SessionPlace {
  std::optional<std::string> folder;  // of the project; nothing: without one
  std::map<std::string, std::string> variables;
  Environment environment;
};

// Progress and warnings on their way to a caller.
class ObserverSink final : public ProgressSink {
 public:
  explicit ObserverSink(const v1::WorkOptions& work) : on_progress_(work.on_progress), on_warning_(work.on_warning) {}
  void Update(const ProgressUpdate& update) override;
  void Warn(std::string_view subject, std::string_view message) override;

 private:
  std::function<void(const v1::Progress&)> on_progress_;
  std::function<void(const v1::Warning&)> on_warning_;
};

class Session {
 public:
  // Errors: as Workspace::Open and Settings::Resolve.
  static Result<std::unique_ptr<Session>> Open(const SessionPlace& place, const OptionSet& offered,
                                               const GivenOptions& given, const v1::WorkOptions& work);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() = default;

  Workspace* workspace() { return workspace_.get(); }  // null without a project
  const Settings& settings() const { return settings_; }
  RequestScope scope() const { return {workspace_.get(), settings_, clock_->Now().day()}; }
  const Cancellation& cancellation() const;
  ProgressSink& progress() { return sink_; }
  // Starts the threads on first use.
  const BuildContext& Work();
  std::string NewRunId() const;

 private:
  Session(const SessionPlace& place, const v1::WorkOptions& work) : place_(place), work_(work), sink_(work) {}

  SessionPlace place_;
  v1::WorkOptions work_;
  ObserverSink sink_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Workspace> workspace_;
  Settings settings_;
  std::optional<TaskPool> pool_;
  BuildContext context_;
};

}  // namespace ingot
