#include "base/local_path.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(LocalPath, RefusesAddresses) {
  for (const char* address : {"s3://bucket/key", "https://host/a.jsonl.gz", "gs://b/x", "abfss://c@a/x", "hf://d"}) {
    const Result<void> checked = CheckLocalPath(address);
    ASSERT_FALSE(checked.ok()) << address;
    EXPECT_EQ(checked.error().kind(), ErrorKind::kUnsupported);
    EXPECT_NE(checked.error().message().find("is remote"), std::string::npos);
  }
  EXPECT_EQ(CheckLocalPath("file:///tmp/a").error().advice(), "write the path without file://");
}

TEST(LocalPath, TakesEveryPath) {
  for (const char* path : {"", "-", "a.jsonl", "/a/b", "a:b", "c://x", "dir with://colons/x", "a-b/c://d", "://x"}) {
    EXPECT_OK(CheckLocalPath(path)) << path;
  }
}

}  // namespace
}  // namespace ingot
