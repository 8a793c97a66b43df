#include "request/generate_request.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

std::string Changed(std::string_view path, FileLayout layout) {
  const auto changed = WithLayout(PathTemplate::Compile(path).value(), layout);
  return changed ? changed->text() : changed.error().message();
}

TEST(WithLayout, FoldersByDayComeAndGo) {
  EXPECT_EQ(Changed("e/date={date}/e-{part:int32}.parquet", FileLayout::kFlat), "e/e-{part:int32}.parquet");
  EXPECT_EQ(Changed("e/{date:%Y}/{date:%m}/{date:%d}/{part:int32}", FileLayout::kFlat), "e/{part:int32}");
  EXPECT_EQ(Changed("a/b/{part:int32}.parquet", FileLayout::kHive), "a/b/date={date}/{part:int32}.parquet");
}

TEST(WithLayout, WhatIsThereAlreadyStays) {
  for (const std::string_view path : {"e/date={date}/{part:int32}", "e/{date}-{part:int32}"}) {
    EXPECT_EQ(Changed(path, FileLayout::kHive), path);
  }
  EXPECT_EQ(Changed("e/{part:int32}", FileLayout::kFlat), "e/{part:int32}");
}

TEST(WithLayout, ADayInTheNameOfAFileCannotGo) {
  EXPECT_THAT(WithLayout(PathTemplate::Compile("e/{date}-{part:int32}").value(), FileLayout::kFlat),
              IsErr(ErrorKind::kUsage, "no flat layout"));
}

}  // namespace
}  // namespace ingot
