#include "ingot/lookup.h"

#include <filesystem>
#include <utility>

#include "api/cancellation.h"
#include "api/given_options.h"
#include "api/key_columns.h"
#include "api/lookup_answer.h"
#include "api/outward.h"
#include "api/session.h"
#include "lookup/lookup.h"
#include "lookup/lookup_arrow.h"
#include "request/settings.h"
#include "request/work_settings.h"

namespace ingot::v1 {
namespace {

// The caller's observers while a lookup is opened. An index that is made again later is made in silence.
class OpeningProgress final : public ProgressSink {
 public:
  explicit OpeningProgress(ProgressSink* sink) : sink_(sink) {}
  void Close() { sink_ = nullptr; }
  void Update(const ProgressUpdate& update) override {
    if (sink_ != nullptr) {
      sink_->Update(update);
    }
  }
  void Warn(std::string_view subject, std::string_view message) override {
    if (sink_ != nullptr) {
      sink_->Warn(subject, message);
    }
  }

 private:
  ProgressSink* sink_;
};

// Answers are asked for whatever the current folder is by then.
std::string AbsolutePath(const std::string& manifest) {
  if (manifest.empty() || manifest.find("://") != std::string::npos) {
    return manifest;
  }
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::absolute(manifest, failure);
  return failure ? manifest : path.string();
}

std::string_view OriginName(IndexOrigin origin) {
  switch (origin) {
    case IndexOrigin::kOpened:
      return "opened";
    case IndexOrigin::kBuilt:
      return "built";
    case IndexOrigin::kInMemory:
      return "in_memory";
  }
  return "";
}

const ingot::Cancellation* Inward(const Cancellation& cancellation) { return &cancellation.state()->cancellation; }

std::vector<ColumnCondition> Inward(std::span<const KeyCondition> conditions) {
  std::vector<ColumnCondition> inward;
  for (const KeyCondition& condition : conditions) {
    inward.push_back({condition.column, condition.value});
  }
  return inward;
}

}  // namespace

struct Lookup::State {
  explicit State(ProgressSink* sink, Cancellation cancel) : progress(sink), cancellation(std::move(cancel)) {}

  // What the lookup below refers to.
  OpeningProgress progress;
  Cancellation cancellation;
  std::vector<KeyColumn> columns;
  std::optional<ingot::Lookup> lookup;
};

Lookup::Lookup(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Result<Lookup> Lookup::Open(const std::string& manifest, const LookupOptions& options,
                            const std::map<std::string, std::string>& environment) {
  return Guarded([&]() -> ingot::Result<Lookup> {
    INGOT_ASSIGN(const auto session,
                 Session::Open({std::nullopt, {}, environment}, LookupOptionSet(), GivenFrom(options), options.work));
    auto state = std::make_shared<State>(&session->progress(), options.work.cancellation);
    const LookupContext context{Inward(state->cancellation), &state->progress, MemoryOf(session->settings())};
    INGOT_ASSIGN(ingot::Lookup lookup,
                 ingot::Lookup::Open(AbsolutePath(manifest),
                                     {session->settings().Text(OptionId::kTemplate).value_or("")}, context));
    for (const ingot::KeyColumn& column : lookup.columns()) {
      state->columns.push_back({column.name, static_cast<KeyKind>(column.kind), column.literal});
    }
    state->progress.Close();
    state->lookup = std::move(lookup);
    return Lookup(std::move(state));
  });
}

const std::vector<KeyColumn>& Lookup::columns() const { return state_->columns; }

LookupIndex Lookup::index() const {
  const LookupIndexReport report = state_->lookup->report();
  return {std::string(OriginName(report.origin)),
          report.path,
          report.bytes,
          report.rows,
          report.keys,
          report.manifest_sha256};
}

Result<std::vector<KeyPart>> Lookup::KeyOf(std::span<const KeyCondition> conditions) const {
  return Guarded([&] { return state_->lookup->KeyOf(Inward(conditions)); });
}

Result<bool> Lookup::Exists(std::span<const KeyPart> key) const {
  return Guarded([&] { return state_->lookup->Exists(key); });
}

Result<std::string> Lookup::Get(std::span<const KeyPart> key) const {
  return Guarded([&] { return state_->lookup->Get(key); });
}

Result<bool> Lookup::Find(std::span<const KeyPart> key, std::string* path) const {
  return Guarded([&] { return state_->lookup->Find(key, path); });
}

Result<std::optional<bool>> Lookup::TryExists(std::span<const KeyPart> key) const {
  return Guarded([&] { return state_->lookup->TryExists(key); });
}

Result<std::optional<bool>> Lookup::TryFind(std::span<const KeyPart> key, std::string* path) const {
  return Guarded([&] { return state_->lookup->TryFind(key, path); });
}

Result<std::vector<std::string>> Lookup::GetAll(std::span<const KeyPart> key) const {
  return Guarded([&] { return state_->lookup->GetAll(key); });
}

Result<LookupAnswer> Lookup::Records(std::span<const KeyCondition> conditions, const Cancellation& cancellation) const {
  return Guarded([&]() -> ingot::Result<LookupAnswer> {
    INGOT_ASSIGN(LookupRecords records, state_->lookup->Records(Inward(conditions), Inward(cancellation)));
    return AnswerOf(AnswerColumns(state_->lookup->columns(), std::move(records)));
  });
}

Result<LookupAnswer> Lookup::Unique(std::string_view column, const Cancellation& cancellation) const {
  return Guarded([&]() -> ingot::Result<LookupAnswer> {
    INGOT_ASSIGN(ColumnValues values, state_->lookup->Unique(column, Inward(cancellation)));
    return AnswerOf(AnswerColumn{std::string(column), std::move(values), {}});
  });
}

Result<LookupAnswer> Lookup::FindMany(std::span<const KeyPartArray> columns, const Cancellation& cancellation) const {
  return Guarded([&]() -> ingot::Result<LookupAnswer> {
    INGOT_ASSIGN(const KeyColumns keys, KeyColumns::Read(columns, state_->lookup->columns()));
    LookupBatch batch;
    INGOT_TRY(state_->lookup->FindMany(keys.arrays(), &batch, Inward(cancellation)));
    return AnswerOf(AnswerColumn{std::string(kFilePathColumn), std::move(batch.paths), std::move(batch.found)});
  });
}

Result<LookupAnswer> Lookup::ExistsMany(std::span<const KeyPartArray> columns, const Cancellation& cancellation) const {
  return Guarded([&]() -> ingot::Result<LookupAnswer> {
    INGOT_ASSIGN(const KeyColumns keys, KeyColumns::Read(columns, state_->lookup->columns()));
    std::vector<uint8_t> found;
    INGOT_TRY(state_->lookup->ExistsMany(keys.arrays(), &found, Inward(cancellation)));
    return AnswerOf("exists", found);
  });
}

}  // namespace ingot::v1
