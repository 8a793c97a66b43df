#include "model/project_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/json_document.h"
#include "model/manifest_place.h"
#include "model/project_fixture.h"
#include "model/project_keys.h"

namespace ingot {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ColumnPathPattern Path(std::string_view text) { return *ColumnPathPattern::Parse(text); }

TEST(ProjectFile, ReadsTheReferenceExample) {
  const auto text = ReadWholeFile("examples/instrumetriq/ingot.toml");
  ASSERT_OK(text);
  // Each of the two tiers.
  const auto tier2 = text->begin() + static_cast<ptrdiff_t>(text->find("[dataset.tier2]"));
  EXPECT_LE(std::count(text->begin(), tier2, '\n'), 61);
  EXPECT_LE(std::count(tier2, text->end(), '\n'), 60);
  const auto project = ParseProject(*text);
  ASSERT_OK(project);
  EXPECT_EQ(project->name, "instrumetriq");
  const DatasetSpec* tier3 = project->Find("tier3");
  ASSERT_NE(tier3, nullptr);
  EXPECT_TRUE(tier3->key.is_daily());
  EXPECT_EQ(tier3->store_root, "output");
  EXPECT_EQ(tier3->path.text(), "tier3_daily/{date}/data.parquet");
  EXPECT_EQ(tier3->manifest_path.text(), "tier3_daily/{date}/manifest.json");
  EXPECT_TRUE(tier3->owns_folder);
  EXPECT_EQ(tier3->source.inputs.root, "archive");
  EXPECT_EQ(tier3->source.inputs.path.text(), "{date:%Y%m%d}/{hour:%H}.jsonl.gz");
  ASSERT_EQ(tier3->source.expect.size(), 1U);
  EXPECT_EQ(tier3->source.expect[0].values.size(), 24U);
  EXPECT_EQ(tier3->source.drop, (std::vector<ColumnPathPattern>{Path("norm"), Path("labels")}));
  EXPECT_EQ(tier3->source.maps.size(), 4U);
  EXPECT_EQ(tier3->source.empty_object, EmptyObjectRule::kNull);
  EXPECT_EQ(tier3->source.event_time, Path("snapshot_ts"));
  EXPECT_EQ(tier3->drift, DriftRule::kEvolve);
  EXPECT_EQ(tier3->parquet, ParquetSpec());
  EXPECT_EQ(tier3->verify.min_bytes, 1'000'000U);
  EXPECT_EQ(tier3->verify.required_any.size(), 2U);
  EXPECT_EQ(tier3->verify.warnings.size(), 5U);
  EXPECT_EQ(tier3->verify.warnings[2].max, 9000);
  EXPECT_EQ(tier3->manifest_fields.size(), 20U);
  EXPECT_EQ(tier3->manifest_fields[0].name, "tier");
  EXPECT_EQ(VolatilePointers(tier3->manifest_fields), std::vector<std::string>{"/created_ts_utc"});

  const PartitionKey key = tier3->key.ForDay(*ParseUtcDay("2026-01-15"));
  const auto inputs = tier3->source.inputs.path.Expand(key.values, tier3->source.expect);
  ASSERT_OK(inputs);
  EXPECT_EQ(inputs->at(23).path, "20260115/23.jsonl.gz");
  EXPECT_EQ(*tier3->path.Format(key.values), "tier3_daily/2026-01-15/data.parquet");
}

TEST(ProjectFile, DocumentedExampleIsOne) {
  const auto page = ReadWholeFile("docs/project-file.md");
  ASSERT_OK(page);
  const std::string fence = "```toml\n";
  const size_t begin = page->find(fence) + fence.size();
  EXPECT_OK(ParseProject(page->substr(begin, page->find("```", begin) - begin)));
}

TEST(ProjectFile, DefaultsAreThoseOfTheReference) {
  const DatasetSpec d = Only(Text());
  EXPECT_EQ(d.store_root, ".");
  EXPECT_EQ(d.parquet, ParquetSpec());
  EXPECT_EQ(d.verify, VerifySpec());
  EXPECT_TRUE(d.checks.window_closed);
  EXPECT_TRUE(d.checks.inputs_complete);
  EXPECT_EQ(d.source.max_rejects, 0U);
  EXPECT_EQ(d.source.max_line_bytes, 16U << 20U);
  // The documented default of every simple key, written out, changes nothing.
  for (const ProjectKey& key : ProjectKeys()) {
    const bool nested = key.table == "dataset.*.verify.sample" || key.table == "dataset.*.verify.warnings" ||
                        key.table.starts_with("dataset.*.columns.");
    if (key.default_value.empty() || nested || !key.table.starts_with("dataset.*.")) {
      continue;
    }
    const std::string table(key.table.substr(10));
    const std::string line = std::string(key.name) + " = " + std::string(key.default_value) + "\n";
    if (key.doc.starts_with("`listing`:")) {
      EXPECT_EQ(Only(Listing(line)), Only(Listing())) << line;
      continue;
    }
    if (key.doc.starts_with("`synthetic`")) {
      EXPECT_EQ(Only(Generated(line)), Only(Generated())) << line;
      continue;
    }
    const std::string text = table == "source" ? Text(line) : Text("", "[dataset.d." + table + "]\n" + line);
    EXPECT_EQ(Only(text), d) << line;
  }
}

TEST(ProjectFile, ReadsEveryOption) {
  const DatasetSpec d =
      Only(Text(R"toml(
path = "{root}/{date:%Y/%m/%d}/{part:int32}-{hour}.gz"
expect = { part = ["1..2", 7], hour = ["00", "12"] }
drop = ["a", "b.*.c[]"]
types = { "meta.added" = "timestamp[us]", price = "decimal(10,2)" }
max_rejects = 5
max_line = "1MiB"
max_new_keys = 1000
)toml",
                R"(
[dataset.d.schema]
drift = "freeze"
[dataset.d.parquet]
codec = "zstd"
level = 9
row_group = "64 MiB"
row_group_rows = 5_000
page = 65536
bloom = ["a.b", "c"]
[dataset.d.checks]
window_closed = false
inputs_complete = false
min_inputs = 20
[dataset.d.verify]
manifest_fields = ["x"]
warn_all_null = false
top_nulls = 3
sample.rows = 7
sample.seed = 9
)",
                "description = \"about\"\nstore = \"s/{root}\"\nmanifest_path = \"m/{date}.json\"\n"));
  EXPECT_EQ(d.description, "about");
  EXPECT_EQ(d.store_root, "s/in");
  EXPECT_EQ(d.manifest_path.text(), "m/{date}.json");
  EXPECT_FALSE(d.owns_folder);
  EXPECT_EQ(d.source.inputs.root, "in");
  EXPECT_EQ(d.source.expect[0], (FieldDomain{"part", {int64_t{1}, int64_t{2}, int64_t{7}}}));
  EXPECT_EQ(d.source.expect[1], (FieldDomain{"hour", {int64_t{0}, int64_t{12}}}));
  EXPECT_EQ(d.source.types.at(0), (DeclaredType{Path("meta.added"), *ParseType("timestamp[us]")}));
  EXPECT_EQ(d.source.max_rejects, 5U);
  EXPECT_EQ(d.source.max_line_bytes, 1U << 20U);
  EXPECT_EQ(d.source.max_new_keys, 1000U);
  EXPECT_EQ(d.drift, DriftRule::kFreeze);
  EXPECT_EQ(d.parquet, (ParquetSpec{CodecName::kZstd, 9, 64U << 20U, 5000, 65536, {Path("a.b"), Path("c")}}));
  EXPECT_EQ(d.checks, (ChecksSpec{false, false, 20}));
  EXPECT_EQ(d.verify.manifest_fields, std::vector<std::string>{"x"});
  EXPECT_EQ(d.verify.top_nulls, 3U);
  EXPECT_EQ(d.verify.sample, (SampleSpec{7, 9}));
  EXPECT_FALSE(d.verify.warn_all_null);
}

TEST(ProjectFile, VariablesAreReplacedByEnvironmentAndThenBySet) {
  const std::string text = Text("", "", "store = \"{root}\"");
  ProjectOptions options;
  options.overrides.environment = {{"root", "/env"}, {"unrelated", "x"}};
  EXPECT_EQ(ParseProject(text, options)->datasets[0].store_root, "/env");
  options.overrides.set = {{"root", "/odd{brace}"}};
  const auto project = ParseProject(text, options);
  ASSERT_OK(project);
  EXPECT_EQ(project->datasets[0].store_root, "/odd{brace}");
  EXPECT_EQ(project->datasets[0].source.inputs.root, "/odd{brace}");
  EXPECT_EQ(project->variables.at("root"), "/odd{brace}");
  options.overrides.set = {{"rot", "x"}};
  EXPECT_THAT(ParseProject(text, options), IsErr(ErrorKind::kUsage, "no variable 'rot'; did you mean 'root'?"));
  // A value cannot lead the data out of its store.
  options.overrides.set = {{"root", "../.."}};
  EXPECT_THAT(ParseProject(Text("", "", "manifest_path = \"{root}/{date}.json\""), options),
              IsErr(ErrorKind::kConfig, "'..' cannot be a folder"));
}

TEST(ProjectFile, UnknownKeysAreRefusedWithASuggestion) {
  Refused(Text("", "[dataset.d.parqet]\ncodec = \"zstd\""),
          "ingot.toml:13:12: unknown key 'parqet' in [dataset.d]; did you mean 'parquet'?");
  Refused(Text("evnt_time = \"x\""), "unknown key 'evnt_time' in [dataset.d.source]; did you mean 'event_time'?");
  Refused(Text("", "[projet]"), "unknown key 'projet' in the project file; did you mean 'project'?");
  Refused(Text("", "[dataset.d.verify]\nsample = { row = 1 }"), "unknown key 'row' in [dataset.d.verify.sample]");
  Refused(Text("", "[dataset.d.verify]\nwarnings = [{ column = \"a\", mim = 1 }]"), "unknown key 'mim'");
}

// Every key of the table, given a value that no key takes, is complained about: so every key is read, and read as
// typed.
TEST(ProjectFile, EveryKeyIsReadAndTyped) {
  for (const ProjectKey& key : ProjectKeys()) {
    const std::string name(key.name);
    const std::string wrong = name + " = 1979-05-27\n";
    std::string text;
    if (key.table.empty()) {
      text = wrong + (name == "dataset" ? "[project]\nname = \"p\"\n" : "");
    } else if (key.table == "project") {
      text = "[project]\n" + wrong;
    } else if (key.table == "dataset.*") {
      text = "[dataset.d]\n" + wrong;
    } else if (key.table == "dataset.*.verify.warnings") {
      text = "[[dataset.d.verify.warnings]]\n" + wrong;
    } else {
      std::string table(key.table);
      for (size_t star = table.find('*'); star != std::string::npos; star = table.find('*')) {
        table.replace(star, 1, "d");
      }
      text = "[" + table + "]\n" + wrong;
    }
    EXPECT_THAT(ParseProject(text), IsErr(ErrorKind::kConfig, "'" + name + "' must be")) << text;
  }
}

TEST(ProjectFile, RequiredKeysAreNamed) {
  Refused("", "ingot.toml:1:1: the project file needs [project]");
  Refused("[project]\nname = \"p\"", "the project file needs [dataset]");
  Refused("[project]\n[dataset.d]\nkey = \"date\"", "[project] needs 'name'");
  Refused("[project]\nname = \"p\"\n[dataset.d]\nkey = \"date\"", "ingot.toml:3:1: [dataset.d] needs 'path'");
  Refused("[project]\nname = \"p\"\n[dataset.d]\npath = \"x\"", "[dataset.d] needs 'source'");
  Refused("[project]\nname = \"p\"\n[dataset.d]\npath = \"x\"\n[dataset.d.source]", "[dataset.d.source] needs 'type'");
}

TEST(ProjectFile, SeveralProblemsAreReportedAtOnceInTheOrderOfTheFile) {
  const auto project = ParseProject(Text("max_line = \"much\"\nmax_rejects = -1\nempty_object = \"nul\"", "[x]"));
  ASSERT_THAT(project, IsErr(ErrorKind::kConfig));
  EXPECT_EQ(project.error().message(),
            "ingot.toml:12:12: 'max_line': 'much' is not a size such as 512MiB or 1_000_000\n"
            "ingot.toml:13:15: 'max_rejects': -1 is negative\n"
            "ingot.toml:14:16: 'empty_object': 'nul' is not one of struct, null; did you mean 'null'?\n"
            "ingot.toml:15:2: unknown key 'x' in the project file");
  std::string many;
  for (int i = 0; i < 13; ++i) {
    many += "unknown" + std::to_string(i) + " = 1\n";
  }
  const auto listed = ParseProject(many + Text());
  ASSERT_THAT(listed, IsErr(ErrorKind::kConfig, "\nand 3 more"));
  EXPECT_THAT(listed.error().message(), Not(HasSubstr("unknown10")));
}

TEST(ProjectFile, SyntaxErrorsCarryTheirPlace) {
  Refused("[project\n", "ingot.toml:1:9: ");
  Refused("a = 1\na = 2\n", "ingot.toml:2:");
  Refused("a = \xff", "ingot.toml:1:");
  EXPECT_THAT(ParseProject(std::string(kMaxProjectFileBytes + 1, ' ')), IsErr(ErrorKind::kResourceLimit));
  ProjectOptions options;
  options.file_name = "other.toml";
  EXPECT_THAT(ParseProject("[", options), IsErr(ErrorKind::kConfig, "other.toml:1:"));
}

TEST(ProjectFile, NamesAreChecked) {
  Refused(Text("", "[dataset.\"D 2\"]"), "'D 2' is not a dataset name");
  Refused(Text("", "[dataset]\nd2 = 5"), "ingot.toml:");
  Refused("vars = { Root = \"x\" }\n" + std::string("[project]\nname=\"p\"\n[dataset]"),
          "'Root' is not a variable name");
  Refused("vars = { root = 5 }\n" + std::string("[project]\nname=\"p\"\n[dataset]"),
          "variable 'root' must be a string");
}

TEST(ProjectFile, KeysAndPathsMustFitTogether) {
  const auto with = [](std::string_view key, std::string_view path) {
    return "[project]\nname = \"p\"\n[vars]\nroot = \"in\"\n[dataset.d]\nkey = " + std::string(key) + "\npath = \"" +
           std::string(path) + "\"\n[dataset.d.source]\ntype = \"jsonl\"\npath = \"in/x.jsonl\"\n";
  };
  Refused(with("\"date:dat\"", "d/{date}"), "there is no field kind 'dat'");
  Refused(with("[\"a\", \"a\"]", "d/{a}"), "duplicate key field 'a'");
  Refused(with("\"root\"", "d/{root}"), "'root' is the name of a variable too");
  Refused(with("\"date\"", "d/{dat}"), "'dat' is neither a variable nor a key field; did you mean 'date'?");
  Refused(with("\"date\"", "d/{date:string}"), "'date' is of kind string here and of kind date in the key");
  Refused(with("\"date\"", "../{date}"), "'..' cannot be a folder");
  Refused(with("\"date\"", ".ingot/{date}"), "'.ingot' cannot be a folder");
  Refused(with("\"date\"", ""), "'path': is empty");
  EXPECT_OK(ParseProject(with("[\"end_day\", \"days\"]", "w/{end_day}/entries_{days}d.parquet")));
  EXPECT_OK(ParseProject(with("\"slug:string\"", "d/{slug}/x")));
  EXPECT_OK(ParseProject(with("[]", "genes.parquet")));
  Refused(Text("path = \"in/{date}/{shard}.gz\""), "'shard' is neither a variable, nor a key field, nor in 'expect'");
  Refused(Text("path = \"{rot}/{date}.gz\""),
          "'rot' is neither a variable, nor a key field, nor in 'expect'; did you mean 'root'?");
  Refused(Text("path = \"in/{date:int32}.gz\""), "'date' is of kind int32 here and of kind date in the key");
  Refused(Text("", "", "store = \"{rot}\""), "there is no variable 'rot'; did you mean 'root'?");
  Refused(Text("", "", "store = \"\""), "'store': is not a folder");
  Refused(Text("", "", "manifest_path = \"d/{date}/x.parquet\""), "is the path of the data");
}

TEST(ProjectFile, ManifestPlaces) {
  const auto place = [](std::vector<KeyFieldSpec> key, std::string_view path) {
    const auto found = DefaultManifestPlace(*KeySpec::Make(std::move(key)), *PathTemplate::Compile(path));
    return found->path.text() + (found->owns_folder ? " owned" : " shared");
  };
  const KeyFieldSpec date{"date", FieldKind::kDate};
  EXPECT_EQ(place({date}, "d/{date}/data.parquet"), "d/{date}/manifest.json owned");
  EXPECT_EQ(place({date}, "d/{date}.parquet"), "d/{date}.parquet.manifest.json shared");
  EXPECT_EQ(place({date}, "{date}.parquet"), "{date}.parquet.manifest.json shared");
  EXPECT_EQ(place({date}, "{date:%Y}/{date:%m-%d}.parquet"), "{date:%Y}/{date:%m-%d}.parquet.manifest.json shared");
  EXPECT_EQ(place({date}, "{date:%Y/%m/%d}.parquet"), "{date:%Y/%m/%d}.parquet.manifest.json shared");
  EXPECT_EQ(place({date}, "{date:%Y/%m/%d}/x"), "{date:%Y/%m/%d}/manifest.json owned");
  EXPECT_EQ(place({{"end_day", FieldKind::kDate}, {"days", FieldKind::kInt64}}, "w/{end_day}/x_{days}d.parquet"),
            "w/{end_day}/x_{days}d.parquet.manifest.json shared");
  EXPECT_EQ(place({}, "x/genes.parquet"), "x/genes.parquet.manifest.json shared");
  EXPECT_EQ(place({date}, "a{{b/{date}/x"), "a{{b/{date}/manifest.json owned");
}

// Nothing but data may lie in a folder that other programs read as one table.
TEST(ProjectFile, ManifestsOfHiveLayoutsAreOutsideOfTheirFolders) {
  const auto place = [](const std::vector<KeyFieldSpec>& key, std::string_view path) {
    const auto found = DefaultManifestPlace(*KeySpec::Make(key), *PathTemplate::Compile(path));
    DatasetSpec dataset;
    dataset.key = *KeySpec::Make(key);
    dataset.path = *PathTemplate::Compile(path);
    dataset.manifest_path = found->path;
    return found->path.text() + (found->owns_folder ? " owned, before " : " shared, before ") +
           FormerManifestPath(dataset).text();
  };
  const KeyFieldSpec date{"date", FieldKind::kDate};
  const KeyFieldSpec region{"region", FieldKind::kString};
  EXPECT_EQ(place({date}, "lake/date={date}/data.parquet"),
            "lake.date={date}.manifest.json shared, before lake/date={date}/manifest.json");
  EXPECT_EQ(place({date}, "a/lake/y={date:%Y}/m={date:%m}/d={date:%d}/x"),
            "a/lake.y={date:%Y},m={date:%m},d={date:%d}.manifest.json shared, before "
            "a/lake/y={date:%Y}/m={date:%m}/d={date:%d}/manifest.json");
  EXPECT_EQ(place({region, date}, "lake/region={region}/{date}.parquet"),
            "lake.region={region},{date}.parquet.manifest.json shared, before "
            "lake/region={region}/{date}.parquet.manifest.json");
  EXPECT_EQ(place({region, date}, "{region}/date={date}/x"),
            "{region}.date={date}.manifest.json shared, before {region}/date={date}/manifest.json");
  EXPECT_EQ(place({date}, "date={date}/x"), ".date={date}.manifest.json shared, before date={date}/manifest.json");
  EXPECT_EQ(place({date}, "d={{x}}/{date}/x"), "d={{x}}/{date}/manifest.json owned, before ");
  EXPECT_EQ(place({date}, "d/x={date}"), "d/x={date}.manifest.json shared, before ");
}

TEST(ProjectFile, DatasetsMustNotWriteTheSameFiles) {
  const std::string twin =
      "[dataset.e]\nkey = \"date\"\npath = \"d/{date}/x.parquet\"\n[dataset.e.source]\ntype = \"jsonl\"\npath = "
      "\"in/{date}\"\n";
  Refused(Text("", twin), "datasets 'd' and 'e' would write the same files");
  std::string beside = twin;
  beside.replace(beside.find("x.parquet"), 9, "y.parquet");
  Refused(Text("", beside), "datasets 'd' and 'e' would write the same files");
  std::string apart = twin;
  apart.insert(apart.find("path = "), "store = \"other\"\n");
  EXPECT_OK(ParseProject(Text("", apart)));
}

TEST(ProjectFile, SourceIsChecked) {
  Refused(Text("type = \"x\""), "ingot.toml:");
  Refused(Text("expect = { hour = \"00..23\" }"), "'expect': the source's path has no field 'hour'");
  Refused(Text("expect = { date = \"2026-01-01\" }"), "'expect': 'date' is a key field");
  const auto hourly = [](std::string_view expect) {
    return Text("path = \"in/{date}/{hour}.gz\"\nexpect = { hour = " + std::string(expect) + " }");
  };
  Refused(hourly("\"0..23\""), "'expect': '0..23' is not a range of kind hour");
  Refused(hourly("[]"), "'hour' has no values");
  Refused(hourly("true"), "'hour' needs a range such as \"00..23\"");
  Refused(Text("drop = \"a\""), "'drop' must be a list of column paths, but is a string");
  Refused(Text("drop = [\"a..b\"]"), "'drop': column path 'a..b', column 3");
  Refused(Text("drop = [5]"), "'drop' must be a column path, but is an integer");
  Refused(Text("types = { a = \"int\" }"), "'types': type 'int', column 1: there is no type 'int'");
  Refused(Text("types = { a = 5 }"), "'types': a type is a string");
  Refused(Text("types = { \"a[\" = \"int64\" }"), "'types': column path 'a['");
  Refused(Text("event_time = \"*\""), "'event_time': names one column, so it takes no '*'");
  Refused(Text("max_line = 0"), "'max_line': must be 1 byte to 1 GiB");
  Refused(Text("", "[dataset.d.parquet]\nlevel = 23"), "'level': must be 1 to 22");
  Refused(Text("", "[dataset.d.parquet]\ncodec = \"snappy\"\nlevel = 1"), "'level': is not valid with codec snappy");
  Refused(Text("", "[dataset.d.parquet]\nrow_group_rows = 0"), "'row_group_rows': must not be 0");
  Refused(Text("", "[dataset.d.parquet]\npage = \"1B\""), "'page': must be 4 KiB to 256 MiB");
  Refused(Text("", "[dataset.d.parquet]\nbloom = [\"*\"]"), "'bloom': names single columns");
}

TEST(ProjectFile, VerifyRulesAreChecked) {
  const auto verify = [](std::string_view line) { return Text("", "[dataset.d.verify]\n" + std::string(line)); };
  Refused(verify("required_any = [[]]"), "'required_any' holds an empty group");
  Refused(verify("required_any = [\"a\"]"), "'required_any' must be a list of column paths, but is a string");
  Refused(verify("warnings = [{ column = \"a\" }]"), "the warning has no rule");
  Refused(verify("warnings = [{ min = 1 }]"), "[dataset.d.verify.warnings] needs 'column'");
  Refused(verify("warnings = [{ column = \"a\", min_present = 10 }]"), "'min_present': is a share from 0.0 to 1.0");
  Refused(verify("warnings = [5]"), "'warnings' must be a list of tables");
  Refused(verify("warnings = [{ column = \"a\", min = \"x\" }]"), "'min' must be a number, but is a string");
}

TEST(ProjectFile, ManifestFieldsAreLiteralsComputedOrNested) {
  const DatasetSpec d = Only(Text("path = \"in/{date}/{hour}.gz\"\nexpect = { hour = \"00..23\" }", R"(
[dataset.d.manifest]
text = "x"
count = 5
share = 1.0
flag = true
list = [1, "a", [true], { b = 2 }]
by_hour = { compute = "rows_by", field = "hour" }
day = { compute = "key", format = "%Y%m%d" }
[dataset.d.manifest.window]
start_day = { compute = "window_start" }
note = "n"
)"));
  const auto& fields = d.manifest_fields;
  ASSERT_EQ(fields.size(), 8U);
  EXPECT_EQ(fields[1], (ManifestField{"count", JsonValue(5)}));
  EXPECT_EQ(fields[2], (ManifestField{"share", JsonValue(1.0)}));
  EXPECT_EQ(fields[4], (ManifestField{"list", *ParseJson(R"([1,"a",[true],{"b":2}])")}));
  EXPECT_EQ(fields[5], (ManifestField{"by_hour", ComputedField{ManifestFunction::kRowsBy, "hour", std::nullopt, ""}}));
  EXPECT_EQ(fields[6], (ManifestField{"day", ComputedField{ManifestFunction::kKey, "date", std::nullopt, "%Y%m%d"}}));
  EXPECT_EQ(std::get<ManifestFields>(fields[7].value)[1], (ManifestField{"note", JsonValue("n")}));
}

TEST(ProjectFile, ManifestFieldsAreChecked) {
  const auto field = [](std::string_view value) { return Text("", "[dataset.d.manifest]\nf = " + std::string(value)); };
  Refused(field("{ compute = \"rowss\" }"), "manifest field 'f': 'rowss' cannot be computed; did you mean 'rows'?");
  Refused(field("{ compute = 5 }"), "'compute' is the name of a function");
  Refused(field("{ compute = \"rows\", column = \"a\" }"), "'rows' takes no 'column'");
  Refused(field("{ compute = \"rows\", colum = \"a\" }"), "'rows' takes no 'colum'");
  Refused(field("{ compute = \"distinct\" }"), "'distinct' needs 'column'");
  Refused(field("{ compute = \"distinct\", column = \"a.*\" }"), "it takes no '*'");
  Refused(field("{ compute = \"distinct\", column = 5 }"), "'column' must be a string");
  Refused(field("{ compute = \"rows_by\", field = \"hour\" }"), "the source's path has no field 'hour'");
  Refused(field("{ compute = \"key\", field = \"hour\" }"), "there is no key field 'hour'");
  Refused(field("{ compute = \"key\", format = \"%H\" }"), "a date's format takes");
  Refused(field("1979-05-27"), "has no form in JSON");
  Refused(field("inf"), "has no form in JSON");
  Refused(Text("", "[dataset.d.manifest]\ningot = 1"), "the field 'ingot' belongs to Ingot");
}

TEST(ProjectFile, DefaultsOfOptions) {
  const std::array<std::string_view, 2> keys = {"threads", "min_inputs"};
  ProjectOptions options;
  options.option_keys = keys;
  const auto project = ParseProject(Text("", "[defaults]\nthreads = 4\nmin_inputs = [\"a\", true]"), options);
  ASSERT_OK(project);
  EXPECT_EQ(project->defaults, (std::vector<ProjectDefault>{{"threads", {"4"}}, {"min_inputs", {"a", "true"}}}));
  EXPECT_THAT(ParseProject(Text("", "[defaults]\nthread = 4"), options),
              IsErr(ErrorKind::kConfig, "there is not an option 'thread'; did you mean 'threads'?"));
  EXPECT_THAT(ParseProject(Text("", "[defaults]\nthreads = 1.5"), options),
              IsErr(ErrorKind::kConfig, "'threads' must be"));
  EXPECT_THAT(ParseProject(Text("", "[defaults]\nthreads = []"), options),
              IsErr(ErrorKind::kConfig, "'threads' must be"));
}

TEST(ProjectFile, RequireSuggestsADataset) {
  const auto project = ParseProject(Text());
  ASSERT_OK(project);
  EXPECT_OK(project->Require("d"));
  const auto missing = project->Require("e");
  EXPECT_THAT(missing, IsErr(ErrorKind::kUsage, "no dataset 'e'"));
  EXPECT_EQ(missing.error().advice(), "its datasets are: d");
}

TEST(SettingsDigest, FollowsWhatCanChangeABuild) {
  const DatasetSpec base = Only(Text());
  const auto digest_with = [](std::string_view source, std::string_view more = "", std::string_view dataset = "") {
    return SettingsDigest(Only(Text(source, more, dataset)));
  };
  const std::string digest = SettingsDigest(base);
  EXPECT_EQ(digest, digest_with(""));
  EXPECT_EQ(digest, digest_with("", "", "description = \"x\"\nstore = \"elsewhere\""));
  EXPECT_EQ(digest, digest_with("path = \"other/root/{date}.jsonl\""));
  EXPECT_EQ(digest, digest_with("max_rejects = 5"));
  EXPECT_NE(digest, digest_with("drop = [\"a\"]"));
  EXPECT_NE(digest, digest_with("types = { a = \"json\" }"));
  EXPECT_NE(digest, digest_with("empty_object = \"null\""));
  EXPECT_NE(digest, digest_with("", "[dataset.d.parquet]\nlevel = 2"));
  EXPECT_NE(digest, digest_with("", "[dataset.d.manifest]\na = 1"));
}

TEST(ParseProject, NamesTheLineInWhichAStringBegins) {
  const auto refused = [](std::string_view text, std::string_view where) {
    EXPECT_THAT(ParseProject(text, {}),
                IsErr(ErrorKind::kConfig, std::string(where) + ": the string that begins here is not closed"));
  };
  refused("[project]\nname = \"shop\ndescription = \"x\"\n", "ingot.toml:2:8");
  refused("[project]\nname = 'shop\n", "ingot.toml:2:8");
  refused("[project]\nname = \"shop", "ingot.toml:2:8");
  refused("[project] # it's \"\nname = \"a\\\"b\"\nroot = \"\"\"\na\n\nb\n", "ingot.toml:3:8");
  refused("a = \"x\"\nb = \"\"\"\n\"\"\"\nname = [\"a\", \"b]\n", "ingot.toml:4:14");
  const auto other = ParseProject("[project\nname = \"shop\"\n", {});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().message().find("not closed"), std::string::npos);
}

}  // namespace
}  // namespace ingot
