#include "engine/duckdb/duckdb_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(DuckdbError, ADiskThatFailsIsNoDamage) {
  const auto kind = [](duckdb_error_type type, const char* message) { return DuckdbError(type, message).kind(); };
  EXPECT_EQ(kind(DUCKDB_ERROR_IO, "IO Error: Could not write file \"x\": No space left on device"),
            ErrorKind::kResourceLimit);
  EXPECT_EQ(kind(DUCKDB_ERROR_TRANSACTION, "Failed to commit: Could not write file \"x.wal\": File too large"),
            ErrorKind::kResourceLimit);
  EXPECT_EQ(kind(DUCKDB_ERROR_IO, "IO Error: Could not read from file \"x\": Input/output error"),
            ErrorKind::kUnavailable);
  EXPECT_EQ(kind(DUCKDB_ERROR_BINDER, "Binder Error: Cannot open file \"x\": Input/output error\nLINE 7: a\n  ^"),
            ErrorKind::kUnavailable);
  EXPECT_EQ(kind(DUCKDB_ERROR_BINDER, "Binder Error: no column \"a: Input/output error\" in x\nLINE 7: a\n  ^"),
            ErrorKind::kUsage);
  EXPECT_EQ(kind(DUCKDB_ERROR_FATAL, "FATAL Error: fsync failed!"), ErrorKind::kUnknownOutcome);
  EXPECT_EQ(kind(DUCKDB_ERROR_IO, "IO Error: No magic bytes found at end of file 'x'"), ErrorKind::kCorrupt);
  // Values of a user are no news of the system.
  EXPECT_EQ(kind(DUCKDB_ERROR_CONVERSION, "Conversion Error: to INT32: No space left on device"),
            ErrorKind::kInvalidData);
}

}  // namespace
}  // namespace ingot
