#include "lookup/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>

#include "base/result_matchers.h"
#include "lookup/lookup_fixture.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Texts(const ColumnValues& values) {
  std::vector<std::string> texts;
  for (uint64_t i = 0; i < values.size(); ++i) {
    texts.push_back(values.kind == KeyKind::kString ? std::string(values.TextAt(i))
                                                    : std::to_string(values.numbers[i]));
  }
  return texts;
}

class LookupTest : public testing::Test {
 protected:
  std::string Manifest() const { return folder_.File("m.parquet"); }
  Result<Lookup> OpenBytes(const std::string& bytes, const LookupOptions& options = {},
                           const LookupContext& context = {}) const {
    WriteBytes(Manifest(), bytes);
    return Lookup::Open(Manifest(), options, context);
  }
  Result<Lookup> OpenGenes(const std::vector<GeneRow>& rows) const { return OpenBytes(GeneManifest(rows)); }

  const TestFolder folder_;
};

TEST_F(LookupTest, FindsEveryKeyAndNoOther) {
  const auto rows = GeneRows(500, 20);
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kBuilt);
  EXPECT_EQ(lookup->report().rows, rows.size());
  EXPECT_EQ(lookup->report().keys, rows.size());
  EXPECT_THAT(lookup->columns(), ElementsAre(KeyColumn{"gene_id", KeyKind::kString, ""},
                                             KeyColumn{"tissue_id", KeyKind::kInt32, "model_tissue_"}));
  std::set<std::pair<std::string, int64_t>> keys;
  std::string path;
  for (const GeneRow& row : rows) {
    keys.emplace(row.gene, row.tissue);
    const auto found = lookup->Find(GeneKey(row.gene, row.tissue), &path);
    ASSERT_OK(found);
    ASSERT_TRUE(*found);
    ASSERT_EQ(path, row.path);
  }
  for (uint64_t gene = 0; gene < 510; ++gene) {
    for (int64_t tissue = -1; tissue < 70; ++tissue) {
      const auto exists = lookup->Exists(GeneKey(GeneName(gene), tissue));
      ASSERT_OK(exists);
      ASSERT_EQ(*exists, keys.contains({GeneName(gene), tissue})) << gene << " " << tissue;
    }
  }
}

TEST_F(LookupTest, ValuesMayBeWrittenWithTheirLiteral) {
  const auto lookup = OpenGenes({{"G1", 21, GenePath("G1", 21)}, {"G2", -3, GenePath("G2", -3)}});
  ASSERT_OK(lookup);
  for (const char* text : {"21", "tissue_21", "model_tissue_21"}) {
    const auto path = lookup->Get(GeneKey("G1", text));
    ASSERT_OK(path) << text;
    EXPECT_EQ(*path, GenePath("G1", 21));
  }
  EXPECT_OK(lookup->Get(GeneKey("G2", "tissue_-3")));
  EXPECT_THAT(lookup->Get(GeneKey("G1", int64_t{22})), IsErr(ErrorKind::kNotFound));
}

TEST_F(LookupTest, WhatCannotBeAKeyIsAnErrorAndNeverAWildcard) {
  const auto lookup = OpenGenes({{"G1", 21, GenePath("G1", 21)}});
  ASSERT_OK(lookup);
  EXPECT_THAT(lookup->Exists(GeneKey("", int64_t{21})), IsErr(ErrorKind::kUsage, "'gene_id' is empty"));
  for (const char* text : {"", "x", "21x", "+21", "021", " 21", "issue_21", "el_tissue_21", "tissue_", "tissue_021",
                           "2147483648", "-2147483649", "99999999999999999999", "*", "２１"}) {
    EXPECT_THAT(lookup->Exists(GeneKey("G1", text)), IsErr(ErrorKind::kUsage)) << text;
    EXPECT_THAT(lookup->Records(std::vector<ColumnCondition>{{"tissue_id", text}}), IsErr(ErrorKind::kUsage)) << text;
  }
  EXPECT_THAT(lookup->Exists(GeneKey("G1", int64_t{1} << 31U)), IsErr(ErrorKind::kUsage, "out of its range"));
  EXPECT_THAT(lookup->Exists(std::vector<KeyPart>{int64_t{1}, int64_t{21}}), IsErr(ErrorKind::kUsage, "is a text"));
  EXPECT_THAT(lookup->Exists(std::vector<KeyPart>{"G1"}), IsErr(ErrorKind::kUsage, "2 values, not 1"));
  EXPECT_THAT(lookup->Records({}), IsErr(ErrorKind::kUsage));
  EXPECT_THAT(lookup->Records(std::vector<ColumnCondition>{{"gene_ic", "G1"}}),
              IsErr(ErrorKind::kUsage, "did you mean 'gene_id'?"));
  EXPECT_THAT(lookup->Unique("tisue_id"), IsErr(ErrorKind::kUsage, "did you mean 'tissue_id'?"));
  const std::vector<ColumnCondition> partial{{"gene_id", "G1"}};
  EXPECT_THAT(lookup->KeyOf(partial), IsErr(ErrorKind::kUsage, "lacks a value for 'tissue_id'"));
  const std::vector<ColumnCondition> twice{{"gene_id", "G1"}, {"gene_id", "G1"}};
  EXPECT_THAT(lookup->KeyOf(twice), IsErr(ErrorKind::kUsage, "given twice"));
  EXPECT_THAT(lookup->Records(twice), IsErr(ErrorKind::kUsage, "given twice"));
}

TEST_F(LookupTest, HostileKeysAreMerelyAbsent) {
  const auto lookup = OpenGenes(GeneRows(50, 5));
  ASSERT_OK(lookup);
  std::mt19937_64 random(7);
  std::vector<std::string> keys{std::string(1, '\0'),
                                "../../etc/passwd",
                                "//",
                                std::string(5'000'000, 'A'),
                                "ΕNSG00000000001.1",
                                "ENSG00000000001.1 ",
                                std::string("ENSG00000000001.1\0", 18),
                                "\xFF\xFE",
                                "ensg00000000001.1"};
  for (int i = 0; i < 20'000; ++i) {
    std::string key(1 + random() % 60, '\0');
    for (char& c : key) {
      c = static_cast<char>(random());
    }
    keys.push_back(std::move(key));
  }
  for (const std::string& key : keys) {
    const auto exists = lookup->Exists(GeneKey(key, int64_t{3}));
    ASSERT_OK(exists);
    ASSERT_FALSE(*exists);
  }
}

TEST_F(LookupTest, RecordsOfAnyColumnComeInTheOrderOfTheirKeys) {
  const auto rows = GeneRows(300, 12);
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  const auto expect = [&](std::vector<ColumnCondition> conditions, const auto& wanted) {
    const auto records = lookup->Records(conditions);
    ASSERT_OK(records);
    std::vector<std::string> paths;
    for (const GeneRow& row : rows) {
      if (wanted(row)) {
        paths.push_back(row.path);
      }
    }
    EXPECT_EQ(Texts(records->paths), paths);
    EXPECT_EQ(records->keys[0].size(), paths.size());
    EXPECT_EQ(records->keys[1].size(), paths.size());
  };
  for (const uint64_t gene : {0U, 1U, 127U, 128U, 129U, 299U}) {
    const std::string name = GeneName(gene);
    expect({{"gene_id", name}}, [&](const GeneRow& row) { return row.gene == name; });
    expect({{"tissue_id", int64_t{3}}, {"gene_id", name}},
           [&](const GeneRow& row) { return row.gene == name && row.tissue == 3; });
  }
  expect({{"tissue_id", "tissue_33"}}, [](const GeneRow& row) { return row.tissue == 33; });
  expect({{"tissue_id", int64_t{4}}}, [](const GeneRow&) { return false; });
  expect({{"gene_id", "nobody"}}, [](const GeneRow&) { return false; });
  expect({{"gene_id", "A"}}, [](const GeneRow&) { return false; });
}

TEST_F(LookupTest, LongCallsCanBeCancelled) {
  for (const auto& rows : {GeneRows(200, 10), GeneRows(3000, 1)}) {  // with and without dictionaries
    const auto lookup = OpenGenes(rows);
    ASSERT_OK(lookup);
    Cancellation cancellation;
    const std::vector<ColumnCondition> gene{{"gene_id", rows[0].gene}};
    const std::vector<ColumnCondition> tissue{{"tissue_id", rows[0].tissue}};
    const std::vector<std::string_view> genes{rows[0].gene};
    const std::vector<int64_t> tissues{rows[0].tissue};
    const std::array<KeyPartArray, 2> keys{std::span<const std::string_view>(genes), std::span<const int64_t>(tissues)};
    LookupBatch batch;
    ASSERT_OK(lookup->Records(gene, &cancellation));
    ASSERT_OK(lookup->FindMany(keys, &batch, &cancellation));
    cancellation.Request();
    EXPECT_THAT(lookup->Records(gene, &cancellation), IsErr(ErrorKind::kCancelled));
    EXPECT_THAT(lookup->Records(tissue, &cancellation), IsErr(ErrorKind::kCancelled));
    EXPECT_THAT(lookup->Unique("gene_id", &cancellation), IsErr(ErrorKind::kCancelled));
    EXPECT_THAT(lookup->Unique("tissue_id", &cancellation), IsErr(ErrorKind::kCancelled));
    EXPECT_THAT(lookup->FindMany(keys, &batch, &cancellation), IsErr(ErrorKind::kCancelled));
    EXPECT_THAT(lookup->ExistsMany(keys, &batch.found, &cancellation), IsErr(ErrorKind::kCancelled));
  }
}

TEST_F(LookupTest, UniqueValuesAreSorted) {
  const auto lookup = OpenGenes(GeneRows(40, 4));
  ASSERT_OK(lookup);
  const auto tissues = lookup->Unique("tissue_id");
  ASSERT_OK(tissues);
  EXPECT_THAT(Texts(*tissues), ElementsAre("0", "3", "6", "9"));
  const auto genes = lookup->Unique("gene_id");
  ASSERT_OK(genes);
  EXPECT_THAT(Texts(*genes), SizeIs(40));
  const std::vector<std::string> texts = Texts(*genes);
  EXPECT_TRUE(std::is_sorted(texts.begin(), texts.end()));
}

TEST_F(LookupTest, BatchesAnswerLikeSingleKeys) {
  const auto rows = GeneRows(200, 10);
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  std::mt19937_64 random(3);
  std::vector<std::string> genes;
  std::vector<std::string> tissue_texts;
  std::vector<int64_t> tissues;
  for (int i = 0; i < 1000; ++i) {
    genes.push_back(GeneName(random() % 220));
    tissues.push_back(static_cast<int64_t>(random() % 30));
    tissue_texts.push_back("tissue_" + std::to_string(tissues.back()));
  }
  const std::vector<std::string_view> gene_views(genes.begin(), genes.end());
  const std::vector<std::string_view> tissue_views(tissue_texts.begin(), tissue_texts.end());
  for (const KeyPartArray& second : {KeyPartArray(std::span<const int64_t>(tissues)),
                                     KeyPartArray(std::span<const std::string_view>(tissue_views))}) {
    const std::vector<KeyPartArray> columns{std::span<const std::string_view>(gene_views), second};
    LookupBatch batch;
    ASSERT_OK(lookup->FindMany(columns, &batch));
    std::vector<uint8_t> found;
    ASSERT_OK(lookup->ExistsMany(columns, &found));
    EXPECT_EQ(found, batch.found);
    ASSERT_EQ(batch.found.size(), genes.size());
    uint64_t count = 0;
    for (size_t i = 0; i < genes.size(); ++i) {
      std::string path;
      const auto single = lookup->Find(GeneKey(genes[i], tissues[i]), &path);
      ASSERT_OK(single);
      ASSERT_EQ(batch.found[i] != 0, *single);
      ASSERT_EQ(batch.paths.TextAt(i), *single ? path : "");
      count += *single ? 1 : 0;
    }
    EXPECT_EQ(batch.found_count, count);
    EXPECT_GT(count, 100U);
  }
  tissue_texts[777] = "tissue_x";
  const std::vector<std::string_view> bad(tissue_texts.begin(), tissue_texts.end());
  LookupBatch batch;
  EXPECT_THAT(lookup->FindMany(std::vector<KeyPartArray>{std::span<const std::string_view>(gene_views),
                                                         std::span<const std::string_view>(bad)},
                               &batch),
              IsErr(ErrorKind::kUsage, "key 777"));
}

TEST_F(LookupTest, RowsOfOneKeyAreAllKept) {
  const std::vector<GeneRow> rows = {{"G1", 1, GenePath("G1", 1)}, {"G1", 1, "elsewhere/1"},
                                     {"G1", 2, GenePath("G1", 2)}, {"G2", 1, "odd"},
                                     {"G2", 1, GenePath("G2", 1)}, {"G2", 1, "odd"}};
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().rows, 6U);
  EXPECT_EQ(lookup->report().keys, 3U);
  EXPECT_THAT(*lookup->GetAll(GeneKey("G1", int64_t{1})), ElementsAre(GenePath("G1", 1), "elsewhere/1"));
  EXPECT_THAT(*lookup->GetAll(GeneKey("G2", int64_t{1})), ElementsAre("odd", GenePath("G2", 1), "odd"));
  EXPECT_THAT(*lookup->GetAll(GeneKey("G2", int64_t{2})), IsEmpty());
  EXPECT_EQ(*lookup->Get(GeneKey("G2", int64_t{1})), "odd");
  EXPECT_THAT(Texts(lookup->Records(std::vector<ColumnCondition>{{"gene_id", "G2"}})->paths),
              ElementsAre("odd", GenePath("G2", 1), "odd"));
}

TEST_F(LookupTest, PathsThatDoNotFollowFromTheirKeysAreStored) {
  auto rows = GeneRows(400, 9);
  for (size_t i = 0; i < rows.size(); i += 3) {
    rows[i].path = i % 2 == 0 ? "s3://other/v1/ad/" + rows[i].gene + "/model_tissue_9.tl" : std::to_string(i);
  }
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  for (const GeneRow& row : rows) {
    const auto path = lookup->Get(GeneKey(row.gene, row.tissue));
    ASSERT_OK(path);
    ASSERT_EQ(*path, row.path);
  }
}

TEST_F(LookupTest, RowsOutOfOrderAreSorted) {
  auto rows = GeneRows(100, 10);
  std::mt19937_64 random(5);
  std::shuffle(rows.begin(), rows.end(), random);
  const auto lookup = OpenGenes(rows);
  ASSERT_OK(lookup);
  for (const GeneRow& row : rows) {
    ASSERT_EQ(*lookup->Get(GeneKey(row.gene, row.tissue)), row.path);
  }
  std::filesystem::remove(LookupIndexPath(Manifest()));
  EXPECT_THAT(Lookup::Open(Manifest(), {}, {nullptr, nullptr, 20'000}),
              IsErr(ErrorKind::kResourceLimit, "not sorted by its key"));
}

TEST_F(LookupTest, AManifestWithoutTemplateTakesPlainValuesOrAnOption) {
  const auto rows = GeneRows(30, 5);
  const auto plain = OpenBytes(GeneManifest(rows, false));
  ASSERT_OK(plain);
  EXPECT_EQ(*plain->Get(GeneKey(rows[0].gene, rows[0].tissue)), rows[0].path);
  EXPECT_THAT(plain->Get(GeneKey(rows[0].gene, "tissue_3")), IsErr(ErrorKind::kUsage));
  // Also without a template the paths are not stored.
  EXPECT_LT(plain->report().bytes, 6000U);
  const auto told = Lookup::Open(Manifest(), {std::string(kGeneTemplate)});
  ASSERT_OK(told);
  EXPECT_EQ(told->report().origin, IndexOrigin::kOpened);
  EXPECT_EQ(*told->Get(GeneKey(rows[0].gene, "tissue_" + std::to_string(rows[0].tissue))), rows[0].path);
  EXPECT_THAT(Lookup::Open(Manifest(), {"{sample}.txt"}), IsErr(ErrorKind::kUsage, "does not fit the columns"));
}

TEST_F(LookupTest, ATemplateTellsTheKeyFromOtherColumns) {
  TestRows rows;
  for (int64_t i = 0; i < 50; ++i) {
    rows.push_back({RowValue::Int(i), RowValue::Double(0.5), RowValue::Text("d/" + std::to_string(i) + ".x")});
  }
  const ManifestSpec spec{"struct<id:int64,weight:double,file_path:string>", {}, 1000};
  EXPECT_THAT(OpenBytes(ManifestBytes(spec, rows)), IsErr(ErrorKind::kUnsupported, "'weight' is of type double"));
  const auto lookup = Lookup::Open(Manifest(), {"d/{id:int64}.x"});
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kInMemory);
  EXPECT_EQ(*lookup->Get(std::vector<KeyPart>{int64_t{33}}), "d/33.x");
}

TEST_F(LookupTest, StringsWithALiteralMeanTheirOwnTextFirst) {
  TestRows rows;
  for (const char* name : {"a", "b", "sample_a"}) {
    rows.push_back({RowValue::Text(name), RowValue::Text("x/my_sample_" + std::string(name) + ".bam")});
  }
  const auto lookup = OpenBytes(ManifestBytes(
      {"struct<name:string,file_path:string>", {{std::string(kPathTemplateMetadata), "x/my_sample_{name}.bam"}}, 10},
      rows));
  ASSERT_OK(lookup);
  const auto get = [&](std::string_view name) { return lookup->Get(std::vector<KeyPart>{name}); };
  EXPECT_EQ(*get("sample_a"), "x/my_sample_sample_a.bam");
  EXPECT_EQ(*get("a"), "x/my_sample_a.bam");
  EXPECT_EQ(*get("sample_b"), "x/my_sample_b.bam");
  EXPECT_EQ(*get("my_sample_b"), "x/my_sample_b.bam");
  EXPECT_EQ(*get("my_sample_sample_a"), "x/my_sample_sample_a.bam");
  EXPECT_THAT(get("ample_b"), IsErr(ErrorKind::kNotFound));
  EXPECT_THAT(get("my_sample_"), IsErr(ErrorKind::kNotFound));
  const std::vector<std::string_view> names{"my_sample_b", "nobody", "b"};
  LookupBatch batch;
  ASSERT_OK(lookup->FindMany(std::vector<KeyPartArray>{std::span<const std::string_view>(names)}, &batch));
  EXPECT_THAT(batch.found, ElementsAre(1, 0, 1));
  EXPECT_EQ(batch.paths.TextAt(0), "x/my_sample_b.bam");
  EXPECT_THAT(Texts(lookup->Records(std::vector<ColumnCondition>{{"name", "sample_b"}})->paths),
              ElementsAre("x/my_sample_b.bam"));
}

TEST_F(LookupTest, RefusesWhatIsNoKeyManifest) {
  const auto open = [&](const std::string& type, const TestRows& rows) {
    return OpenBytes(ManifestBytes({type, {}, 100}, rows));
  };
  const RowValue path = RowValue::Text("p");
  EXPECT_THAT(open("struct<a:string>", {{RowValue::Text("x")}}), IsErr(ErrorKind::kUnsupported, "'file_path'"));
  EXPECT_THAT(open("struct<file_path:string>", {{path}}), IsErr(ErrorKind::kUnsupported, "1 to 4 columns, not 0"));
  EXPECT_THAT(open("struct<a:int32,b:int32,c:int32,d:int32,e:int32,file_path:string>",
                   {{RowValue::Int(1), RowValue::Int(1), RowValue::Int(1), RowValue::Int(1), RowValue::Int(1), path}}),
              IsErr(ErrorKind::kUnsupported, "not 5"));
  EXPECT_THAT(open("struct<a:list<string>,file_path:string>", {{RowValue::Group({RowValue::Text("x")}), path}}),
              IsErr(ErrorKind::kUnsupported, "list<string>"));
  EXPECT_THAT(open("struct<a:string,file_path:string>", {{RowValue::Null(), path}}),
              IsErr(ErrorKind::kInvalidData, "null"));
  EXPECT_THAT(open("struct<a:string,file_path:string>", {{RowValue::Text("x"), RowValue::Null()}}),
              IsErr(ErrorKind::kInvalidData, "null"));
  EXPECT_THAT(open("struct<a:string,file_path:string>", {{RowValue::Text(""), path}}),
              IsErr(ErrorKind::kInvalidData, "empty text"));
  EXPECT_THAT(OpenBytes("PAR1 no more"), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(Lookup::Open(folder_.File("absent.parquet")), IsErr(ErrorKind::kNotFound));
  EXPECT_THAT(Lookup::Open(folder_.path()), IsErr(ErrorKind::kUsage, "is a folder, not a key manifest"));
  EXPECT_THAT(Lookup::Open("s3://bucket/m.parquet"), IsErr(ErrorKind::kUnsupported));
}

TEST_F(LookupTest, AnEmptyManifestHasNoKeys) {
  const auto lookup = OpenBytes(ManifestBytes({"struct<a:string,b:int64,file_path:string>", {}, 10}, {}));
  ASSERT_OK(lookup);
  EXPECT_FALSE(*lookup->Exists(std::vector<KeyPart>{"x", int64_t{1}}));
  EXPECT_THAT(Texts(*lookup->Unique("a")), IsEmpty());
  EXPECT_THAT(Texts(*lookup->Unique("b")), IsEmpty());
  EXPECT_EQ(lookup->Records(std::vector<ColumnCondition>{{"b", int64_t{1}}})->rows(), 0U);
}

}  // namespace
}  // namespace ingot
