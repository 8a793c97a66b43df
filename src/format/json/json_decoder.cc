// The walk over one record. Each function takes a position in the text and returns the one behind what it read, or null
// after a failure. `repetition` is that of the slot which the value will fill (see model/schema.h, Leaf).
#include "format/json/json_decoder.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <utility>

#include "format/json/json_scalar.h"
#include "format/json/json_skip.h"
#include "format/json/json_string.h"
#include "format/json/json_words.h"
#include "format/json/number.h"
#include "format/json/repeated_key.h"
#include "format/json/scan.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr const char* kTrailingText = "unexpected data after the record";
constexpr const char* kTooDeep = "nesting exceeds 128 levels";

}  // namespace

class JsonDecoder::Impl {
 public:
  explicit Impl(std::shared_ptr<const JsonOptions> options) : options_(std::move(options)), tree_(options_) {}

  Result<size_t> Decode(std::span<const char> text);
  void RejectLine(std::string reason, std::string text, uint64_t bytes);
  DecodedBlock Take();
  size_t MemoryBytes() const { return tree_.MemoryBytes(); }

 private:
  const char* Object(JsonNode& node, const char* p, uint8_t repetition);
  const char* Key(JsonNode& node, const char* p, JsonNode** child);
  const char* Value(JsonNode& node, const char* p, uint8_t repetition);
  const char* Double(JsonNode& node, const char* p, uint8_t repetition);
  const char* Integer(JsonNode& node, const char* p, uint8_t repetition);
  const char* String(JsonNode& node, const char* p, uint8_t repetition);
  const char* Bool(JsonNode& node, const char* p, uint8_t repetition);
  const char* Raw(JsonNode& node, const char* p, uint8_t repetition);
  const char* DeclaredScalar(JsonNode& node, const char* p, uint8_t repetition);
  const char* List(JsonNode& node, const char* p, uint8_t repetition);
  const char* Map(JsonNode& node, const char* p, uint8_t repetition);
  const char* Other(JsonNode& node, const char* p, uint8_t repetition);
  const char* FirstValue(JsonNode& node, const char* p, uint8_t repetition);
  const char* Widen(JsonNode& node, const char* p, double value, uint8_t repetition);
  const char* Dropped(const char* p);
  const char* BehindEmptyObject(const JsonNode& node, const char* p) const;
  void EmitNull(JsonNode& node, uint8_t definition, uint8_t repetition);

  const char* Fail(const char* p, std::string reason);
  const char* Refuse(const JsonNode& node, const char* p, std::string_view why);
  const char* Mismatch(JsonNode& node, const char* p);
  const char* Number(const JsonNode& node, const char* p, JsonNumber* number);
  Result<const char*> EndBadRecord(const char* line, const char* end);

  std::shared_ptr<const JsonOptions> options_;
  JsonTree tree_;
  Buffer<char> scratch_;
  RepeatedKeySearch repeated_keys_;
  DecodedBlock block_;
  uint64_t rows_ = 0;         // since the last Take
  uint64_t line_ = 0;         // of the file, from 1
  uint64_t byte_offset_ = 0;  // of the text given to Decode
  uint32_t depth_ = 0;
  const char* line_start_ = nullptr;
  std::string reason_;
  std::string column_;  // that could not take its value
  std::optional<Error> drift_;
};

// ---- Records

Result<size_t> JsonDecoder::Impl::Decode(std::span<const char> text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  if (byte_offset_ == 0 && text.size() >= kByteOrderMark.size() && IsWord(p, kByteOrderMark)) {
    p += kByteOrderMark.size();
  }
  while (p < end) {
    line_start_ = p;
    ++line_;
    p = SkipSpace(p);
    if (*p == '\n') {
      ++block_.blanks;
      ++p;
      continue;
    }
    const char* behind = *p == '{' ? Object(tree_.root(), p, 0) : Fail(p, "a record must be an object");
    if (behind != nullptr) {
      behind = SkipSpace(behind);
      if (*behind == '\n') [[likely]] {
        ++rows_;
        tree_.Commit();
        p = behind + 1;
        continue;
      }
      Fail(behind, kTrailingText);
    }
    const auto* newline =
        static_cast<const char*>(std::memchr(line_start_, '\n', static_cast<size_t>(end - line_start_)));
    const uint64_t offset = byte_offset_ + static_cast<uint64_t>(line_start_ - text.data());
    INGOT_ASSIGN(p, EndBadRecord(line_start_, newline));
    block_.AddReject({line_, offset, std::move(reason_), std::string(line_start_, newline),
                      std::exchange(column_, std::string()), 0});
    if (block_.reject_bytes > kMostRejectBytes) {
      break;
    }
  }
  const auto taken = static_cast<size_t>(p - text.data());
  byte_offset_ += taken;
  block_.bytes += taken;
  return taken;
}

// Takes the record back. A record that is not even JSON says nothing about the schema: it is only a reject.
Result<const char*> JsonDecoder::Impl::EndBadRecord(const char* line, const char* end) {
  depth_ = 0;
  if (drift_) {
    column_.clear();
    const SkipResult whole = SkipJsonValue(SkipSpace(line), 0, options_->max_depth);
    const char* const behind = whole.end != nullptr ? SkipSpace(whole.end) : nullptr;
    if (behind == end) {
      return *std::move(drift_);
    }
    Fail(behind != nullptr ? behind : whole.at, behind != nullptr ? kTrailingText : whole.fault);
    drift_.reset();
  }
  tree_.RollBack(rows_, line_);
  return end + 1;
}

void JsonDecoder::Impl::RejectLine(std::string reason, std::string text, uint64_t bytes) {
  ++line_;
  block_.AddReject({line_, byte_offset_, std::move(reason), std::move(text), {}, bytes});
  byte_offset_ += bytes;
  block_.bytes += bytes;
}

DecodedBlock JsonDecoder::Impl::Take() {
  const JsonSnapshot& snapshot = tree_.Snapshot();
  block_.batch.schema = snapshot.schema;
  block_.evidence = snapshot.evidence;
  block_.batch.leaves = tree_.TakeLeaves();
  block_.batch.rows = std::exchange(rows_, 0);
  block_.lines = block_.batch.rows + block_.blanks + block_.rejects.size();
  return std::exchange(block_, DecodedBlock());
}

// ---- Failures

const char* JsonDecoder::Impl::Fail(const char* p, std::string reason) {
  reason_ = fmt::format("{} (at byte {} of the line)", reason, p - line_start_ + 1);
  return nullptr;
}

// A value that its column cannot take, though it is JSON.
const char* JsonDecoder::Impl::Refuse(const JsonNode& node, const char* p, std::string_view why) {
  column_ = node.DisplayPath();
  return Fail(p, fmt::format("column '{}' is {}, {}", column_, TypeName(node), why));
}

// A value of a type that its column cannot take: a reject where the type was accepted before, else drift.
const char* JsonDecoder::Impl::Mismatch(JsonNode& node, const char* p) {
  const std::string_view found = WhatStandsAt(p);
  if (found == kNoJsonValue) {
    return Fail(p, "this is not a JSON value");
  }
  if (node.pinned || node.locked) {
    return Refuse(node, p, fmt::format("this is {}: {}", found, ValueExcerpt(p)));
  }
  const std::string path = node.DisplayPath();
  drift_ = Error(ErrorKind::kSchemaDrift,
                 fmt::format("column '{}' is {} since line {} and {} on line {}", path, NameOf(node.kind),
                             node.first_line, found, line_),
                 fmt::format("declare it: types = {{ {} = \"json\" }} in the source of ingot.toml keeps both as text",
                             JsonQuoted(path)));
  return nullptr;
}

// ---- Objects

const char* JsonDecoder::Impl::Object(JsonNode& node, const char* p, uint8_t repetition) {
  if (++depth_ > options_->max_depth) {
    return Fail(p, kTooDeep);
  }
  p = SkipSpace(p + 1);
  const uint64_t instance = ++node.instance;
  uint32_t seen = 0;
  if (*p == '}') {
    if (options_->empty_object == EmptyObject::kNull && node.parent != nullptr) {
      EmitNull(node, static_cast<uint8_t>(node.definition - 1), repetition);
      --depth_;
      return p + 1;
    }
  } else {
    JsonNode** hint = &node.first_hint;
    while (true) {
      JsonNode* child = *hint;
      if (child != nullptr && MatchesToken(*child, p)) [[likely]] {
        p += child->token_size;
      } else {
        p = Key(node, p, &child);
        if (p == nullptr) {
          return nullptr;
        }
        *hint = child;
      }
      if (child->seen_in == instance) {
        return Fail(p, fmt::format("duplicate key '{}' in one object", Excerpt(child->name)));
      }
      child->seen_in = instance;
      hint = &child->next_hint;
      p = Value(*child, SkipSpace(p), repetition);
      if (p == nullptr) {
        return nullptr;
      }
      seen += child->kind == JsonNodeKind::kDropped ? 0 : 1;
      p = SkipSpace(p);
      if (*p == '}') {
        break;
      }
      if (*p != ',') {
        return Fail(p, "an object needs ',' or '}' here");
      }
      p = SkipSpace(p + 1);
    }
  }
  --depth_;
  if (node.live_children == 0) {
    node.leaf.levels.Append(node.definition, repetition);
  } else if (seen != node.live_children) {
    for (const auto& child : node.children) {
      if (child->seen_in != instance) {
        EmitNull(*child, node.definition, repetition);
      }
    }
  }
  return p + 1;
}

// A key that was not predicted: finds or makes its node, and passes over the ':'.
const char* JsonDecoder::Impl::Key(JsonNode& node, const char* p, JsonNode** child) {
  if (*p != '"') {
    return Fail(p, "an object needs a key in quotes here");
  }
  const char* const key = p++;
  scratch_.Clear();
  if (const StringFault fault = ReadString(&p, &scratch_); fault != nullptr) {
    return Fail(key, fault);
  }
  p = SkipSpace(p);
  if (*p != ':') {
    return Fail(p, "a key needs ':' after it");
  }
  const std::string_view name(scratch_.data(), scratch_.size());
  const auto found = node.by_name.find(name);
  if (found != node.by_name.end()) {
    *child = found->second;
    return SkipSpace(p + 1);
  }
  auto added = tree_.AddField(&node, std::string(name), line_);
  if (!added) {
    drift_ = std::move(added).error();
    return nullptr;
  }
  *child = *added;
  return SkipSpace(p + 1);
}

void JsonDecoder::Impl::EmitNull(JsonNode& node, uint8_t definition, uint8_t repetition) {
  if (node.is_leaf()) {
    node.leaf.levels.Append(definition, repetition);
    return;
  }
  for (const auto& child : node.children) {
    EmitNull(*child, definition, repetition);
  }
}

// ---- Values

inline const char* JsonDecoder::Impl::Value(JsonNode& node, const char* p, uint8_t repetition) {
  switch (node.kind) {
    case JsonNodeKind::kDouble:
      return StartsNumber(*p) ? Double(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kInteger:
      return StartsNumber(*p) ? Integer(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kString:
      return *p == '"' ? String(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kStruct:
      return *p == '{' ? Object(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kList:
      return *p == '[' ? List(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kBool:
      return *p == 't' || *p == 'f' ? Bool(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kMap:
      return *p == '{' ? Map(node, p, repetition) : Other(node, p, repetition);
    case JsonNodeKind::kDropped:
      return Dropped(p);
    default:
      return Other(node, p, repetition);
  }
}

// Parses a number and says what is wrong with it.
inline const char* JsonDecoder::Impl::Number(const JsonNode& node, const char* p, JsonNumber* number) {
  const char* const first = p;
  const NumberStatus status = ParseJsonNumber(&p, number);
  if (status == NumberStatus::kOk) [[likely]] {
    return p;
  }
  return status == NumberStatus::kInvalid
             ? Fail(first, "this is not a JSON number")
             : Refuse(node, first, fmt::format("the number is out of range: {}", ValueExcerpt(first)));
}

inline const char* JsonDecoder::Impl::Double(JsonNode& node, const char* p, uint8_t repetition) {
  JsonNumber number;
  const char* const behind = Number(node, p, &number);
  if (behind == nullptr) {
    return nullptr;
  }
  if (number.is_integer) {
    if (!IsExactAsDouble(number.integer)) {
      return Refuse(node, p, fmt::format("which cannot hold {} exactly", number.integer));
    }
    number.real = static_cast<double>(number.integer);
  }
  node.leaf.doubles.Append(number.real);
  node.leaf.levels.Append(node.definition, repetition);
  return behind;
}

inline const char* JsonDecoder::Impl::Integer(JsonNode& node, const char* p, uint8_t repetition) {
  JsonNumber number;
  const char* const behind = Number(node, p, &number);
  if (behind == nullptr) {
    return nullptr;
  }
  if (!number.is_integer) [[unlikely]] {
    return Widen(node, p, number.real, repetition) == nullptr ? nullptr : behind;
  }
  if (node.type.kind != TypeKind::kNull && !FitsType(number.integer, node.type.kind)) [[unlikely]] {
    return Refuse(node, p, fmt::format("which cannot hold {}", number.integer));
  }
  if (!IsExactAsDouble(number.integer) && node.inexact_line == 0) [[unlikely]] {
    tree_.MarkInexact(&node, line_);
  }
  node.leaf.ints.Append(number.integer);
  node.leaf.levels.Append(node.definition, repetition);
  return behind;
}

// A real number in a column of integers: all of it becomes double, where that changes no value.
const char* JsonDecoder::Impl::Widen(JsonNode& node, const char* p, double value, uint8_t repetition) {
  if (node.pinned) {
    return Refuse(node, p, fmt::format("this has a fraction or an exponent: {}", ValueExcerpt(p)));
  }
  if (node.inexact_line == line_) {
    column_ = node.DisplayPath();
    return Fail(p, fmt::format("column '{}' holds an integer here that a double cannot hold exactly, and a real number",
                               column_));
  }
  if (node.inexact_line != 0) {
    const std::string path = node.DisplayPath();
    drift_ = Error(
        ErrorKind::kSchemaDrift,
        fmt::format(
            "column '{}' has a real number on line {} and an integer on line {} that a double cannot hold exactly",
            path, line_, node.inexact_line),
        fmt::format("declare it: types = {{ {} = \"json\" }} in the source of ingot.toml keeps the digits as text",
                    JsonQuoted(path)));
    return nullptr;
  }
  tree_.WidenToDouble(&node, line_);
  node.leaf.doubles.Append(value);
  node.leaf.levels.Append(node.definition, repetition);
  return p;
}

inline const char* JsonDecoder::Impl::String(JsonNode& node, const char* p, uint8_t repetition) {
  const char* const first = p++;
  if (const StringFault fault = ReadString(&p, &node.leaf.bytes); fault != nullptr) [[unlikely]] {
    node.leaf.bytes.Truncate(node.leaf.ends.empty() ? 0 : node.leaf.ends.back());
    return Fail(first, fault);
  }
  node.leaf.ends.Append(static_cast<uint32_t>(node.leaf.bytes.size()));
  node.leaf.levels.Append(node.definition, repetition);
  return p;
}

inline const char* JsonDecoder::Impl::Bool(JsonNode& node, const char* p, uint8_t repetition) {
  const bool is_true = IsWord(p, "true");
  if (!is_true && !IsWord(p, "false")) {
    return Fail(p, "this is not a JSON value");
  }
  node.leaf.bools.Append(is_true ? 1 : 0);
  node.leaf.levels.Append(node.definition, repetition);
  return p + (is_true ? 4 : 5);
}

const char* JsonDecoder::Impl::Raw(JsonNode& node, const char* p, uint8_t repetition) {
  const SkipResult value = SkipJsonValue(p, depth_, options_->max_depth);
  if (value.end == nullptr) {
    return Fail(value.at, value.fault);
  }
  node.leaf.bytes.AppendAll(p, static_cast<size_t>(value.end - p));
  node.leaf.ends.Append(static_cast<uint32_t>(node.leaf.bytes.size()));
  node.leaf.levels.Append(node.definition, repetition);
  return value.end;
}

const char* JsonDecoder::Impl::Dropped(const char* p) {
  const SkipResult value = SkipJsonValue(p, depth_, options_->max_depth);
  return value.end != nullptr ? value.end : Fail(value.at, value.fault);
}

// Timestamps, dates and decimals, from the text of a string or a number.
const char* JsonDecoder::Impl::DeclaredScalar(JsonNode& node, const char* p, uint8_t repetition) {
  const bool is_decimal = node.kind == JsonNodeKind::kDecimal;
  if (*p != '"' && !(is_decimal && StartsNumber(*p))) {
    return Mismatch(node, p);
  }
  const char* const first = p;
  scratch_.Clear();
  if (*p == '"') {
    ++p;
    if (const StringFault fault = ReadString(&p, &scratch_); fault != nullptr) {
      return Fail(first, fault);
    }
  } else {
    JsonNumber number;
    p = Number(node, p, &number);
    if (p == nullptr) {
      return nullptr;
    }
    scratch_.AppendAll(first, static_cast<size_t>(p - first));
  }
  const std::string_view text(scratch_.data(), scratch_.size());
  const std::optional<int64_t> value = ParseScalar(text, node.type);
  if (!value) {
    return Refuse(node, first, fmt::format("which '{}' is not", Excerpt(text)));
  }
  node.leaf.ints.Append(*value);
  node.leaf.levels.Append(node.definition, repetition);
  return p;
}

const char* JsonDecoder::Impl::List(JsonNode& node, const char* p, uint8_t repetition) {
  if (++depth_ > options_->max_depth) {
    return Fail(p, kTooDeep);
  }
  JsonNode& element = *node.children[0];
  p = SkipSpace(p + 1);
  if (*p == ']') {
    EmitNull(element, node.definition, repetition);
    --depth_;
    return p + 1;
  }
  while (true) {
    p = Value(element, p, repetition);
    if (p == nullptr) {
      return nullptr;
    }
    repetition = element.repetition;
    p = SkipSpace(p);
    if (*p == ']') {
      --depth_;
      return p + 1;
    }
    if (*p != ',') {
      return Fail(p, "an array needs ',' or ']' here");
    }
    p = SkipSpace(p + 1);
  }
}

const char* JsonDecoder::Impl::Map(JsonNode& node, const char* p, uint8_t repetition) {
  if (++depth_ > options_->max_depth) {
    return Fail(p, kTooDeep);
  }
  JsonNode& key = *node.children[0];
  JsonNode& value = *node.children[1];
  const size_t first = key.leaf.ends.size();
  p = SkipSpace(p + 1);
  if (*p == '}') {
    const bool as_null = options_->empty_object == EmptyObject::kNull;
    EmitNull(node, static_cast<uint8_t>(node.definition - (as_null ? 1 : 0)), repetition);
    --depth_;
    return p + 1;
  }
  while (true) {
    if (*p != '"') {
      return Fail(p, "an object needs a key in quotes here");
    }
    p = String(key, p, repetition);
    if (p == nullptr) {
      return nullptr;
    }
    p = SkipSpace(p);
    if (*p != ':') {
      return Fail(p, "a key needs ':' after it");
    }
    p = Value(value, SkipSpace(p + 1), repetition);
    if (p == nullptr) {
      return nullptr;
    }
    repetition = value.repetition;
    p = SkipSpace(p);
    if (*p == '}') {
      break;
    }
    if (*p != ',') {
      return Fail(p, "an object needs ',' or '}' here");
    }
    p = SkipSpace(p + 1);
  }
  --depth_;
  return repeated_keys_.Find(key.leaf, first) ? Fail(p, fmt::format("duplicate key in map '{}'", node.DisplayPath()))
                                              : p + 1;
}

// Where an object without fields means null, it is null in every column but that of a JSON text. Null for any other
// value.
const char* JsonDecoder::Impl::BehindEmptyObject(const JsonNode& node, const char* p) const {
  const bool may_be = *p == '{' && options_->empty_object == EmptyObject::kNull && node.kind != JsonNodeKind::kRaw &&
                      depth_ < options_->max_depth;
  const char* const inside = may_be ? SkipSpace(p + 1) : p;
  return may_be && *inside == '}' ? inside + 1 : nullptr;
}

// Nulls, first values of a column, rare types, and what does not fit.
const char* JsonDecoder::Impl::Other(JsonNode& node, const char* p, uint8_t repetition) {
  const char* const behind = IsWord(p, "null") ? p + 4 : BehindEmptyObject(node, p);
  if (behind != nullptr) {
    EmitNull(node, static_cast<uint8_t>(node.definition - 1), repetition);
    return behind;
  }
  if (*p == 'n') {
    return Fail(p, "this is not a JSON value");
  }
  switch (node.kind) {
    case JsonNodeKind::kUnknown:
      return FirstValue(node, p, repetition);
    case JsonNodeKind::kRaw:
      return Raw(node, p, repetition);
    case JsonNodeKind::kTimestamp:
    case JsonNodeKind::kDate:
    case JsonNodeKind::kDecimal:
      return DeclaredScalar(node, p, repetition);
    default:
      return Mismatch(node, p);
  }
}

const char* JsonDecoder::Impl::FirstValue(JsonNode& node, const char* p, uint8_t repetition) {
  switch (*p) {
    case '"':
      tree_.Resolve(&node, JsonNodeKind::kString, line_);
      return String(node, p, repetition);
    case '[':
      tree_.Resolve(&node, JsonNodeKind::kList, line_);
      return List(node, p, repetition);
    case 't':
    case 'f':
      tree_.Resolve(&node, JsonNodeKind::kBool, line_);
      return Bool(node, p, repetition);
    case '{':
      tree_.Resolve(&node, JsonNodeKind::kStruct, line_);
      return Object(node, p, repetition);
    default:
      break;
  }
  if (!StartsNumber(*p)) {
    return Mismatch(node, p);
  }
  JsonNumber number;
  const char* behind = p;
  const NumberStatus status = ParseJsonNumber(&behind, &number);
  const bool is_real = status == NumberStatus::kOk && !number.is_integer;
  tree_.Resolve(&node, is_real ? JsonNodeKind::kDouble : JsonNodeKind::kInteger, line_);
  return is_real ? Double(node, p, repetition) : Integer(node, p, repetition);
}

// ---- The promise

Result<JsonDecoder> JsonDecoder::Create(std::shared_ptr<const JsonOptions> options) {
  INGOT_TRY(CheckJsonOptions(*options));
  return JsonDecoder(std::make_unique<Impl>(std::move(options)));
}

JsonDecoder::JsonDecoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
JsonDecoder::JsonDecoder(JsonDecoder&&) noexcept = default;
JsonDecoder& JsonDecoder::operator=(JsonDecoder&&) noexcept = default;
JsonDecoder::~JsonDecoder() = default;

Result<size_t> JsonDecoder::Decode(std::span<const char> text) { return impl_->Decode(text); }
void JsonDecoder::RejectLine(std::string reason, std::string text, uint64_t bytes) {
  impl_->RejectLine(std::move(reason), std::move(text), bytes);
}
DecodedBlock JsonDecoder::Take() { return impl_->Take(); }
size_t JsonDecoder::MemoryBytes() const { return impl_->MemoryBytes(); }

}  // namespace ingot
