#include "model/saved_query.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(SavedQuery, ValuesAreReadByTheirType) {
  EXPECT_EQ(ParseQueryValue(QueryType::kString, " 1 ").value(), QueryValue(" 1 "));
  EXPECT_EQ(ParseQueryValue(QueryType::kInt64, "-9223372036854775808").value(), QueryValue(INT64_MIN));
  EXPECT_EQ(ParseQueryValue(QueryType::kDouble, "1e3").value(), QueryValue(1000.0));
  EXPECT_EQ(ParseQueryValue(QueryType::kBool, "false").value(), QueryValue(false));
  EXPECT_EQ(ParseQueryValue(QueryType::kDate, "2026-01-15").value(), QueryValue(ParseUtcDay("2026-01-15").value()));
  EXPECT_EQ(ParseQueryValue(QueryType::kTimestamp, "2026-01-15").value(),
            QueryValue(StartOf(ParseUtcDay("2026-01-15").value())));
  EXPECT_EQ(ParseQueryValue(QueryType::kTimestamp, "2026-01-15T01:00:00+01:00").value(),
            QueryValue(StartOf(ParseUtcDay("2026-01-15").value())));
}

TEST(SavedQuery, WhatIsNotOfTheTypeIsRefused) {
  const std::pair<QueryType, const char*> wrong[] = {
      {QueryType::kInt64, ""},         {QueryType::kInt64, "1.0"},       {QueryType::kInt64, "9223372036854775808"},
      {QueryType::kInt64, "1 or 1=1"}, {QueryType::kDouble, "x"},        {QueryType::kBool, "1"},
      {QueryType::kDate, "today"},     {QueryType::kDate, "2026-02-30"}, {QueryType::kTimestamp, "noon"},
  };
  for (const auto& [type, text] : wrong) {
    EXPECT_THAT(ParseQueryValue(type, text), IsErr(ErrorKind::kUsage, "'" + std::string(text) + "' is not of type " +
                                                                          std::string(QueryTypeName(type))));
  }
}

}  // namespace
}  // namespace ingot
