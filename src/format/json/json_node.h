// The tree of columns that one JSON stream has shown so far: types, levels, predictions, and the values being gathered.
//
// A node stands for one path. Where it has no live child it is a leaf and owns a LeafColumn, also while its type is not
// known: then the column holds levels only. Predictions (which key comes next) never change a result.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "column/leaf_column.h"
#include "format/json/json_options.h"
#include "format/json/scan.h"
#include "model/schema.h"

namespace ingot {

enum class JsonNodeKind : uint8_t {
  kUnknown,  // nothing but null so far, or `{}` where that means a struct
  kBool,
  kInteger,  // int16, int32 or int64
  kDouble,
  kString,
  kRaw,        // json: the text of the value
  kTimestamp,  // from an RFC 3339 string
  kDate,       // from "2026-01-15"
  kDecimal,    // from a number or a string
  kStruct,
  kList,
  kMap,
  kDropped,
};

struct JsonNode {
  // Hot: read for every value.
  JsonNodeKind kind = JsonNodeKind::kUnknown;
  uint8_t definition = 0;                // of a slot in which this node is not null
  uint8_t repetition = 0;                // the number of lists and maps around it
  bool pinned = false;                   // declared: the type never changes, other values are rejects
  bool locked = false;                   // accepted before: other values are rejects, but integers may become doubles
  uint64_t seen_in = 0;                  // the parent's `instance` that last showed this key
  JsonNode* next_hint = nullptr;         // the sibling that followed last time
  uint32_t token_size = 0;               // of `"name":`; 0 when the name needs escapes
  std::array<uint64_t, 4> token{};       // its first 32 bytes
  std::array<uint64_t, 4> token_mask{};  // 0xFF for each byte that counts
  LeafColumn leaf;

  // Structs.
  uint64_t instance = 0;  // counts the objects read
  uint32_t live_children = 0;
  uint32_t new_fields = 0;  // that were neither accepted nor declared before
  JsonNode* first_hint = nullptr;
  std::vector<std::unique_ptr<JsonNode>> children;  // lists: the element; maps: key and value
  std::unordered_map<std::string_view, JsonNode*> by_name;

  // Cold.
  std::string name;  // "[]" for an element, "{}" for a map's value
  JsonNode* parent = nullptr;
  DataType type;              // pinned and locked scalars
  uint64_t first_line = 0;    // that gave the node its kind; 0 for locked and declared ones
  uint64_t inexact_line = 0;  // first line with an integer that a double cannot hold; 0 for none

  bool is_leaf() const {
    return kind != JsonNodeKind::kDropped && kind != JsonNodeKind::kList && kind != JsonNodeKind::kMap &&
           live_children == 0;
  }
  // "a.b[].c", for messages and for ingot.toml.
  std::string DisplayPath() const;
};

// Is the node's `"name":` what stands at `p`?
inline bool MatchesToken(const JsonNode& node, const char* p) {
  std::array<uint64_t, 2> text{};
  std::memcpy(text.data(), p, sizeof text);
  if ((((text[0] ^ node.token[0]) & node.token_mask[0]) | ((text[1] ^ node.token[1]) & node.token_mask[1])) != 0) {
    return false;
  }
  if (node.token_size <= sizeof text) {
    return node.token_size != 0;
  }
  std::memcpy(text.data(), p + sizeof text, sizeof text);
  if ((((text[0] ^ node.token[2]) & node.token_mask[2]) | ((text[1] ^ node.token[3]) & node.token_mask[3])) != 0) {
    return false;
  }
  // Only equal bytes were passed so far, so that the comparison cannot leave the text.
  return node.token_size <= sizeof node.token ||
         (std::strncmp(p + 1, node.name.data(), node.name.size()) == 0 && IsWord(p + 1 + node.name.size(), "\":"));
}

// Where a snapshot's field comes from. Lines count from 1; see JsonNode.
struct FieldEvidence {
  std::string path;  // as JsonNode::DisplayPath
  uint64_t first_line = 0;
  uint64_t inexact_line = 0;
  bool is_dropped = false;  // seen and left out, as declared: not in the schema

  bool operator==(const FieldEvidence&) const = default;
};

struct JsonSnapshot {
  std::shared_ptr<const Schema> schema;
  std::vector<FieldEvidence> evidence;  // of every field below the root, parents first
};

// Owns the nodes and their changes of shape. Changes made since the last Commit can be undone.
class JsonTree {
 public:
  explicit JsonTree(std::shared_ptr<const JsonOptions> options);

  JsonNode& root() { return root_; }

  // A new field of `parent`, which gets nulls for all instances before the present one. Errors: kSchemaDrift beyond
  // max_new_keys, with the line to put into ingot.toml.
  Result<JsonNode*> AddField(JsonNode* parent, std::string name, uint64_t line);
  // kUnknown becomes something; levels carry over to the first child of a list or map.
  void Resolve(JsonNode* node, JsonNodeKind kind, uint64_t line);
  // Integers gathered so far become doubles. Requires: all are exact.
  void WidenToDouble(JsonNode* node, uint64_t line);

  // Notes that a node's integers can no longer become doubles.
  void MarkInexact(JsonNode* node, uint64_t line);

  // Makes the changes of this record final.
  void Commit() { changes_.clear(); }
  bool has_changes() const { return !changes_.empty(); }
  // Takes the last record out of every column that has more than `rows` rows, then undoes the changes of shape.
  void RollBack(uint64_t rows, uint64_t line);

  // The present schema; the same object as before while neither it nor its evidence changes.
  const JsonSnapshot& Snapshot();
  // Moves the gathered columns out, in the order of EnumerateLeaves(*Snapshot().schema), and starts new ones.
  std::vector<LeafColumn> TakeLeaves();
  // Bytes that the gathered columns occupy.
  size_t MemoryBytes() const;

 private:
  struct Change {
    enum class Kind : uint8_t { kAdded, kResolved, kWidened } kind;
    JsonNode* node;
    uint64_t old_line = 0;
    bool took_levels = false;  // kAdded: the parent's placeholder levels moved into it
  };

  void AcceptFields(JsonNode* node, const std::vector<Field>& fields, bool pinned);
  void Accept(JsonNode* node, const DataType& type, bool pinned);
  JsonNode* NewChild(JsonNode* parent, std::string name);
  void AddListOrMapChildren(JsonNode* node);
  void ApplyDeclarations(JsonNode* node);
  bool Backfill(JsonNode* parent, JsonNode* child);
  void Undo(const Change& change);

  std::shared_ptr<const JsonOptions> options_;
  JsonNode root_;
  std::vector<Change> changes_;
  JsonSnapshot snapshot_;
  bool snapshot_is_stale_ = true;
};

}  // namespace ingot
