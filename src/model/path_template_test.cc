#include "model/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

UtcDay Day(std::string_view text) { return *ParseUtcDay(text); }

PathTemplate Compiled(std::string_view text) {
  auto compiled = PathTemplate::Compile(text);
  EXPECT_OK(compiled);
  return compiled.ok() ? *compiled : PathTemplate();
}

TEST(PathTemplate, FormatsAndParsesTheReferencePaths) {
  struct Case {
    std::string_view text;
    FieldValues values;
    std::string_view path;
  };
  const std::vector<Case> cases = {
      {"archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz",
       {{"date", Day("2026-01-15")}, {"hour", int64_t{7}}},
       "archive/20260115/07.jsonl.gz"},
      {"tier3_daily/{date}/data.parquet", {{"date", Day("2026-01-15")}}, "tier3_daily/2026-01-15/data.parquet"},
      {"tier2/weekly/{end_day}/dataset_entries_{days}d.parquet",
       {{"end_day", Day("2025-12-28")}, {"days", int64_t{7}}},
       "tier2/weekly/2025-12-28/dataset_entries_7d.parquet"},
      {"cache/v1/{start:%Y%m%dT000000Z}/{end:%Y%m%dT000000Z}/{dataset}/data.parquet",
       {{"start", Day("2024-10-01")}, {"end", Day("2024-11-01")}, {"dataset", std::string("downloads_by_country")}},
       "cache/v1/20241001T000000Z/20241101T000000Z/downloads_by_country/data.parquet"},
      {"analytics/pageviews/{date:%Y}/{date:%m}/{date:%d}/pageviews_{date}.parquet",
       {{"date", Day("2026-01-05")}},
       "analytics/pageviews/2026/01/05/pageviews_2026-01-05.parquet"},
      {"v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl",
       {{"gene_id", std::string("ENSG00000003989.16")}, {"tissue_id", int64_t{21}}},
       "v1/ad/ENSG00000003989.16/model_tissue_21.tl"},
      {"{date:%Y/%m/%d}/x", {{"date", Day("2026-01-05")}}, "2026/01/05/x"},
      {"a{{b}}/100%/{date:%Y%%%m%d}", {{"date", Day("2026-01-05")}}, "a{b}/100%/2026%0105"},
  };
  for (const Case& c : cases) {
    const PathTemplate compiled = Compiled(c.text);
    const auto path = compiled.Format(c.values);
    ASSERT_OK(path) << c.text;
    EXPECT_EQ(*path, c.path);
    EXPECT_THAT(compiled.Parse(*path), Optional(c.values));
  }
}

TEST(PathTemplate, KnowsItsFields) {
  const PathTemplate compiled = Compiled("{date:%Y}/{hour}/{date:%m%d}_{n:int32}_{name}");
  EXPECT_THAT(std::vector<TemplateField>(compiled.fields().begin(), compiled.fields().end()),
              ElementsAre(TemplateField{"date", FieldKind::kDate}, TemplateField{"hour", FieldKind::kHour},
                          TemplateField{"n", FieldKind::kInt32}, TemplateField{"name", FieldKind::kString}));
  EXPECT_EQ(compiled.FindField("n")->kind, FieldKind::kInt32);
  EXPECT_EQ(compiled.FindField("nope"), nullptr);
}

TEST(PathTemplate, KnowsTheLiteralBeforeAField) {
  const PathTemplate genes = Compiled("v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl");
  EXPECT_EQ(genes.LiteralBefore(0), "");
  EXPECT_EQ(genes.LiteralBefore(1), "model_tissue_");
  const PathTemplate mixed = Compiled("a{{b_{x}_y_{y}/{x}/{date:%Y%m}_{date:%d}");
  EXPECT_EQ(mixed.LiteralBefore(0), "a{b_");
  EXPECT_EQ(mixed.LiteralBefore(1), "_y_");
  EXPECT_EQ(mixed.LiteralBefore(2), "");
}

TEST(PathTemplate, CompileSaysWhereItIsWrong) {
  const auto refused = [](std::string_view text, const std::string& part) {
    EXPECT_THAT(PathTemplate::Compile(text), IsErr(ErrorKind::kConfig, part)) << text;
  };
  refused("", "1 to 1024 bytes");
  refused(std::string(1025, 'x'), "1 to 1024 bytes");
  refused("/abs/x", "column 1: a path template is relative");
  refused("a//b", "column 3: an empty folder name");
  refused("a/", "column 3: an empty folder name");
  refused("a/../b", "column 3: '..' cannot be a folder");
  refused("./a", "column 1: '.' cannot be a folder");
  refused(".ingot/x", "column 1: '.ingot' cannot be a folder");
  refused("a/{b", "column 3: '{' is not closed");
  refused("a}b", "column 2: '}' without '{'");
  refused("{}", "'' is not a field name");
  refused("{1a}", "'1a' is not a field name");
  refused("{*}/a", "leave {*} out");
  refused("{a:int8}", "column 3: there is no field kind 'int8'");
  refused("{date:%Y-%m}", "column 1: the date 'date' needs %Y, %m and %d");
  refused("{date:%Y%m%d%H}", "an hour's format takes %H only");
  refused("{date:%Y%m%d%S}", "a date's format takes %Y, %m, %d");
  refused("{date:%Y%m%d%}", "a date's format takes %Y, %m, %d");
  refused("{a}{b}", "column 4: two fields of any length touch");
  refused("{a}/{a:int32}", "'a' is of kind string before and int32 here");
  refused(std::string("a\0b", 3), "control characters");
  refused("a\xff", "UTF-8");
}

TEST(PathTemplate, FormatRefusesWhatWouldNotComeBack) {
  const auto refused = [](std::string_view text, const std::string& value, const std::string& part) {
    EXPECT_THAT(Compiled(text).Format({{"a", value}, {"b", std::string("z")}}), IsErr(ErrorKind::kInvalidData, part))
        << text << " " << value;
  };
  refused("x/{a}", "", "not a usable string");
  refused("x/{a}", "p/q", "not a usable string");
  refused("x/{a}", "p\nq", "not a usable string");
  refused("x/{a}", std::string("p\0q", 3), "not a usable string");
  refused("x/{a}", "\xff", "not a usable string");
  refused("x/{a}", "..", "'..' cannot be a file or folder name");
  refused("x/{a}.", ".", "'..' cannot be a file or folder name");
  refused("{a}/x", ".ingot", "'.ingot' cannot be");
  refused("{a}/x", ".Ingot", "'.Ingot' cannot be");
  refused("x/{a}", std::string(256, 'n'), "cannot be a file or folder name");
}

TEST(PathTemplate, FormatChecksValuesAgainstTheirKinds) {
  const PathTemplate compiled = Compiled("{date}/{hour}/{n:int32}");
  const FieldValues good = {{"date", Day("2026-01-15")}, {"hour", int64_t{23}}, {"n", int64_t{-5}}};
  EXPECT_EQ(*compiled.Format(good), "2026-01-15/23/-5");
  FieldValues bad = good;
  bad[1].value = int64_t{24};
  EXPECT_THAT(compiled.Format(bad), IsErr(ErrorKind::kInvalidData, "'hour' is not a usable hour"));
  bad = good;
  bad[2].value = int64_t{1} << 31;
  EXPECT_THAT(compiled.Format(bad), IsErr(ErrorKind::kInvalidData, "'n' is not a usable int32"));
  bad = good;
  bad[0].value = std::string("2026-01-15");
  EXPECT_THAT(compiled.Format(bad), IsErr(ErrorKind::kInvalidData, "'date' is not a usable date"));
  bad = good;
  bad.pop_back();
  EXPECT_THAT(compiled.Format(bad), IsErr(ErrorKind::kInvalidData, "needs a value for 'n'"));
  EXPECT_THAT(PathTemplate().Format({}), IsErr(ErrorKind::kInvalidData));
}

TEST(PathTemplate, RightmostMatchWinsWithinALevel) {
  const PathTemplate compiled = Compiled("{a}_{b}");
  EXPECT_THAT(compiled.Parse("x_y_z"), Optional(FieldValues{{"a", std::string("x_y")}, {"b", std::string("z")}}));
  EXPECT_THAT(compiled.Format({{"a", std::string("x")}, {"b", std::string("y_z")}}),
              IsErr(ErrorKind::kInvalidData, "would not be read back with the same 'a'"));
}

TEST(PathTemplate, ParseIsStrict) {
  const PathTemplate compiled = Compiled("{date:%Y%m%d}/{hour}_{n:int32}.gz");
  EXPECT_TRUE(compiled.Parse("20260115/07_5.gz").has_value());
  for (const std::string_view path : {"",
                                      "/",
                                      "20260115",
                                      "20260115/",
                                      "/20260115/07_5.gz",
                                      "20260115/07_5.gz/",
                                      "20260115//07_5.gz",
                                      "20260230/07_5.gz",
                                      "20260115/24_5.gz",
                                      "20260115/7_5.gz",
                                      "20260115/07_05.gz",
                                      "20260115/07_+5.gz",
                                      "20260115/07_-0.gz",
                                      "20260115/07_.gz",
                                      "20260115/07_5.gz.tmp",
                                      "20260115/07_2147483648.gz",
                                      "20260115/07_99999999999999999999.gz",
                                      "2026011x/07_5.gz",
                                      "x/20260115/07_5.gz",
                                      "../07_5.gz"}) {
    EXPECT_EQ(compiled.Parse(path), std::nullopt) << path;
  }
  const PathTemplate folder = Compiled("{a}/x");
  for (const std::string_view path : {"../x", "./x", ".ingot/x", "/x", "a/b/x", "a\n/x", "\xc0\xaf/x"}) {
    EXPECT_EQ(folder.Parse(path), std::nullopt) << path;
  }
}

TEST(PathTemplate, AFieldThatStandsTwiceMustAgree) {
  const PathTemplate compiled = Compiled("{name}/{date:%Y}/{name}_{date}.parquet");
  EXPECT_TRUE(compiled.Parse("a/2026/a_2026-01-15.parquet").has_value());
  EXPECT_FALSE(compiled.Parse("a/2026/b_2026-01-15.parquet").has_value());
  EXPECT_FALSE(compiled.Parse("a/2025/a_2026-01-15.parquet").has_value());
}

TEST(PathTemplate, AnImpliedPrefixIsAnyLeadingFolders) {
  const PathTemplate compiled = Compiled("v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl");
  const auto parse = [&](std::string_view path) { return compiled.Parse(path, PathPrefix::kImplied); };
  EXPECT_TRUE(parse("v1/ad/G/model_tissue_1.tl").has_value());
  EXPECT_TRUE(parse("s3://bucket/x/v1/ad/G/model_tissue_1.tl").has_value());
  EXPECT_THAT(parse("v1/ad/G/model_tissue_1.tl/v1/ad/H/model_tissue_2.tl"),
              Optional(FieldValues{{"gene_id", std::string("H")}, {"tissue_id", int64_t{2}}}));
  EXPECT_FALSE(parse("xv1/ad/G/model_tissue_1.tl").has_value());
  EXPECT_FALSE(parse("v1/ad/G/model_tissue_1.tl.bak").has_value());
  EXPECT_FALSE(parse("v1/ad//model_tissue_1.tl").has_value());
  EXPECT_FALSE(parse("v1/ad/G/H/model_tissue_1.tl").has_value());
  EXPECT_FALSE(compiled.Parse("x/v1/ad/G/model_tissue_1.tl").has_value());
}

TEST(PathTemplate, HostileNamesCannotMakeMatchingExponential) {
  const PathTemplate compiled = Compiled("{a}_{b}_{c}_{d}_{e}_{f}_{g}_{h}_{i}_{j}!{k}");
  const std::string hostile(4000, '_');
  EXPECT_FALSE(compiled.Parse(hostile + "?").has_value());
}

TEST(PathTemplate, ExpandsDomains) {
  const PathTemplate compiled = Compiled("{date:%Y%m%d}/{hour}.gz");
  const std::vector<FieldDomain> hours = {{"hour", *ParseDomainRange(FieldKind::kHour, "00..23")}};
  const auto paths = compiled.Expand({{"date", Day("2026-01-15")}}, hours);
  ASSERT_OK(paths);
  ASSERT_EQ(paths->size(), 24U);
  EXPECT_EQ((*paths)[0].path, "20260115/00.gz");
  EXPECT_EQ((*paths)[23].path, "20260115/23.gz");
  EXPECT_EQ((*paths)[23].values, (FieldValues{{"hour", int64_t{23}}}));

  const std::vector<FieldDomain> both = {{"a", *ParseDomainRange(FieldKind::kInt32, "1..2")},
                                         {"b", *ParseDomainRange(FieldKind::kInt32, "8..9")}};
  const auto product = Compiled("{a:int32}-{b:int32}").Expand({}, both);
  ASSERT_OK(product);
  EXPECT_EQ((*product)[1].path, "1-9");
  EXPECT_EQ((*product)[2].path, "2-8");
  EXPECT_THAT(compiled.Expand({}, hours), IsErr(ErrorKind::kInvalidData, "needs a value for 'date'"));
  EXPECT_THAT(compiled.Expand({}, both), IsErr(ErrorKind::kConfig, "no field 'a'"));
}

TEST(PathTemplate, DomainRanges) {
  EXPECT_EQ(ParseDomainRange(FieldKind::kDate, "2026-01-30..2026-02-02")->size(), 4U);
  EXPECT_EQ(ParseDomainRange(FieldKind::kString, "eu..west")->size(), 1U);
  EXPECT_THAT(ParseDomainRange(FieldKind::kHour, "23..00"), IsErr(ErrorKind::kConfig, "is empty"));
  EXPECT_THAT(ParseDomainRange(FieldKind::kHour, "0..23"), IsErr(ErrorKind::kConfig, "'0..23' is not a range"));
  EXPECT_THAT(ParseDomainRange(FieldKind::kInt64, "-9223372036854775808..9223372036854775807"),
              IsErr(ErrorKind::kConfig, "longer than"));
}

TEST(PathTemplate, CommonFolderIsWhereAListingLooks) {
  const PathTemplate compiled = Compiled("archive/{date:%Y%m%d}/{hour}/x.gz");
  EXPECT_EQ(compiled.CommonFolder({}), "archive/");
  EXPECT_EQ(compiled.CommonFolder({{"date", Day("2026-01-15")}}), "archive/20260115/");
  EXPECT_EQ(compiled.CommonFolder({{"date", Day("2026-01-15")}, {"hour", int64_t{1}}}), "archive/20260115/01/");
  EXPECT_EQ(Compiled("{a}.gz").CommonFolder({}), "");
}

TEST(SplitRoot, CutsAtTheLastFolderBeforeTheFirstField) {
  const auto split = [](std::string_view text) {
    auto rooted = SplitRoot(text);
    return rooted.ok() ? rooted->root + " | " + rooted->path.text() : rooted.error().ToString();
  };
  EXPECT_EQ(split("/data/archive/{date}/{hour}.gz"), "/data/archive | {date}/{hour}.gz");
  EXPECT_EQ(split("../archive/x-{date}.gz"), "../archive | x-{date}.gz");
  EXPECT_EQ(split("{date}.gz"), ". | {date}.gz");
  EXPECT_EQ(split("/{date}.gz"), "/ | {date}.gz");
  EXPECT_EQ(split("a/b.gz"), "a | b.gz");
  EXPECT_EQ(split("odd{{x}}/{date}.gz"), "odd{x} | {date}.gz");
  EXPECT_EQ(split(EscapeTemplateText("/a{b}") + "/{date}.gz"), "/a{b} | {date}.gz");
  EXPECT_THAT(SplitRoot("a/"), IsErr(ErrorKind::kConfig));
}

// Random templates over a small alphabet and values that fit them.
struct Sample {
  std::string text;
  FieldValues values;
};

FieldValue DrawValue(FieldKind kind) {
  switch (kind) {
    case FieldKind::kInt32:
      return int64_t{*rc::gen::arbitrary<int32_t>()};
    case FieldKind::kInt64:
      return *rc::gen::arbitrary<int64_t>();
    case FieldKind::kDate:
      return UtcDay{*rc::gen::inRange(-719'162, 2'932'897)};  // years 0001 to 9999
    case FieldKind::kHour:
      return int64_t{*rc::gen::inRange(0, 24)};
    case FieldKind::kString:
      break;
  }
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', '_', '.', '-', '0', '{', '%', '/')));
}

Sample DrawSample() {
  Sample sample;
  const int levels = *rc::gen::inRange(1, 4);
  int serial = 0;
  for (int level = 0; level < levels; ++level) {
    sample.text += level == 0 ? "" : "/";
    const int fields = *rc::gen::inRange(1, 4);
    for (int i = 0; i < fields; ++i) {
      const FieldKind kind = *rc::gen::element(FieldKind::kString, FieldKind::kInt32, FieldKind::kInt64,
                                               FieldKind::kDate, FieldKind::kHour);
      const std::string name = "f" + std::to_string(serial++);
      const std::string date_format = *rc::gen::element<std::string>("date", "%Y%m%d", "%d.%m.%Y", "%Y/%m/%d");
      sample.text += *rc::gen::element<std::string>("_", "-", "a", "0", ".x", "{{", "%");
      sample.text +=
          "{" + name + ":" + (kind == FieldKind::kDate ? date_format : std::string(FieldKindName(kind))) + "}";
      sample.values.push_back({name, DrawValue(kind)});
    }
  }
  return sample;
}

RC_GTEST_PROP(PathTemplate, ParseIsTheInverseOfFormat, ()) {
  const Sample sample = DrawSample();
  const auto compiled = PathTemplate::Compile(sample.text);
  RC_ASSERT(compiled.ok());
  const auto path = compiled->Format(sample.values);
  RC_PRE(path.ok());
  RC_ASSERT(compiled->Parse(*path).value() == sample.values);
  RC_ASSERT(compiled->Parse("some/prefix/" + *path, PathPrefix::kImplied).value() == sample.values);
}

RC_GTEST_PROP(PathTemplate, FormatIsTheInverseOfParse, ()) {
  const PathTemplate compiled = Compiled("{a}-{n:int32}/{date:%Y%m%d}_{hour}.{b}");
  const auto draw = [](std::string alphabet) {
    return *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::move(alphabet))));
  };
  // Some of these match and some do not: days beyond the month's end, numbers with leading zeros.
  const std::string path = draw("ab-1") + "-" + draw("0123") + "/2026" + *rc::gen::element<std::string>("02", "12") +
                           *rc::gen::element<std::string>("01", "28", "29", "31") + "_" +
                           *rc::gen::element<std::string>("00", "23", "24") + "." + draw("x._");
  const auto values = compiled.Parse(path);
  if (values) {
    RC_ASSERT(*compiled.Format(*values) == path);
  }
}

}  // namespace
}  // namespace ingot
