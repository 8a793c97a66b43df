#include "dataset/instants.h"

#include <fmt/format.h>

#include <utility>

#include "column/leaf_column.h"
#include "dataset/column_facts.h"

namespace ingot {
namespace {

constexpr size_t kShownBytes = 64;

Error NoInstants(ErrorKind kind, std::string_view column, const DataType& type) {
  return Error(kind, fmt::format("column '{}' is of type {}, which holds no instants", column, FormatType(type)),
               fmt::format("event_time, min_instant and max_instant need a column of type timestamp or date, or one of "
                           "texts: {}",
                           kInstantForms));
}

// An instant with the text that the manifest shows for it.
struct NamedInstant {
  UtcInstant instant;
  std::string text;
};

UtcInstant InstantOf(const DataType& type, int64_t count) {
  if (type.kind == TypeKind::kDate) {
    return StartOf(UtcDay{static_cast<int32_t>(count)});
  }
  int64_t per_second = 1'000'000'000;
  if (type.unit != TimeUnit::kNanos) {
    per_second = type.unit == TimeUnit::kMillis ? 1'000 : 1'000'000;
  }
  const int64_t part = (count % per_second + per_second) % per_second;
  return {(count - part) / per_second, static_cast<int32_t>(part * (1'000'000'000 / per_second))};
}

// Gathers the facts of one column, value by value.
class Gathering {
 public:
  Gathering(const DataType& type, const std::optional<UtcWindow>& window) : type_(type), window_(window) {}

  void Add(const LeafColumn& part) {
    for (size_t i = 0; i < part.ends.size(); ++i) {
      const std::string_view text = part.BytesAt(i);
      if (const auto instant = ParseUtcInstant(text)) {
        Take({*instant, std::string(text)});
      } else {
        Refuse(text);
      }
    }
    for (const int64_t count : part.ints) {
      const StatisticValue shown = StatisticFromInt(type_, count);
      if (const auto* text = std::get_if<std::string>(&shown)) {
        Take({InstantOf(type_, count), *text});
      } else {
        Refuse(fmt::to_string(count));
      }
    }
  }

  InstantFacts Finish() {
    if (all_.min) {
      facts_.min = all_.min->text;
      facts_.max = all_.max->text;
    }
    if (late_.min) {
      facts_.late.min = late_.min->text;
      facts_.late.max = late_.max->text;
    }
    facts_.late.unreadable = facts_.unreadable;
    return std::move(facts_);
  }

 private:
  struct Range {
    std::optional<NamedInstant> min;
    std::optional<NamedInstant> max;

    void Extend(const NamedInstant& value) {
      if (!min || value.instant < min->instant) {
        min = value;
      }
      if (!max || max->instant < value.instant) {
        max = value;
      }
    }
  };

  void Take(const NamedInstant& value) {
    ++facts_.values;
    all_.Extend(value);
    if (window_ && !window_->Contains(value.instant)) {
      ++facts_.late.rows;
      late_.Extend(value);
    }
  }

  void Refuse(std::string_view text) {
    ++facts_.values;
    if (facts_.unreadable++ == 0) {
      facts_.first_unreadable = text.substr(0, kShownBytes);
    }
  }

  const DataType& type_;
  const std::optional<UtcWindow>& window_;
  InstantFacts facts_;
  Range all_;
  Range late_;
};

void AddColumns(const ManifestFields& fields, std::vector<ColumnPathPattern>* columns) {
  for (const ManifestField& field : fields) {
    if (const auto* inner = std::get_if<ManifestFields>(&field.value)) {
      AddColumns(*inner, columns);
    } else if (const auto* computed = std::get_if<ComputedField>(&field.value);
               computed != nullptr && (computed->function == ManifestFunction::kMinInstant ||
                                       computed->function == ManifestFunction::kMaxInstant)) {
      columns->push_back(*computed->column);
    }
  }
}

}  // namespace

bool HoldsInstants(const DataType& type) {
  return type.kind == TypeKind::kTimestamp || type.kind == TypeKind::kDate || type.kind == TypeKind::kString ||
         type.kind == TypeKind::kNull;
}

Result<void> CheckInstantTypes(const DatasetSpec& dataset, const LockedSchema* locked) {
  std::vector<ColumnPathPattern> columns;
  if (dataset.source.event_time) {
    columns.push_back(*dataset.source.event_time);
  }
  AddColumns(dataset.manifest_fields, &columns);
  std::map<std::string, DataType> known;
  if (locked != nullptr && !columns.empty()) {
    ForEachLeaf(locked->schema, [&](const std::string& path, const Field& leaf) { known[path] = leaf.type; });
  }
  for (const DeclaredType& declared : dataset.source.types) {
    known[declared.path.ToString()] = declared.type;
  }
  for (const ColumnPathPattern& column : columns) {
    const auto type = known.find(column.ToString());
    if (type != known.end() && !HoldsInstants(type->second)) {
      return NoInstants(ErrorKind::kConfig, type->first, type->second);
    }
  }
  return {};
}

Result<const InstantFacts*> InstantColumns::Of(const ColumnPathPattern& column) {
  const std::string name = column.ToString();
  if (const auto known = facts_.find(name); known != facts_.end()) {
    return &known->second;
  }
  INGOT_ASSIGN(const size_t leaf, FindLeaf(reader_, column));
  const DataType& type = reader_.leaves()[leaf].field->type;
  if (!HoldsInstants(type)) {
    return NoInstants(ErrorKind::kCheckFailed, name, type);
  }
  Gathering gathering(type, window_);
  for (size_t group = 0; group < reader_.row_groups().size(); ++group) {
    INGOT_TRY(reader_.ScanLeaf(group, leaf, [&gathering](const LeafColumn& part) -> Result<void> {
      gathering.Add(part);
      return {};
    }));
  }
  return &facts_.emplace(name, gathering.Finish()).first->second;
}

std::optional<CheckResult> InstantColumns::Check() const {
  if (facts_.empty()) {
    return std::nullopt;
  }
  CheckResult check{std::string(kInstantsCheck), Verdict::kPassed, "", {}};
  for (const auto& [name, facts] : facts_) {
    if (facts.unreadable > 0) {
      check.verdict = Verdict::kWarned;
      check.detail +=
          fmt::format("{}column '{}': {} of {} values cannot be read as instants, the first is '{}'",
                      check.detail.empty() ? "" : "; ", name, facts.unreadable, facts.values, facts.first_unreadable);
    }
  }
  check.detail += check.detail.empty() ? "every value can be read" : fmt::format("; {}", kInstantForms);
  return check;
}

}  // namespace ingot
