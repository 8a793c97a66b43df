#include "ingot/error.h"

#include <gtest/gtest.h>

#include "api/outward.h"
#include "base/error.h"

namespace ingot {
namespace {

// The public enumeration is written down a second time; a kind that is added must stand in both, at the same place.
TEST(PublicErrors, KindsAreThoseOfTheTable) {
  const auto kinds = v1::ErrorKinds();
  ASSERT_EQ(kinds.size(), ErrorKinds().size());
  EXPECT_EQ(kinds.back().kind, v1::ErrorKind::kInternal);
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kUsage).name, "usage");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kConfig).name, "config");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kInvalidData).name, "invalid_data");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kNotFound).name, "not_found");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kAlreadyExists).name, "already_exists");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kConflict).name, "conflict");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kCheckFailed).name, "check_failed");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kCorrupt).name, "corrupt");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kSchemaDrift).name, "schema_drift");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kPermission).name, "permission");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kUnavailable).name, "unavailable");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kTimeout).name, "timeout");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kUnknownOutcome).name, "unknown_outcome");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kResourceLimit).name, "resource_limit");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kCancelled).name, "cancelled");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kUnsupported).name, "unsupported");
  EXPECT_EQ(v1::Describe(v1::ErrorKind::kInternal).name, "internal");
}

TEST(PublicErrors, KeepEverything) {
  const v1::Error error =
      Outward(Error(ErrorKind::kCheckFailed, "hour 17 is missing", "wait").In("2026-01-15").In("tier3"));
  EXPECT_EQ(error.kind, v1::ErrorKind::kCheckFailed);
  EXPECT_EQ(error.ToString(), "tier3: 2026-01-15: hour 17 is missing");
  EXPECT_EQ(error.advice, "wait");
  EXPECT_FALSE(Outward(Error(ErrorKind::kUsage, "which?")).advice.empty()) << "its kind's advice";
}

}  // namespace
}  // namespace ingot
