#include "format/json/json_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/json/json_skip.h"
#include "format/json/json_string.h"
#include "format/json/json_words.h"
#include "format/json/number.h"
#include "format/json/scan.h"
#include "model/column_path.h"

namespace ingot {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, kSurveyKinds> kNames{"a boolean", "an integer", "a real number",
                                                            "a string",  "an array",   "an object"};
constexpr std::array<std::string_view, kSurveyKinds> kTypes{"bool", "int64", "double", "string", "list", "struct"};

// Rows that show something, each counted once.
struct Seen {
  uint64_t rows = 0;
  uint64_t last_row = 0;
  uint64_t line = 0;  // the first
  size_t file = 0;

  void Note(uint64_t row, size_t in_file, uint64_t on_line) {
    if (rows == 0) {
      file = in_file;
      line = on_line;
    }
    rows += last_row == row ? 0 : 1;
    last_row = row;
  }
  // Keys of one object are shown by the same rows, mostly: the sum would count them often.
  void Add(const Seen& other) {
    if (other.rows > 0 && (rows == 0 || std::pair(other.file, other.line) < std::pair(file, line))) {
      file = other.file;
      line = other.line;
    }
    rows = std::max(rows, other.rows);
    last_row = std::max(last_row, other.last_row);
  }
};

bool IsScalar(const DataType* type) { return type != nullptr && !type->is_nested() && type->kind != TypeKind::kNull; }

const DataType* FieldType(const DataType* type, std::string_view name) {
  if (type == nullptr || type->kind != TypeKind::kStruct) {
    return nullptr;
  }
  const auto found =
      std::find_if(type->fields.begin(), type->fields.end(), [&](const Field& field) { return field.name == name; });
  return found == type->fields.end() ? nullptr : &found->type;
}

}  // namespace

std::string_view NameOf(SurveyKind kind) { return kNames.at(static_cast<size_t>(kind)); }

struct JsonSurvey::Node {
  std::string name;  // "[]" and "{}" for what all elements of an array and all values of a map share
  Node* parent = nullptr;
  bool is_part = false;  // an element or a value
  bool is_map = false;
  bool is_declared = false;
  bool is_dropped = false;
  const DataType* type = nullptr;  // declared or accepted
  std::array<Seen, kSurveyKinds> kinds;
  Seen any;             // a value that is not null
  Seen filled_objects;  // with a field
  Seen inexact;         // integers that a double cannot hold
  Seen many_keys;
  uint32_t new_fields = 0;
  std::vector<std::unique_ptr<Node>> fields;
  std::unordered_map<std::string_view, Node*> by_name;
  std::unique_ptr<Node> part;        // of an array
  std::unique_ptr<Node> map_values;  // of a map
  std::string example;

  std::vector<std::string> Path() const {
    std::vector<std::string> path;
    for (const Node* at = this; at->parent != nullptr; at = at->parent) {
      path.push_back(at->name);
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  std::string DisplayPath() const {
    if (parent == nullptr) {
      return "";
    }
    const std::string above = parent->DisplayPath();
    if (is_part) {
      return above + name;
    }
    return above.empty() ? QuotePathSegment(name) : above + "." + QuotePathSegment(name);
  }

  // Takes over what a node showed that will share this one's path.
  void Merge(Node& other) {
    for (size_t i = 0; i < kSurveyKinds; ++i) {
      kinds[i].Add(other.kinds[i]);
    }
    any.Add(other.any);
    filled_objects.Add(other.filled_objects);
    inexact.Add(other.inexact);
    many_keys.Add(other.many_keys);
    is_map = is_map || other.is_map;
    if (example.empty()) {
      example = std::move(other.example);
    }
    MergePart(part, other.part);
    MergePart(map_values, other.map_values);
    for (std::unique_ptr<Node>& field : other.fields) {
      const auto found = by_name.find(field->name);
      if (found != by_name.end()) {
        found->second->Merge(*field);
        continue;
      }
      field->parent = this;
      new_fields += field->is_declared || field->is_dropped ? 0 : 1;
      by_name.emplace(field->name, field.get());
      fields.push_back(std::move(field));
    }
  }

 private:
  void MergePart(std::unique_ptr<Node>& mine, std::unique_ptr<Node>& others) {
    if (mine != nullptr && others != nullptr) {
      mine->Merge(*others);
    } else if (others != nullptr) {
      mine = std::move(others);
      mine->parent = this;
    }
  }
};

// ---- Reading

class JsonSurvey::Lines final : public LineDecoder {
 public:
  explicit Lines(JsonSurvey* survey) : survey_(survey) { survey_->line_ = 0; }

  Result<size_t> Decode(std::span<const char> text) override {
    const char* p = text.data();
    const char* const end = p + text.size();
    if (survey_->line_ == 0 && text.size() >= kByteOrderMark.size() && IsWord(p, kByteOrderMark)) {
      p += kByteOrderMark.size();
    }
    while (p < end && block_.reject_bytes <= kMostRejectBytes) {
      const auto* newline = static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
      ++survey_->line_;
      Line(SkipSpace(p), newline);
      p = newline + 1;
    }
    return static_cast<size_t>(p - text.data());
  }

  void RejectLine(std::string reason, std::string text, uint64_t /*bytes*/) override {
    ++survey_->line_;
    ++survey_->rejects_;
    block_.AddReject({survey_->line_, 0, std::move(reason), std::move(text), {}, 0});
  }

  DecodedBlock Take() override { return std::exchange(block_, DecodedBlock()); }

 private:
  // A line that is no record says nothing about the schema.
  void Line(const char* p, const char* newline) {
    if (p == newline) {
      ++block_.blanks;
      return;
    }
    const SkipResult record =
        *p == '{' ? SkipJsonValue(p, 0, survey_->options_->max_depth) : SkipResult{nullptr, "no object", p};
    if (record.end == nullptr || SkipSpace(record.end) != newline) {
      ++survey_->rejects_;
      block_.AddReject({survey_->line_, 0, "no record", std::string(p, newline), {}, 0});
      return;
    }
    ++survey_->rows_;
    ++block_.batch.rows;
    survey_->Value(*survey_->root_, p);
  }

  JsonSurvey* survey_;
  DecodedBlock block_;
};

JsonSurvey::JsonSurvey(std::shared_ptr<const JsonOptions> options)
    : options_(std::move(options)), root_(std::make_unique<Node>()) {
  if (options_->locked != nullptr) {
    accepted_ = Scalar(TypeKind::kStruct);
    accepted_.fields = options_->locked->fields;
    root_->type = &accepted_;
  }
}

JsonSurvey::~JsonSurvey() = default;

std::unique_ptr<LineDecoder> JsonSurvey::NewDecoder(std::string file) {
  files_.push_back(std::move(file));
  return std::make_unique<Lines>(this);
}

// The functions below read text that was checked: it is one JSON value.

const char* JsonSurvey::Value(Node& node, const char* p) {
  const auto behind_value = [&] { return SkipJsonValue(p, 0, options_->max_depth).end; };
  if (*p == 'n' || node.is_dropped) {
    return behind_value();
  }
  node.any.Note(rows_, files_.size() - 1, line_);
  if (IsScalar(node.type)) {
    if (node.example.empty()) {
      node.example = ValueExcerpt(p);
    }
    return behind_value();
  }
  if (*p == '{') {
    return Object(node, p);
  }
  if (*p == '[') {
    return Array(node, p);
  }
  if (!StartsNumber(*p)) {
    Note(node, *p == '"' ? SurveyKind::kString : SurveyKind::kBool, p);
    return behind_value();
  }
  JsonNumber number;
  const char* behind = p;
  if (ParseJsonNumber(&behind, &number) != NumberStatus::kOk) {
    return behind_value();  // out of range: a reject
  }
  Note(node, number.is_integer ? SurveyKind::kInteger : SurveyKind::kReal, p);
  if (number.is_integer && !IsExactAsDouble(number.integer)) {
    node.inexact.Note(rows_, files_.size() - 1, line_);
  }
  return behind;
}

const char* JsonSurvey::Array(Node& node, const char* p) {
  Note(node, SurveyKind::kArray, p);
  if (node.part == nullptr) {
    node.part = NewPart(node, "[]");
  }
  p = SkipSpace(p + 1);
  while (*p != ']') {
    p = SkipSpace(Value(*node.part, p));
    p = *p == ',' ? SkipSpace(p + 1) : p;
  }
  return p + 1;
}

const char* JsonSurvey::Object(Node& node, const char* p) {
  const char* const begin = p;
  p = SkipSpace(p + 1);
  if (*p == '}' && options_->empty_object == EmptyObject::kNull && node.parent != nullptr) {
    return p + 1;
  }
  Note(node, SurveyKind::kObject, begin);
  if (*p != '}') {
    node.filled_objects.Note(rows_, files_.size() - 1, line_);
  }
  while (*p != '}') {
    ++p;
    scratch_.Clear();
    ReadString(&p, &scratch_);  // checked before
    Node* const child = ChildOf(node, {scratch_.data(), scratch_.size()});
    p = SkipSpace(SkipSpace(p) + 1);
    p = SkipSpace(child != nullptr ? Value(*child, p) : SkipJsonValue(p, 0, options_->max_depth).end);
    p = *p == ',' ? SkipSpace(p + 1) : p;
  }
  return p + 1;
}

// Null beyond the limit of a record, whose keys cannot become those of a map.
JsonSurvey::Node* JsonSurvey::ChildOf(Node& node, std::string_view name) {
  if (node.is_map) {
    return node.map_values.get();
  }
  const auto found = node.by_name.find(name);
  if (found != node.by_name.end()) {
    return found->second;
  }
  const bool is_full = node.new_fields >= options_->max_new_keys;
  if (is_full && node.parent == nullptr) {
    node.many_keys.Note(rows_, files_.size() - 1, line_);
    return nullptr;
  }
  Node* const child = NewField(node, std::string(name));
  if (child->is_dropped || child->is_declared) {
    return child;
  }
  ++node.new_fields;
  if (!is_full) {
    return child;
  }
  node.many_keys.Note(rows_, files_.size() - 1, line_);
  BecomeMap(node);
  return node.map_values.get();
}

JsonSurvey::Node* JsonSurvey::NewField(Node& node, std::string name) {
  auto field = std::make_unique<Node>();
  field->name = std::move(name);
  field->parent = &node;
  field->type = FieldType(node.type, field->name);
  Declare(*field);
  Node* const raw = field.get();
  node.fields.push_back(std::move(field));
  node.by_name.emplace(raw->name, raw);
  return raw;
}

std::unique_ptr<JsonSurvey::Node> JsonSurvey::NewPart(Node& node, std::string name) {
  auto part = std::make_unique<Node>();
  part->name = std::move(name);
  part->parent = &node;
  part->is_part = true;
  const bool is_of_type =
      node.type != nullptr && node.type->kind == (part->name == "[]" ? TypeKind::kList : TypeKind::kMap);
  part->type = is_of_type ? &node.type->fields.back().type : nullptr;
  Declare(*part);
  return part;
}

// What the options say of a path, as JsonTree::ApplyDeclarations.
void JsonSurvey::Declare(Node& node) {
  const std::vector<std::string> path = node.Path();
  const auto matches = [&](const ColumnPathPattern& pattern) { return pattern.Matches(path); };
  node.is_dropped = !node.is_part && std::any_of(options_->drop.begin(), options_->drop.end(), matches);
  const auto declared = std::find_if(options_->types.begin(), options_->types.end(),
                                     [&](const auto& type) { return matches(type.first); });
  if (declared != options_->types.end()) {
    node.type = &declared->second;
  }
  const bool is_declared_map =
      declared == options_->types.end() && std::any_of(options_->maps.begin(), options_->maps.end(), matches);
  node.is_declared = node.type != nullptr || is_declared_map;
  if (is_declared_map || (node.type != nullptr && node.type->kind == TypeKind::kMap)) {
    BecomeMap(node);
  }
}

void JsonSurvey::BecomeMap(Node& node) {
  node.is_map = true;
  node.map_values = NewPart(node, "{}");
  for (const std::unique_ptr<Node>& field : node.fields) {
    node.map_values->Merge(*field);
  }
  node.by_name.clear();
  node.fields.clear();
}

void JsonSurvey::Note(Node& node, SurveyKind kind, const char* value) {
  node.kinds.at(static_cast<size_t>(kind)).Note(rows_, files_.size() - 1, line_);
  if (node.example.empty()) {
    node.example = ValueExcerpt(value);
  }
}

// ---- What was seen

SurveyedKind JsonSurvey::KindOf(const Node& node, SurveyKind kind) const {
  const Seen& seen = node.kinds.at(static_cast<size_t>(kind));
  return {kind, seen.rows, {files_.at(seen.file), seen.line}};
}

std::optional<SurveyProblem> JsonSurvey::ProblemOf(const Node& node) const {
  if (IsScalar(node.type)) {
    return std::nullopt;
  }
  SurveyProblem problem;
  problem.path = node.DisplayPath();
  const auto shows = [&](SurveyKind kind) { return node.kinds.at(static_cast<size_t>(kind)).rows > 0; };
  for (size_t i = 0; i < kSurveyKinds; ++i) {
    if (const auto kind = static_cast<SurveyKind>(i); shows(kind)) {
      problem.kinds.push_back(KindOf(node, kind));
    }
  }
  const bool is_mixed_number = shows(SurveyKind::kInteger) && shows(SurveyKind::kReal);
  if (problem.kinds.size() > (is_mixed_number ? 2 : 1)) {
    // The type that was accepted decides; what does not fit it is a reject.
    return node.type == nullptr ? std::optional(std::move(problem)) : std::nullopt;
  }
  if (is_mixed_number && node.inexact.rows > 0) {
    problem.kind = SurveyProblemKind::kDigits;
    problem.kinds.front() = {
        SurveyKind::kInteger, node.inexact.rows, {files_.at(node.inexact.file), node.inexact.line}};
    return problem;
  }
  if (node.many_keys.rows > 0) {
    problem.kind = SurveyProblemKind::kManyKeys;
    problem.kinds = {{SurveyKind::kObject, node.many_keys.rows, {files_.at(node.many_keys.file), node.many_keys.line}}};
    return problem;
  }
  if (shows(SurveyKind::kObject) && node.filled_objects.rows == 0 && !node.is_map && node.type == nullptr &&
      node.parent != nullptr && options_->empty_object == EmptyObject::kStruct) {
    problem.kind = SurveyProblemKind::kEmptyObject;
    return problem;
  }
  return std::nullopt;
}

std::string JsonSurvey::TypeOf(const Node& node, const std::optional<SurveyProblem>& problem) const {
  if (IsScalar(node.type)) {
    return FormatType(*node.type);
  }
  if (node.is_map) {
    return "map";
  }
  std::string types;
  const bool all = problem && problem->kind == SurveyProblemKind::kTypes;
  for (size_t i = kSurveyKinds; i-- > 0;) {
    if (node.kinds.at(i).rows > 0 && (all || types.empty())) {
      // Integers beside real numbers are real numbers.
      const bool is_covered = i == static_cast<size_t>(SurveyKind::kInteger) &&
                              node.kinds.at(static_cast<size_t>(SurveyKind::kReal)).rows > 0;
      types = is_covered ? types : std::string(kTypes.at(i)) + (types.empty() ? "" : " or ") + types;
    }
  }
  return types.empty() ? "null" : types;
}

void JsonSurvey::Describe(const Node& node, SurveyReport* report) const {
  std::optional<SurveyProblem> problem = ProblemOf(node);
  if (node.parent != nullptr) {
    report->columns.push_back({node.DisplayPath(), node.is_dropped ? "dropped" : TypeOf(node, problem), node.any.rows,
                               node.is_map ? 0 : node.fields.size(), node.example});
  }
  const bool decided = problem && problem->kind != SurveyProblemKind::kManyKeys;
  if (problem) {
    report->problems.push_back(*std::move(problem));
  }
  if (decided) {
    return;
  }
  for (const std::unique_ptr<Node>& field : node.fields) {
    Describe(*field, report);
  }
  for (const Node* part : {node.part.get(), node.map_values.get()}) {
    if (part != nullptr) {
      Describe(*part, report);
    }
  }
}

SurveyReport JsonSurvey::Report() const {
  SurveyReport report;
  report.rows = rows_;
  report.rejects = rejects_;
  Describe(*root_, &report);
  return report;
}

}  // namespace ingot
