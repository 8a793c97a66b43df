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

TEST(DuckdbError, AdviceToAdministratorsOfDuckdbIsNotPassedOn) {
  const auto text = [](const char* message) { return DuckdbError(DUCKDB_ERROR_BINDER, message).message(); };
  EXPECT_EQ(text("Catalog Error: Scalar Function with name \"st_point\" is not in the catalog, but it exists in the "
                 "spatial extension.\n\nPlease try installing and loading the spatial extension:\nINSTALL spatial;\n"
                 "LOAD spatial;\n\n\nLINE 1: select st_point(1,2)\n               ^"),
            "Scalar Function with name \"st_point\" is not in the catalog, but it exists in the spatial extension.\n"
            "LINE 1: select st_point(1,2)\n               ^");
  EXPECT_EQ(text("INTERNAL Error: Attempted to dereference\n\nStack Trace:\n\n/usr/lib/libduckdb.so(+0x1) [0x2]\n"),
            "Attempted to dereference");
  EXPECT_EQ(text("Permission Error: Cannot access file \"x\" - file system operations are disabled by configuration"),
            "Cannot access file \"x\"");
  EXPECT_EQ(text("Binder Error: Pivot column limit of 5 exceeded. Use SET pivot_limit=X to increase the limit."),
            "Pivot column limit of 5 exceeded.");
}

TEST(DuckdbError, MemoryThatTheSystemRefusesIsALimit) {
  EXPECT_EQ(UntypedDuckdbError(DUCKDB_ERROR_BINDER, "Out of Memory Error: Allocation failure").kind(),
            ErrorKind::kResourceLimit);
  EXPECT_EQ(UntypedDuckdbError(DUCKDB_ERROR_BINDER, "std::bad_alloc").kind(), ErrorKind::kResourceLimit);
  EXPECT_EQ(UntypedDuckdbError(DUCKDB_ERROR_BINDER, "Binder Error: no").kind(), ErrorKind::kUsage);
}

}  // namespace
}  // namespace ingot
