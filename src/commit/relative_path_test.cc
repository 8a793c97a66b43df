#include "commit/relative_path.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using std::string_literals::operator""s;

TEST(RelativePath, AcceptsNamesThatStayBelow) {
  for (const std::string path : {"a", "a/b", "date=2026-01-15/x.parquet", "...", "..a", "a..", ".hidden", "a b", "ü",
                                 "-rf", "a\nb", "\xff\xfe", "%2e%2e"}) {
    EXPECT_OK(CheckRelativePath(path)) << path;
  }
  EXPECT_OK(CheckRelativePath(std::string(255, 'x')));
}

TEST(RelativePath, RefusesNamesThatMayLeadOut) {
  for (const std::string& path : {""s, "/"s, "/etc/passwd"s, ".."s, "."s, "../x"s, "a/../../x"s, "a/.."s, "a//b"s,
                                  "a/"s, "./a"s, "a/./b"s, "a\0b"s, std::string(256, 'x'), std::string(4001, '/')}) {
    EXPECT_THAT(CheckRelativePath(path), IsErr(ErrorKind::kInvalidData)) << path;
  }
}

TEST(RelativePath, ReservesTheStateFolder) {
  for (const std::string path : {".ingot", ".ingot/staging/x", ".INGOT/x", ".Ingot"}) {
    EXPECT_OK(CheckRelativePath(path));
    EXPECT_THAT(CheckPublishedPath(path), IsErr(ErrorKind::kInvalidData, "reserved")) << path;
  }
  EXPECT_OK(CheckPublishedPath(".ingotx/a"));
  EXPECT_OK(CheckPublishedPath("a/.ingot"));
}

TEST(RelativePath, MessagesCannotSpeakToATerminal) {
  const auto refused = CheckRelativePath("../\x1b[2J\r\n\x7f");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("'../\\x1b[2J\\x0d\\x0a\\x7f'"), std::string::npos);
}

TEST(RelativePath, Parts) {
  EXPECT_EQ(ParentPath("a/b/c"), "a/b");
  EXPECT_EQ(ParentPath("a"), "");
  EXPECT_EQ(BaseName("a/b/c"), "c");
  EXPECT_EQ(BaseName("a"), "a");
  EXPECT_EQ(JoinPath("", "a"), "a");
  EXPECT_EQ(JoinPath("a", ""), "a");
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_TRUE(IsBelow("a/b", "a"));
  EXPECT_TRUE(IsBelow("a", ""));
  EXPECT_FALSE(IsBelow("ab", "a"));
  EXPECT_FALSE(IsBelow("a", "a"));
}

TEST(SlotId, IsReadableUniqueAndAFileName) {
  EXPECT_EQ(SlotId("tier3_daily/2026-01-15").substr(0, 23), "tier3_daily_2026-01-15-");
  std::set<std::string> ids;
  for (const std::string& slot : {"a/b"s, "a_b"s, "a b"s, "../x"s, "."s, ".."s, ""s, "\n"s, std::string(5000, 'x'),
                                  std::string(5000, 'x') + "y"}) {
    const std::string id = SlotId(slot);
    EXPECT_LE(id.size(), 140U);
    EXPECT_NE(id[0], '.') << slot;
    EXPECT_EQ(id.find('/'), std::string::npos);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 10U);
}

}  // namespace
}  // namespace ingot
