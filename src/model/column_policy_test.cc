#include "model/column_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Schema Whole() {
  return {
      ParseType("struct<symbol:string,meta:struct<a:int64,source:string>,prices:list<struct<mid:double,ask:double>>,"
                "counts:map<string,struct<n:int64,m:int64>>,score:double>")
          ->fields};
}

std::vector<ColumnPathPattern> Patterns(const std::vector<std::string>& texts) {
  std::vector<ColumnPathPattern> patterns;
  for (const std::string& text : texts) {
    patterns.push_back(*ColumnPathPattern::Parse(text));
  }
  return patterns;
}

ProjectedSchema Project(const std::vector<std::string>& keep, const std::vector<std::string>& drop) {
  return ProjectSchema(Whole(), {Patterns(keep), Patterns(drop)});
}

std::string Text(const ProjectedSchema& projected) {
  return FormatType({TypeKind::kStruct, TimeUnit::kMicros, 0, 0, projected.schema.fields});
}

TEST(ColumnPolicy, WithoutAPolicyEverythingIsTaken) {
  const ProjectedSchema all = Project({}, {});
  EXPECT_EQ(all.schema, Whole());
  EXPECT_THAT(all.source_leaves, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_THAT(all.dropped, IsEmpty());
}

TEST(ColumnPolicy, KeepTakesColumnsWithWhatIsBelow) {
  const ProjectedSchema some = Project({"symbol", "meta", "counts"}, {});
  EXPECT_EQ(Text(some),
            "struct<symbol:string,meta:struct<a:int64,source:string>,counts:map<string,struct<n:int64,m:int64>>>");
  EXPECT_THAT(some.source_leaves, ElementsAre(0, 1, 2, 5, 6, 7));
  EXPECT_THAT(some.dropped, ElementsAre("prices", "score"));
}

TEST(ColumnPolicy, PathsReachIntoStructsListsAndMaps) {
  const ProjectedSchema some = Project({"meta.a", "prices[].ask", "counts{}.m"}, {});
  EXPECT_EQ(Text(some),
            "struct<meta:struct<a:int64>,prices:list<struct<ask:double>>,counts:map<string,struct<m:int64>>>");
  EXPECT_THAT(some.source_leaves, ElementsAre(1, 4, 5, 7));
  EXPECT_THAT(some.dropped, ElementsAre("symbol", "score"));
}

TEST(ColumnPolicy, DropTakesAwayFromWhatIsKept) {
  const ProjectedSchema some = Project({"meta", "counts"}, {"meta.source", "counts{}"});
  EXPECT_EQ(Text(some), "struct<meta:struct<a:int64>>");
  EXPECT_THAT(some.source_leaves, ElementsAre(1));
  EXPECT_THAT(some.dropped, ElementsAre("symbol", "prices", "counts", "score"));
  EXPECT_THAT(Project({}, {"*"}).schema.fields, IsEmpty());
  EXPECT_THAT(Project({}, {"meta.*"}).source_leaves, ElementsAre(0, 3, 4, 5, 6, 7, 8));
}

}  // namespace
}  // namespace ingot
