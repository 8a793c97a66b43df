#include "format/json/json_node.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"

namespace ingot {
namespace {

std::shared_ptr<JsonOptions> Options() { return std::make_shared<JsonOptions>(); }

ColumnPathPattern Pattern(const std::string& text) { return *ColumnPathPattern::Parse(text); }

// Stands in for the decoder: one record {"name": integer}.
JsonNode* AddIntegerField(JsonTree* tree, JsonNode* parent, const std::string& name, uint64_t line) {
  ++parent->instance;
  JsonNode* node = *tree->AddField(parent, name, line);
  tree->Resolve(node, JsonNodeKind::kInteger, line);
  node->leaf.ints.Append(static_cast<int64_t>(line));
  node->leaf.levels.Append(node->definition, 0);
  node->seen_in = parent->instance;
  return node;
}

std::string Snapshot(JsonTree* tree) {
  DataType type = Scalar(TypeKind::kStruct);
  type.fields = tree->Snapshot().schema->fields;
  return FormatType(type);
}

TEST(JsonTree, BeginsEmpty) {
  JsonTree tree(Options());
  EXPECT_EQ(Snapshot(&tree), "struct<>");
  EXPECT_TRUE(tree.TakeLeaves().empty());
  EXPECT_FALSE(tree.has_changes());
  EXPECT_EQ(tree.root().DisplayPath(), "");
}

TEST(JsonTree, DisplayPaths) {
  const auto options = Options();
  options->maps = {Pattern("m")};
  JsonTree tree(options);
  JsonNode* list = *tree.AddField(&tree.root(), "a.b", 1);
  tree.Resolve(list, JsonNodeKind::kList, 1);
  JsonNode* element = list->children[0].get();
  tree.Resolve(element, JsonNodeKind::kStruct, 1);
  EXPECT_EQ((*tree.AddField(element, "c", 1))->DisplayPath(), "\"a.b\"[].c");
  JsonNode* map = *tree.AddField(&tree.root(), "m", 1);
  ASSERT_EQ(map->kind, JsonNodeKind::kMap);
  EXPECT_EQ(map->children[1]->DisplayPath(), "m{}");
  // A path names the same column when it comes back as a declaration.
  EXPECT_EQ(Pattern("\"a.b\"[].c").ToString(), "\"a.b\"[].c");
}

TEST(JsonTree, Tokens) {
  JsonTree tree(Options());
  JsonNode* plain = *tree.AddField(&tree.root(), "ab", 1);
  EXPECT_EQ(plain->token_size, 5U);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(plain->token.data()), 5), "\"ab\":");
  EXPECT_EQ(plain->token_mask[0], 0x000000FFFFFFFFFFU);
  EXPECT_EQ(plain->token_mask[1], 0U);
  // A name that must be written with escapes is never predicted.
  for (const char* name : {"a\"", "a\\", "a\n"}) {
    EXPECT_EQ((*tree.AddField(&tree.root(), name, 1))->token_size, 0U);
  }
  EXPECT_EQ((*tree.AddField(&tree.root(), std::string(100, 'x'), 1))->token_size, 103U);
}

TEST(JsonTree, SnapshotIsTheSameObjectUntilItChanges) {
  JsonTree tree(Options());
  AddIntegerField(&tree, &tree.root(), "a", 1);
  tree.Commit();
  const auto schema = tree.Snapshot().schema;
  EXPECT_EQ(tree.Snapshot().schema, schema);
  tree.TakeLeaves();
  EXPECT_EQ(tree.Snapshot().schema, schema);
  // A record that was taken back leaves it too.
  AddIntegerField(&tree, &tree.root(), "b", 2);
  tree.RollBack(0, 2);
  EXPECT_EQ(tree.Snapshot().schema, schema);
  // New evidence comes with a new object: who compares pointers must not miss it.
  tree.MarkInexact(tree.root().children[0].get(), 3);
  const auto inexact = tree.Snapshot().schema;
  EXPECT_NE(inexact, schema);
  EXPECT_EQ(*inexact, *schema);
  EXPECT_EQ(tree.Snapshot().evidence[0].inexact_line, 3U);
  AddIntegerField(&tree, &tree.root(), "b", 4);
  EXPECT_NE(tree.Snapshot().schema, inexact);
}

TEST(JsonTree, LateFieldsGetTheSlotsOfTheirSiblings) {
  JsonTree tree(Options());
  JsonNode* a = AddIntegerField(&tree, &tree.root(), "a", 1);
  tree.Commit();
  JsonNode* b = AddIntegerField(&tree, &tree.root(), "b", 2);
  EXPECT_EQ(Slots(a->leaf, 1), "1");
  EXPECT_EQ(Slots(b->leaf, 1), "~0 2");
}

TEST(JsonTree, RollBackUndoesEveryChange) {
  JsonTree tree(Options());
  JsonNode* a = AddIntegerField(&tree, &tree.root(), "a", 1);
  tree.Commit();
  EXPECT_EQ(Snapshot(&tree), "struct<a:int64>");

  // A record that widens one column, adds a struct with a list, and is then refused.
  ++tree.root().instance;
  tree.WidenToDouble(a, 2);
  a->leaf.doubles.Append(1.5);
  a->leaf.levels.Append(1, 0);
  JsonNode* added = *tree.AddField(&tree.root(), "s", 2);
  tree.Resolve(added, JsonNodeKind::kStruct, 2);
  JsonNode* list = *tree.AddField(added, "l", 2);
  tree.Resolve(list, JsonNodeKind::kList, 2);
  tree.Resolve(list->children[0].get(), JsonNodeKind::kBool, 2);
  list->children[0]->leaf.bools.Append(1);
  list->children[0]->leaf.levels.Append(4, 0);
  EXPECT_EQ(Snapshot(&tree), "struct<a:double,s:struct<l:list<bool>>>");
  tree.root().first_hint = added;
  ASSERT_TRUE(tree.has_changes());

  tree.RollBack(1, 2);
  EXPECT_FALSE(tree.has_changes());
  EXPECT_EQ(Snapshot(&tree), "struct<a:int64>");
  EXPECT_EQ(tree.Snapshot().evidence.size(), 1U);
  EXPECT_EQ(tree.Snapshot().evidence[0].first_line, 1U);
  EXPECT_EQ(tree.root().live_children, 1U);
  EXPECT_EQ(tree.root().new_fields, 1U);
  EXPECT_EQ(tree.root().first_hint, nullptr);
  EXPECT_TRUE(tree.root().by_name.find("s") == tree.root().by_name.end());
  auto leaves = tree.TakeLeaves();
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_EQ(leaves[0].layout, ValueLayout::kInt64);
  EXPECT_EQ(Slots(leaves[0], 1), "1");
  EXPECT_TRUE(leaves[0].doubles.empty());
}

// A struct without fields keeps slots itself; its first field takes them over, and gives them back.
TEST(JsonTree, RollBackReturnsPlaceholderLevels) {
  JsonTree tree(Options());
  JsonNode* s = *tree.AddField(&tree.root(), "s", 1);
  tree.Resolve(s, JsonNodeKind::kStruct, 1);
  ++s->instance;
  s->leaf.levels.Append(0, 0);
  s->leaf.levels.Append(1, 0);
  tree.Commit();
  EXPECT_EQ(Snapshot(&tree), "struct<s:null>");
  AddIntegerField(&tree, s, "x", 3);
  EXPECT_EQ(Snapshot(&tree), "struct<s:struct<x:int64>>");
  EXPECT_EQ(Slots(s->children[0]->leaf, 2), "~0 ~1 3");
  tree.RollBack(2, 3);
  EXPECT_EQ(Snapshot(&tree), "struct<s:null>");
  EXPECT_EQ(Slots(s->leaf, 2), "~0 ~1");
  EXPECT_TRUE(s->is_leaf());
}

TEST(JsonTree, InexactLinesOfRefusedRecordsAreForgotten) {
  JsonTree tree(Options());
  JsonNode* a = AddIntegerField(&tree, &tree.root(), "a", 1);
  tree.Commit();
  tree.MarkInexact(a, 2);
  tree.RollBack(1, 2);
  EXPECT_EQ(a->inexact_line, 0U);
  tree.MarkInexact(a, 3);
  tree.RollBack(1, 4);
  EXPECT_EQ(a->inexact_line, 3U);
}

TEST(JsonTree, OnlyUndeclaredNewFieldsAreLimited) {
  const auto options = Options();
  options->max_new_keys = 2;
  options->drop = {Pattern("gone")};
  options->types = {{Pattern("typed"), Scalar(TypeKind::kInt64)}};
  options->maps = {Pattern("map")};
  options->locked = std::make_shared<const Schema>(
      Schema{ParseType("struct<l1:int64,l2:int64,l3:null,s:struct<a:int64,b:int64,c:int64>>")->fields});
  JsonTree tree(options);
  for (const char* name : {"gone", "typed", "map", "n1", "n2"}) {
    EXPECT_OK(tree.AddField(&tree.root(), name, 1)) << name;
  }
  tree.Commit();
  const auto refused = tree.AddField(&tree.root(), "n3", 7);
  EXPECT_THAT(refused, IsErr(ErrorKind::kSchemaDrift, "line 7: the record itself has more than 2 distinct keys; 'n3'"));
  // The refusal itself can be taken back: the line may turn out not to be JSON.
  tree.RollBack(0, 7);
  EXPECT_EQ(tree.root().new_fields, 2U);
  JsonNode* inner = tree.root().children[3].get();
  ASSERT_EQ(inner->name, "s");
  EXPECT_OK(tree.AddField(inner, "d", 9));
  EXPECT_OK(tree.AddField(inner, "e", 9));
  const auto inner_refused = tree.AddField(inner, "f", 9);
  ASSERT_THAT(inner_refused, IsErr(ErrorKind::kSchemaDrift, "object 's' has more than 2"));
  EXPECT_THAT(std::string(inner_refused.error().advice()), testing::HasSubstr("maps = [\"s\"]"));
}

TEST(JsonTree, TakeLeavesFollowsTheSchema) {
  const auto options = Options();
  options->drop = {Pattern("b")};
  options->maps = {Pattern("m")};
  JsonTree tree(options);
  AddIntegerField(&tree, &tree.root(), "a", 1);
  ASSERT_OK(tree.AddField(&tree.root(), "b", 1));
  ASSERT_OK(tree.AddField(&tree.root(), "m", 1));
  JsonNode* s = *tree.AddField(&tree.root(), "s", 1);
  tree.Resolve(s, JsonNodeKind::kStruct, 1);
  AddIntegerField(&tree, s, "x", 1);
  tree.Commit();
  EXPECT_GT(tree.MemoryBytes(), 0U);
  const std::vector<Leaf> leaves = EnumerateLeaves(*tree.Snapshot().schema);
  const std::vector<LeafColumn> columns = tree.TakeLeaves();
  ASSERT_EQ(columns.size(), leaves.size());
  ASSERT_EQ(leaves.size(), 4U);
  const std::vector<ValueLayout> layouts = {ValueLayout::kInt64, ValueLayout::kBytes, ValueLayout::kNone,
                                            ValueLayout::kInt64};
  const std::vector<std::string> paths = {"a", "m.key", "m.value", "s.x"};
  for (size_t i = 0; i < leaves.size(); ++i) {
    EXPECT_EQ(columns[i].layout, layouts[i]) << i;
    EXPECT_EQ(leaves[i].DisplayPath(), paths[i]);
  }
  for (const LeafColumn& column : tree.TakeLeaves()) {
    EXPECT_EQ(column.levels.slots(), 0U);
    EXPECT_EQ(column.ValueCount(), 0U);
  }
}

// Levels of the tree are those that model/schema.h says.
TEST(JsonTree, AcceptedSchemasKeepTheirTypesAndLevels) {
  const DataType type = *ParseType(
      "struct<a:int16,l:list<list<double>>,m:map<string,struct<x:date,y:list<null>>>,t:timestamp[ns],d:decimal(9,2),j:"
      "json,"
      "b:binary,n:null>");
  const auto options = Options();
  options->locked = std::make_shared<const Schema>(Schema{type.fields});
  JsonTree tree(options);
  EXPECT_EQ(Snapshot(&tree), FormatType(type));
  const std::vector<Leaf> leaves = EnumerateLeaves(*tree.Snapshot().schema);
  std::vector<std::pair<int, int>> expected;
  for (const Leaf& leaf : leaves) {
    expected.emplace_back(leaf.max_definition, leaf.max_repetition);
  }
  std::vector<std::pair<int, int>> actual;
  const auto walk = [&](const auto& self, const JsonNode& node) -> void {
    if (node.is_leaf()) {
      actual.emplace_back(node.definition, node.repetition);
    }
    for (const auto& child : node.children) {
      self(self, *child);
    }
  };
  walk(walk, tree.root());
  EXPECT_EQ(actual, expected);
}

// Declared: the column's own type first, then that of the column around it, then what was accepted before.
TEST(JsonTree, DeclarationsGoBeforeTheAcceptedSchema) {
  const auto options = Options();
  options->maps = {Pattern("m"), Pattern("o")};
  options->types = {{Pattern("s.x"), Scalar(TypeKind::kInt32)},
                    {Pattern("s"), *ParseType("struct<x:double,y:double>")}};
  options->locked = std::make_shared<const Schema>(
      Schema{ParseType("struct<m:map<string,int64>,o:struct<a:int64>,s:struct<y:int64,x:int64,z:bool>>")->fields});
  JsonTree tree(options);
  EXPECT_EQ(Snapshot(&tree), "struct<m:map<string,int64>,o:map<string,null>,s:struct<x:int32,y:double,z:bool>>");
  const JsonNode& map = *tree.root().children[0];
  EXPECT_TRUE(map.pinned);
  EXPECT_TRUE(map.children[1]->locked);
  const JsonNode& structure = *tree.root().children[2];
  EXPECT_TRUE(structure.children[0]->pinned);
  EXPECT_TRUE(structure.children[1]->pinned);
  EXPECT_TRUE(structure.children[2]->locked);
}

// A list without elements would be no column: a quoted name must not hit one by accident.
TEST(JsonTree, DropNeverTakesTheElementOfAList) {
  const auto options = Options();
  options->drop = {Pattern("l.\"[]\"")};
  JsonTree tree(options);
  JsonNode* list = *tree.AddField(&tree.root(), "l", 1);
  tree.Resolve(list, JsonNodeKind::kList, 1);
  EXPECT_EQ(list->children[0]->kind, JsonNodeKind::kUnknown);
}

}  // namespace
}  // namespace ingot
