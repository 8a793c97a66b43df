#include "engine/duckdb/duckdb_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/utc.h"
#include "engine/duckdb/duckdb_error.h"

namespace ingot {
namespace {

// How soon Ctrl-C is seen.
constexpr std::chrono::milliseconds kTick{20};

int64_t MicrosOf(UtcInstant instant) { return instant.seconds * 1'000'000 + instant.nanos / 1000; }

// Owns a value of DuckDB.
class BoundValue {
 public:
  BoundValue(const DuckdbApi& api, duckdb_value value) : api_(api), value_(value) {}
  BoundValue(const BoundValue&) = delete;
  BoundValue& operator=(const BoundValue&) = delete;
  ~BoundValue() { api_.destroy_value(&value_); }
  duckdb_value get() const { return value_; }

 private:
  const DuckdbApi& api_;
  duckdb_value value_;
};

duckdb_value TextValue(const DuckdbApi& api, const std::string& text) {
  return api.create_varchar_length(text.data(), text.size());
}

template <typename Number>
std::optional<Number> NumberIn(const std::string& text) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// The text as a value of the type that the statement needs; as text where it needs none of these.
duckdb_value UntypedValue(const DuckdbApi& api, duckdb_type type, const std::string& text) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
      if (const auto number = NumberIn<int64_t>(text)) {
        return api.create_int64(*number);
      }
      break;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      if (const auto number = NumberIn<double>(text)) {
        return api.create_double(*number);
      }
      break;
    case DUCKDB_TYPE_DATE:
      if (const Result<UtcDay> day = ParseUtcDay(text)) {
        return api.create_date({day->days});
      }
      break;
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      if (const Result<UtcInstant> instant = ParseUtcInstant(text)) {
        return api.create_timestamp_tz({MicrosOf(*instant)});
      }
      break;
    default:
      break;
  }
  return TextValue(api, text);
}

duckdb_value ValueFor(const DuckdbApi& api, duckdb_type type, const EngineValue& value) {
  struct Maker {
    const DuckdbApi& api;
    duckdb_type type;
    duckdb_value operator()(std::monostate) const { return api.create_null_value(); }
    duckdb_value operator()(bool on) const { return api.create_bool(on); }
    duckdb_value operator()(int64_t number) const { return api.create_int64(number); }
    duckdb_value operator()(double number) const { return api.create_double(number); }
    duckdb_value operator()(const std::string& text) const { return TextValue(api, text); }
    duckdb_value operator()(UtcDay day) const { return api.create_date({day.days}); }
    duckdb_value operator()(UtcInstant instant) const { return api.create_timestamp_tz({MicrosOf(instant)}); }
    duckdb_value operator()(const UntypedText& untyped) const { return UntypedValue(api, type, untyped.text); }
  };
  return std::visit(Maker{api, type}, value);
}

class ResultHandle {
 public:
  explicit ResultHandle(const DuckdbApi& api) : api_(api) {}
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  ~ResultHandle() { api_.destroy_result(&value); }

  duckdb_result value{};

 private:
  const DuckdbApi& api_;
};

class ChunkHandle {
 public:
  ChunkHandle(const DuckdbApi& api, duckdb_data_chunk chunk) : value(chunk), api_(api) {}
  ChunkHandle(const ChunkHandle&) = delete;
  ChunkHandle& operator=(const ChunkHandle&) = delete;
  ~ChunkHandle() {
    if (value != nullptr) {
      api_.destroy_data_chunk(&value);
    }
  }

  duckdb_data_chunk value;

 private:
  const DuckdbApi& api_;
};

// Frees what a conversion to Arrow reports, and turns a failure into an error.
Result<void> Checked(const DuckdbApi& api, duckdb_error_data outcome) {
  if (outcome == nullptr) {
    return {};
  }
  Result<void> result;
  if (api.error_data_has_error(outcome)) {
    result = DuckdbError(api.error_data_error_type(outcome), api.error_data_message(outcome));
  }
  api.destroy_error_data(&outcome);
  return result;
}

class DuckdbStream final : public RecordStream {
 public:
  DuckdbStream(DuckdbApiPtr api, duckdb_connection connection, PreparedStatement statement, const RunLimits& limits)
      : api_(std::move(api)), statement_(std::move(statement)), result_(*api_), watch_(*api_, connection, limits) {}
  DuckdbStream(const DuckdbStream&) = delete;
  DuckdbStream& operator=(const DuckdbStream&) = delete;
  ~DuckdbStream() override {
    if (options_ != nullptr) {
      api_->destroy_arrow_options(&options_);
    }
  }

  Result<void> Start() {
    if (api_->execute_prepared_streaming(statement_.get(), &result_.value) != DuckDBSuccess) {
      return watch_.Explain(ResultError(*api_, result_.value));
    }
    options_ = api_->result_get_arrow_options(&result_.value);
    return {};
  }

  Result<OwnedArrowSchema> Schema() override {
    const idx_t count = api_->column_count(&result_.value);
    std::vector<duckdb_logical_type> types;
    std::vector<const char*> names;
    for (idx_t i = 0; i < count; ++i) {
      types.push_back(api_->column_logical_type(&result_.value, i));
      names.push_back(api_->column_name(&result_.value, i));
    }
    OwnedArrowSchema schema;
    const Result<void> made =
        Checked(*api_, api_->to_arrow_schema(options_, types.data(), names.data(), count, schema.Fill()));
    for (duckdb_logical_type& type : types) {
      api_->destroy_logical_type(&type);
    }
    INGOT_TRY(Result<void>(made));
    return schema;
  }

  Result<OwnedArrowArray> Next() override {
    INGOT_TRY(watch_.Check());
    OwnedArrowArray batch;
    const ChunkHandle chunk(*api_, api_->fetch_chunk(result_.value));
    if (chunk.value == nullptr) {
      // The end and a failure look alike until the result is asked.
      if (const char* message = api_->result_error(&result_.value); message != nullptr && *message != '\0') {
        return watch_.Explain(ResultError(*api_, result_.value));
      }
      return batch;
    }
    INGOT_TRY(Checked(*api_, api_->data_chunk_to_arrow(options_, chunk.value, batch.Fill())));
    return batch;
  }

 private:
  DuckdbApiPtr api_;
  PreparedStatement statement_;
  ResultHandle result_;
  duckdb_arrow_options options_ = nullptr;
  StatementWatch watch_;
};

void AddRows(const DuckdbApi& api, duckdb_data_chunk chunk, TextRows& rows) {
  const idx_t columns = api.data_chunk_get_column_count(chunk);
  const idx_t count = api.data_chunk_get_size(chunk);
  const size_t first = rows.size();
  rows.resize(first + count, std::vector<std::optional<std::string>>(columns));
  for (idx_t column = 0; column < columns; ++column) {
    const duckdb_vector vector = api.data_chunk_get_vector(chunk, column);
    auto* texts = static_cast<duckdb_string_t*>(api.vector_get_data(vector));
    const uint64_t* valid = api.vector_get_validity(vector);
    for (idx_t row = 0; row < count; ++row) {
      if (valid == nullptr || ((valid[row / 64] >> (row % 64)) & 1U) != 0) {
        rows[first + row][column] = std::string(api.string_t_data(&texts[row]), api.string_t_length(texts[row]));
      }
    }
  }
}

}  // namespace

StatementWatch::StatementWatch(const DuckdbApi& api, duckdb_connection connection, const RunLimits& limits)
    : api_(api), connection_(connection), limits_(limits) {
  if (limits.timeout) {
    deadline_ = std::chrono::steady_clock::now() + *limits.timeout;
  }
  if (limits.timeout || limits.cancellation != nullptr || limits.progress) {
    thread_ = std::thread([this] { Loop(); });
  }
}

StatementWatch::~StatementWatch() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void StatementWatch::Loop() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kTick, [this] { return done_; })) {
    if (!Check()) {
      // Again at every tick: a statement that has just begun does not hear the first.
      api_.interrupt(connection_);
    } else if (limits_.progress) {
      const double percent = api_.query_progress(connection_).percentage;
      limits_.progress(percent < 0 ? std::nullopt : std::optional(std::min(percent / 100, 1.0)));
    }
  }
}

Result<void> StatementWatch::Check() const {
  if (limits_.cancellation != nullptr) {
    INGOT_TRY(limits_.cancellation->Check());
  }
  if (IsOver()) {
    return Error(
        ErrorKind::kTimeout,
        fmt::format("the statement ran for {} s, its limit", static_cast<double>(limits_.timeout->count()) / 1000),
        "raise --timeout, or make the work smaller");
  }
  return {};
}

Error StatementWatch::Explain(Error error) const {
  // Also where a signal cut a system call short, which DuckDB tells as a failure to read.
  Result<void> reason = Check();
  return reason ? std::move(error) : std::move(reason).error();
}

PreparedStatement::~PreparedStatement() {
  if (handle_ != nullptr) {
    api_->destroy_prepare(&handle_);
  }
}

Result<void> PreparedStatement::Bind(const EngineParameters& parameters, Unused unused) const {
  std::vector<std::string> names;
  for (idx_t i = 1; i <= api_->nparams(handle_); ++i) {
    const char* name = api_->parameter_name(handle_, i);
    names.emplace_back(name == nullptr ? "" : name);
    if (name != nullptr) {
      api_->free(const_cast<char*>(name));
    }
    const auto found = parameters.find(names.back());
    if (found == parameters.end()) {
      return Error(ErrorKind::kUsage, fmt::format("the parameter '{}' has no value", names.back()),
                   fmt::format("--param {}=VALUE", names.back()));
    }
    INGOT_TRY(BindOne(i, names.back(), found->second));
  }
  for (const auto& [name, value] : parameters) {
    if (unused == Unused::kRefuse && std::find(names.begin(), names.end(), name) == names.end()) {
      return Error(ErrorKind::kUsage, fmt::format("the statement has no parameter '{}'", name),
                   fmt::format("write ${} where the value belongs", name));
    }
  }
  return {};
}

Result<void> PreparedStatement::BindOne(idx_t index, const std::string& name, const EngineValue& value) const {
  const BoundValue bound(*api_, ValueFor(*api_, api_->param_type(handle_, index), value));
  if (api_->bind_value(handle_, index, bound.get()) != DuckDBSuccess) {
    const char* message = api_->prepare_error(handle_);
    return Error(ErrorKind::kUsage, fmt::format("the value of parameter '{}' does not fit: {}", name,
                                                message == nullptr ? "DuckDB refused it" : message));
  }
  return {};
}

Result<std::unique_ptr<RecordStream>> StartStatement(DuckdbApiPtr api, duckdb_connection connection,
                                                     PreparedStatement statement, const RunLimits& limits) {
  auto stream = std::make_unique<DuckdbStream>(std::move(api), connection, std::move(statement), limits);
  INGOT_TRY(stream->Start());
  return std::unique_ptr<RecordStream>(std::move(stream));
}

Result<TextRows> RowsAsTexts(const DuckdbApi& api, const PreparedStatement& statement) {
  ResultHandle result(api);
  if (api.execute_prepared(statement.get(), &result.value) != DuckDBSuccess) {
    return ResultError(api, result.value);
  }
  TextRows rows;
  while (true) {
    const ChunkHandle chunk(api, api.fetch_chunk(result.value));
    if (chunk.value == nullptr) {
      return rows;
    }
    AddRows(api, chunk.value, rows);
  }
}

}  // namespace ingot
