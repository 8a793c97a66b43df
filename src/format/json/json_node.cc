#include "format/json/json_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "format/json/json_string.h"
#include "model/quoted_name.h"

namespace ingot {
namespace {

// Visits a node and everything below it, parents first.
template <typename Function>
void Walk(JsonNode& node, const Function& function) {
  function(node);
  for (const auto& child : node.children) {
    Walk(*child, function);
  }
}

JsonNodeKind KindOf(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBool:
      return JsonNodeKind::kBool;
    case TypeKind::kInt16:
    case TypeKind::kInt32:
    case TypeKind::kInt64:
      return JsonNodeKind::kInteger;
    case TypeKind::kDouble:
      return JsonNodeKind::kDouble;
    case TypeKind::kString:
    case TypeKind::kBinary:
      return JsonNodeKind::kString;
    case TypeKind::kJson:
      return JsonNodeKind::kRaw;
    case TypeKind::kDate:
      return JsonNodeKind::kDate;
    case TypeKind::kTimestamp:
      return JsonNodeKind::kTimestamp;
    case TypeKind::kDecimal:
      return JsonNodeKind::kDecimal;
    case TypeKind::kStruct:
      return JsonNodeKind::kStruct;
    case TypeKind::kList:
      return JsonNodeKind::kList;
    case TypeKind::kMap:
      return JsonNodeKind::kMap;
    case TypeKind::kNull:
      break;
  }
  return JsonNodeKind::kUnknown;
}

DataType TypeOf(const JsonNode& node) {
  if ((node.pinned || node.locked) && !node.type.is_nested() && KindOf(node.type.kind) == node.kind) {
    return node.type;
  }
  switch (node.kind) {
    case JsonNodeKind::kBool:
      return Scalar(TypeKind::kBool);
    case JsonNodeKind::kInteger:
      return Scalar(TypeKind::kInt64);
    case JsonNodeKind::kDouble:
      return Scalar(TypeKind::kDouble);
    case JsonNodeKind::kString:
      return Scalar(TypeKind::kString);
    default:
      return Scalar(TypeKind::kNull);
  }
}

// Builds the schema of a subtree and the evidence beside it.
DataType SnapshotType(const JsonNode& node, std::vector<FieldEvidence>* evidence) {
  const auto child_type = [&](const JsonNode& child) {
    evidence->push_back({child.DisplayPath(), child.first_line, child.inexact_line, false});
    return SnapshotType(child, evidence);
  };
  if (node.kind == JsonNodeKind::kList) {
    return MakeList(child_type(*node.children[0]));
  }
  if (node.kind == JsonNodeKind::kMap) {
    return MakeMap(child_type(*node.children[1]));
  }
  if (node.kind != JsonNodeKind::kStruct) {
    return TypeOf(node);
  }
  DataType type = Scalar(TypeKind::kStruct);
  for (const auto& child : node.children) {
    if (child->kind == JsonNodeKind::kDropped) {
      evidence->push_back({child->DisplayPath(), child->first_line, 0, true});
      continue;
    }
    Field field;
    field.name = child->name;
    field.type = child_type(*child);
    type.fields.push_back(std::move(field));
  }
  return type.fields.empty() ? Scalar(TypeKind::kNull) : type;
}

// The leaf below (or at) a live node with the fewest repetitions: the cheapest one to take levels from.
const JsonNode* LeastRepeatedLeaf(const JsonNode& node) {
  if (node.is_leaf()) {
    return &node;
  }
  const JsonNode* least = nullptr;
  for (const auto& child : node.children) {
    if (child->kind == JsonNodeKind::kDropped) {
      continue;
    }
    const JsonNode* leaf = LeastRepeatedLeaf(*child);
    if (least == nullptr || (leaf != nullptr && leaf->repetition < least->repetition)) {
      least = leaf;
    }
  }
  return least;
}

// Gives the same slots to every leaf at and below a node.
void AppendToLeaves(JsonNode& top, const Levels& levels) {
  Walk(top, [&](JsonNode& node) {
    if (!node.is_leaf()) {
      return;
    }
    for (const LevelRun& run : levels.runs()) {
      node.leaf.levels.AppendRun(run.count, run.definition, run.repetition);
    }
  });
}

void TruncateValues(LeafColumn* leaf, uint64_t count) {
  switch (leaf->layout) {
    case ValueLayout::kNone:
      break;
    case ValueLayout::kBool:
      leaf->bools.Truncate(leaf->bools.size() - count);
      break;
    case ValueLayout::kInt64:
      leaf->ints.Truncate(leaf->ints.size() - count);
      break;
    case ValueLayout::kDouble:
      leaf->doubles.Truncate(leaf->doubles.size() - count);
      break;
    case ValueLayout::kBytes:
      leaf->ends.Truncate(leaf->ends.size() - count);
      leaf->bytes.Truncate(leaf->ends.empty() ? 0 : leaf->ends.back());
      break;
  }
}

void SetToken(JsonNode* node) {
  const bool plain = std::all_of(node->name.begin(), node->name.end(),
                                 [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; });
  if (!plain) {
    return;
  }
  const std::string token = '"' + node->name + "\":";
  node->token_size = static_cast<uint32_t>(token.size());
  const size_t kept = std::min(token.size(), sizeof node->token);
  std::memcpy(node->token.data(), token.data(), kept);
  std::memset(node->token_mask.data(), 0xFF, kept);
}

// A field that appeared without having been declared. Only such fields are limited in number.
bool CountsAsNew(const JsonNode& added) { return added.kind != JsonNodeKind::kDropped && !added.pinned; }

Error TooManyKeys(const JsonNode& added, uint32_t limit, uint64_t line) {
  const std::string path = added.parent->DisplayPath();
  return Error(ErrorKind::kSchemaDrift,
               fmt::format("line {}: {} has more than {} distinct keys; '{}' would be one more column", line,
                           path.empty() ? "the record itself" : "object '" + path + "'", limit, Excerpt(added.name)),
               path.empty() ? "is each line really one record? drop or declare what is data, not structure"
                            : fmt::format("if its keys are data, add maps = [{}] to the source in ingot.toml",
                                          JsonQuoted(path)));
}

}  // namespace

std::string JsonNode::DisplayPath() const {
  if (parent == nullptr) {
    return "";
  }
  const std::string above = parent->DisplayPath();
  if (parent->kind == JsonNodeKind::kList || parent->kind == JsonNodeKind::kMap) {
    return above + name;
  }
  return above.empty() ? QuotePathSegment(name) : above + "." + QuotePathSegment(name);
}

JsonTree::JsonTree(std::shared_ptr<const JsonOptions> options) : options_(std::move(options)) {
  root_.kind = JsonNodeKind::kStruct;
  if (options_->locked != nullptr) {
    AcceptFields(&root_, options_->locked->fields, /*pinned=*/false);
  }
}

void JsonTree::AcceptFields(JsonNode* node, const std::vector<Field>& fields, bool pinned) {
  for (const Field& field : fields) {
    const auto found = node->by_name.find(field.name);
    JsonNode* child = found != node->by_name.end() ? found->second : nullptr;
    if (child == nullptr) {
      child = NewChild(node, field.name);
      ApplyDeclarations(child);
      node->live_children += child->kind == JsonNodeKind::kDropped ? 0 : 1;
    }
    Accept(child, field.type, pinned);
  }
}

// Gives a type to what is still open at and below a node: a declaration of its own goes before that of a node above,
// and both go before the accepted schema. kNull leaves a node open.
void JsonTree::Accept(JsonNode* node, const DataType& type, bool pinned) {
  if (node->kind == JsonNodeKind::kUnknown && type.kind != TypeKind::kNull) {
    node->type = type;
    node->kind = KindOf(type.kind);
    node->leaf.layout = LayoutOf(type.kind);
    node->pinned = pinned;
    node->locked = !pinned;
    if (type.kind == TypeKind::kList || type.kind == TypeKind::kMap) {
      AddListOrMapChildren(node);
    }
  }
  if (node->kind != KindOf(type.kind)) {
    return;
  }
  if (type.kind == TypeKind::kStruct) {
    AcceptFields(node, type.fields, pinned);
  } else if (type.kind == TypeKind::kList || type.kind == TypeKind::kMap) {
    Accept(node->children.back().get(), type.fields.back().type, pinned);
  }
}

JsonNode* JsonTree::NewChild(JsonNode* parent, std::string name) {
  auto child = std::make_unique<JsonNode>();
  child->name = std::move(name);
  child->parent = parent;
  child->definition = static_cast<uint8_t>(parent->definition + 1);
  child->repetition = parent->repetition;
  SetToken(child.get());
  JsonNode* raw = child.get();
  parent->children.push_back(std::move(child));
  parent->by_name.emplace(raw->name, raw);
  return raw;
}

// The element of a list; the key and the value of a map. Each takes part in one more repetition.
void JsonTree::AddListOrMapChildren(JsonNode* node) {
  const bool is_map = node->kind == JsonNodeKind::kMap;
  if (is_map) {
    auto key = std::make_unique<JsonNode>();
    key->name = ".key";
    key->parent = node;
    key->kind = JsonNodeKind::kString;
    key->leaf.layout = ValueLayout::kBytes;
    key->definition = static_cast<uint8_t>(node->definition + 1);
    key->repetition = static_cast<uint8_t>(node->repetition + 1);
    node->children.push_back(std::move(key));
  }
  auto value = std::make_unique<JsonNode>();
  value->name = is_map ? "{}" : "[]";
  value->parent = node;
  value->definition = static_cast<uint8_t>(node->definition + 2);
  value->repetition = static_cast<uint8_t>(node->repetition + 1);
  node->children.push_back(std::move(value));
  ApplyDeclarations(node->children.back().get());
}

void JsonTree::ApplyDeclarations(JsonNode* node) {
  std::vector<std::string> path;
  for (const JsonNode* at = node; at->parent != nullptr; at = at->parent) {
    path.push_back(at->name);
  }
  std::reverse(path.begin(), path.end());
  const auto matches = [&](const ColumnPathPattern& pattern) { return pattern.Matches(path); };
  // Lists and maps keep their parts: a name in quotes can look like one.
  if (node->parent->kind == JsonNodeKind::kStruct &&
      std::any_of(options_->drop.begin(), options_->drop.end(), matches)) {
    node->kind = JsonNodeKind::kDropped;
    return;
  }
  for (const auto& [pattern, type] : options_->types) {
    if (matches(pattern)) {
      Accept(node, type, /*pinned=*/true);
      return;
    }
  }
  if (std::any_of(options_->maps.begin(), options_->maps.end(), matches)) {
    node->pinned = true;
    node->kind = JsonNodeKind::kMap;
    AddListOrMapChildren(node);
  }
}

Result<JsonNode*> JsonTree::AddField(JsonNode* parent, std::string name, uint64_t line) {
  JsonNode* child = NewChild(parent, std::move(name));
  child->first_line = line;
  Change change{Change::Kind::kAdded, child};
  ApplyDeclarations(child);
  if (child->kind != JsonNodeKind::kDropped) {
    change.took_levels = Backfill(parent, child);
    ++parent->live_children;
  }
  snapshot_is_stale_ = true;
  changes_.push_back(change);
  if (CountsAsNew(*child) && ++parent->new_fields > options_->max_new_keys) {
    return TooManyKeys(*child, options_->max_new_keys, line);
  }
  return child;
}

// Gives a new child the slots of all instances of its parent before the present one. True when the parent itself was
// the leaf that held them.
bool JsonTree::Backfill(JsonNode* parent, JsonNode* child) {
  Levels levels;
  bool took = false;
  const JsonNode* lender = nullptr;
  const JsonNode* sibling = nullptr;
  for (const auto& candidate : parent->children) {
    if (candidate.get() != child && candidate->kind != JsonNodeKind::kDropped) {
      sibling = candidate.get();
      lender = LeastRepeatedLeaf(*sibling);
      break;
    }
  }
  if (lender == nullptr) {
    levels = std::exchange(parent->leaf.levels, Levels());
    took = true;
  } else {
    uint64_t slots = 0;
    for (const LevelRun& run : lender->leaf.levels.runs()) {
      slots += run.repetition <= parent->repetition ? run.count : 0;
    }
    // A sibling that the present object already showed is one slot ahead.
    slots -= sibling->seen_in == parent->instance ? 1 : 0;
    for (const LevelRun& run : lender->leaf.levels.runs()) {
      if (run.repetition <= parent->repetition) {
        const uint64_t count = std::min<uint64_t>(run.count, slots);
        levels.AppendRun(count, std::min(run.definition, parent->definition), run.repetition);
        slots -= count;
      }
    }
  }
  AppendToLeaves(*child, levels);
  return took;
}

void JsonTree::Resolve(JsonNode* node, JsonNodeKind kind, uint64_t line) {
  changes_.push_back({Change::Kind::kResolved, node, node->first_line});
  node->kind = kind;
  node->first_line = line;
  snapshot_is_stale_ = true;
  switch (kind) {
    case JsonNodeKind::kBool:
      node->leaf.layout = ValueLayout::kBool;
      break;
    case JsonNodeKind::kInteger:
      node->leaf.layout = ValueLayout::kInt64;
      break;
    case JsonNodeKind::kDouble:
      node->leaf.layout = ValueLayout::kDouble;
      break;
    case JsonNodeKind::kString:
      node->leaf.layout = ValueLayout::kBytes;
      break;
    case JsonNodeKind::kList: {
      const Levels levels = std::exchange(node->leaf.levels, Levels());
      AddListOrMapChildren(node);
      AppendToLeaves(*node->children.back(), levels);
      break;
    }
    default:
      break;
  }
}

void JsonTree::WidenToDouble(JsonNode* node, uint64_t line) {
  changes_.push_back({Change::Kind::kWidened, node, node->first_line});
  LeafColumn& leaf = node->leaf;
  leaf.doubles.Reserve(leaf.ints.size() + 1);
  for (const int64_t value : leaf.ints) {
    leaf.doubles.Append(static_cast<double>(value));
  }
  leaf.ints.Clear();
  leaf.layout = ValueLayout::kDouble;
  node->kind = JsonNodeKind::kDouble;
  node->first_line = line;
  snapshot_is_stale_ = true;
}

void JsonTree::MarkInexact(JsonNode* node, uint64_t line) {
  node->inexact_line = line;
  snapshot_is_stale_ = true;
}

void JsonTree::RollBack(uint64_t rows, uint64_t line) {
  Walk(root_, [&](JsonNode& node) {
    if (node.is_leaf() && node.leaf.levels.rows() > rows) {
      TruncateValues(&node.leaf, node.leaf.levels.RemoveLastRow(node.definition));
    }
    node.inexact_line = node.inexact_line == line ? 0 : node.inexact_line;
  });
  if (changes_.empty()) {
    return;
  }
  while (!changes_.empty()) {
    Undo(changes_.back());
    changes_.pop_back();
  }
  // Predictions may point at nodes that are gone.
  Walk(root_, [](JsonNode& node) {
    node.first_hint = nullptr;
    node.next_hint = nullptr;
  });
  snapshot_is_stale_ = true;
}

void JsonTree::Undo(const Change& change) {
  JsonNode* node = change.node;
  LeafColumn& leaf = node->leaf;
  switch (change.kind) {
    case Change::Kind::kAdded: {
      JsonNode* parent = node->parent;
      parent->new_fields -= CountsAsNew(*node) ? 1 : 0;
      if (node->kind != JsonNodeKind::kDropped) {
        --parent->live_children;
        if (change.took_levels) {
          // A declared list or map passed the levels to all its leaves; they are the same in each.
          auto* holder = const_cast<JsonNode*>(LeastRepeatedLeaf(*node));
          parent->leaf.levels = std::move(holder->leaf.levels);
        }
      }
      parent->by_name.erase(node->name);
      parent->children.pop_back();
      break;
    }
    case Change::Kind::kResolved:
      if (node->kind == JsonNodeKind::kList) {
        auto* holder = const_cast<JsonNode*>(LeastRepeatedLeaf(*node->children.back()));
        leaf.levels = std::move(holder->leaf.levels);
        node->children.clear();
      }
      leaf.layout = ValueLayout::kNone;
      node->kind = JsonNodeKind::kUnknown;
      node->first_line = change.old_line;
      break;
    case Change::Kind::kWidened:
      for (const double value : leaf.doubles) {
        leaf.ints.Append(static_cast<int64_t>(value));
      }
      leaf.doubles.Clear();
      leaf.layout = ValueLayout::kInt64;
      node->kind = JsonNodeKind::kInteger;
      node->first_line = change.old_line;
      break;
  }
}

const JsonSnapshot& JsonTree::Snapshot() {
  if (snapshot_is_stale_) {
    std::vector<FieldEvidence> evidence;
    Schema schema{SnapshotType(root_, &evidence).fields};
    // A change that was taken back leaves all as it was.
    if (snapshot_.schema == nullptr || !(*snapshot_.schema == schema) || snapshot_.evidence != evidence) {
      snapshot_ = {std::make_shared<const Schema>(std::move(schema)), std::move(evidence)};
    }
    snapshot_is_stale_ = false;
  }
  return snapshot_;
}

std::vector<LeafColumn> JsonTree::TakeLeaves() {
  std::vector<LeafColumn> leaves;
  Walk(root_, [&](JsonNode& node) {
    if (!node.is_leaf() || &node == &root_) {
      node.leaf.levels.Clear();
      return;
    }
    LeafColumn fresh;
    fresh.layout = node.leaf.layout;
    // The next block will look like this one: growing again from nothing would copy every column several times, and
    // growing a little beyond would double it.
    const auto expected = [](size_t size) { return size + size / 4; };
    fresh.ints.Reserve(expected(node.leaf.ints.size()));
    fresh.doubles.Reserve(expected(node.leaf.doubles.size()));
    fresh.ends.Reserve(expected(node.leaf.ends.size()));
    fresh.bytes.Reserve(expected(node.leaf.bytes.size()));
    leaves.push_back(std::move(node.leaf));
    node.leaf = std::move(fresh);
  });
  return leaves;
}

size_t JsonTree::MemoryBytes() const {
  size_t bytes = 0;
  Walk(const_cast<JsonNode&>(root_), [&](const JsonNode& node) { bytes += node.leaf.MemoryBytes(); });
  return bytes;
}

}  // namespace ingot
