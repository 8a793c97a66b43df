#include "model/lock_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/schema_generator.h"

namespace ingot {
namespace {

Schema MakeSchema(std::initializer_list<std::pair<std::string, std::string>> columns) {
  Schema schema;
  for (const auto& [name, type] : columns) {
    schema.fields.push_back({name, *ParseType(type), -1, true});
  }
  return schema;
}

constexpr std::string_view kExample =
    "# The accepted schema of every dataset. Written by ingot; keep it in version control.\n"
    "format = 1\n"
    "\n"
    "[dataset.tier2]\n"
    "next_id = 1\n"
    "columns = [\n"
    "]\n"
    "\n"
    "[dataset.tier3]\n"
    "next_id = 10\n"
    "columns = [\n"
    "  { path = \"symbol\", type = \"string\", id = 1, since = \"2026-01-15\" },\n"
    "  { path = \"prices\", type = \"list\", id = 2, since = \"2026-01-15\" },\n"
    "  { path = \"prices[]\", type = \"struct\", id = 3, since = \"2026-01-15\" },\n"
    "  { path = \"prices[].mid\", type = \"double\", id = 4, since = \"2026-01-15\" },\n"
    "  { path = \"prices[].\\\"a.b\\\"\", type = \"timestamp[us]\", id = 9, since = \"2026-01-16\" },\n"
    "  { path = \"tags\", type = \"map\", id = 5, since = \"2026-01-15\" },\n"
    "  { path = \"tags.key\", type = \"string\", id = 6, since = \"2026-01-15\" },\n"
    "  { path = \"tags.value\", type = \"int64\", id = 7, since = \"2026-01-15\" },\n"
    "  { path = \"n\", type = \"int64\", id = 8, since = \"2026-01-15\", required = true },\n"
    "]\n";

TEST(LockFile, AcceptsSchemasAndWritesOneLinePerField) {
  Schema first = MakeSchema(
      {{"symbol", "string"}, {"prices", "list<struct<mid:double>>"}, {"tags", "map<string,int64>"}, {"n", "int64"}});
  first.fields[3].nullable = false;
  const auto locked = AcceptSchema(nullptr, first, "2026-01-15");
  ASSERT_OK(locked);
  Schema second = MakeSchema({{"prices", "list<struct<\"a.b\":timestamp[us],mid:int64>>"},
                              {"symbol", "null"},
                              {"tags", "null"},
                              {"n", "int64"}});
  second.fields[3].nullable = false;
  second.fields[0].id = 77;  // ids of what is observed do not count
  const auto grown = AcceptSchema(&*locked, second, "2026-01-16");
  ASSERT_OK(grown);
  const LockFile lock{{{"tier3", *grown}, {"tier2", {}}}};
  EXPECT_EQ(WriteLockFile(lock), kExample);
  const auto parsed = ParseLockFile(kExample);
  ASSERT_OK(parsed);
  EXPECT_EQ(*parsed, lock);
  EXPECT_EQ(*parsed->Find("tier3"), *grown);
  EXPECT_EQ(parsed->Find("nope"), nullptr);
}

TEST(LockFile, AcceptRefusesConflicts) {
  const auto locked = AcceptSchema(nullptr, MakeSchema({{"a", "struct<b:string>"}}), "2026-01-15");
  EXPECT_THAT(AcceptSchema(&*locked, MakeSchema({{"a", "struct<b:int64>"}}), "2026-01-16"),
              IsErr(ErrorKind::kSchemaDrift, "column 'a.b' is string so far and int64 here"));
}

TEST(LockFile, AnIdIsNeverUsedAgain) {
  auto locked = *AcceptSchema(nullptr, MakeSchema({{"a", "int64"}, {"b", "int64"}}), "2026-01-15");
  locked.schema.fields.pop_back();  // a line removed by hand
  locked.since.erase(2);
  const auto again = AcceptSchema(&locked, MakeSchema({{"b", "int64"}}), "2026-01-17");
  ASSERT_OK(again);
  EXPECT_EQ(again->schema.fields[1].id, 3);
}

TEST(LockFile, ADeclaredSchemaTakesThePlaceOfTheLockedOne) {
  const auto locked = AcceptSchema(nullptr, MakeSchema({{"a", "int64"}, {"b", "string"}, {"c", "int64"}}), "all",
                                   SchemaOrigin::kDeclared);
  ASSERT_OK(locked);
  Schema next = MakeSchema({{"new", "bool"}, {"c", "int64"}, {"a", "double"}});
  next.fields[1].nullable = false;
  const auto replaced = AcceptSchema(&*locked, next, "later", SchemaOrigin::kDeclared);
  ASSERT_OK(replaced);
  ASSERT_EQ(replaced->schema.fields.size(), 3U);
  EXPECT_EQ(replaced->schema.fields[0].id, 4);
  EXPECT_EQ(replaced->schema.fields[1].id, 3) << "the same name and type";
  EXPECT_FALSE(replaced->schema.fields[1].nullable);
  EXPECT_EQ(replaced->schema.fields[2].id, 5) << "another type is another column";
  EXPECT_EQ(replaced->since, (std::map<int32_t, std::string>{{3, "all"}, {4, "later"}, {5, "later"}}));
  EXPECT_EQ(replaced->next_id, 6);
  EXPECT_EQ(*AcceptSchema(&*replaced, next, "again", SchemaOrigin::kDeclared), *replaced);
}

TEST(LockFile, ComparesWithWhatIsLocked) {
  const auto locked = AcceptSchema(nullptr, MakeSchema({{"a", "int64"}, {"s", "struct<x:null>"}}), "2026-01-15");
  const auto same = CompareWithLock(&*locked, MakeSchema({{"a", "null"}}));
  ASSERT_OK(same);
  EXPECT_TRUE(same->empty());
  const auto changes = CompareWithLock(
      &*locked, MakeSchema({{"s", "struct<x:string,\"y.z\":int64>"}, {"a", "double"}, {"new", "struct<q:int64>"}}));
  ASSERT_OK(changes);
  ASSERT_EQ(changes->size(), 4U);
  EXPECT_EQ((*changes)[0],
            (SchemaChange{SchemaChange::Kind::kWidened, "a", *ParseType("int64"), *ParseType("double")}));
  EXPECT_EQ((*changes)[1].path, "s.x");
  EXPECT_EQ((*changes)[2].path, "s.\"y.z\"");
  EXPECT_EQ((*changes)[2].kind, SchemaChange::Kind::kAdded);
  EXPECT_EQ((*changes)[3].path, "new");
  EXPECT_EQ(CompareWithLock(nullptr, MakeSchema({{"a", "int64"}}))->size(), 1U);
}

TEST(LockFile, ReaderIsStrict) {
  const auto refused = [](std::string_view from, std::string_view to, const std::string& part) {
    std::string text(kExample);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_THAT(ParseLockFile(text), IsErr(ErrorKind::kConfig, part)) << to;
  };
  refused("format = 1\n", "", "must begin with format = 1");
  refused("format = 1", "format = \"1\"", "must begin with format = 1");
  refused("format = 1", "formt = 1\nformat = 1", "ingot.lock:2:1: unknown key 'formt'");
  refused("next_id = 10", "next_id = 0", "next_id must be an integer of at least 1");
  refused("next_id = 10", "next_id = 10\nextra = 1", "unknown key 'extra'");
  refused("next_id = 10", "next_id = 9", "duplicate id 9, or it is not below next_id");
  refused("id = 9", "id = 4", "duplicate id 4");
  refused("id = 9, ", "", "needs path, type and since");
  refused("id = 9", "id = 9, idd = 9", "unknown key 'idd'");
  refused("\"double\"", "\"doubel\"", "ingot.lock:15:3: 'doubel' is not the type of a column");
  refused("\"double\"", "\"list<int64>\"", "is not the type of a column");
  refused("\"prices[].mid\"", "\"prices.mid\"", "does not fit the type of its parent");
  refused("\"prices[].mid\"", "\"price[].mid\"", "the parent of 'price[].mid' is not before it");
  refused("\"prices[].mid\"", "\"*\"", "'*' is not the path of a column");
  refused("\"prices[].mid\"", "\"symbol\"", "duplicate 'symbol'");
  refused("\"prices[].mid\"", "\"symbol.x\"", "does not fit the type of its parent");
  refused("\"tags.value\"", "\"tags.other\"", "a map a string 'key'");
  refused("[dataset.tier2]", "[dataset.\"Tier 2\"]", "'Tier 2' is not the table of a dataset");
  refused("required = true", "required = 1", "needs path");
  refused("columns = [\n]", "columns = 5", "columns must be an array");
  refused("format = 1", "format = ", "ingot.lock:2:");
  std::string newer(kExample);
  newer.replace(newer.find("format = 1"), 10, "format = 2");
  EXPECT_THAT(ParseLockFile(newer), IsErr(ErrorKind::kUnsupported, "format 2"));
}

TEST(LockFile, DocumentedExampleIsCanonical) {
  const auto page = ReadWholeFile("docs/formats/lock-file.md");
  ASSERT_OK(page);
  const std::string fence = "```toml\n";
  const size_t begin = page->find(fence) + fence.size();
  const std::string text = page->substr(begin, page->find("```", begin) - begin);
  const auto lock = ParseLockFile(text);
  ASSERT_OK(lock);
  EXPECT_EQ(WriteLockFile(*lock), text);
}

TEST(LockFile, AMergeConflictIsNamedByLine) {
  std::string text(kExample);
  text.insert(text.find("  { path = \"tags\""), "<<<<<<< ours\n");
  EXPECT_THAT(ParseLockFile(text), IsErr(ErrorKind::kConfig, "ingot.lock:17:"));
}

void CollectIds(const std::vector<Field>& fields, std::multiset<int32_t>& ids) {
  for (const Field& field : fields) {
    ids.insert(field.id);
    CollectIds(field.type.fields, ids);
  }
}

RC_GTEST_PROP(LockFile, AnyAcceptedSchemaIsReadBackWithUniqueIds, ()) {
  const auto first = AcceptSchema(nullptr, *GenerateSchema(3), "2026-01-15");
  RC_ASSERT(first.ok());
  auto second = AcceptSchema(&*first, *GenerateSchema(3), "2026-01-16");
  const LockFile lock{{{"d", second.ok() ? *second : *first}}};
  const auto parsed = ParseLockFile(WriteLockFile(lock));
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == lock);
  std::multiset<int32_t> ids;
  CollectIds(lock.datasets.at("d").schema.fields, ids);
  RC_ASSERT(ids.size() == std::set<int32_t>(ids.begin(), ids.end()).size());
  RC_ASSERT(ids.size() == lock.datasets.at("d").since.size());
}

}  // namespace
}  // namespace ingot
