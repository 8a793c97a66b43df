// A JSON document as a table of views into its text: read in one pass, without a value of its own for each member.
// Manifests are taken apart here: several times faster than through values (docs/benchmarks.md).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/json_value.h"

namespace ingot {

class JsonDocument;

// Bounds for foreign documents.
struct JsonLimits {
  size_t max_bytes = size_t{64} << 20U;
  size_t max_depth = 512;
};

// One value of a document; valid as long as the document does not move or end.
class JsonView {
 public:
  bool is_null() const;
  // Nothing when the value is of another type.
  std::optional<bool> AsBool() const;
  std::optional<int64_t> AsInt() const;
  std::optional<double> AsDouble() const;
  std::optional<std::string_view> AsString() const;
  bool is_array() const;
  bool is_object() const;
  // "a string", "null", …, as JsonValue::type_name.
  std::string_view type_name() const;

  // Elements of an array, or members of an object in the order of their names; else 0.
  size_t size() const;
  JsonView at(size_t index) const;
  // The name of a member; empty for an element.
  std::string_view name() const;
  // The member of an object.
  std::optional<JsonView> Find(std::string_view name) const;
  std::optional<size_t> IndexOf(std::string_view name) const;

  // The JSON pointer of this value. Walks down from the top: for messages.
  std::string Pointer() const;
  JsonValue ToValue() const;

 private:
  friend class JsonDocument;
  JsonView(const JsonDocument* document, uint32_t node) : document_(document), node_(node) {}

  const JsonDocument* document_;
  uint32_t node_;
};

// Move-only.
class JsonDocument {
 public:
  // Refused: what RFC 8259 refuses, text that is not UTF-8, duplicate keys, integers beyond 64 bits, numbers beyond a
  // double, and what passes the limits. A byte order mark is passed over. `text` must outlive the document.
  // Errors: kInvalidData with the place; kResourceLimit.
  static Result<JsonDocument> Parse(std::string_view text, const JsonLimits& limits = {});
  JsonDocument(JsonDocument&&) noexcept = default;
  JsonDocument& operator=(JsonDocument&&) noexcept = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;
  ~JsonDocument() = default;

  JsonView root() const { return {this, static_cast<uint32_t>(nodes_.size() - 1)}; }
  // The text is, to the byte, what WriteJson makes of the value with JsonStyle::kIndented.
  bool is_canonical() const { return is_canonical_; }

  // Hands out, piece by piece, what WriteJson would make of the document after RemoveAtPointer for each of `pointers`
  // (see ParsePointer). Requires: is_canonical().
  void CanonicalWithout(std::span<const std::vector<std::string>> pointers,
                        const std::function<void(std::string_view)>& take) const;

 private:
  friend class JsonView;
  friend class JsonTextReader;

  enum class Kind : uint8_t { kNull, kBool, kInteger, kDouble, kString, kArray, kObject };
  struct Node {
    Kind kind = Kind::kNull;
    uint32_t first_child = 0;  // in children_
    uint32_t child_count = 0;
    // Of the value in the text; of a member, from the quote before its name.
    uint32_t begin = 0;
    uint32_t value_begin = 0;
    uint32_t end = 0;
    int64_t integer = 0;  // also booleans
    double number = 0;
    std::string_view name;
    std::string_view string;
  };

  JsonDocument() = default;
  void EmitWithout(uint32_t node, const std::vector<uint32_t>& removed, size_t depth,
                   const std::function<void(std::string_view)>& take) const;
  std::optional<uint32_t> FindMember(const std::vector<std::string>& names) const;

  std::string_view text_;
  std::vector<Node> nodes_;         // children before their parents; the root is the last
  std::vector<uint32_t> children_;  // of all containers, each one's together
  std::deque<std::string> unescaped_;
  bool is_canonical_ = true;
};

// The same as a value of its own. Errors: as JsonDocument::Parse.
Result<JsonValue> ParseJson(std::string_view text, const JsonLimits& limits = {});

}  // namespace ingot
