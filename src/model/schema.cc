#include "model/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/sha256.h"
#include "model/column_path.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

struct KindName {
  std::string_view name;
  TypeKind kind;
};

// Types that are one word. The parametrised ones are read and written by hand below.
constexpr std::array kPlainKinds = {
    KindName{"null", TypeKind::kNull},     KindName{"bool", TypeKind::kBool},     KindName{"int16", TypeKind::kInt16},
    KindName{"int32", TypeKind::kInt32},   KindName{"int64", TypeKind::kInt64},   KindName{"double", TypeKind::kDouble},
    KindName{"string", TypeKind::kString}, KindName{"binary", TypeKind::kBinary}, KindName{"json", TypeKind::kJson},
    KindName{"date", TypeKind::kDate},
};

constexpr std::string_view kTypesThatExist =
    "types are null, bool, int16, int32, int64, double, string, binary, json, date, timestamp[ms|us|ns], "
    "decimal(precision,scale), list<type>, map<string,type> and struct<name:type,...>";

constexpr int kMaxTypeDepth = 128;
constexpr int kMaxPrecision = 18;

std::string_view UnitName(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillis:
      return "ms";
    case TimeUnit::kMicros:
      return "us";
    case TimeUnit::kNanos:
      return "ns";
  }
  return "us";
}

// What would otherwise end the name, or begin another part of the grammar.
bool NeedsQuotes(std::string_view name) {
  return name.empty() || std::any_of(name.begin(), name.end(), [](char c) {
           return std::string_view(",:<>\" ").find(c) != std::string_view::npos || static_cast<unsigned char>(c) < 0x20;
         });
}

std::string FormatTypeName(std::string_view name) { return NeedsQuotes(name) ? JsonQuoted(name) : std::string(name); }

// One text per schema that differs in names, types, nullability or order; names are always quoted, so none can imitate
// another part of the grammar.
void AppendCanonicalFields(std::string& out, const std::vector<Field>& fields);

void AppendCanonicalType(std::string& out, const DataType& type) {
  if (type.is_nested()) {
    out += type.kind == TypeKind::kStruct ? "struct" : type.kind == TypeKind::kList ? "list" : "map";
    out += '<';
    AppendCanonicalFields(out, type.fields);
    out += '>';
  } else {
    out += FormatType(type);
  }
}

void AppendCanonicalFields(std::string& out, const std::vector<Field>& fields) {
  for (const Field& field : fields) {
    out += JsonQuoted(field.name);
    out += ':';
    AppendCanonicalType(out, field.type);
    out += field.nullable ? ";" : "!;";
  }
}

// Recursive descent over the grammar of FormatType; blanks may stand between all parts.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  Result<DataType> ParseAll() {
    INGOT_ASSIGN(DataType type, ParseOne(0));
    SkipSpaces();
    if (position_ != text_.size()) {
      return Problem(fmt::format("'{}' is not expected here", text_.substr(position_)));
    }
    return type;
  }

 private:
  Error Problem(std::string_view what) const {
    return Error(ErrorKind::kConfig, fmt::format("type '{}', column {}: {}", text_, position_ + 1, what),
                 std::string(kTypesThatExist));
  }

  void SkipSpaces() {
    while (position_ < text_.size() && text_[position_] == ' ') {
      ++position_;
    }
  }

  bool Take(char c) {
    SkipSpaces();
    if (position_ < text_.size() && text_[position_] == c) {
      ++position_;
      return true;
    }
    return false;
  }

  Result<void> Expect(char c) {
    if (!Take(c)) {
      return Problem(fmt::format("'{}' is missing", c));
    }
    return {};
  }

  // Up to the next character that means something; may be empty.
  std::string_view TakeWord() {
    SkipSpaces();
    const size_t begin = position_;
    while (position_ < text_.size() &&
           std::string_view("[](),:<>\" ").find(text_[position_]) == std::string_view::npos) {
      ++position_;
    }
    return text_.substr(begin, position_ - begin);
  }

  Result<DataType> ParseOne(int depth) {
    if (depth > kMaxTypeDepth) {
      return Problem("types are nested too deeply");
    }
    SkipSpaces();
    const size_t begin = position_;
    const std::string_view word = TakeWord();
    for (const KindName& known : kPlainKinds) {
      if (word == known.name) {
        return Scalar(known.kind);
      }
    }
    if (word == "timestamp") {
      return ParseTimestamp();
    }
    if (word == "decimal") {
      return ParseDecimal();
    }
    if (word == "list") {
      INGOT_TRY(Expect('<'));
      INGOT_ASSIGN(DataType element, ParseOne(depth + 1));
      INGOT_TRY(Expect('>'));
      return MakeList(std::move(element));
    }
    if (word == "map") {
      return ParseMap(depth);
    }
    if (word == "struct") {
      return ParseStruct(depth);
    }
    position_ = begin;
    return Problem(word.empty() ? std::string("a type is missing") : fmt::format("there is no type '{}'", word));
  }

  Result<DataType> ParseTimestamp() {
    INGOT_TRY(Expect('['));
    const std::string_view unit = TakeWord();
    DataType type = Scalar(TypeKind::kTimestamp);
    if (unit == "ms") {
      type.unit = TimeUnit::kMillis;
    } else if (unit == "us") {
      type.unit = TimeUnit::kMicros;
    } else if (unit == "ns") {
      type.unit = TimeUnit::kNanos;
    } else {
      return Problem("a timestamp's unit is ms, us or ns");
    }
    INGOT_TRY(Expect(']'));
    return type;
  }

  Result<int> ParseNumber() {
    const std::string_view word = TakeWord();
    int value = 0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || code != std::errc() || end != word.data() + word.size()) {
      return Problem("a number is missing");
    }
    return value;
  }

  Result<DataType> ParseDecimal() {
    DataType type = Scalar(TypeKind::kDecimal);
    INGOT_TRY(Expect('('));
    INGOT_ASSIGN(type.precision, ParseNumber());
    INGOT_TRY(Expect(','));
    INGOT_ASSIGN(type.scale, ParseNumber());
    INGOT_TRY(Expect(')'));
    if (type.precision < 1 || type.precision > kMaxPrecision || type.scale < 0 || type.scale > type.precision) {
      return Problem(fmt::format("a decimal has 1 to {} digits, of which 0 to all are after the point", kMaxPrecision));
    }
    return type;
  }

  Result<DataType> ParseMap(int depth) {
    INGOT_TRY(Expect('<'));
    if (TakeWord() != "string") {
      return Problem("the keys of a map are of type string: map<string,type>");
    }
    INGOT_TRY(Expect(','));
    INGOT_ASSIGN(DataType value, ParseOne(depth + 1));
    INGOT_TRY(Expect('>'));
    return MakeMap(std::move(value));
  }

  Result<DataType> ParseStruct(int depth) {
    DataType type = Scalar(TypeKind::kStruct);
    INGOT_TRY(Expect('<'));
    if (Take('>')) {
      return type;
    }
    do {
      Field field;
      INGOT_ASSIGN(field.name, ParseName());
      if (std::any_of(type.fields.begin(), type.fields.end(), [&](const Field& f) { return f.name == field.name; })) {
        return Problem(fmt::format("duplicate field '{}' in one struct", field.name));
      }
      INGOT_TRY(Expect(':'));
      INGOT_ASSIGN(field.type, ParseOne(depth + 1));
      type.fields.push_back(std::move(field));
    } while (Take(','));
    INGOT_TRY(Expect('>'));
    return type;
  }

  // A field name is bare or quoted; FormatTypeName decides which one is written.
  Result<std::string> ParseName() {
    SkipSpaces();
    if (position_ < text_.size() && text_[position_] == '"') {
      auto name = ParseJsonQuoted(text_, position_);
      if (!name) {
        return Problem(name.error().message());
      }
      return name;
    }
    const size_t begin = position_;
    while (position_ < text_.size() && std::string_view(",:<>\" ").find(text_[position_]) == std::string_view::npos) {
      ++position_;
    }
    if (position_ == begin) {
      return Problem("a field name is missing");
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  std::string_view text_;
  size_t position_ = 0;
};

// Walks down and keeps what a leaf needs to know of its ancestors.
class LeafWalk {
 public:
  explicit LeafWalk(std::vector<Leaf>& leaves) : leaves_(leaves) {}

  void Visit(const Field& field, TypeKind parent, uint8_t definition, uint8_t repetition) {
    path_.push_back(field.name);
    parents_.push_back(parent);
    const DataType& type = field.type;
    definition = static_cast<uint8_t>(definition + (field.nullable ? 1 : 0));
    if (type.kind == TypeKind::kList || type.kind == TypeKind::kMap) {
      ++definition;
      ++repetition;
    }
    if (type.is_nested()) {
      for (const Field& child : type.fields) {
        Visit(child, type.kind, definition, repetition);
      }
    } else {
      leaves_.push_back({path_, parents_, &field, definition, repetition});
    }
    path_.pop_back();
    parents_.pop_back();
  }

 private:
  std::vector<Leaf>& leaves_;
  std::vector<std::string> path_;
  std::vector<TypeKind> parents_;
};

void AppendDisplaySegment(const std::string& name, TypeKind parent, std::string* path) {
  if (parent == TypeKind::kList) {
    *path += "[]";
    return;
  }
  *path += path->empty() ? "" : ".";
  *path += QuotePathSegment(name);
}

// Leaves `path` as it was.
void VisitLeaves(const std::vector<Field>& fields, TypeKind parent, std::string* path,
                 const std::function<void(const std::string&, const Field&)>& visit) {
  const size_t above = path->size();
  for (const Field& field : fields) {
    AppendDisplaySegment(field.name, parent, path);
    if (field.type.is_nested()) {
      VisitLeaves(field.type.fields, field.type.kind, path, visit);
    } else {
      visit(*path, field);
    }
    path->resize(above);
  }
}

bool IsInteger(TypeKind kind) {
  return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kInt64;
}

// Two different kinds of scalars, or nothing when no type holds both exactly as promised.
std::optional<TypeKind> WidenKinds(TypeKind left, TypeKind right) {
  if (left == right) {
    return left;
  }
  if (IsInteger(left) && IsInteger(right)) {
    return std::max(left, right);
  }
  if ((IsInteger(left) && right == TypeKind::kDouble) || (left == TypeKind::kDouble && IsInteger(right))) {
    return TypeKind::kDouble;
  }
  return std::nullopt;
}

// The union of two schemas, made in place of the left one.
class Union {
 public:
  // Moves into `left` what `right` adds. False when they conflict; conflict() then says where.
  bool MergeFields(std::vector<Field>& left, const std::vector<Field>& right, TypeKind parent) {
    // Structs may have hundreds of fields: no search for each.
    std::unordered_map<std::string_view, size_t> index;
    index.reserve(right.size());
    for (size_t i = 0; i < right.size(); ++i) {
      index.emplace(right[i].name, i);
    }
    std::vector<bool> merged(right.size(), false);
    for (Field& field : left) {
      const auto found = index.find(field.name);
      if (found == index.end()) {
        field.nullable = true;
        continue;
      }
      merged[found->second] = true;
      if (!MergeField(field, right[found->second], parent)) {
        return false;
      }
    }
    for (size_t i = 0; i < right.size(); ++i) {
      if (!merged[i]) {
        left.push_back(right[i]);
        left.back().nullable = true;
      }
    }
    return true;
  }

  const SchemaConflict& conflict() const { return conflict_; }

 private:
  // After a conflict the path stays, so that it names the place.
  bool MergeField(Field& left, const Field& right, TypeKind parent) {
    path_.push_back(left.name);
    parents_.push_back(parent);
    left.nullable = left.nullable || right.nullable;
    if (left.id < 0) {
      left.id = right.id;
    }
    const bool united = MergeTypes(left.type, right.type);
    if (united) {
      path_.pop_back();
      parents_.pop_back();
    }
    return united;
  }

  bool MergeTypes(DataType& left, const DataType& right) {
    if (right.kind == TypeKind::kNull) {
      return true;
    }
    if (left.kind == TypeKind::kNull) {
      left = right;
      return true;
    }
    if (left.is_nested() && left.kind == right.kind) {
      return MergeFields(left.fields, right.fields, left.kind);
    }
    const std::optional<TypeKind> kind = WidenKinds(left.kind, right.kind);
    const bool same_unit = left.kind != TypeKind::kTimestamp || left.unit == right.unit;
    const bool same_scale =
        left.kind != TypeKind::kDecimal || (left.precision == right.precision && left.scale == right.scale);
    if (!kind || !same_unit || !same_scale) {
      conflict_ = {Leaf{path_, parents_, nullptr, 0, 0}.DisplayPath(), left, right};
      return false;
    }
    left.kind = *kind;
    return true;
  }

  std::vector<std::string> path_;
  std::vector<TypeKind> parents_;
  SchemaConflict conflict_;
};

}  // namespace

bool operator==(const DataType& a, const DataType& b) {
  return a.kind == b.kind && (a.kind != TypeKind::kTimestamp || a.unit == b.unit) &&
         (a.kind != TypeKind::kDecimal || (a.precision == b.precision && a.scale == b.scale)) && a.fields == b.fields;
}

bool operator==(const Field& a, const Field& b) {
  return a.name == b.name && a.id == b.id && a.nullable == b.nullable && a.type == b.type;
}

std::string Schema::Fingerprint() const {
  std::string text;
  AppendCanonicalFields(text, fields);
  return Sha256Hex(text);
}

std::string FormatType(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kTimestamp:
      return fmt::format("timestamp[{}]", UnitName(type.unit));
    case TypeKind::kDecimal:
      return fmt::format("decimal({},{})", type.precision, type.scale);
    case TypeKind::kList:
      return fmt::format("list<{}>", type.fields.empty() ? "null" : FormatType(type.fields[0].type));
    case TypeKind::kMap:
      return fmt::format("map<string,{}>", type.fields.size() < 2 ? "null" : FormatType(type.fields[1].type));
    case TypeKind::kStruct: {
      std::string out = "struct<";
      for (const Field& field : type.fields) {
        out += fmt::format("{}{}:{}", &field == &type.fields[0] ? "" : ",", FormatTypeName(field.name),
                           FormatType(field.type));
      }
      return out + ">";
    }
    default:
      break;
  }
  for (const KindName& known : kPlainKinds) {
    if (known.kind == type.kind) {
      return std::string(known.name);
    }
  }
  return "null";
}

Result<DataType> ParseType(std::string_view text) { return TypeParser(text).ParseAll(); }

DataType Scalar(TypeKind kind) {
  DataType type;
  type.kind = kind;
  return type;
}

DataType MakeList(DataType element) {
  DataType type = Scalar(TypeKind::kList);
  type.fields.push_back(Field{"element", std::move(element), -1, true});
  return type;
}

DataType MakeMap(DataType value) {
  DataType type = Scalar(TypeKind::kMap);
  type.fields.push_back(Field{"key", Scalar(TypeKind::kString), -1, false});
  type.fields.push_back(Field{"value", std::move(value), -1, true});
  return type;
}

std::string Leaf::DisplayPath() const {
  std::string out;
  for (size_t i = 0; i < path.size(); ++i) {
    AppendDisplaySegment(path[i], i < parents.size() ? parents[i] : TypeKind::kStruct, &out);
  }
  return out;
}

std::vector<Leaf> EnumerateLeaves(const Schema& schema) {
  std::vector<Leaf> leaves;
  LeafWalk walk(leaves);
  for (const Field& field : schema.fields) {
    walk.Visit(field, TypeKind::kStruct, 0, 0);
  }
  return leaves;
}

void ForEachLeaf(const Schema& schema, const std::function<void(const std::string& path, const Field& leaf)>& visit) {
  std::string path;
  VisitLeaves(schema.fields, TypeKind::kStruct, &path, visit);
}

Result<Schema> UniteSchemas(const Schema& left, const Schema& right) {
  // A schema without any field stands for no rows at all, so nothing can be missing in it.
  if (left.fields.empty()) {
    return right;
  }
  if (right.fields.empty()) {
    return left;
  }
  Schema result = left;
  Union merge;
  if (!merge.MergeFields(result.fields, right.fields, TypeKind::kStruct)) {
    const SchemaConflict& conflict = merge.conflict();
    return Error(ErrorKind::kSchemaDrift, fmt::format("column '{}' is {} so far and {} here", conflict.path,
                                                      FormatType(conflict.left), FormatType(conflict.right)));
  }
  return result;
}

}  // namespace ingot
