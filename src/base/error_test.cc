#include "base/error.h"

#include <set>

#include "base/result_matchers.h"

namespace ingot {
namespace {

TEST(ErrorKinds, TableIsCompleteAndInOrder) {
  std::set<std::string_view> names;
  std::set<std::string_view> exceptions;
  int expected = 0;
  for (const ErrorKindInfo& info : ErrorKinds()) {
    EXPECT_EQ(static_cast<int>(info.kind), expected++);
    EXPECT_EQ(&Describe(info.kind), &info);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(exceptions.insert(info.python_exception).second) << info.python_exception;
    EXPECT_FALSE(info.advice.empty()) << info.name;
    EXPECT_GT(info.exit_code, 0) << info.name;
    EXPECT_GE(info.http_status, 400) << info.name;
  }
  EXPECT_EQ(expected, static_cast<int>(ErrorKind::kInternal) + 1);
}

TEST(Error, ReadsFromTheOutsideIn) {
  const Error error =
      Error(ErrorKind::kInvalidData, "bad CRC").In("file '17.jsonl.gz'").In("partition 2026-01-15").In("dataset tier3");
  EXPECT_EQ(error.ToString(), "dataset tier3: partition 2026-01-15: file '17.jsonl.gz': bad CRC");
  EXPECT_EQ(error.advice(), Describe(ErrorKind::kInvalidData).advice);
  EXPECT_EQ(Error(error).WithAdvice("look again").advice(), "look again");
}

TEST(Error, ErrnoSaysWhatTheCallerCanDo) {
  EXPECT_EQ(ErrnoError(ENOSPC, "write", "x").kind(), ErrorKind::kResourceLimit);
  EXPECT_EQ(ErrnoError(EACCES, "open", "x").kind(), ErrorKind::kPermission);
  EXPECT_EQ(ErrnoError(ENOENT, "open", "x").ToString(), "cannot open 'x': No such file or directory");
}

Result<int> Half(int n) {
  if (n % 2 != 0) {
    return Error(ErrorKind::kUsage, "odd");
  }
  return n / 2;
}

Result<int> Quarter(int n) {
  INGOT_ASSIGN(const int half, Half(n));
  return Half(half);
}

TEST(Result, PassesErrorsOn) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_THAT(Quarter(6), IsErr(ErrorKind::kUsage, "odd"));
  EXPECT_THAT(Quarter(3), IsErr(ErrorKind::kUsage));
}

}  // namespace
}  // namespace ingot
