#include "model/partition_key.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/result_matchers.h"

namespace ingot {
namespace {

KeySpec Spec(std::vector<KeyFieldSpec> fields) {
  auto spec = KeySpec::Make(std::move(fields));
  EXPECT_OK(spec);
  return spec.ok() ? *spec : KeySpec();
}

KeySpec Daily() { return Spec({{"date", FieldKind::kDate}}); }
KeySpec Weekly() { return Spec({{"end_day", FieldKind::kDate}, {"days", FieldKind::kInt64}}); }

std::string WindowText(const PartitionKey& key) {
  return key.window ? FormatUtcDay(key.window->start.day()) + ".." + FormatUtcDay(key.window->end.day()) : "none";
}

TEST(KeySpec, DailyKeys) {
  const KeySpec spec = Daily();
  EXPECT_TRUE(spec.is_daily());
  const auto key = spec.Parse("2026-01-15");
  ASSERT_OK(key);
  EXPECT_EQ(key->ToString(), "2026-01-15");
  EXPECT_EQ(WindowText(*key), "2026-01-15..2026-01-16");
  EXPECT_EQ(*key, spec.ForDay(*ParseUtcDay("2026-01-15")));
  EXPECT_TRUE(*key < *spec.Parse("2026-01-16"));
  EXPECT_FALSE(*key < *key);
}

TEST(KeySpec, WindowsFollowTheNames) {
  EXPECT_EQ(WindowText(*Weekly().Parse("2025-12-28,7")), "2025-12-22..2025-12-29");
  const KeySpec range = Spec({{"start", FieldKind::kDate}, {"end", FieldKind::kDate}, {"dataset", FieldKind::kString}});
  EXPECT_EQ(WindowText(*range.Parse("2024-10-01,2024-11-01,downloads")), "2024-10-01..2024-11-01");
  EXPECT_EQ(WindowText(*Spec({{"team", FieldKind::kString}}).Parse("x")), "none");
  EXPECT_THAT(range.Parse("2024-10-01,2024-10-01,x"), IsErr(ErrorKind::kUsage, "start 2024-10-01 is not before end"));
  EXPECT_THAT(Weekly().Parse("2025-12-28,0"), IsErr(ErrorKind::kUsage, "days is 0"));
}

TEST(KeySpec, WithoutFieldsThereIsOnePartition) {
  const KeySpec spec;
  EXPECT_EQ(spec.Parse("all")->ToString(), "all");
  EXPECT_THAT(spec.Parse("2026-01-15"), IsErr(ErrorKind::kUsage, "one partition"));
}

TEST(KeySpec, ParseSaysWhatAKeyLooksLike) {
  EXPECT_THAT(Daily().Parse("2026-1-15"), IsErr(ErrorKind::kUsage, "not a key of the form <date>"));
  EXPECT_THAT(Daily().Parse(""), IsErr(ErrorKind::kUsage, "<date>"));
  EXPECT_THAT(Daily().Parse("2026-01-15,7"), IsErr(ErrorKind::kUsage, "too many values"));
  EXPECT_THAT(Weekly().Parse("2026-01-15"), IsErr(ErrorKind::kUsage, "too few values"));
  EXPECT_THAT(Weekly().Parse("2026-01-15,07"), IsErr(ErrorKind::kUsage, "'07' is not a 64-bit integer"));
  EXPECT_THAT(Weekly().Parse("2026-01-15,"), IsErr(ErrorKind::kUsage, "'' is not a 64-bit integer"));
  const KeySpec name = Spec({{"slug", FieldKind::kString}});
  EXPECT_THAT(name.Parse("a/b"), IsErr(ErrorKind::kUsage, "'a/b' is not usable in a path"));
  EXPECT_THAT(name.Parse("\"a\"b"), IsErr(ErrorKind::kUsage, "text follows a closing quote"));
  EXPECT_THAT(name.Parse("\"a"), IsErr(ErrorKind::kUsage, "not closed"));
}

TEST(KeySpec, MakeChecksNamesAndKinds) {
  EXPECT_THAT(KeySpec::Make({{"a b", FieldKind::kString}}), IsErr(ErrorKind::kConfig, "'a b' is not a key field name"));
  EXPECT_THAT(KeySpec::Make({{"a", FieldKind::kString}, {"a", FieldKind::kDate}}),
              IsErr(ErrorKind::kConfig, "duplicate key field"));
  EXPECT_THAT(KeySpec::Make({{"end_day", FieldKind::kDate}, {"days", FieldKind::kString}}),
              IsErr(ErrorKind::kConfig, "'days' counts days"));
  EXPECT_THAT(Daily().MakeKey({{"date", int64_t{5}}}), IsErr(ErrorKind::kUsage, "'date' needs a value of kind date"));
  EXPECT_THAT(Daily().MakeKey({}), IsErr(ErrorKind::kUsage, "<date>"));
}

RC_GTEST_PROP(PartitionKey, TextFormIsReadBack, ()) {
  const auto text =
      rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', ',', '"', ' ', '\\', '@', '7')));
  const KeySpec spec = Spec({{"a", FieldKind::kString}, {"n", FieldKind::kInt32}, {"b", FieldKind::kString}});
  const auto key = spec.MakeKey({{"a", *text}, {"n", int64_t{*rc::gen::arbitrary<int32_t>()}}, {"b", *text}});
  RC_ASSERT(key.ok());
  const auto parsed = spec.Parse(key->ToString());
  RC_ASSERT(parsed.ok());
  RC_ASSERT(*parsed == *key);
}

TEST(PartitionReference, IsDatasetAtKey) {
  EXPECT_EQ(*ParsePartitionReference("tier3@2026-01-15"), (PartitionReference{"tier3", "2026-01-15"}));
  EXPECT_EQ(*ParsePartitionReference("tier3"), (PartitionReference{"tier3", std::nullopt}));
  EXPECT_EQ(*ParsePartitionReference("a@b@c"), (PartitionReference{"a", "b@c"}));
  EXPECT_THAT(ParsePartitionReference("Tier3"), IsErr(ErrorKind::kUsage, "dataset name"));
  EXPECT_THAT(ParsePartitionReference("@x"), IsErr(ErrorKind::kUsage, "dataset name"));
  EXPECT_THAT(ParsePartitionReference("tier3@"), IsErr(ErrorKind::kUsage, "no key"));
}

TEST(DatasetName, Grammar) {
  EXPECT_TRUE(IsDatasetName("downloads_by_country"));
  EXPECT_TRUE(IsDatasetName("w-1"));
  EXPECT_FALSE(IsDatasetName(""));
  EXPECT_FALSE(IsDatasetName("_a"));
  EXPECT_FALSE(IsDatasetName("a.b"));
  EXPECT_FALSE(IsDatasetName("a/b"));
  EXPECT_FALSE(IsDatasetName(std::string(65, 'a')));
}

}  // namespace
}  // namespace ingot
