#include "source/listing/path_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "base/result_matchers.h"
#include "source/listing/path_matcher_fixture.h"

namespace ingot {
namespace {

constexpr std::string_view kGenes = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl";

PathMatcher MatcherOf(std::string_view text) { return PathMatcher(PathTemplate::Compile(text).value()); }

// "prefix|field|field", or the verdict.
std::string Read(std::string_view text, std::string_view path) {
  const PathMatcher matcher = MatcherOf(text);
  MatchedPath matched;
  switch (matcher.Match(path, PathBytes::kAny, &matched)) {
    case PathVerdict::kNoMatch:
      return "no match";
    case PathVerdict::kOutOfRange:
      return "out of range";
    case PathVerdict::kLeadingZero:
      return "leading zero";
    case PathVerdict::kBadText:
      return "bad text";
    case PathVerdict::kMatch:
      break;
  }
  std::string out(path.substr(0, matched.prefix_bytes));
  for (size_t i = 0; i < matcher.path().fields().size(); ++i) {
    const bool is_text = matcher.path().fields()[i].kind == FieldKind::kString;
    out += "|" + (is_text ? std::string(matched.texts[i]) : std::to_string(matched.numbers[i]));
  }
  return out;
}

TEST(PathMatcher, ReadsKeysBehindAnyFolders) {
  EXPECT_EQ(Read(kGenes, "v1/ad/ENSG00000003989.16/model_tissue_21.tl"), "|ENSG00000003989.16|21");
  EXPECT_EQ(Read(kGenes, "s3://bucket/a/v1/ad/G/model_tissue_-7.tl"), "s3://bucket/a/|G|-7");
  EXPECT_EQ(Read(kGenes, "/v1/ad/G/model_tissue_0.tl"), "/|G|0");
  EXPECT_EQ(Read(kGenes, "a//v1/ad/G/model_tissue_0.tl"), "a//|G|0");
}

TEST(PathMatcher, TheRightmostPlaceOfTheTemplateWins) {
  EXPECT_EQ(Read("v1/{a}", "v1/x/v1/y"), "v1/x/|y");
  EXPECT_EQ(Read("{a}/{b}", "p/q/r"), "p/|q|r");
}

TEST(PathMatcher, WhatDoesNotMatch) {
  for (const std::string_view path :
       {"", "/", "v1/ad", "xv1/ad/G/model_tissue_1.tl", "v1/ad/G/model_tissue_1.tlx", "v1/ad/G/model_tissue_1.tl/",
        "v1/ad//model_tissue_1.tl", "v1/ad/G/H/model_tissue_1.tl", "v1/ad/G/model_tissue_.tl",
        "v1/ad/G/model_tissue_00x.tl", "v1/ad/G/model_tissue_+7.tl", "v1/ad/G/model_tissue_-0.tl",
        "v1/ad/G/model_tissue_1 .tl", "v1/ad/../model_tissue_1.tl", "v1/ad/./model_tissue_1.tl",
        "v1/ad/.INGOT/model_tissue_1.tl", "v1/ad/G/model_tissue_１.tl", "V1/ad/G/model_tissue_1.tl",
        "v1/ad/G\\model_tissue_1.tl"}) {
    EXPECT_EQ(Read(kGenes, path), "no match") << path;
  }
}

TEST(PathMatcher, IntegersHaveTheRangeOfTheirKind) {
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_2147483647.tl"), "|G|2147483647");
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_-2147483648.tl"), "|G|-2147483648");
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_2147483648.tl"), "out of range");
  EXPECT_EQ(Read("{n:int64}", "9223372036854775807"), "|9223372036854775807");
  EXPECT_EQ(Read("{n:int64}", "-9223372036854775808"), "|-9223372036854775808");
  EXPECT_EQ(Read("{n:int64}", "9223372036854775808"), "out of range");
  EXPECT_EQ(Read("{n:int64}", std::string(400, '9')), "out of range");
}

TEST(PathMatcher, ALeadingZeroIsToldApartFromOtherText) {
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_07.tl"), "leading zero");
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_00.tl"), "leading zero");
  EXPECT_EQ(Read(kGenes, "v1/ad/G/model_tissue_-07.tl"), "leading zero");
  EXPECT_EQ(Read("v1/{gene}/t_{tissue}.tl", "v1/G/t_07.tl"), "|G|07");
}

TEST(PathMatcher, TextsAreWhatPathsCanHold) {
  EXPECT_EQ(Read(kGenes, "v1/ad/a\tb/model_tissue_1.tl"), "bad text");
  EXPECT_EQ(Read(kGenes, "v1/ad/\xFF/model_tissue_1.tl"), "bad text");
  EXPECT_EQ(Read(kGenes, "v1/ad/gén/model_tissue_1.tl"), "|gén|1");
}

TEST(PathMatcher, FieldsOfOneLevelGiveBackOnlyWhatTheRestNeeds) {
  EXPECT_EQ(Read("{a}_{b}", "x_y_z"), "|x_y|z");
  EXPECT_EQ(Read("{a}__{b}", "x___z"), "|x_|z");
  EXPECT_EQ(Read("{a}_{n:int32}.tl", "x_1_2.tl"), "|x_1|2");
  EXPECT_EQ(Read("{a}_{n:int32}.tl", "x_2_y.tl"), "no match");
  EXPECT_EQ(Read("{a}_{a}", "x_x"), "|x");
  EXPECT_EQ(Read("{a}_{a}", "x_y"), "no match");
  EXPECT_EQ(Read("{n:int32}-{a}", "1-2-3"), "|1|2-3");
}

TEST(PathMatcher, DatesStandInOneOrSeveralPlaces) {
  EXPECT_EQ(Read("{date:%Y/%m/%d}/{hour:%H}-{id}.gz", "logs/1970/01/02/07-a.gz"), "logs/|1|7|a");
  EXPECT_EQ(Read("{date:%Y/%m/%d}/{hour:%H}-{id}.gz", "1970/02/30/07-a.gz"), "no match");
  EXPECT_EQ(Read("{date:%Y/%m/%d}/{hour:%H}-{id}.gz", "1970/01/02/24-a.gz"), "no match");
  EXPECT_EQ(Read("{date:%Y}/{date:%Y%m%d}", "1970/19700102"), "|1");
  EXPECT_EQ(Read("{date:%Y}/{date:%Y%m%d}", "1971/19700102"), "no match");
}

// Random templates on random paths, both of few bytes, so that many match.
TEST(PathMatcher, AgreesWithPathTemplateOnHostilePaths) {
  constexpr std::array<std::string_view, 14> kTemplateParts{
      "{a}", "{b}", "{n:int32}", "{m:int64}", "{date:%Y%m%d}", "{hour:%H}", "_",
      "-",   "1",   "x",         "/",         "/v1/",          ".",         ".tl"};
  constexpr std::array<std::string_view, 26> kPathParts{"a",        "x",    "_",          "-",
                                                        "1",        "0",    "/",          "//",
                                                        "..",       ".",    ".ingot",     ".tl",
                                                        "v1",       "é",    "\t",         std::string_view("\0", 1),
                                                        "１",       "\xFF", "2147483648", "99999999999999999999",
                                                        "19700102", "07",   "2024",       "__",
                                                        "xx",       "a_1"};
  std::mt19937 random(20261123);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a printed seed of a test
  const auto pick = [&](const auto& parts) { return parts[random() % parts.size()]; };
  size_t checked = 0;
  size_t matched = 0;
  while (checked < 200'000) {
    std::string text;
    for (size_t i = 0; i < 1 + random() % 6; ++i) {
      text += pick(kTemplateParts);
    }
    const auto model = PathTemplate::Compile(text);
    if (!model) {
      continue;
    }
    const PathMatcher matcher(*model);
    for (int i = 0; i < 20; ++i, ++checked) {
      // Half of the paths are the template with its fields filled, and then perhaps a change.
      std::string path;
      for (size_t at = 0; i % 2 == 0 && at < text.size(); ++at) {
        if (text[at] == '{') {
          path += pick(kPathParts);
          at = text.find('}', at);
        } else {
          path += text[at];
        }
      }
      for (size_t added = random() % 3; added > 0; --added) {
        path.insert(path.empty() ? 0 : random() % path.size(), pick(kPathParts));
      }
      ASSERT_EQ(PathMatcherDefect(matcher, path), "") << text << " on " << path;
      MatchedPath out;
      matched += matcher.Match(path, PathBytes::kAny, &out) == PathVerdict::kMatch ? 1 : 0;
    }
  }
  EXPECT_GT(matched, 10'000U);
}

}  // namespace
}  // namespace ingot
