#include "lookup/manifest_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <optional>

#include "base/size.h"
#include "model/path_template.h"

namespace ingot {
namespace {

std::optional<KeyKind> KindOf(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kString:
      return KeyKind::kString;
    case TypeKind::kInt16:
    case TypeKind::kInt32:
      return KeyKind::kInt32;
    case TypeKind::kInt64:
      return KeyKind::kInt64;
    default:
      return std::nullopt;
  }
}

std::string MetadataValue(const ParquetFileReader& reader, std::string_view key) {
  for (const auto& [name, value] : reader.metadata()) {
    if (name == key) {
      return value;
    }
  }
  return {};
}

// Whatever their types: columns that nobody asks for may be of any.
std::vector<std::string> TopLevelColumns(const ParquetFileReader& reader) {
  std::vector<std::string> names;
  for (const Leaf& leaf : reader.leaves()) {
    if (names.empty() || names.back() != leaf.path[0]) {
      names.push_back(leaf.path[0]);
    }
  }
  return names;
}

// Names of the key columns that a template gives, in its order; nothing when it does not compile or a column is
// missing.
std::optional<std::vector<std::string>> KeyNames(std::string_view path_template,
                                                 const std::vector<std::string>& columns) {
  const Result<PathTemplate> compiled = PathTemplate::Compile(path_template);
  if (!compiled) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const TemplateField& field : compiled->fields()) {
    if (std::find(columns.begin(), columns.end(), field.name) == columns.end()) {
      return std::nullopt;
    }
    names.push_back(field.name);
  }
  return names;
}

// What a key column may not be, in the words of the file where the type is none of ours.
std::string TypeOfColumn(const ParquetFileReader& reader, const std::string& name) {
  for (const Field& field : reader.covered().fields) {
    if (field.name == name) {
      return FormatType(field.type);
    }
  }
  for (const ColumnFacts& facts : reader.columns()) {
    if (facts.path == name) {
      return fmt::format("{}{}{}", facts.physical, facts.logical.empty() ? "" : " ", facts.logical);
    }
  }
  return "another shape";
}

Result<void> AddKeyColumn(const ParquetFileReader& reader, const std::string& name, ManifestColumns* columns) {
  const std::vector<Leaf>& leaves = reader.leaves();
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].field != nullptr && leaves[i].path.size() == 1 && leaves[i].path[0] == name) {
      if (const std::optional<KeyKind> kind = KindOf(leaves[i].field->type)) {
        columns->keys.push_back({name, *kind, {}});
        columns->leaves.push_back(i);
        return {};
      }
    }
  }
  return Error(ErrorKind::kUnsupported, fmt::format("column '{}' is of type {}; keys are string, int32 or int64", name,
                                                    TypeOfColumn(reader, name)));
}

// One column chunk, value by value.
class ColumnWalk {
 public:
  ColumnWalk(std::unique_ptr<LeafCursor> cursor, const Leaf& leaf) : cursor_(std::move(cursor)), leaf_(leaf) {}

  // Makes sure that there is a value; false at the end of the chunk.
  Result<bool> Fill() {
    while (next_ == size_) {
      INGOT_ASSIGN(std::optional<LeafColumn> part, cursor_->Next());
      if (!part) {
        return false;
      }
      part_ = *std::move(part);
      next_ = 0;
      size_ = part_.levels.slots();
      if (part_.ValueCount() != size_) {
        return Error(ErrorKind::kInvalidData,
                     fmt::format("column '{}' has a null; a key manifest has none", leaf_.DisplayPath()));
      }
    }
    return true;
  }
  uint64_t left() const { return size_ - next_; }
  std::string_view Text(uint64_t i) const { return part_.BytesAt(next_ + i); }
  int64_t Number(uint64_t i) const { return part_.ints[next_ + i]; }
  void Skip(uint64_t count) { next_ += count; }

 private:
  std::unique_ptr<LeafCursor> cursor_;
  const Leaf& leaf_;
  LeafColumn part_;
  uint64_t next_ = 0;
  uint64_t size_ = 0;
};

// The columns of one row group, side by side.
class GroupWalk {
 public:
  static Result<GroupWalk> Open(const ParquetFileReader& reader, size_t row_group, const ManifestColumns& columns,
                                RowParts parts) {
    GroupWalk walk(columns);
    std::vector<size_t> leaves = columns.leaves;
    if (parts == RowParts::kKeysAndPaths) {
      leaves.push_back(columns.path_leaf);
    }
    for (const size_t leaf : leaves) {
      INGOT_ASSIGN(std::unique_ptr<LeafCursor> cursor, reader.OpenLeaf(row_group, leaf));
      walk.walks_.emplace_back(std::move(cursor), reader.leaves()[leaf]);
    }
    return walk;
  }

  // Takes as many rows as lie ready in every column. Returns their number, 0 at the end.
  Result<uint64_t> TakeSome(const TakeRow& take) {
    uint64_t rows = UINT64_MAX;
    for (ColumnWalk& walk : walks_) {
      INGOT_ASSIGN(const bool more, walk.Fill());
      rows = std::min(rows, more ? walk.left() : 0);
    }
    for (uint64_t i = 0; i < rows; ++i) {
      INGOT_TRY(TakeOne(i, take));
    }
    for (ColumnWalk& walk : walks_) {
      walk.Skip(rows);
    }
    return rows;
  }

 private:
  explicit GroupWalk(const ManifestColumns& columns) : columns_(&columns) {}

  Result<void> TakeOne(uint64_t i, const TakeRow& take) {
    const std::vector<KeyColumn>& keys = columns_->keys;
    for (size_t column = 0; column < keys.size(); ++column) {
      if (keys[column].kind != KeyKind::kString) {
        key_[column].number = walks_[column].Number(i);
      } else if (key_[column].text = walks_[column].Text(i); key_[column].text.empty()) {
        return Error(ErrorKind::kInvalidData,
                     fmt::format("column '{}' has an empty text; a key has none", keys[column].name));
      }
    }
    return take(key_, walks_.size() > keys.size() ? walks_.back().Text(i) : std::string_view());
  }

  const ManifestColumns* columns_;
  std::vector<ColumnWalk> walks_;
  KeyTuple key_;
};

// Rows in memory, column by column.
struct HeldRows {
  std::vector<ColumnValues> keys;
  ColumnValues paths;

  KeyTuple KeyAt(uint64_t row) const {
    KeyTuple key;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].kind == KeyKind::kString) {
        key[i].text = keys[i].TextAt(row);
      } else {
        key[i].number = keys[i].numbers[row];
      }
    }
    return key;
  }
};

bool KeyIsLess(const HeldRows& rows, uint64_t a, uint64_t b) {
  const KeyTuple left = rows.KeyAt(a);
  const KeyTuple right = rows.KeyAt(b);
  for (size_t i = 0; i < rows.keys.size(); ++i) {
    if (const int order = CompareValues(rows.keys[i].kind, left[i], right[i]); order != 0) {
      return order < 0;
    }
  }
  return false;
}

}  // namespace

bool ApplyTemplate(std::string_view path_template, std::vector<KeyColumn>* columns) {
  if (path_template.empty()) {
    return true;
  }
  const Result<PathTemplate> compiled = PathTemplate::Compile(path_template);
  if (!compiled) {
    return false;
  }
  std::vector<KeyColumn> with_literals = *columns;
  for (KeyColumn& column : with_literals) {
    const auto fields = compiled->fields();
    const auto field =
        std::find_if(fields.begin(), fields.end(), [&](const TemplateField& each) { return each.name == column.name; });
    if (field == fields.end()) {
      return false;
    }
    column.literal = std::string(compiled->LiteralBefore(static_cast<size_t>(field - fields.begin())));
  }
  *columns = std::move(with_literals);
  return true;
}

Error TemplateMisfit(std::string_view path_template) {
  return Error(ErrorKind::kUsage,
               fmt::format("the template '{}' does not fit the columns of the manifest", path_template),
               "write it as in v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl, with the names of the columns");
}

Result<ManifestColumns> FindManifestColumns(const ParquetFileReader& reader, std::string_view path_template) {
  const std::vector<std::string> top_level = TopLevelColumns(reader);
  ManifestColumns columns;
  const auto path = std::find_if(reader.leaves().begin(), reader.leaves().end(), [](const Leaf& leaf) {
    return leaf.field != nullptr && leaf.path.size() == 1 && leaf.path[0] == kFilePathColumn &&
           leaf.field->type.kind == TypeKind::kString;
  });
  if (path == reader.leaves().end()) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("it is not a key manifest: there is no string column '{}'", kFilePathColumn),
                 "a key manifest has one to four key columns and `file_path`; `ingot index` makes one");
  }
  columns.path_leaf = static_cast<size_t>(path - reader.leaves().begin());
  const std::string own_template = MetadataValue(reader, kPathTemplateMetadata);
  std::optional<std::vector<std::string>> names =
      KeyNames(path_template.empty() ? own_template : path_template, top_level);
  if (!names && !path_template.empty()) {
    return TemplateMisfit(path_template);
  }
  columns.path_template = names && path_template.empty() ? own_template : "";
  if (!names) {
    names.emplace();
    std::copy_if(top_level.begin(), top_level.end(), std::back_inserter(*names),
                 [](const std::string& name) { return name != kFilePathColumn; });
  }
  if (names->empty() || names->size() > kMaxKeyColumns) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("a key has 1 to {} columns, not {}", kMaxKeyColumns, names->size()),
                 "name the key's columns by a template: --template 'v1/{gene_id}/model_tissue_{tissue_id:int32}.tl'");
  }
  for (const std::string& name : *names) {
    INGOT_TRY(AddKeyColumn(reader, name, &columns));
  }
  return columns;
}

Result<void> ForEachRow(const ParquetFileReader& reader, const ManifestColumns& columns, RowParts parts,
                        const LookupContext& context, const TakeRow& take) {
  uint64_t rows = 0;
  for (size_t group = 0; group < reader.row_groups().size(); ++group) {
    INGOT_ASSIGN(GroupWalk walk, GroupWalk::Open(reader, group, columns, parts));
    while (true) {
      INGOT_ASSIGN(const uint64_t taken, walk.TakeSome(take));
      if (taken == 0) {
        break;
      }
      rows += taken;
      INGOT_TRY(context.cancellation == nullptr ? Result<void>() : context.cancellation->Check());
      if (context.progress != nullptr) {
        context.progress->Update({parts == RowParts::kKeys ? "survey" : "index", "", rows, reader.rows(), rows});
      }
    }
  }
  return {};
}

Result<void> ForSomeRows(const ParquetFileReader& reader, const ManifestColumns& columns, size_t row_group,
                         uint64_t count, const TakeRow& take) {
  INGOT_ASSIGN(GroupWalk walk, GroupWalk::Open(reader, row_group, columns, RowParts::kKeysAndPaths));
  uint64_t left = count;
  INGOT_ASSIGN(const uint64_t taken, walk.TakeSome([&](const KeyTuple& key, std::string_view path) -> Result<void> {
    left -= left > 0 ? 1 : 0;
    return left > 0 ? take(key, path) : Result<void>();
  }));
  static_cast<void>(taken);
  return {};
}

Result<void> ForEachSortedRow(const ParquetFileReader& reader, const ManifestColumns& columns,
                              const LookupContext& context, const TakeRow& take) {
  HeldRows held;
  for (const KeyColumn& column : columns.keys) {
    held.keys.emplace_back().kind = column.kind;
  }
  uint64_t bytes = 0;
  INGOT_TRY(ForEachRow(reader, columns, RowParts::kKeysAndPaths, context,
                       [&](const KeyTuple& key, std::string_view path) -> Result<void> {
                         bytes += path.size() + 2 * sizeof(uint64_t);
                         for (size_t i = 0; i < held.keys.size(); ++i) {
                           bytes += key[i].text.size() + sizeof(uint64_t);
                           if (held.keys[i].kind == KeyKind::kString) {
                             held.keys[i].AppendText(key[i].text);
                           } else {
                             held.keys[i].numbers.push_back(key[i].number);
                           }
                         }
                         held.paths.AppendText(path);
                         // Buffers that double may hold twice what they need.
                         if (bytes * 2 > context.memory_limit_bytes) {
                           return Error(ErrorKind::kResourceLimit,
                                        fmt::format("the manifest is not sorted by its key, and sorting it takes more "
                                                    "memory than {}",
                                                    FormatByteSize(context.memory_limit_bytes)),
                                        "sort the manifest by its key columns, or raise --memory");
                         }
                         return {};
                       }));
  std::vector<uint64_t> order(held.paths.size());
  std::iota(order.begin(), order.end(), uint64_t{0});
  std::stable_sort(order.begin(), order.end(), [&](uint64_t a, uint64_t b) { return KeyIsLess(held, a, b); });
  for (const uint64_t row : order) {
    INGOT_TRY(take(held.KeyAt(row), held.paths.TextAt(row)));
  }
  return {};
}

}  // namespace ingot
