#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/json_document.h"
#include "model/json_value.h"
#include "model/project_keys.h"

namespace ingot {
namespace {

// The documents are generated from the table of keys and kept in the tree; a difference is a table that was changed
// without them. The wanted text is left where the message says.
void ExpectDocument(const std::string& path, const std::string& found, const std::string& wanted) {
  if (found == wanted) {
    return;
  }
  const std::string copy = testing::TempDir() + path.substr(path.rfind('/') + 1);
  std::ofstream(copy) << wanted;
  FAIL() << path << " is not what the table of keys says; copy " << copy << " there";
}

TEST(ProjectReference, JsonSchemaIsThatOfTheTable) {
  const auto found = ReadWholeFile("docs/ingot.schema.json");
  ASSERT_OK(found);
  ExpectDocument("docs/ingot.schema.json", *found, ProjectJsonSchema());
}

TEST(ProjectReference, PageHoldsTheTable) {
  constexpr std::string_view kBegin = "<!-- keys: generated from src/model/project_keys.cc -->\n";
  constexpr std::string_view kEnd = "<!-- end of keys -->\n";
  const auto found = ReadWholeFile("docs/project-file.md");
  ASSERT_OK(found);
  const size_t begin = found->find(kBegin);
  const size_t end = found->find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  ExpectDocument("docs/project-file.md", *found,
                 found->substr(0, begin + kBegin.size()) + ProjectReferenceMarkdown() + found->substr(end));
}

TEST(ProjectReference, TableIsConsistent) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  std::set<std::string> tables = {""};
  for (const ProjectKey& key : ProjectKeys()) {
    EXPECT_TRUE(seen.emplace(key.table, key.name).second) << key.table << " " << key.name;
    EXPECT_TRUE(tables.contains(std::string(key.table))) << "no key leads to " << key.table;
    EXPECT_FALSE(key.doc.empty());
    EXPECT_EQ(key.shape == KeyShape::kChoice, !key.choices.empty());
    EXPECT_FALSE(key.use == KeyUse::kRequired && !key.default_value.empty());
    const std::string child = (key.table.empty() ? "" : std::string(key.table) + ".") + std::string(key.name);
    if (key.shape == KeyShape::kTable || key.shape == KeyShape::kTables) {
      tables.insert(child);
    } else if (key.shape == KeyShape::kNamedTables) {
      tables.insert(child + ".*");
    }
  }
  EXPECT_EQ(FindProjectKey("project", "name")->use, KeyUse::kRequired);
  EXPECT_EQ(FindProjectKey("project", "path"), nullptr);
}

TEST(ProjectReference, JsonSchemaIsADocument) {
  const auto schema = ParseJson(ProjectJsonSchema());
  ASSERT_OK(schema);
  const JsonValue* dataset = schema->Find("properties")->Find("dataset")->Find("additionalProperties");
  ASSERT_NE(dataset, nullptr);
  EXPECT_EQ(*dataset->Find("additionalProperties"), JsonValue(false));
  EXPECT_EQ(*dataset->Find("required"), *ParseJson(R"(["path","source"])"));
  EXPECT_EQ(*dataset->Find("properties")->Find("parquet")->Find("properties")->Find("codec")->Find("enum"),
            *ParseJson(R"(["zstd","snappy","none"])"));
}

}  // namespace
}  // namespace ingot
