#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "base/result_matchers.h"
#include "cli/verb_table.h"

namespace ingot {
namespace {

Result<ParsedArguments> Parse(std::string_view verb, const std::vector<std::string>& words) {
  return ParseArguments(*FindCommand(verb), words);
}

using Words = std::vector<std::string>;

TEST(ParseArguments, ReadsEveryWayToGiveAValue) {
  const auto parsed =
      Parse("run", {"tier3", "--date", "2026-01-13", "--date=2026-01-14", "-p", "there", "-ojson", "-qv"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->arguments, Words{"tier3"});
  EXPECT_EQ(parsed->options.at(OptionId::kDate), (Words{"2026-01-13", "2026-01-14"}));
  EXPECT_EQ(parsed->options.at(OptionId::kProject), Words{"there"});
  EXPECT_EQ(parsed->options.at(OptionId::kOutput), Words{"json"});
  EXPECT_EQ(parsed->options.at(OptionId::kQuiet), Words{"true"});
  EXPECT_EQ(parsed->options.at(OptionId::kVerbose), Words{"true"});
}

TEST(ParseArguments, ARepeatableOptionTakesOneValueEachTime) {
  const auto parsed = Parse("convert", {"--map", "a.*", "in.jsonl", "--map", "b", "out.parquet"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->options.at(OptionId::kMap), (Words{"a.*", "b"}));
  EXPECT_EQ(parsed->arguments, (Words{"in.jsonl", "out.parquet"}));
}

TEST(ParseArguments, ValuesAreTakenAsTheyAre) {
  const auto parsed = Parse("convert", {"--drop", "[]", "--type", "a=map<string,int64>", "--map=", "-", "out"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->options.at(OptionId::kDrop), Words{"[]"});
  EXPECT_EQ(parsed->options.at(OptionId::kType), Words{"a=map<string,int64>"});
  EXPECT_EQ(parsed->options.at(OptionId::kMap), Words{""}) << "an empty value does not eat the next word";
  EXPECT_EQ(parsed->arguments, (Words{"-", "out"})) << "a dash alone is standard input";
}

TEST(ParseArguments, AValueMayLookLikeAnOptionThatDoesNotExist) {
  const auto parsed = Parse("run", {"tier3", "--reason", "-- hour lost --"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->options.at(OptionId::kReason), Words{"-- hour lost --"});
}

TEST(ParseArguments, TwoDashesEndTheOptions) {
  const auto parsed = Parse("convert", {"--force", "--", "--in", "out"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->arguments, (Words{"--in", "out"}));
}

TEST(ParseArguments, AliasesMeanTheSameOption) {
  const auto parsed = Parse("run", {"tier3", "--out", "there", "--upload"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->options.at(OptionId::kOutputDir), Words{"there"});
  EXPECT_TRUE(parsed->options.contains(OptionId::kPublish));
}

TEST(ParseArguments, ASwitchCanBeTurnedOff) {
  const auto parsed = Parse("run", {"tier3", "--force=false"});
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->options.at(OptionId::kForce), Words{"false"});
}

TEST(ParseArguments, RefusesWhatTheVerbDoesNotKnow) {
  EXPECT_THAT(Parse("run", {"tier3", "--thread", "4"}), IsErr(ErrorKind::kUsage, "did you mean '--threads'?"));
  EXPECT_THAT(Parse("run", {"tier3", "--map", "a"}), IsErr(ErrorKind::kUsage, "unknown option '--map' of ingot run"));
  EXPECT_THAT(Parse("run", {"tier3", "-x"}), IsErr(ErrorKind::kUsage, "unknown option '-x'"));
}

TEST(ParseArguments, RefusesMissingValues) {
  EXPECT_THAT(Parse("run", {"tier3", "--date"}), IsErr(ErrorKind::kUsage, "--date needs a value"));
  EXPECT_THAT(Parse("run", {"--date", "--force", "tier3"}), IsErr(ErrorKind::kUsage, "--date needs a value"));
  EXPECT_THAT(Parse("run", {"tier3", "-p"}), IsErr(ErrorKind::kUsage, "--project needs a value"));
}

TEST(ParseArguments, CountsArguments) {
  EXPECT_THAT(Parse("run", {"a", "b"}), IsErr(ErrorKind::kUsage, "'b' is one argument too many"));
  EXPECT_THAT(Parse("index", {"a"}), IsErr(ErrorKind::kUsage, "OUTPUT is missing"));
  const auto with_day = Parse("run", {"tier3", "2026-01-15"});
  EXPECT_THAT(with_day, IsErr(ErrorKind::kUsage, "a day is written tier3@2026-01-15 or --date 2026-01-15"));
  EXPECT_EQ(with_day.error().advice(), "ingot run tier3 --date 2026-01-15");
  EXPECT_THAT(Parse("gc", {"a"}), IsErr(ErrorKind::kUsage, "'a' is one argument too many"));
  EXPECT_OK(Parse("convert", {"--help"}));
}

TEST(FindVerb, LooksBehindOptionsAndTheirValues) {
  EXPECT_EQ(FindVerb({"run", "tier3"}), 0U);
  EXPECT_EQ(FindVerb({"-p", "there", "run"}), 2U);
  EXPECT_EQ(FindVerb({"-pthere", "-q", "run"}), 2U);
  EXPECT_EQ(FindVerb({"--project=there", "run"}), 1U);
  EXPECT_EQ(FindVerb({"--help"}), 1U);
  EXPECT_EQ(FindVerb({}), 0U);
}

TEST(PeekOption, ReadsTheLastValueWithoutKnowingTheVerb) {
  EXPECT_EQ(PeekOption(OptionId::kProgress, {"nonsense", "--progress", "plain", "--progress=json"}), "json");
  EXPECT_EQ(PeekOption(OptionId::kOutput, {"ls", "-o", "json"}), "json");
  EXPECT_EQ(PeekOption(OptionId::kQuiet, {"ls", "-q"}), "true");
  EXPECT_EQ(PeekOption(OptionId::kQuiet, {"ls", "--reason", "-q"}), "") << "that is the value of --reason";
  EXPECT_EQ(PeekOption(OptionId::kQuiet, {"ls", "--", "-q"}), "");
}

TEST(ParseArguments, RefusesAddressesWherePathsAreTaken) {
  EXPECT_THAT(Parse("convert", {"s3://bucket/a.jsonl", "a.parquet"}), IsErr(ErrorKind::kUnsupported, "is remote"));
  EXPECT_THAT(Parse("inspect", {"https://host/a.parquet"}), IsErr(ErrorKind::kUnsupported, "is remote"));
  EXPECT_THAT(Parse("verify", {"gs://bucket/day"}), IsErr(ErrorKind::kUnsupported, "is remote"));
  EXPECT_OK(Parse("index", {"paths.txt", "m.parquet", "--base", "s3://bucket/"}));
  EXPECT_OK(Parse("query", {"select 's3://bucket/'"}));
}

}  // namespace
}  // namespace ingot
