// GoogleTest matchers for Result<T>. For *_test.cc files only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/result.h"

namespace ingot {

MATCHER(IsOk, "is ok") {
  if (!arg.ok()) {
    *result_listener << arg.error().ToString();
  }
  return arg.ok();
}

// EXPECT_THAT(Parse("x"), IsErr(ErrorKind::kUsage));
MATCHER_P(IsErr, kind, std::string("is an error of kind ") + std::string(Describe(kind).name)) {
  if (arg.ok()) {
    *result_listener << "is ok";
    return false;
  }
  *result_listener << Describe(arg.error().kind()).name << ": " << arg.error().ToString();
  return arg.error().kind() == kind;
}

// As IsErr, and the whole text contains `part`.
MATCHER_P2(IsErr, kind, part,
           std::string("is an error of kind ") + std::string(Describe(kind).name) + " that says '" + part + "'") {
  if (arg.ok()) {
    *result_listener << "is ok";
    return false;
  }
  *result_listener << Describe(arg.error().kind()).name << ": " << arg.error().ToString();
  return arg.error().kind() == kind && arg.error().ToString().find(part) != std::string::npos;
}

}  // namespace ingot

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::ingot::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::ingot::IsOk())
