#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "ingot/ingot.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

constexpr const char* kTemplate = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl";

class LookupInterface : public testing::Test {
 public:
  LookupInterface() {
    std::string name = testing::TempDir() + "ingot-lookup-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~LookupInterface() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 protected:
  std::string File(const std::string& name) const { return folder_ + "/" + name; }
  std::string Manifest() const { return File("manifest.parquet"); }
  void WriteListing(const std::string& lines) const { std::ofstream(File("paths.txt")) << lines; }
  static std::string PathOf(const std::string& gene, int tissue) {
    return "v1/ad/" + gene + "/model_tissue_" + std::to_string(tissue) + ".tl";
  }
  ingot::PartitionRun MakeManifest(const std::string& duplicates = "", bool allow_shrink = false) const {
    ingot::IndexOptions options;
    options.path_template = kTemplate;
    options.base = "s3://models";
    options.duplicates = duplicates;
    options.allow_shrink = allow_shrink;
    return ingot::Index(File("paths.txt"), Manifest(), options).OrThrow();
  }
  // Genes G0 … G9, tissues 0 … 4, without (G3, 3).
  void MakeGenes() const {
    std::string lines;
    for (int gene = 0; gene < 10; ++gene) {
      for (int tissue = 0; tissue < 5; ++tissue) {
        lines += gene == 3 && tissue == 3 ? "" : PathOf("G" + std::to_string(gene), tissue) + "\n";
      }
    }
    WriteListing(lines);
    MakeManifest();
  }

  std::string folder_;
};

using Key = std::array<ingot::KeyPart, 2>;

// A text column of an answer, "-" for null.
std::vector<std::string> Texts(const ingot::LookupAnswer& answer, int64_t child = -1) {
  ArrowArray array;
  answer.ExportArray(&array).OrThrow();
  const ArrowArray& column = child < 0 ? array : *array.children[child];
  const auto* validity = static_cast<const uint8_t*>(column.buffers[0]);
  const auto* offsets = static_cast<const int64_t*>(column.buffers[1]);
  const auto* bytes = static_cast<const char*>(column.buffers[2]);
  std::vector<std::string> texts;
  for (int64_t row = 0; row < column.length; ++row) {
    const bool present = validity == nullptr || ((validity[row / 8] >> row % 8) & 1) != 0;
    texts.push_back(present ? std::string(bytes + offsets[row], bytes + offsets[row + 1]) : "-");
  }
  array.release(&array);
  return texts;
}

std::string FormatOf(const ingot::LookupAnswer& answer) {
  ArrowSchema schema;
  answer.ExportSchema(&schema).OrThrow();
  std::string format = schema.format;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    format += std::string(" ") + schema.children[i]->name + ":" + schema.children[i]->format;
  }
  schema.release(&schema);
  return format;
}

TEST_F(LookupInterface, AnswersInEverySpelling) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  ASSERT_EQ(lookup.columns().size(), 2U);
  EXPECT_EQ(lookup.columns()[1].name, "tissue_id");
  EXPECT_EQ(lookup.columns()[1].kind, ingot::KeyKind::kInt32);
  EXPECT_EQ(lookup.columns()[1].literal, "model_tissue_");
  const std::string path = "s3://models/" + PathOf("G7", 2);
  for (const ingot::KeyPart tissue : {ingot::KeyPart(int64_t{2}), ingot::KeyPart("2"), ingot::KeyPart("tissue_2"),
                                      ingot::KeyPart("model_tissue_2")}) {
    EXPECT_TRUE(lookup.Exists(Key{"G7", tissue}).OrThrow());
    EXPECT_EQ(lookup.Get(Key{"G7", tissue}).OrThrow(), path);
  }
  EXPECT_FALSE(lookup.Exists(Key{"G3", int64_t{3}}).OrThrow());
  EXPECT_EQ(lookup.Get(Key{"G3", int64_t{3}}).error().kind, ingot::ErrorKind::kNotFound);
  std::string found;
  EXPECT_THAT(lookup.TryFind(Key{"G7", int64_t{2}}, &found).OrThrow(), Optional(true));
  EXPECT_EQ(found, path);
  EXPECT_THAT(lookup.TryExists(Key{"G3", int64_t{3}}).OrThrow(), Optional(false));
  const std::array<ingot::KeyCondition, 2> named{ingot::KeyCondition{"tissue_id", "tissue_2"}, {"gene_id", "G7"}};
  EXPECT_TRUE(lookup.Exists(lookup.KeyOf(named).OrThrow()).OrThrow());
}

TEST_F(LookupInterface, MisuseIsAnError) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  for (const Key& key : {Key{"", int64_t{1}}, Key{"G1", ""}, Key{"G1", "one"}, Key{"G1", int64_t{1} << 40},
                         Key{int64_t{1}, int64_t{1}}}) {
    EXPECT_EQ(lookup.Exists(key).error().kind, ingot::ErrorKind::kUsage);
    EXPECT_EQ(lookup.TryExists(key).error().kind, ingot::ErrorKind::kUsage);
  }
  EXPECT_EQ(lookup.Exists(std::array<ingot::KeyPart, 1>{"G1"}).error().kind, ingot::ErrorKind::kUsage);
  EXPECT_THAT(lookup.Unique("gene_ic").error().message, HasSubstr("did you mean 'gene_id'"));
  EXPECT_EQ(lookup.Records({}).error().kind, ingot::ErrorKind::kUsage);
  EXPECT_EQ(ingot::Lookup::Open(File("absent.parquet")).error().kind, ingot::ErrorKind::kNotFound);
  EXPECT_EQ(ingot::Lookup::Open("s3://bucket/manifest.parquet").error().kind, ingot::ErrorKind::kUnsupported);
  EXPECT_EQ(ingot::Lookup::Open(File("paths.txt")).error().kind, ingot::ErrorKind::kCorrupt);
  ingot::LookupOptions misfit;
  misfit.path_template = "{other}.tl";
  EXPECT_EQ(ingot::Lookup::Open(Manifest(), misfit).error().kind, ingot::ErrorKind::kUsage);
}

TEST_F(LookupInterface, RecordsAndUniqueValuesAreArrowData) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  const std::array<ingot::KeyCondition, 1> gene{ingot::KeyCondition{"gene_id", "G3"}};
  const ingot::LookupAnswer records = lookup.Records(gene).OrThrow();
  EXPECT_EQ(FormatOf(records), "+s gene_id:U tissue_id:i file_path:U");
  EXPECT_EQ(records.rows(), 4U);
  EXPECT_THAT(Texts(records, 2), testing::Each(HasSubstr("s3://models/v1/ad/G3/")));
  const std::array<ingot::KeyCondition, 1> nobody{ingot::KeyCondition{"gene_id", "nobody"}};
  EXPECT_EQ(lookup.Records(nobody).OrThrow().rows(), 0U);
  EXPECT_EQ(lookup.Unique("gene_id").OrThrow().rows(), 10U);
  EXPECT_EQ(FormatOf(lookup.Unique("tissue_id").OrThrow()), "i");

  // What was exported outlives the answer, and its parts outlive each other.
  ArrowArrayStream stream;
  lookup.Records(gene).OrThrow().ExportStream(&stream).OrThrow();
  ArrowArray batch;
  ASSERT_EQ(stream.get_next(&stream, &batch), 0);
  stream.release(&stream);
  ArrowArray tissues = *batch.children[1];
  batch.children[1]->release = nullptr;
  batch.release(&batch);
  ASSERT_EQ(tissues.length, 4);
  EXPECT_EQ(static_cast<const int32_t*>(tissues.buffers[1])[3], 4);
  tissues.release(&tissues);
}

TEST_F(LookupInterface, BatchesTakeSpansAndArrowData) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  const std::vector<std::string_view> genes{"G1", "G3", "nobody", "G9"};
  const std::vector<int32_t> tissues{7, 1, 3, 1, 4};  // the first one is outside
  std::array<const void*, 2> buffers{nullptr, tissues.data()};
  const ArrowSchema type{"i", "", nullptr, 0, 0, nullptr, nullptr, nullptr, nullptr};
  const ArrowArray chunk{4, 0, 1, 2, 0, buffers.data(), nullptr, nullptr, nullptr, nullptr};
  const std::array<ingot::KeyPartArray, 2> keys{std::span<const std::string_view>(genes),
                                                ingot::ArrowColumn{&type, {&chunk}}};
  const ingot::LookupAnswer paths = lookup.FindMany(keys).OrThrow();
  EXPECT_EQ(FormatOf(paths), "U");
  EXPECT_THAT(Texts(paths), ElementsAre("s3://models/" + PathOf("G1", 1), "-", "-", "s3://models/" + PathOf("G9", 4)));
  const ingot::LookupAnswer exists = lookup.ExistsMany(keys).OrThrow();
  EXPECT_EQ(FormatOf(exists), "b");
  ArrowArray bits;
  exists.ExportArray(&bits).OrThrow();
  EXPECT_EQ(*static_cast<const uint8_t*>(bits.buffers[1]), 0b1001);
  bits.release(&bits);

  const std::array<ingot::KeyPartArray, 2> uneven{std::span<const std::string_view>(genes).first(3), keys[1]};
  EXPECT_THAT(lookup.FindMany(uneven).error().message, HasSubstr("different lengths"));
  const std::vector<std::string_view> wrong{"1", "2", "x", "4"};
  const std::array<ingot::KeyPartArray, 2> bad{keys[0], std::span<const std::string_view>(wrong)};
  EXPECT_THAT(lookup.FindMany(bad).error().ToString(), HasSubstr("key 2"));
}

TEST_F(LookupInterface, AllRowsOfAKeyCanBeAskedFor) {
  WriteListing("a/" + PathOf("G1", 1) + "\nb/" + PathOf("G1", 1) + "\n");
  const ingot::PartitionRun made = MakeManifest("keep-all");
  EXPECT_EQ(made.rows, 2U);
  EXPECT_EQ(made.duplicates, 1U);
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  EXPECT_THAT(lookup.GetAll(Key{"G1", int64_t{1}}).OrThrow(),
              ElementsAre("s3://models/a/" + PathOf("G1", 1), "s3://models/b/" + PathOf("G1", 1)));
  EXPECT_THAT(lookup.GetAll(Key{"G2", int64_t{1}}).OrThrow(), IsEmpty());
}

TEST_F(LookupInterface, TheIndexIsMadeOnFirstUseAndTold) {
  MakeGenes();
  EXPECT_EQ(ingot::Lookup::Open(Manifest()).OrThrow().index().origin, "opened") << "Index leaves one";
  std::filesystem::remove(Manifest() + ".ingot-index");
  std::atomic<int> updates = 0;
  ingot::LookupOptions options;
  options.work.on_progress = [&](const ingot::Progress&) { ++updates; };
  const ingot::LookupIndex built = ingot::Lookup::Open(Manifest(), options).OrThrow().index();
  EXPECT_EQ(built.origin, "built");
  EXPECT_EQ(built.path, Manifest() + ".ingot-index");
  EXPECT_EQ(built.keys, 49U);
  EXPECT_EQ(built.manifest_sha256.size(), 64U);
  EXPECT_GT(updates, 0);

  std::filesystem::remove(Manifest() + ".ingot-index");
  ingot::LookupOptions stopped;
  stopped.work.cancellation.Request();
  EXPECT_EQ(ingot::Lookup::Open(Manifest(), stopped).error().kind, ingot::ErrorKind::kCancelled);
}

TEST_F(LookupInterface, AManifestThatWasReplacedIsSeenByTheNextOpen) {
  MakeGenes();
  const ingot::Lookup before = ingot::Lookup::Open(Manifest()).OrThrow();
  WriteListing(PathOf("new", 1) + "\n");
  MakeManifest("", true);
  EXPECT_TRUE(before.Exists(Key{"G1", int64_t{1}}).OrThrow());
  EXPECT_FALSE(before.Exists(Key{"new", int64_t{1}}).OrThrow());
  const ingot::Lookup after = ingot::Lookup::Open(Manifest()).OrThrow();
  EXPECT_FALSE(after.Exists(Key{"G1", int64_t{1}}).OrThrow());
  EXPECT_TRUE(after.Exists(Key{"new", int64_t{1}}).OrThrow());
}

TEST_F(LookupInterface, CancelledCallsSaySo) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  ingot::Cancellation cancellation;
  cancellation.Request();
  const std::array<ingot::KeyCondition, 1> gene{ingot::KeyCondition{"gene_id", "G3"}};
  const std::vector<std::string_view> genes{"G1"};
  const std::vector<int64_t> tissues{1};
  const std::array<ingot::KeyPartArray, 2> keys{std::span<const std::string_view>(genes),
                                                std::span<const int64_t>(tissues)};
  EXPECT_EQ(lookup.Records(gene, cancellation).error().kind, ingot::ErrorKind::kCancelled);
  EXPECT_EQ(lookup.Unique("gene_id", cancellation).error().kind, ingot::ErrorKind::kCancelled);
  EXPECT_EQ(lookup.Unique("tissue_id", cancellation).error().kind, ingot::ErrorKind::kCancelled);
  EXPECT_EQ(lookup.FindMany(keys, cancellation).error().kind, ingot::ErrorKind::kCancelled);
  EXPECT_EQ(lookup.ExistsMany(keys, cancellation).error().kind, ingot::ErrorKind::kCancelled);
  EXPECT_TRUE(lookup.Exists(Key{"G1", int64_t{1}}).OrThrow());
}

TEST_F(LookupInterface, OneLookupServesManyThreads) {
  MakeGenes();
  const ingot::Lookup lookup = ingot::Lookup::Open(Manifest()).OrThrow();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, copy = lookup] {
      for (int i = 0; i < 2000; ++i) {
        const std::string gene = "G" + std::to_string(i % 10);
        const int64_t tissue = i / 10 % 5;
        const bool wanted = !(gene == "G3" && tissue == 3);
        wrong += copy.Exists(Key{gene, tissue}).OrThrow() == wanted ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(LookupInterface, AProjectIndexesItsListing) {
  std::filesystem::copy("examples/genes/ingot.toml", folder_);
  WriteListing(PathOf("G1", 1) + "\n" + PathOf("G2", 1) + "\nno key\n");
  const ingot::Project project = ingot::Project::Open({folder_, {}, {}}).OrThrow();
  const ingot::PartitionRun made = project.Index(File("paths.txt"), Manifest(), {}).OrThrow();
  EXPECT_EQ(made.dataset, "genes");
  EXPECT_EQ(made.rows, 2U);
  EXPECT_EQ(made.rejects, 1U);
  EXPECT_EQ(project.Index(File("paths.txt"), Manifest(), {}).OrThrow().result, "up_to_date");
  EXPECT_EQ(project.Partitions("genes", {}).OrThrow().at(0).rows, 2U);
  ingot::IndexOptions strict;
  strict.strict = true;
  strict.force = true;
  EXPECT_EQ(project.Index(File("paths.txt"), Manifest(), strict).error().kind, ingot::ErrorKind::kCheckFailed);
  EXPECT_EQ(ingot::Index(File("paths.txt"), File("other.parquet"), {}).error().kind, ingot::ErrorKind::kUsage);
}

TEST_F(LookupInterface, AProjectRefreshesItsWarehouse) {
  std::filesystem::copy("examples/events", folder_ + "/events", std::filesystem::copy_options::recursive);
  const ingot::Project project = ingot::Project::Open({folder_ + "/events", {}, {}}).OrThrow();
  EXPECT_EQ(project.Refresh({}).error().kind, ingot::ErrorKind::kNotFound);
  ingot::GenerateOptions few;
  few.rows = 500;
  few.output_dir = folder_ + "/events/data";
  project.Generate("events", few).OrThrow();
  const ingot::RefreshResult first = project.Refresh({}).OrThrow();
  EXPECT_FALSE(first.nothing_new);
  EXPECT_TRUE(std::filesystem::exists(first.database));
  ASSERT_FALSE(first.layers.empty());
  EXPECT_EQ(first.layers.back().name, "gold_weekly_active_teams");
  EXPECT_EQ(first.layers.back().result, "built");
  EXPECT_GT(first.layers.back().rows_out.value_or(0), 100U);
  EXPECT_TRUE(project.Refresh({}).OrThrow().nothing_new);
}

}  // namespace
