#include "model/unmatched_patterns.h"

#include <gtest/gtest.h>

namespace ingot {
namespace {

ColumnPathPattern Path(std::string_view text) { return ColumnPathPattern::Parse(text).value(); }

TEST(ColumnPaths, KnowsEveryFieldThatAPatternMayName) {
  Schema schema;
  DataType inner = Scalar(TypeKind::kStruct);
  inner.fields.push_back({"x", Scalar(TypeKind::kInt64)});
  schema.fields.push_back({"a", MakeList(inner)});
  schema.fields.push_back({"m", MakeMap(Scalar(TypeKind::kDouble))});
  ColumnPaths paths(schema);
  paths.Add("gone.deep");
  for (const std::string_view known : {"a", "a[]", "a[].x", "m", "m{}", "*", "gone.deep", "gone.*"}) {
    EXPECT_TRUE(paths.HasMatch(Path(known))) << known;
  }
  for (const std::string_view unknown : {"b", "a.x", "m.key", "a[].y", "gone"}) {
    EXPECT_FALSE(paths.HasMatch(Path(unknown))) << unknown;
  }
  EXPECT_EQ(paths.DescribeUnmatched("drop", Path("deep")), "drop 'deep' matches no column; did you mean 'gone.deep'?");
  EXPECT_EQ(paths.DescribeUnmatched("drop", Path("zzzzzz")), "drop 'zzzzzz' matches no column");
}

}  // namespace
}  // namespace ingot
