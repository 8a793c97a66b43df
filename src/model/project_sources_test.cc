// The sources that are not JSON lines: generated rows, listings, statements; and the queries that a project keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/project_file.h"
#include "model/project_fixture.h"

namespace ingot {
namespace {

TEST(ProjectFile, ReadsTheExampleOfGeneratedRows) {
  const auto text = ReadWholeFile("examples/events/ingot.toml");
  ASSERT_OK(text);
  EXPECT_LE(std::count(text->begin(), text->end(), '\n'), 60);
  const DatasetSpec events = Only(*text);
  EXPECT_EQ(events.source.kind, SourceKind::kSynthetic);
  EXPECT_EQ(events.source.synthetic, SyntheticSpec());
  EXPECT_EQ(events.source.synthetic.days(), 1096);
  EXPECT_EQ(events.parquet.codec, CodecName::kSnappy);
  EXPECT_EQ(events.path.text(), "events/date={date}/events-{part:int32}.parquet");
  EXPECT_EQ(events.manifest_path.text(), "events.manifest.json");
}

TEST(ProjectFile, ReadsTheExampleOfAListing) {
  const auto text = ReadWholeFile("examples/genes/ingot.toml");
  ASSERT_OK(text);
  EXPECT_LE(std::count(text->begin(), text->end(), '\n'), 60);
  const DatasetSpec genes = Only(*text);
  EXPECT_EQ(genes.source.kind, SourceKind::kListing);
  EXPECT_EQ(genes.source.inputs.path.text(), "paths.txt");
  EXPECT_EQ(genes.source.listing.path.text(), "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl");
  EXPECT_EQ(genes.source.listing.duplicates, DuplicateRule::kKeepFirst);
  EXPECT_EQ(genes.source.max_rejects, UINT64_MAX);
  EXPECT_EQ(genes.parquet, ListingParquet(genes.source.listing.path));
  EXPECT_EQ(genes.manifest_path.text(), "manifest.parquet.manifest.json");
}

TEST(ProjectFile, ListingsHaveSettings) {
  const DatasetSpec spec = Only(Listing("base = \"s3://b\"\nduplicates = \"refuse\"\nmax_rejects = 3\n",
                                        "[dataset.d.parquet]\ncodec = \"zstd\"\nbloom = []\n"));
  EXPECT_EQ(spec.source.listing.base, "s3://b/");
  EXPECT_EQ(spec.source.listing.duplicates, DuplicateRule::kRefuse);
  EXPECT_EQ(spec.source.max_rejects, 3U);
  EXPECT_EQ(spec.source.max_line_bytes, kMaxListingLineBytes);
  EXPECT_EQ(spec.parquet.codec, CodecName::kZstd);
  EXPECT_EQ(spec.parquet.row_group_rows, kListingRowGroupRows);
  EXPECT_TRUE(spec.parquet.bloom.empty());
}

TEST(ProjectFile, ListingsRefuseWhatMeansNothing) {
  EXPECT_THAT(ParseProject(Listing("drop = [\"a\"]")), IsErr(ErrorKind::kConfig, "is not valid with"));
  EXPECT_THAT(ParseProject(Listing("base = \"a\\u0007b\"")), IsErr(ErrorKind::kConfig, "control characters"));
  EXPECT_THAT(ParseProject(Text("template = \"{x}\"")), IsErr(ErrorKind::kConfig, "is not valid with"));
  EXPECT_THAT(ParseProject(Text("base = \"x\"")), IsErr(ErrorKind::kConfig, "is not valid with"));
  for (const std::string_view bad : {"plain.txt", "{file_path}", "{x}{y}"}) {
    std::string text = Listing();
    text.replace(text.find("v1/{x}"), 6, bad);
    EXPECT_THAT(ParseProject(text), IsErr(ErrorKind::kConfig)) << bad;
  }
}

TEST(ProjectFile, GeneratedRowsHaveSettings) {
  const SyntheticSpec spec =
      Only(Generated("rows = 12\nseed = 3\nstart = \"2024-02-28\"\nend = \"2024-03-01\"\nfile_size = \"1MiB\""))
          .source.synthetic;
  EXPECT_EQ(spec.rows, 12U);
  EXPECT_EQ(spec.seed, 3U);
  EXPECT_EQ(spec.days(), 3);
  EXPECT_EQ(spec.file_bytes, 1U << 20U);
  EXPECT_EQ(Only(Generated()).manifest_path.text(), "e.manifest.json");
  EXPECT_EQ(Only(Generated("", "manifest_path = \"m.json\"")).manifest_path.text(), "m.json");
  EXPECT_NE(SettingsDigest(Only(Generated("seed = 3"))), SettingsDigest(Only(Generated())));
}

TEST(ProjectFile, GeneratedRowsRefuseWhatDoesNotFit) {
  Refused(Generated("rows = 0"), "'rows': must be 1 to");
  Refused(Generated("start = \"2024-02-30\""), "'start'");
  Refused(Generated("end = \"2022-12-31\""), "'end': is before the start, 2023-01-01");
  Refused(Generated("file_size = 1"), "'file_size': must be 64 KiB or more");
  Refused(Generated("path = \"x\""), "'path': is not valid where rows are generated");
  Refused(Generated("generator = \"event\""), "did you mean 'events'?");
  Refused(Generated("", "key = \"date\""), "'key': a generated dataset is one partition");
  Refused(Generated("", "", "e/{date}/x"), "needs {part:int32}");
  Refused(Generated("", "", "e/{part}"), "'part' is neither a variable nor one of");
  Refused(Generated("", "", "{date}/{part:int32}"), "needs a folder of its own");
  Refused(Generated("", "manifest_path = \"e/m.json\""), "must be one file outside of 'e'");
  Refused(Generated("", "manifest_path = \"m-{part:int32}.json\""), "must be one file outside of 'e'");
  Refused(Text("rows = 5"), "'rows': means something only with type = \"synthetic\"");
}

constexpr std::string_view kSqlTables = R"(
[model.clean]
description = "Rows with a name."
file = "sql/clean.sql"
inputs = ["d"]
per_row = true
[dataset.total]
path = "total.parquet"
[dataset.total.source]
type = "sql"
file = "sql/total.sql"
inputs = ["clean", "d"]
incremental = { column = "week", by = "week" }
[warehouse]
database = "{root}/house.duckdb"
)";

TEST(ProjectFile, StatementsAreSourcesAndModels) {
  const auto project = ParseProject(Text("", kSqlTables));
  ASSERT_OK(project);
  ASSERT_EQ(project->models.size(), 1U);
  EXPECT_EQ(*project->FindModel("clean"), (SqlModel{"clean", "Rows with a name.", "sql/clean.sql", {"d"}, true, ""}));
  const SqlSourceSpec& source = project->Find("total")->source.sql;
  EXPECT_EQ(source.file, "sql/total.sql");
  EXPECT_EQ(source.inputs, (std::vector<std::string>{"clean", "d"}));
  EXPECT_EQ(source.incremental, (IncrementalSpec{"week", Period::kWeek}));
  EXPECT_TRUE(project->warehouse->database.ends_with("/house.duckdb")) << project->warehouse->database;
}

TEST(ProjectFile, StatementsReadWhatThereIsAndNotThemselves) {
  const std::string model = "[model.a]\nfile = \"a.sql\"\n";
  Refused(Text("", model + "inputs = [\"e\"]"), "'inputs': there is no dataset or model 'e'");
  Refused(Text("", model + "inputs = []"), "names nothing");
  Refused(Text("", model + "inputs = [\"d\", \"d\"]"), "names one input twice");
  Refused(Text("", model + "inputs = [\"a\"]"), "'inputs': 'a' reads itself");
  Refused(Text("", model + "inputs = [\"b\"]\n[model.b]\nfile = \"b.sql\"\ninputs = [\"a\"]"),
          "'inputs': 'b' reads itself");
  Refused(Text("", "[model.d]\nfile = \"a.sql\"\ninputs = [\"d\"]"), "'d' is the name of a dataset too");
  Refused(Text("", "[model.A]\nfile = \"a.sql\"\ninputs = [\"d\"]"), "'A' is not a model's name");
  Refused(Text("file = \"a.sql\""), "'file': is not valid with type = \"jsonl\"");
  Refused(Text("incremental = { column = \"a\", by = \"week\" }"), "for a dataset without a key");
  Refused(Text("", "[warehouse]\ndatabase = \"{nowhere}.duckdb\""), "'database':");
}

TEST(Period, StartsOnItsFirstDay) {
  const auto start = [](Period period, std::string_view day) {
    return FormatUtcDay(PeriodStart(period, ParseUtcDay(day).value()));
  };
  EXPECT_EQ(start(Period::kDay, "2026-01-15"), "2026-01-15");
  EXPECT_EQ(start(Period::kWeek, "2023-01-01"), "2022-12-26");
  EXPECT_EQ(start(Period::kWeek, "2023-01-02"), "2023-01-02");
  EXPECT_EQ(start(Period::kWeek, "1969-12-31"), "1969-12-29");
  EXPECT_EQ(start(Period::kMonth, "2024-02-29"), "2024-02-01");
  EXPECT_EQ(start(Period::kYear, "2024-02-29"), "2024-01-01");
}

TEST(ProjectFile, SavedQueriesHaveTypedParameters) {
  const auto project = ParseProject(Text("", R"(
[query.top_10]
description = "The ten best."
sql = "select $since"
params.since = { type = "date", default = "2026-01-15", description = "first day" }
params.rows = { type = "int64", default = 10 }
params.share = { type = "double", default = 0.5 }
params.deep = { type = "bool", default = true }
params.at = { type = "timestamp", default = "2026-01-15T00:00:00Z" }
params.name = {}
[query.Other]
file = "other.sql"
)"));
  ASSERT_OK(project);
  ASSERT_EQ(project->queries.size(), 2U);
  const SavedQuery& query = *project->RequireQuery("top_10").value();
  EXPECT_EQ(query.description, "The ten best.");
  EXPECT_EQ(query.sql, "select $since");
  ASSERT_EQ(query.parameters.size(), 6U);
  EXPECT_EQ(query.Find("since")->description, "first day");
  EXPECT_EQ(query.Find("since")->default_value, QueryValue(ParseUtcDay("2026-01-15").value()));
  EXPECT_EQ(query.Find("rows")->default_value, QueryValue(int64_t{10}));
  EXPECT_EQ(query.Find("share")->default_value, QueryValue(0.5));
  EXPECT_EQ(query.Find("deep")->default_value, QueryValue(true));
  EXPECT_EQ(query.Find("at")->default_value, QueryValue(StartOf(ParseUtcDay("2026-01-15").value())));
  EXPECT_EQ(query.Find("name")->type, QueryType::kString);
  EXPECT_EQ(query.Find("name")->default_value, std::nullopt);
  EXPECT_EQ(query.Find("nme"), nullptr);
  EXPECT_THAT(project->RequireQuery("other"), IsErr(ErrorKind::kUsage, "no query 'other'; did you mean 'Other'?"));
}

TEST(ProjectFile, SavedQueriesThatAreWrongAreRefused) {
  Refused(Text("", "[query.a]"), "a query has either 'sql' or 'file'");
  Refused(Text("", "[query.a-b]\nsql = \"x\""), "'a-b' is not a query's name");
  Refused(Text("", "[query.a]\nsql = \"x\"\nparams.p = \"date\""), "parameter 'p' must be a table");
  Refused(Text("", "[query.a]\nsql = \"x\"\nparams.\"p q\" = {}"), "'p q' is not a parameter's name");
  Refused(Text("", "[query.a]\nsql = \"x\"\nparams.p = { type = \"int64\", default = 1.5 }"),
          "'1.5' is not of type int64");
}

}  // namespace
}  // namespace ingot
