#include "model/json_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "model/quoted_name.h"
#include "model/utf8.h"

namespace ingot {
namespace {

constexpr size_t kMaxText = UINT32_MAX;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// No escapes, and no control characters but line ends: then a string ends at the next quote.
bool IsPlain(std::string_view text) {
  unsigned unusual = 0;
  for (const char c : text) {
    unusual |= (c == '\\' || c == '\x7F' || (static_cast<unsigned char>(c) < 0x20 && c != '\n')) ? 1U : 0U;
  }
  return unusual == 0;
}

}  // namespace

// Reads by recursion, which the depth of the limits bounds. Every function is false at the first thing that is wrong,
// which `problem_` then holds.
class JsonTextReader {
 public:
  JsonTextReader(std::string_view text, size_t max_depth, JsonDocument* out)
      : text_(text), max_depth_(max_depth), out_(*out), is_plain_(IsPlain(text)) {}

  Result<void> Run() {
    if (ReadDocument()) {
      return {};
    }
    return *std::move(problem_);
  }

 private:
  using Kind = JsonDocument::Kind;
  using Node = JsonDocument::Node;

  bool ReadDocument() {
    position_ = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    SkipBlanks();
    ExpectCanonical(position_ == 0);
    JsonDocument::Node root;
    if (!ReadValue(0, &root)) {
      return false;
    }
    out_.nodes_.push_back(root);
    ExpectCanonical(text_.substr(position_) == "\n");
    SkipBlanks();
    return position_ == text_.size() || Fail("unexpected text after the document");
  }

  // Not JSON: at a line and column, both from 1, columns in bytes.
  bool Fail(std::string_view what) {
    const std::string_view before = text_.substr(0, position_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const size_t column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    problem_ = Error(ErrorKind::kInvalidData, fmt::format("not valid JSON at line {}, column {}: {}", line, column,
                                                          position_ < text_.size() ? what : "the text ends too early"));
    return false;
  }

  // JSON, but not what a document may hold: at a JSON pointer, which the containers around it put together.
  bool Refuse(std::string_view what) {
    refused_ = what;
    problem_ = Error(ErrorKind::kInvalidData, fmt::format("{} (at the top)", what));
    return false;
  }

  // Passes a refusal on to the container that is `step` below this one.
  bool FailBelow(std::string_view step) {
    if (!refused_.empty()) {
      pointer_ = AppendPointer({}, step) + pointer_;
      problem_ = Error(ErrorKind::kInvalidData, fmt::format("{} (at {})", refused_, pointer_));
    }
    return false;
  }

  void ExpectCanonical(bool expected) { out_.is_canonical_ = out_.is_canonical_ && expected; }

  char Peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  bool Take(char wanted) {
    if (Peek() != wanted) {
      return false;
    }
    ++position_;
    return true;
  }

  void SkipBlanks() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\n' ||
                                        text_[position_] == '\r' || text_[position_] == '\t')) {
      ++position_;
    }
  }

  // The blanks between two tokens, where the canonical text has a line end and two blanks for each level.
  void SkipLine(size_t depth) {
    constexpr std::string_view kLine = "\n                              ";
    const size_t begin = position_;
    if (2 * depth < kLine.size() && text_.substr(begin, 1 + 2 * depth) == kLine.substr(0, 1 + 2 * depth)) {
      position_ += 1 + 2 * depth;
      if (static_cast<unsigned char>(Peek()) > ' ') {
        return;
      }
    }
    SkipBlanks();
    const std::string_view blanks = text_.substr(begin, position_ - begin);
    ExpectCanonical(blanks.size() == 1 + 2 * depth && blanks[0] == '\n' &&
                    blanks.find_first_not_of(' ', 1) == std::string_view::npos);
  }

  bool ReadValue(size_t depth, Node* node) {
    node->value_begin = static_cast<uint32_t>(position_);
    bool read = false;
    switch (Peek()) {
      case '{':
        read = ReadContainer(depth, '}', node);
        break;
      case '[':
        read = ReadContainer(depth, ']', node);
        break;
      case '"':
        node->kind = Kind::kString;
        read = ReadString(&node->string);
        break;
      case 't':
      case 'f':
        node->kind = Kind::kBool;
        node->integer = Peek() == 't' ? 1 : 0;
        read = ReadWord(node->integer != 0 ? "true" : "false");
        break;
      case 'n':
        read = ReadWord("null");
        break;
      default:
        read = ReadNumber(node);
    }
    node->end = static_cast<uint32_t>(position_);
    return read;
  }

  bool ReadWord(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) {
      return Fail("expected a value");
    }
    position_ += word.size();
    return true;
  }

  bool ReadString(std::string_view* out) {
    const size_t begin = ++position_;
    const size_t end = text_.find('"', begin);
    if (end == std::string_view::npos) {
      --position_;
      return Fail("the string that begins here is not closed");
    }
    *out = text_.substr(begin, end - begin);
    if (is_plain_ && out->find('\n') == std::string_view::npos) {
      position_ = end + 1;
      return true;
    }
    return ReadUnusualString(out);
  }

  // One that may have escapes, and control characters, which are refused.
  bool ReadUnusualString(std::string_view* out) {
    const size_t begin = --position_;
    auto decoded = ParseJsonQuoted(text_, position_);
    if (!decoded) {
      return Fail("a string with an escape or a control character that JSON does not have");
    }
    out_.unescaped_.push_back(*std::move(decoded));
    *out = out_.unescaped_.back();
    ExpectCanonical(JsonQuoted(*out) == text_.substr(begin, position_ - begin));
    return true;
  }

  bool SkipDigits() {
    const size_t begin = position_;
    while (IsDigit(Peek())) {
      ++position_;
    }
    return position_ > begin;
  }

  bool ReadNumber(Node* node) {
    const size_t begin = position_;
    Take('-');
    if (!Take('0') && !SkipDigits()) {
      return Fail("expected a value");
    }
    const size_t integer_end = position_;
    if (Take('.') && !SkipDigits()) {
      return Fail("expected a digit after the point");
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++position_;
      if (Peek() == '+' || Peek() == '-') {
        ++position_;
      }
      if (!SkipDigits()) {
        return Fail("expected a digit of the exponent");
      }
    }
    const std::string_view digits = text_.substr(begin, position_ - begin);
    return position_ == integer_end ? TakeInteger(digits, node) : TakeDouble(digits, node);
  }

  bool TakeInteger(std::string_view digits, Node* node) {
    node->kind = Kind::kInteger;
    const auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), node->integer);
    ExpectCanonical(digits != "-0");
    return (code == std::errc() && stop == digits.data() + digits.size()) || Refuse("an integer is beyond 64 bits");
  }

  bool TakeDouble(std::string_view digits, Node* node) {
    node->kind = Kind::kDouble;
    double number = 0;
    const auto code = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec;
    if (code == std::errc::result_out_of_range) {
      // Too large is refused; too small is the nearest double, which strtod knows.
      number = std::strtod(std::string(digits).c_str(), nullptr);
    }
    node->number = number;
    std::array<char, 40> text{};
    const auto written = fmt::format_to_n(text.data(), text.size(), "{}", number);
    const std::string_view shortest(text.data(), written.size);
    const bool needs_point = shortest.find_first_of(".e") == std::string_view::npos;
    ExpectCanonical(digits.substr(0, shortest.size()) == shortest &&
                    digits.substr(shortest.size()) == (needs_point ? ".0" : ""));
    return std::isfinite(number) || Refuse("a number is beyond a double");
  }

  bool ReadContainer(size_t depth, char close, Node* node) {
    if (depth >= max_depth_) {
      problem_ = Error(ErrorKind::kResourceLimit, fmt::format("JSON is nested deeper than {} levels", max_depth_));
      return false;
    }
    const bool is_object = close == '}';
    node->kind = is_object ? Kind::kObject : Kind::kArray;
    const size_t begin = open_.size();
    ++position_;
    if (Take(close)) {
      return true;
    }
    SkipLine(depth + 1);
    if (Take(close)) {
      ExpectCanonical(false);
      return true;
    }
    while (true) {
      Node child;
      child.begin = static_cast<uint32_t>(position_);
      if (is_object && !ReadName(&child)) {
        return false;
      }
      const size_t index = open_.size() - begin;
      if (!ReadValue(depth + 1, &child)) {
        return FailBelow(is_object ? std::string(child.name) : std::to_string(index));
      }
      open_.push_back(static_cast<uint32_t>(out_.nodes_.size()));
      out_.nodes_.push_back(child);
      const size_t behind = position_;
      SkipBlanks();
      if (Peek() != ',') {
        position_ = behind;
        break;
      }
      ExpectCanonical(behind == position_);
      ++position_;
      SkipLine(depth + 1);
    }
    SkipLine(depth);
    if (!Take(close)) {
      return Fail(is_object ? "expected ',' or '}'" : "expected ',' or ']'");
    }
    return CloseContainer(begin, is_object, node);
  }

  bool ReadName(Node* child) {
    if (Peek() != '"') {
      return Fail("expected a name in double quotes");
    }
    if (!ReadString(&child->name)) {
      return false;
    }
    const size_t behind = position_;
    SkipBlanks();
    const size_t colon = position_;
    if (!Take(':')) {
      return Fail("expected ':'");
    }
    SkipBlanks();
    ExpectCanonical(behind == colon && position_ == colon + 2 && text_[colon + 1] == ' ');
    return true;
  }

  // Members are kept in the order of their names, so that they are found by halving, and so that equal ones meet.
  bool CloseContainer(size_t begin, bool is_object, Node* node) {
    node->first_child = static_cast<uint32_t>(out_.children_.size());
    node->child_count = static_cast<uint32_t>(open_.size() - begin);
    const auto first = open_.begin() + static_cast<ptrdiff_t>(begin);
    if (is_object) {
      const auto by_name = [this](uint32_t a, uint32_t b) { return out_.nodes_[a].name < out_.nodes_[b].name; };
      if (!std::is_sorted(first, open_.end(), by_name)) {
        ExpectCanonical(false);
        std::sort(first, open_.end(), by_name);
      }
      const auto twice = std::adjacent_find(
          first, open_.end(), [this](uint32_t a, uint32_t b) { return out_.nodes_[a].name == out_.nodes_[b].name; });
      if (twice != open_.end()) {
        const std::string_view name = out_.nodes_[*twice].name;
        Refuse(fmt::format("duplicate key {}", JsonQuoted(name)));
        return FailBelow(name);
      }
    }
    out_.children_.insert(out_.children_.end(), first, open_.end());
    open_.resize(begin);
    return true;
  }

  std::string_view text_;
  const size_t max_depth_;
  JsonDocument& out_;
  const bool is_plain_;
  size_t position_ = 0;
  std::vector<uint32_t> open_;  // children of the containers that are not closed
  std::optional<Error> problem_;
  std::string refused_;  // what was refused, and where below the container that is being left
  std::string pointer_;
};

namespace {

// Line ends are not part of longer characters, so each line can be looked at alone.
Error NotUtf8(std::string_view text) {
  size_t line = 1;
  for (size_t begin = 0; begin < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (!IsUtf8(text.substr(begin, end - begin))) {
      break;
    }
    begin = end + 1;
  }
  return Error(ErrorKind::kInvalidData, fmt::format("not valid JSON at line {}: it is not UTF-8", line));
}

}  // namespace

Result<JsonDocument> JsonDocument::Parse(std::string_view text, const JsonLimits& limits) {
  JsonDocument document;
  document.text_ = text;
  if (const size_t most = std::min(limits.max_bytes, kMaxText); text.size() > most) {
    return Error(ErrorKind::kResourceLimit,
                 fmt::format("a JSON document of {} bytes is larger than {}", text.size(), most));
  }
  if (!IsUtf8(text)) {
    return NotUtf8(text);
  }
  // A value of a manifest has some 30 bytes of text.
  document.nodes_.reserve(text.size() / 24 + 1);
  document.children_.reserve(text.size() / 24 + 1);
  INGOT_TRY(JsonTextReader(text, limits.max_depth, &document).Run());
  return document;
}

Result<JsonValue> ParseJson(std::string_view text, const JsonLimits& limits) {
  INGOT_ASSIGN(const JsonDocument document, JsonDocument::Parse(text, limits));
  return document.root().ToValue();
}

// The member that a pointer names, by the rules of RemoveAtPointer. Nothing for what it would not take away.
std::optional<uint32_t> JsonDocument::FindMember(const std::vector<std::string>& names) const {
  JsonView view = root();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (view.is_object()) {
      const auto member = view.Find(name);
      if (!member) {
        return std::nullopt;
      }
      if (i + 1 == names.size()) {
        return member->node_;
      }
      view = *member;
    } else if (view.is_array()) {
      size_t index = 0;
      const auto [stop, code] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (code != std::errc() || stop != name.data() + name.size() || index >= view.size()) {
        return std::nullopt;
      }
      view = view.at(index);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void JsonDocument::CanonicalWithout(std::span<const std::vector<std::string>> pointers,
                                    const std::function<void(std::string_view)>& take) const {
  std::vector<uint32_t> removed;
  for (const std::vector<std::string>& names : pointers) {
    if (const auto member = FindMember(names)) {
      removed.push_back(*member);
    }
  }
  EmitWithout(root().node_, removed, 0, take);
  take("\n");
}

// Everything stands in the text already; only the lines around a member that goes are made anew.
void JsonDocument::EmitWithout(uint32_t node, const std::vector<uint32_t>& removed, size_t depth,
                               const std::function<void(std::string_view)>& take) const {
  const Node& self = nodes_[node];
  const auto holds_removed = [this](const Node& outer) {
    return [this, &outer](uint32_t inner) {
      return nodes_[inner].begin >= outer.value_begin && nodes_[inner].end <= outer.end;
    };
  };
  if (std::none_of(removed.begin(), removed.end(), holds_removed(self))) {
    take(text_.substr(self.value_begin, self.end - self.value_begin));
    return;
  }
  const std::string line = "\n" + std::string(2 * depth, ' ');
  take(text_.substr(self.value_begin, 1));
  bool first = true;
  for (uint32_t i = 0; i < self.child_count; ++i) {
    const uint32_t child = children_[self.first_child + i];
    if (std::find(removed.begin(), removed.end(), child) != removed.end()) {
      continue;
    }
    take(first ? "" : ",");
    first = false;
    take(line);
    take("  ");
    take(text_.substr(nodes_[child].begin, nodes_[child].value_begin - nodes_[child].begin));
    EmitWithout(child, removed, depth + 1, take);
  }
  take(first ? "" : line);
  take(text_.substr(self.end - 1, 1));
}

bool JsonView::is_null() const { return document_->nodes_[node_].kind == JsonDocument::Kind::kNull; }
bool JsonView::is_array() const { return document_->nodes_[node_].kind == JsonDocument::Kind::kArray; }
bool JsonView::is_object() const { return document_->nodes_[node_].kind == JsonDocument::Kind::kObject; }

std::optional<bool> JsonView::AsBool() const {
  const JsonDocument::Node& node = document_->nodes_[node_];
  return node.kind == JsonDocument::Kind::kBool ? std::optional(node.integer != 0) : std::nullopt;
}

std::optional<int64_t> JsonView::AsInt() const {
  const JsonDocument::Node& node = document_->nodes_[node_];
  return node.kind == JsonDocument::Kind::kInteger ? std::optional(node.integer) : std::nullopt;
}

std::optional<double> JsonView::AsDouble() const {
  const JsonDocument::Node& node = document_->nodes_[node_];
  return node.kind == JsonDocument::Kind::kDouble ? std::optional(node.number) : std::nullopt;
}

std::optional<std::string_view> JsonView::AsString() const {
  const JsonDocument::Node& node = document_->nodes_[node_];
  return node.kind == JsonDocument::Kind::kString ? std::optional(node.string) : std::nullopt;
}

std::string_view JsonView::type_name() const {
  constexpr std::string_view kNames[] = {"null",     "a boolean", "an integer", "a number",
                                         "a string", "an array",  "an object"};
  return kNames[static_cast<size_t>(document_->nodes_[node_].kind)];
}

size_t JsonView::size() const { return document_->nodes_[node_].child_count; }

JsonView JsonView::at(size_t index) const {
  return {document_, document_->children_[document_->nodes_[node_].first_child + index]};
}

std::string_view JsonView::name() const { return document_->nodes_[node_].name; }

std::optional<size_t> JsonView::IndexOf(std::string_view name) const {
  if (!is_object()) {
    return std::nullopt;
  }
  const JsonDocument::Node& node = document_->nodes_[node_];
  const auto* begin = document_->children_.data() + node.first_child;
  const auto* end = begin + node.child_count;
  const auto* found = std::lower_bound(begin, end, name, [this](uint32_t child, std::string_view wanted) {
    return document_->nodes_[child].name < wanted;
  });
  if (found == end || document_->nodes_[*found].name != name) {
    return std::nullopt;
  }
  return static_cast<size_t>(found - begin);
}

std::optional<JsonView> JsonView::Find(std::string_view name) const {
  const auto index = IndexOf(name);
  return index ? std::optional(at(*index)) : std::nullopt;
}

std::string JsonView::Pointer() const {
  std::string pointer;
  JsonView view = document_->root();
  const uint32_t end = document_->nodes_[node_].end;
  const uint32_t begin = document_->nodes_[node_].value_begin;
  while (view.node_ != node_) {
    // The child whose text this value's lies in.
    for (size_t i = 0; i < view.size(); ++i) {
      const JsonView child = view.at(i);
      const JsonDocument::Node& node = document_->nodes_[child.node_];
      if (node.value_begin <= begin && end <= node.end) {
        pointer = AppendPointer(pointer, view.is_object() ? std::string(child.name()) : std::to_string(i));
        view = child;
        break;
      }
    }
  }
  return pointer;
}

JsonValue JsonView::ToValue() const {
  const JsonDocument::Node& node = document_->nodes_[node_];
  switch (node.kind) {
    case JsonDocument::Kind::kNull:
      break;
    case JsonDocument::Kind::kBool:
      return node.integer != 0;
    case JsonDocument::Kind::kInteger:
      return node.integer;
    case JsonDocument::Kind::kDouble:
      return node.number;
    case JsonDocument::Kind::kString:
      return node.string;
    case JsonDocument::Kind::kArray: {
      JsonArray array;
      for (size_t i = 0; i < size(); ++i) {
        array.push_back(at(i).ToValue());
      }
      return array;
    }
    case JsonDocument::Kind::kObject: {
      JsonObject object;
      for (size_t i = 0; i < size(); ++i) {
        object.emplace_hint(object.end(), at(i).name(), at(i).ToValue());
      }
      return object;
    }
  }
  return {};
}

}  // namespace ingot
