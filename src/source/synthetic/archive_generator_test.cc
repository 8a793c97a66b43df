#include "source/synthetic/archive_generator.h"

#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/result_matchers.h"
#include "base/sha256.h"

namespace ingot {
namespace {

using nlohmann::json;

constexpr UtcDay kDay{20'468};  // 2026-01-15, whose futures `all` leaves alone

ArchiveSpec SmallSpec(HazardSet hazards) {
  ArchiveSpec spec;
  spec.folder = "unused";
  spec.day = kDay;
  spec.rows_per_hour = 12;
  spec.min_samples = 2;
  spec.max_samples = 4;
  spec.hazards = hazards;
  return spec;
}

HazardSet Only(Hazard hazard) {
  HazardSet set;
  set.Add(hazard);
  return set;
}

std::string LinesOf(const ArchiveSpec& spec, unsigned hour) {
  StringSink sink;
  EXPECT_OK(GenerateArchiveHour(spec, hour, sink, Cancellation()));
  return sink.text();
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

// The rows of the given hours; lines that are not rows are left out.
std::vector<json> RowsOf(const ArchiveSpec& spec, const std::vector<unsigned>& hours) {
  std::vector<json> rows;
  for (const unsigned hour : hours) {
    for (const std::string& line : SplitLines(LinesOf(spec, hour))) {
      json row = json::parse(line, nullptr, false);
      if (row.is_object() && row.contains("meta")) {
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

std::vector<json> RowsOf(HazardSet hazards) { return RowsOf(SmallSpec(hazards), {0, 1, 11, 12, 23}); }

// The distinct results of a question to each row.
template <typename Question>
auto Answers(const std::vector<json>& rows, Question question) {
  std::set<decltype(question(rows.front()))> answers;
  for (const json& row : rows) {
    answers.insert(question(row));
  }
  return answers;
}

// What stands under `key` in each of the two windows of each row.
std::vector<json> InWindows(const std::vector<json>& rows, const std::string& key) {
  std::vector<json> found;
  for (const json& row : rows) {
    for (const char* window : {"last_cycle", "last_2_cycles"}) {
      found.push_back(row.at("twitter_sentiment_windows").at(window).at(key));
    }
  }
  return found;
}

std::vector<std::string> CounterKeys(const std::vector<json>& rows) {
  std::vector<std::string> keys;
  for (const char* counter : {"tag_counts", "cashtag_counts", "mention_counts", "url_domain_counts"}) {
    for (const json& counts : InWindows(rows, counter)) {
      for (const auto& [key, count] : counts.items()) {
        EXPECT_TRUE(count.is_number_integer());
        keys.push_back(key);
      }
    }
  }
  return keys;
}

void ExpectAllDoubles(const json& object, size_t count) {
  EXPECT_EQ(object.size(), count);
  for (const auto& [key, value] : object.items()) {
    EXPECT_TRUE(value.is_number_float()) << key;
  }
}

TEST(ArchiveRows, HaveTheShapeOfTheirConsumers) {
  for (const json& row : RowsOf(HazardSet())) {
    EXPECT_EQ(row.size(), 14U);
    EXPECT_EQ(row.at("meta").size(), 20U);
    EXPECT_EQ(row.at("meta").at("schema_version"), 7);
    ExpectAllDoubles(row.at("spot_raw"), 19);
    ExpectAllDoubles(row.at("derived"), 9);
    ExpectAllDoubles(row.at("scores"), 13);
    EXPECT_TRUE(row.at("futures_raw").is_null() || row.at("futures_raw").size() == 10U);
    EXPECT_EQ(row.at("flags").size(), 11U);
    EXPECT_TRUE(row.at("flags").at("pair_bonus_applied").is_number_float());
    EXPECT_EQ(row.at("norm"), json::object());
    EXPECT_EQ(row.at("labels"), json::object());
    EXPECT_EQ(row.at("twitter_sentiment_meta").at("bucket_meta").size(), 14U);
    EXPECT_EQ(row.at("twitter_sentiment_windows").size(), 2U);
    EXPECT_EQ(row.at("meta").at("sample_count"), row.at("spot_prices").size());
    EXPECT_GE(row.at("spot_raw").at("spread_bps").get<double>(), 0);
    const double duration = row.at("meta").at("duration_sec").get<double>();
    EXPECT_TRUE(duration >= 6000 && duration <= 9000) << duration;
  }
}

TEST(ArchiveRows, AreMostlySpotPrices) {
  ArchiveSpec spec = SmallSpec(HazardSet::All());
  spec.min_samples = 720;
  spec.max_samples = 780;
  const std::string text = LinesOf(spec, 3);
  size_t prices = 0;
  for (const json& row : RowsOf(spec, {3})) {
    const size_t count = row.at("spot_prices").size();
    EXPECT_TRUE(count >= 720 && count <= 780) << count;
    prices += row.at("spot_prices").dump().size();
  }
  EXPECT_NEAR(static_cast<double>(text.size()) / 12, 100'000, 10'000);
  EXPECT_NEAR(static_cast<double>(prices) / static_cast<double>(text.size()), 0.92, 0.03);
}

TEST(ArchiveRows, CountersShowMoreThanThirtyThousandKeysADay) {
  ArchiveSpec spec = SmallSpec(HazardSet::All());
  spec.rows_per_hour = 100;
  std::set<std::string> distinct;
  for (unsigned hour = 0; hour < 24; ++hour) {
    const std::vector<json> rows = RowsOf(spec, {hour});
    for (const char* counter : {"tag_counts", "cashtag_counts", "mention_counts", "url_domain_counts"}) {
      for (const json& counts : InWindows(rows, counter)) {
        EXPECT_LE(counts.size(), 40U);
        for (const auto& [key, count] : counts.items()) {
          distinct.insert(key);
        }
      }
    }
  }
  EXPECT_GT(distinct.size(), 30'000U);
}

// Every line of what is generated stays the same from version to version.
TEST(ArchiveRows, BytesAreKnown) {
  EXPECT_EQ(Sha256Hex(LinesOf(SmallSpec(HazardSet::All()), 1)),
            "1debf70e4707c9a8d2c38706b59b511e4657bacc9fa056e98dd82614cebfc249");
  ArchiveSpec flat = SmallSpec(HazardSet());
  flat.shape = ArchiveShape::kFlat;
  EXPECT_EQ(Sha256Hex(LinesOf(flat, 1)), "e1286ea31f2452053a14d1a100afc73db7a159346c1bf700a93dfc7b96dfe65f");
}

TEST(ArchiveHazards, LateRowsLieOnTheDayBefore) {
  const auto day = [](const json& row) { return row.at("snapshot_ts").get<std::string>().substr(0, 10); };
  EXPECT_EQ(Answers(RowsOf(Only(Hazard::kLateRows)), day), (std::set<std::string>{"2026-01-14", "2026-01-15"}));
  EXPECT_EQ(Answers(RowsOf(HazardSet()), day), (std::set<std::string>{"2026-01-15"}));
}

TEST(ArchiveHazards, FuturesAreNullInAWholeDay) {
  const auto futures = [](const json& row) { return row.at("futures_raw").size(); };
  EXPECT_EQ(Answers(RowsOf(Only(Hazard::kNullFuturesDay)), futures), (std::set<size_t>{0}));
  EXPECT_EQ(Answers(RowsOf(HazardSet::All()), futures), (std::set<size_t>{0, 10}));
}

TEST(ArchiveHazards, OneFieldMixesIntegersAndFloats) {
  const auto is_integer = [](const json& stats) { return stats.at("followers_count_median").is_number_integer(); };
  EXPECT_EQ(Answers(InWindows(RowsOf(Only(Hazard::kMixedIntFloat)), "author_stats"), is_integer).size(), 2U);
  EXPECT_EQ(Answers(InWindows(RowsOf(HazardSet()), "author_stats"), is_integer), (std::set<bool>{false}));
}

TEST(ArchiveHazards, SomeFieldsAreAlwaysNull) {
  const auto is_null = [](const json& row) { return row.at("diag").at("warning").is_null(); };
  EXPECT_EQ(Answers(RowsOf(Only(Hazard::kNullFields)), is_null), (std::set<bool>{true}));
  EXPECT_EQ(Answers(RowsOf(HazardSet()), is_null), (std::set<bool>{false}));
}

TEST(ArchiveHazards, StructsChangeTheirShape) {
  const auto size = [](const json& object) { return object.size(); };
  EXPECT_EQ(Answers(InWindows(RowsOf(Only(Hazard::kEmptyObjects)), "media_stats"), size), (std::set<size_t>{0, 3}));
  EXPECT_EQ(Answers(InWindows(RowsOf(HazardSet()), "media_stats"), size), (std::set<size_t>{3}));
  EXPECT_EQ(Answers(InWindows(RowsOf(Only(Hazard::kTwoShapes)), "sentiment_stats"), size), (std::set<size_t>{6, 8}));
  EXPECT_EQ(Answers(InWindows(RowsOf(HazardSet()), "sentiment_stats"), size), (std::set<size_t>{8}));
  const auto flags = [](const json& row) { return row.at("flags").size(); };
  EXPECT_EQ(Answers(RowsOf(Only(Hazard::kOptionalFlags)), flags), (std::set<size_t>{8, 9, 10, 11}));
}

TEST(ArchiveHazards, AFieldAppearsAtNoon) {
  const auto has_field = [](const json& row) { return row.at("diag").contains("cache_hits"); };
  const ArchiveSpec spec = SmallSpec(Only(Hazard::kNewField));
  EXPECT_EQ(Answers(RowsOf(spec, {0, 11}), has_field), (std::set<bool>{false}));
  EXPECT_EQ(Answers(RowsOf(spec, {12, 23}), has_field), (std::set<bool>{true}));
  EXPECT_EQ(Answers(RowsOf(HazardSet()), has_field), (std::set<bool>{false}));
}

TEST(ArchiveHazards, KeysAreForeignOrUrls) {
  const auto foreign = [](const std::string& key) {
    return key.find_first_of("\xC3\xD0\xE3\xF0") != std::string::npos;
  };
  const auto url = [](const std::string& key) { return key.starts_with("https://"); };
  const auto any = [](const std::vector<json>& rows, auto predicate) {
    const std::vector<std::string> keys = CounterKeys(rows);
    return std::any_of(keys.begin(), keys.end(), predicate);
  };
  EXPECT_TRUE(any(RowsOf(Only(Hazard::kNonAsciiKeys)), foreign));
  EXPECT_FALSE(any(RowsOf(HazardSet()), foreign));
  EXPECT_TRUE(any(RowsOf(Only(Hazard::kUrlKeys)), url));
  EXPECT_FALSE(any(RowsOf(HazardSet()), url));
}

TEST(ArchiveHazards, OddHoursEscapeTheSameText) {
  HazardSet hazards = Only(Hazard::kNonAsciiKeys);
  const std::vector<json> plain = RowsOf(SmallSpec(hazards), {1});
  hazards.Add(Hazard::kEscapedText);
  EXPECT_EQ(RowsOf(SmallSpec(hazards), {1}), plain);
  const std::string escaped = LinesOf(SmallSpec(hazards), 1);
  EXPECT_NE(escaped.find("\\u"), std::string::npos);
  EXPECT_TRUE(std::all_of(escaped.begin(), escaped.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  EXPECT_EQ(LinesOf(SmallSpec(hazards), 0).find("\\u"), std::string::npos);
}

TEST(ArchiveHazards, OneFieldMixesTimestampStyles) {
  const auto style = [](const json& row) { return row.at("meta").at("added_ts").get<std::string>().substr(26); };
  EXPECT_EQ(Answers(RowsOf(Only(Hazard::kMixedTimestamps)), style), (std::set<std::string>{"Z", "+00:00"}));
  EXPECT_EQ(Answers(RowsOf(HazardSet()), style), (std::set<std::string>{"Z"}));
}

TEST(ArchiveHazards, SomeRowsHaveTheirKeysInAnotherOrder) {
  ArchiveSpec spec = SmallSpec(HazardSet());
  spec.rows_per_hour = 300;
  const auto strangers = [&](const ArchiveSpec& of) {
    const std::vector<std::string> lines = SplitLines(LinesOf(of, 0));
    return std::count_if(lines.begin(), lines.end(), [](const auto& line) { return !line.starts_with("{\"symbol\""); });
  };
  EXPECT_EQ(strangers(spec), 0);
  const std::vector<json> ordered = RowsOf(spec, {0});
  spec.hazards.Add(Hazard::kKeyOrder);
  EXPECT_GT(strangers(spec), 0);
  EXPECT_LT(strangers(spec), 20);
  EXPECT_EQ(RowsOf(spec, {0}).size(), ordered.size());
}

TEST(ArchiveHazards, LinesThatAreNoRowsAreCounted) {
  ArchiveSpec spec = SmallSpec(Only(Hazard::kBadLines));
  spec.hazards.Add(Hazard::kBlankLines);
  StringSink sink;
  const Result<GeneratedFile> counts = GenerateArchiveHour(spec, kBadLinesHour, sink, Cancellation());
  ASSERT_OK(counts);
  const std::vector<std::string> lines = SplitLines(sink.text());
  EXPECT_EQ(counts->rows, 12U);
  EXPECT_EQ(counts->blank_lines, 1U);
  EXPECT_EQ(counts->bad_lines, BadLines().size());
  EXPECT_EQ(counts->raw_bytes, sink.text().size());
  EXPECT_EQ(lines.size(), counts->rows + counts->blank_lines + counts->bad_lines);
  for (const std::string_view bad : BadLines()) {
    EXPECT_EQ(std::count(lines.begin(), lines.end(), bad), 1) << bad;
  }
  EXPECT_EQ(SplitLines(LinesOf(spec, kBadLinesHour + 1)).size(), 13U);
}

TEST(ArchiveHours, EndWithTheRowThatReachesTheirSize) {
  ArchiveSpec spec = SmallSpec(HazardSet());
  spec.bytes_per_hour = 100'000;
  for (const ArchiveShape shape : {ArchiveShape::kNested, ArchiveShape::kFlat}) {
    spec.shape = shape;
    const std::string text = LinesOf(spec, 5);
    EXPECT_GE(text.size(), 100'000U);
    EXPECT_LT(text.size() - SplitLines(text).back().size() - 1, 100'000U);
  }
}

TEST(FlatRows, AreEventsOfTheirHour) {
  ArchiveSpec spec = SmallSpec(HazardSet());
  spec.shape = ArchiveShape::kFlat;
  spec.rows_per_hour = 500;
  const std::string text = LinesOf(spec, 23);
  EXPECT_NEAR(static_cast<double>(text.size()) / 500, 218, 8);
  std::string before;
  for (const std::string& line : SplitLines(text)) {
    const json row = json::parse(line);
    EXPECT_EQ(row.size(), 6U);
    EXPECT_TRUE(row.at("user_id").is_number_integer());
    EXPECT_TRUE(row.at("value").is_number_float());
    EXPECT_TRUE(json::parse(row.at("properties").get<std::string>()).is_object());
    const std::string time = row.at("event_time").get<std::string>();
    EXPECT_EQ(time.substr(0, 14), "2026-01-15T23:");
    EXPECT_LE(before, time);
    before = time;
  }
}

// --- files ---

class ArchiveFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "ingot-archive-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ArchiveSpec Spec(HazardSet hazards) const {
    ArchiveSpec spec = SmallSpec(hazards);
    spec.folder = folder_;
    return spec;
  }
  // Name -> bytes of every file below the folder.
  std::map<std::string, std::string> Tree() const {
    std::map<std::string, std::string> tree;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      if (entry.is_regular_file()) {
        tree[entry.path().lexically_relative(folder_).string()] = *ReadWholeFile(entry.path().string());
      }
    }
    return tree;
  }

  std::string folder_;
  SilentProgress progress_;
  Cancellation cancellation_;
};

// What zlib, which is not our reader, makes of a file: its lines and its members, or nothing when it is damaged.
struct Inflated {
  std::string text;
  int members = 0;
  bool whole = false;
};

Inflated Inflate(const std::string& bytes) {
  constexpr int kGzipWindow = 15 + 16;
  Inflated result;
  z_stream stream{};
  ::inflateInit2(&stream, kGzipWindow);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string chunk(1U << 20U, '\0');
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    code = ::inflate(&stream, Z_NO_FLUSH);
    result.text.append(chunk, 0, chunk.size() - stream.avail_out);
    if (code == Z_STREAM_END) {
      ++result.members;
      result.whole = stream.avail_in == 0;
      code = result.whole ? Z_STREAM_END : ::inflateReset(&stream);
    }
  }
  ::inflateEnd(&stream);
  return result;
}

TEST_F(ArchiveFolder, HoldsTheSameBytesForAnyNumberOfThreads) {
  const Result<GeneratedArchive> archive = GenerateArchive(Spec(HazardSet::All()), 1, cancellation_, progress_);
  ASSERT_OK(archive);
  const auto tree = Tree();
  EXPECT_EQ(tree.size(), 24U);
  std::filesystem::remove_all(folder_);
  ASSERT_OK(GenerateArchive(Spec(HazardSet::All()), 5, cancellation_, progress_));
  EXPECT_EQ(Tree(), tree);

  ArchiveSpec other = Spec(HazardSet::All());
  other.seed = 8;
  ASSERT_OK(GenerateArchive(other, 2, cancellation_, progress_));
  const auto other_tree = Tree();
  EXPECT_EQ(other_tree.size(), 24U) << "a second run replaces";
  EXPECT_NE(other_tree, tree);
}

TEST_F(ArchiveFolder, FilesHoldTheLinesOfTheirHours) {
  const ArchiveSpec spec = Spec(HazardSet::All());
  const Result<GeneratedArchive> archive = GenerateArchive(spec, 2, cancellation_, progress_);
  ASSERT_OK(archive);
  const auto tree = Tree();
  ASSERT_EQ(archive->files.size(), 24U);
  for (unsigned hour = 0; hour < 24; ++hour) {
    const GeneratedFile& file = archive->files.at(hour);
    const Inflated inflated = Inflate(tree.at(file.path));
    EXPECT_TRUE(inflated.whole) << file.path;
    EXPECT_GT(inflated.members, 1) << file.path;
    EXPECT_EQ(inflated.text, LinesOf(spec, hour)) << file.path;
    EXPECT_EQ(file.raw_bytes, inflated.text.size());
    EXPECT_EQ(file.bytes, tree.at(file.path).size());
    EXPECT_EQ(file.rows, 12U);
  }
  EXPECT_EQ(archive->files.at(3).path, "20260115/03.jsonl.gz");
  EXPECT_EQ(archive->Total().rows, 24U * 12U);
}

TEST_F(ArchiveFolder, DestructiveHazardsDamageOneHourEach) {
  ASSERT_OK(GenerateArchive(Spec(HazardSet()), 2, cancellation_, progress_));
  const Result<HazardSet> hazards = HazardSet::Parse("all,truncated-hour,bad-crc,missing-hour");
  ASSERT_OK(hazards);
  const Result<GeneratedArchive> archive = GenerateArchive(Spec(*hazards), 2, cancellation_, progress_);
  ASSERT_OK(archive);
  EXPECT_EQ(archive->files.size(), 23U);
  const auto tree = Tree();
  EXPECT_EQ(tree.size(), 23U);
  EXPECT_FALSE(tree.contains("20260115/17.jsonl.gz")) << "also when an earlier run wrote it";
  for (const auto& [name, bytes] : tree) {
    const bool damaged = name == "20260115/09.jsonl.gz" || name == "20260115/13.jsonl.gz";
    EXPECT_EQ(Inflate(bytes).whole, !damaged) << name;
  }
  EXPECT_LT(Inflate(tree.at("20260115/09.jsonl.gz")).text.size(), LinesOf(Spec(*hazards), 9).size());
  EXPECT_EQ(Inflate(tree.at("20260115/13.jsonl.gz")).text, LinesOf(Spec(*hazards), 13));
}

TEST_F(ArchiveFolder, OneMemberUnlessAskedFor) {
  ASSERT_OK(GenerateArchive(Spec(HazardSet()), 2, cancellation_, progress_));
  for (const auto& [name, bytes] : Tree()) {
    EXPECT_EQ(Inflate(bytes).members, 1) << name;
  }
}

TEST_F(ArchiveFolder, NothingIsLeftByARunThatWasCancelled) {
  cancellation_.Request();
  EXPECT_THAT(GenerateArchive(Spec(HazardSet()), 2, cancellation_, progress_), IsErr(ErrorKind::kCancelled));
  EXPECT_TRUE(Tree().empty());
}

TEST_F(ArchiveFolder, ErrorsNameTheFolder) {
  ArchiveSpec spec = Spec(HazardSet());
  spec.folder = folder_ + "/file";
  {
    EXPECT_OK(OpenFile(spec.folder, O_WRONLY | O_CREAT));
  }
  EXPECT_THAT(GenerateArchive(spec, 2, cancellation_, progress_), testing::Not(IsOk()));
  spec.folder.clear();
  EXPECT_THAT(GenerateArchive(spec, 2, cancellation_, progress_), IsErr(ErrorKind::kUsage, "no folder"));
  spec = Spec(HazardSet());
  spec.min_samples = 5;
  EXPECT_THAT(GenerateArchive(spec, 2, cancellation_, progress_), IsErr(ErrorKind::kUsage, "5 to 4"));
}

class CountingProgress final : public ProgressSink {
 public:
  void Update(const ProgressUpdate& update) override {
    EXPECT_EQ(update.stage, "generate");
    EXPECT_EQ(update.subject, "20260115");
    EXPECT_GE(update.bytes_done, bytes);
    bytes = update.bytes_done;
    rows = update.rows;
  }
  void Warn(std::string_view, std::string_view) override { ADD_FAILURE(); }

  uint64_t bytes = 0;
  uint64_t rows = 0;
};

TEST_F(ArchiveFolder, ProgressEndsAtTheTotal) {
  CountingProgress progress;
  const Result<GeneratedArchive> archive = GenerateArchive(Spec(HazardSet()), 3, cancellation_, progress);
  ASSERT_OK(archive);
  EXPECT_EQ(progress.bytes, archive->Total().raw_bytes);
  EXPECT_EQ(progress.rows, archive->Total().rows);
}

TEST(ArchiveShapes, AreNamed) {
  EXPECT_EQ(*ParseArchiveShape("nested"), ArchiveShape::kNested);
  EXPECT_EQ(*ParseArchiveShape("flat"), ArchiveShape::kFlat);
  EXPECT_THAT(ParseArchiveShape("round"), IsErr(ErrorKind::kUsage, "unknown shape 'round'"));
}

}  // namespace
}  // namespace ingot
