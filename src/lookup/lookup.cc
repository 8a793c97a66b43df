#include "lookup/lookup.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/local_path.h"
#include "base/similar_name.h"
#include "lookup/lookup_state.h"
#include "lookup/manifest_reader.h"
#include "lookup/value_set.h"

namespace ingot {
namespace {

void AppendValue(const KeyValue& value, ColumnValues* column) {
  if (column->kind == KeyKind::kString) {
    column->AppendText(value.text);
  } else {
    column->numbers.push_back(value.number);
  }
}

// Requires: there is one.
KeyValue LastOf(const ColumnValues& column) {
  const size_t last = column.size() - 1;
  return column.kind == KeyKind::kString ? KeyValue{0, column.TextAt(last)} : KeyValue{column.numbers[last], {}};
}

LookupRecords EmptyRecords(const std::vector<KeyColumn>& columns) {
  LookupRecords records;
  for (const KeyColumn& column : columns) {
    records.keys.emplace_back().kind = column.kind;
  }
  return records;
}

Result<void> CheckCancelled(const Cancellation* cancellation) {
  return cancellation == nullptr ? Result<void>() : cancellation->Check();
}

// All records that meet the conditions; kAbsent when there are none. With a cancellation it may end early.
Finding CollectRecords(const KeyIndex& index, const KeyConditions& wanted, const std::vector<KeyColumn>& columns,
                       const Cancellation* cancellation, LookupRecords* records) {
  *records = EmptyRecords(columns);
  Finding paths = Finding::kFound;
  const Finding scanned = index.Scan(wanted, cancellation, [&](const KeyTuple& key, KeyPlace place) {
    paths = index.ForEachPath(key, place, [&](std::string_view path) {
      for (size_t i = 0; i < records->keys.size(); ++i) {
        AppendValue(key[i], &records->keys[i]);
      }
      records->paths.AppendText(path);
    });
    return paths == Finding::kFound && (cancellation == nullptr || !cancellation->requested());
  });
  if (scanned == Finding::kDamaged || paths == Finding::kDamaged) {
    return Finding::kDamaged;
  }
  return records->rows() > 0 ? Finding::kFound : Finding::kAbsent;
}

LookupIndexReport ReportOf(const OpenedIndex& opened) {
  const IndexTrailer& trailer = opened.index->trailer();
  return {opened.origin, opened.path, trailer.file_bytes, trailer.rows, trailer.keys, opened.index->manifest_sha256()};
}

Result<void> CheckManifestPath(const std::string& manifest) {
  INGOT_TRY(CheckLocalPath(manifest));
  struct stat status{};
  if (::stat(manifest.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error(ErrorKind::kUsage, fmt::format("'{}' is a folder, not a key manifest", manifest),
                 fmt::format("name the Parquet file in it, as {}{}manifest.parquet", manifest,
                             manifest.ends_with('/') ? "" : "/"));
  }
  return {};
}

}  // namespace

std::string_view KeyKindName(KeyKind kind) {
  switch (kind) {
    case KeyKind::kString:
      return "string";
    case KeyKind::kInt32:
      return "int32";
    case KeyKind::kInt64:
      return "int64";
  }
  return "";
}

Result<LookupIndexReport> BuildLookupIndex(const std::string& manifest, const LookupOptions& options,
                                           const LookupContext& context) {
  INGOT_TRY(CheckManifestPath(manifest));
  INGOT_ASSIGN(const OpenedIndex opened, OpenIndex(manifest, IndexProof::kWhole, IndexKeeping::kRequired, context));
  std::vector<KeyColumn> columns = opened.index->meta().columns;
  if (!ApplyTemplate(options.path_template, &columns)) {
    return TemplateMisfit(options.path_template);
  }
  return ReportOf(opened);
}

Result<OpenedIndex> Lookup::State::OpenAny(IndexProof proof) const {
  Result<OpenedIndex> opened = OpenIndex(manifest_, proof, IndexKeeping::kIfPossible, context_);
  if (options_.path_template.empty()) {
    return opened;
  }
  // Columns that are no part of the key, as the user's template has it, may be why there is no index.
  const bool other_columns =
      opened ? !ColumnsOf(*opened->index).ok()
             : opened.error().kind() == ErrorKind::kUnsupported || opened.error().kind() == ErrorKind::kInvalidData;
  return other_columns ? MakeIndexInMemory(manifest_, options_.path_template, context_) : std::move(opened);
}

Result<std::vector<KeyColumn>> Lookup::State::ColumnsOf(const KeyIndex& index) const {
  std::vector<KeyColumn> columns = index.meta().columns;
  if (!ApplyTemplate(options_.path_template.empty() ? index.meta().path_template : options_.path_template, &columns) &&
      !options_.path_template.empty()) {
    return TemplateMisfit(options_.path_template);
  }
  return columns;
}

Result<void> Lookup::State::Open() {
  INGOT_TRY(CheckManifestPath(manifest_));
  INGOT_ASSIGN(OpenedIndex opened, OpenAny(IndexProof::kOnTouch));
  INGOT_ASSIGN(columns_, ColumnsOf(*opened.index));
  ambiguous_ = std::any_of(columns_.begin(), columns_.end(), [](const KeyColumn& column) {
    return column.kind == KeyKind::kString && !column.literal.empty();
  });
  all_.push_back(std::make_unique<OpenedIndex>(std::move(opened)));
  current_.store(all_.back().get(), std::memory_order_release);
  return {};
}

Result<void> Lookup::State::Renew(const OpenedIndex& damaged) const {
  const std::lock_guard lock(mutex_);
  if (current_.load(std::memory_order_acquire) != &damaged) {
    return {};
  }
  INGOT_ASSIGN(OpenedIndex opened, OpenAny(IndexProof::kWhole));
  INGOT_ASSIGN(const std::vector<KeyColumn> columns, ColumnsOf(*opened.index));
  if (columns != columns_) {
    return Error(
        ErrorKind::kConflict,
        fmt::format("'{}' was replaced by a manifest with another key, and its old index is damaged", manifest_),
        "open it again");
  }
  all_.push_back(std::make_unique<OpenedIndex>(std::move(opened)));
  current_.store(all_.back().get(), std::memory_order_release);
  return {};
}

Result<void> Lookup::State::ReadKey(std::span<const KeyPart> parts, KeyTuple* key) const {
  if (parts.size() != columns_.size()) {
    return Error(ErrorKind::kUsage, fmt::format("a key has {} values, not {}", columns_.size(), parts.size()));
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!ReadPlainKeyPart(columns_[i].kind, parts[i], &(*key)[i])) {
      INGOT_ASSIGN((*key)[i], ReadKeyPart(columns_[i], parts[i]));
    }
  }
  return {};
}

Lookup::Lookup(std::unique_ptr<State> state) : state_(std::move(state)) {}
Lookup::Lookup(Lookup&&) noexcept = default;
Lookup& Lookup::operator=(Lookup&&) noexcept = default;
Lookup::~Lookup() = default;

Result<Lookup> Lookup::Open(const std::string& manifest, const LookupOptions& options, const LookupContext& context) {
  auto state = std::make_unique<State>(manifest, options, context);
  INGOT_TRY(state->Open());
  return Lookup(std::move(state));
}

const std::vector<KeyColumn>& Lookup::columns() const { return state_->columns(); }

LookupIndexReport Lookup::report() const { return ReportOf(state_->current()); }

Result<size_t> Lookup::ColumnIndex(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const KeyColumn& column : columns()) {
    if (column.name == name) {
      return names.size();
    }
    names.push_back(column.name);
  }
  return Error(ErrorKind::kUsage, fmt::format("there is no key column '{}'{}", name, DidYouMean(name, names)),
               fmt::format("the key is {}", fmt::join(names, ", ")));
}

Result<std::vector<KeyPart>> Lookup::KeyOf(std::span<const ColumnCondition> conditions) const {
  std::vector<std::optional<KeyPart>> given(columns().size());
  for (const ColumnCondition& condition : conditions) {
    INGOT_ASSIGN(const size_t column, ColumnIndex(condition.column));
    if (given[column]) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' is given twice", condition.column));
    }
    given[column] = condition.value;
  }
  std::vector<KeyPart> key;
  for (size_t i = 0; i < given.size(); ++i) {
    if (!given[i]) {
      return Error(ErrorKind::kUsage, fmt::format("the key lacks a value for '{}'", columns()[i].name));
    }
    key.push_back(*given[i]);
  }
  return key;
}

Finding Lookup::State::FindKey(const KeyIndex& index, const KeyTuple& key) const {
  return FirstMeaning(key, [&](const KeyTuple& meaning) {
    KeyPlace place;
    return index.Find(meaning, &place);
  });
}

Finding Lookup::State::FindPath(const KeyIndex& index, const KeyTuple& key, std::string* path) const {
  return FirstMeaning(key, [&](const KeyTuple& meaning) {
    path->clear();
    KeyPlace place;
    Finding found = index.Find(meaning, &place);
    if (found == Finding::kFound) {
      PathBytes bytes(path, 1);
      found = index.AppendPath(meaning, place, &bytes);
      bytes.Finish();
    }
    return found;
  });
}

Result<bool> Lookup::Exists(std::span<const KeyPart> key) const {
  KeyTuple tuple;
  INGOT_TRY(state_->ReadKey(key, &tuple));
  INGOT_ASSIGN(const Finding finding,
               state_->Answer([&](const KeyIndex& index) { return state_->FindKey(index, tuple); }));
  return finding == Finding::kFound;
}

Result<bool> Lookup::Find(std::span<const KeyPart> key, std::string* path) const {
  KeyTuple tuple;
  INGOT_TRY(state_->ReadKey(key, &tuple));
  INGOT_ASSIGN(const Finding finding,
               state_->Answer([&](const KeyIndex& index) { return state_->FindPath(index, tuple, path); }));
  return finding == Finding::kFound;
}

namespace {

std::optional<bool> PresenceOf(Finding finding) {
  return finding == Finding::kDamaged ? std::nullopt : std::optional(finding == Finding::kFound);
}

}  // namespace

Result<std::optional<bool>> Lookup::TryExists(std::span<const KeyPart> key) const {
  KeyTuple tuple;
  INGOT_TRY(state_->ReadKey(key, &tuple));
  return PresenceOf(state_->FindKey(*state_->current().index, tuple));
}

Result<std::optional<bool>> Lookup::TryFind(std::span<const KeyPart> key, std::string* path) const {
  KeyTuple tuple;
  INGOT_TRY(state_->ReadKey(key, &tuple));
  return PresenceOf(state_->FindPath(*state_->current().index, tuple, path));
}

Result<std::string> Lookup::Get(std::span<const KeyPart> key) const {
  std::string path;
  INGOT_ASSIGN(const bool found, Find(key, &path));
  if (!found) {
    return Error(ErrorKind::kNotFound, "the manifest has no such key");
  }
  return path;
}

Result<std::vector<std::string>> Lookup::GetAll(std::span<const KeyPart> key) const {
  KeyTuple tuple;
  INGOT_TRY(state_->ReadKey(key, &tuple));
  std::vector<std::string> paths;
  INGOT_ASSIGN(const Finding finding, state_->Answer([&](const KeyIndex& index) {
    return state_->FirstMeaning(tuple, [&](const KeyTuple& meaning) {
      paths.clear();
      KeyPlace place;
      const Finding found = index.Find(meaning, &place);
      return found == Finding::kFound
                 ? index.ForEachPath(meaning, place, [&](std::string_view path) { paths.emplace_back(path); })
                 : found;
    });
  }));
  static_cast<void>(finding);
  return paths;
}

Result<LookupRecords> Lookup::Records(std::span<const ColumnCondition> conditions,
                                      const Cancellation* cancellation) const {
  if (conditions.empty()) {
    return Error(ErrorKind::kUsage, "no key given: at least one value is needed");
  }
  KeyConditions wanted;
  KeyTuple tuple;
  for (const ColumnCondition& condition : conditions) {
    INGOT_ASSIGN(const size_t column, ColumnIndex(condition.column));
    if (wanted[column]) {
      return Error(ErrorKind::kUsage, fmt::format("'{}' is given twice", condition.column));
    }
    INGOT_ASSIGN(tuple[column], ReadKeyPart(columns()[column], condition.value));
    wanted[column] = tuple[column];
  }
  LookupRecords records;
  INGOT_ASSIGN(const Finding finding, state_->Answer([&](const KeyIndex& index) {
    return state_->FirstMeaning(tuple, [&](const KeyTuple& meaning) {
      for (size_t i = 0; i < columns().size(); ++i) {
        wanted[i] = wanted[i] ? std::optional(meaning[i]) : std::nullopt;
      }
      return CollectRecords(index, wanted, columns(), cancellation, &records);
    });
  }));
  static_cast<void>(finding);
  INGOT_TRY(CheckCancelled(cancellation));
  return records;
}

Result<ColumnValues> Lookup::Unique(std::string_view column, const Cancellation* cancellation) const {
  INGOT_ASSIGN(const size_t place, ColumnIndex(column));
  ColumnValues values;
  INGOT_ASSIGN(const Finding finding, state_->Answer([&](const KeyIndex& index) {
    const KeyKind kind = columns()[place].kind;
    values = ColumnValues();
    values.kind = kind;
    // Dictionaries are sorted and without repetition; so are the groups by their first column, but for repetition.
    if (index.HasDictionary(place) || place == 0) {
      return index.ForEachValue(place, cancellation, [&](const KeyValue& value) {
        if (values.size() == 0 || CompareValues(kind, LastOf(values), value) != 0) {
          AppendValue(value, &values);
        }
      });
    }
    ValueSet distinct(kind);
    const Finding read = index.ForEachValue(place, cancellation, [&](const KeyValue& value) { distinct.Add(value); });
    distinct.Sort();
    for (uint64_t i = 0; i < distinct.size(); ++i) {
      AppendValue(distinct.At(i), &values);
    }
    return read;
  }));
  static_cast<void>(finding);
  INGOT_TRY(CheckCancelled(cancellation));
  return values;
}

}  // namespace ingot
