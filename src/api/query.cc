#include "ingot/query.h"

#include <cerrno>
#include <mutex>
#include <utility>

#include "api/arrow_schema.h"
#include "api/cancellation.h"
#include "api/given_options.h"
#include "api/outward.h"
#include "api/project_state.h"
#include "api/session.h"
#include "ingot/project.h"
#include "pipeline/query.h"
#include "request/query_request.h"

namespace ingot::v1 {
namespace {

// A statement that runs. Members go in the opposite order of their making.
struct RunningQuery {
  std::unique_ptr<Session> session;
  std::unique_ptr<Query> query;
  std::unique_ptr<RecordStream> stream;
};

}  // namespace

struct QueryResult::State {
  SessionPlace place;
  std::string sql;
  QueryOptions options;
  OwnedArrowSchema schema;

  std::mutex mutex;                     // of what stands below
  std::unique_ptr<RunningQuery> first;  // runs, and nobody has read of it yet
  std::optional<ingot::Error> failure;

  ingot::Result<std::unique_ptr<RunningQuery>> Open() const;
  ingot::Result<std::unique_ptr<RunningQuery>> Start() const;
  // The statement that is running already, or once more.
  ingot::Result<std::unique_ptr<RunningQuery>> TakeOrStart();
  void Failed(const ingot::Error& error);
};

ingot::Result<std::unique_ptr<RunningQuery>> QueryResult::State::Open() const {
  auto running = std::make_unique<RunningQuery>();
  INGOT_ASSIGN(running->session, Session::Open(place, QueryOptionSet(), GivenFrom(options), options.work));
  Session& session = *running->session;
  INGOT_ASSIGN(EngineStatement statement, MakeStatement(session.scope(), sql, options.parameters));
  INGOT_ASSIGN(running->query, Query::Open(session.workspace(), MakeQueryRequest(session.scope(), std::move(statement)),
                                           session.Work()));
  return running;
}

ingot::Result<std::unique_ptr<RunningQuery>> QueryResult::State::Start() const {
  INGOT_ASSIGN(std::unique_ptr<RunningQuery> running, Open());
  Session& session = *running->session;
  uint64_t bytes = 0;
  for (const Query::Input& input : running->query->inputs()) {
    bytes += input.bytes;
  }
  RunLimits limits;
  limits.cancellation = &session.cancellation();
  limits.timeout = TimeoutOf(session.settings());
  limits.progress = [&session, bytes](std::optional<double> share) {
    if (share) {
      session.progress().Update({"query", "", static_cast<uint64_t>(*share * static_cast<double>(bytes)), bytes, 0});
    }
  };
  INGOT_ASSIGN(running->stream, running->query->Run(limits));
  if (const std::optional<uint64_t> rows = session.settings().Count(OptionId::kLimit)) {
    running->stream = LimitRows(std::move(running->stream), *rows);
  }
  return running;
}

ingot::Result<std::unique_ptr<RunningQuery>> QueryResult::State::TakeOrStart() {
  {
    const std::lock_guard lock(mutex);
    if (first != nullptr) {
      return std::move(first);
    }
  }
  INGOT_ASSIGN(std::unique_ptr<RunningQuery> running, Start());
  INGOT_ASSIGN(const OwnedArrowSchema now, running->stream->Schema());
  if (!SameSchema(*now, *schema)) {
    return ingot::Error(ingot::ErrorKind::kConflict, "the columns of the result are others by now", "ask once more");
  }
  return running;
}

void QueryResult::State::Failed(const ingot::Error& error) {
  const std::lock_guard lock(mutex);
  if (!failure) {
    failure = error;
  }
}

namespace {

// Behind a C stream.
struct ResultStream {
  std::shared_ptr<QueryResult::State> state;
  std::unique_ptr<RunningQuery> running;
  bool ended = false;
  std::string text;

  ingot::Result<OwnedArrowArray> Next() {
    if (ended) {
      return OwnedArrowArray();
    }
    if (running == nullptr) {
      INGOT_ASSIGN(running, state->TakeOrStart());
    }
    return running->stream->Next();
  }
};

ResultStream& StateOf(ArrowArrayStream* stream) { return *static_cast<ResultStream*>(stream->private_data); }

int ReadNext(ArrowArrayStream* self, ArrowArray* out) {
  ResultStream& stream = StateOf(self);
  ingot::Result<OwnedArrowArray> batch = ingot::Error(ingot::ErrorKind::kInternal, "nothing was read");
  const auto guarded = Guarded([&]() -> ingot::Result<void> {
    batch = stream.Next();
    return {};
  });
  if (!guarded) {
    batch = ingot::Error(static_cast<ingot::ErrorKind>(guarded.error().kind), guarded.error().message);
  }
  if (batch && !batch->empty()) {
    *out = batch->Take();
    return 0;
  }
  // Files and memory are let go at once, not when the consumer thinks of it.
  stream.ended = true;
  stream.running.reset();
  if (batch) {
    out->release = nullptr;
    return 0;
  }
  stream.text = batch.error().ToString();
  stream.state->Failed(batch.error());
  return batch.error().kind() == ingot::ErrorKind::kCancelled ? ECANCELED : EIO;
}

}  // namespace

Result<void> QueryResult::ExportSchema(ArrowSchema* out) const {
  return Guarded([&]() -> ingot::Result<void> {
    *out = CopySchema(*state_->schema).Take();
    return {};
  });
}

Result<void> QueryResult::ExportStream(ArrowArrayStream* out) const {
  return Guarded([&]() -> ingot::Result<void> {
    auto stream = std::make_unique<ResultStream>();
    stream->state = state_;
    *out = ArrowArrayStream{};
    out->get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
      *schema = CopySchema(*StateOf(self).state->schema).Take();
      return 0;
    };
    out->get_next = ReadNext;
    out->get_last_error = [](ArrowArrayStream* self) -> const char* {
      return StateOf(self).text.empty() ? nullptr : StateOf(self).text.c_str();
    };
    out->release = [](ArrowArrayStream* self) {
      const std::unique_ptr<ResultStream> state(&StateOf(self));
      self->release = nullptr;
    };
    out->private_data = stream.release();
    return {};
  });
}

std::optional<Error> QueryResult::failure() const {
  const std::lock_guard lock(state_->mutex);
  return state_->failure ? std::optional(Outward(*state_->failure)) : std::nullopt;
}

Result<std::string> QueryResult::Explain() const {
  return Guarded([&]() -> ingot::Result<std::string> {
    INGOT_ASSIGN(const std::unique_ptr<RunningQuery> running, state_->Open());
    return running->query->Explain();
  });
}

void QueryResult::Cancel() const { state_->options.work.cancellation.state()->cancellation.Request(); }

Result<QueryResult> Project::Query(const std::string& sql, const QueryOptions& options) const {
  return Guarded([&]() -> ingot::Result<QueryResult> {
    auto state = std::make_shared<QueryResult::State>();
    state->place = state_->place;
    state->sql = sql;
    state->options = options;
    INGOT_ASSIGN(state->first, state->Start());
    INGOT_ASSIGN(state->schema, state->first->stream->Schema());
    return QueryResult(std::move(state));
  });
}

}  // namespace ingot::v1
