#include "source/jsonl/jsonl_source.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <numeric>

#include "base/result_matchers.h"
#include "column/value_hash.h"
#include "format/input/gzip_sink.h"
#include "format/input/open_input.h"

namespace ingot {
namespace {

// A folder that goes with the test.
class JsonlSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "ingot_jsonl_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    for (const std::string& path : paths_) {
      ::unlink(path.c_str());
    }
    ::rmdir(folder_.c_str());
  }

  void Write(const std::string& name, const std::string& bytes) {
    paths_.push_back(folder_ + "/" + name);
    std::ofstream(paths_.back(), std::ios::binary) << bytes;
  }
  static std::string Gzip(const std::string& text) {
    StringSink out;
    auto sink = GzipSink::Open(out);
    EXPECT_OK(sink);
    EXPECT_OK((*sink)->Write(text));
    EXPECT_OK((*sink)->Finish());
    return out.text();
  }

  // Everything that came out: a digest of all values in order, and the reports.
  struct Outcome {
    std::vector<std::string> blocks;
    std::vector<RejectedLine> rejects;
    std::vector<InputReport> reports;
    std::optional<Error> error;
  };
  Outcome Read(unsigned threads, uint64_t ahead_bytes, const JsonlLimits& limits) {
    TaskPool pool(threads);
    const Cancellation cancellation;
    JsonlSourceOptions options;
    options.json = std::make_shared<JsonOptions>();
    options.limits = limits;
    options.ahead_bytes = ahead_bytes;
    JsonlSource source(paths_, options, [](const std::string& path) { return OpenInput(path); }, &pool, &cancellation);
    Outcome outcome;
    while (true) {
      auto item = source.Next();
      if (!item) {
        outcome.error = item.error();
        return outcome;
      }
      if (!*item) {
        break;
      }
      DecodedBlock& block = (*item)->block;
      std::string digest = fmt::format("{} {} rows:", (*item)->input, block.batch.rows);
      for (const LeafColumn& leaf : block.batch.leaves) {
        ValueHasher hasher;
        hasher.AddColumn(leaf);
        const ValueDigest value = hasher.Finish();
        digest += fmt::format(" {:02x}{:02x}{:02x}", value[0], value[1], value[2]);
      }
      outcome.blocks.push_back(digest);
      outcome.rejects.insert(outcome.rejects.end(), block.rejects.begin(), block.rejects.end());
    }
    outcome.reports = source.reports();
    return outcome;
  }

  std::string folder_;
  std::vector<std::string> paths_;
};

std::string Lines(int file, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format(R"({{"file":{},"line":{},"text":"{}","list":[{}]}})", file, i,
                        std::string(static_cast<size_t>(i % 50), 'x'), i / 2.0);
    text += '\n';
  }
  return text;
}

uint64_t SumOfRows(const std::vector<InputReport>& reports) {
  return std::accumulate(reports.begin(), reports.end(), uint64_t{0},
                         [](uint64_t sum, const InputReport& report) { return sum + report.rows; });
}

TEST_F(JsonlSourceTest, BlocksDoNotDependOnThreadsOrQuota) {
  for (int file = 0; file < 7; ++file) {
    Write(fmt::format("{:02}.jsonl.gz", file), Gzip(Lines(file, 300 * (file + 1))));
  }
  JsonlLimits limits;
  limits.block_bytes = 4096;
  const Outcome expected = Read(1, 1, limits);
  ASSERT_FALSE(expected.error) << expected.error->ToString();
  EXPECT_EQ(SumOfRows(expected.reports), 300U * 28U);
  EXPECT_GT(expected.blocks.size(), 28U);
  for (const unsigned threads : {1U, 2U, 5U}) {
    for (const uint64_t ahead : {uint64_t{1}, uint64_t{50'000}, uint64_t{1} << 30U}) {
      const Outcome outcome = Read(threads, ahead, limits);
      EXPECT_EQ(outcome.blocks, expected.blocks) << threads << " threads, " << ahead << " bytes ahead";
    }
  }
}

TEST_F(JsonlSourceTest, CountsEveryLine) {
  Write("a.jsonl", "{\"a\":1}\n\n  \n{\"a\":}\n{\"a\":2}\r\n{\"a\":3}");
  Write("empty.jsonl", "");
  const Outcome outcome = Read(2, 1 << 20U, {});
  ASSERT_FALSE(outcome.error) << outcome.error->ToString();
  ASSERT_EQ(outcome.reports.size(), 2U);
  EXPECT_EQ(outcome.reports[0].rows, 3U);
  EXPECT_EQ(outcome.reports[0].blank, 2U);
  EXPECT_EQ(outcome.reports[0].rejected, 1U);
  EXPECT_EQ(outcome.reports[0].digest.lines(), 6U);
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].line, 4U);
  EXPECT_EQ(outcome.rejects[0].byte_offset, 12U);
  EXPECT_EQ(outcome.rejects[0].text, "{\"a\":}");
  EXPECT_EQ(outcome.reports[1].rows, 0U);
}

TEST_F(JsonlSourceTest, LongLinesAreRejectedWhereverTheyStand) {
  const std::string long_line = "{\"a\":\"" + std::string(1000, 'y') + "\"}\n";
  const std::string short_line = "{\"a\":\"z\"}\n";
  for (const std::string& text : {long_line + short_line, short_line + long_line, short_line + long_line + short_line,
                                  short_line + long_line.substr(0, long_line.size() - 1), long_line + long_line}) {
    paths_.clear();
    Write("long.jsonl", text);
    for (const uint64_t block : {16U, 64U, 100U, 1000U, 5000U}) {
      JsonlLimits limits;
      limits.block_bytes = block;
      limits.max_line_bytes = 100;
      const Outcome outcome = Read(1, 1 << 20U, limits);
      ASSERT_FALSE(outcome.error) << outcome.error->ToString();
      const size_t long_lines = text.size() / 1000;
      const size_t short_lines = (text.size() - long_lines * 1007) / 9;
      EXPECT_EQ(outcome.rejects.size(), long_lines) << block;
      EXPECT_EQ(outcome.reports[0].rows, short_lines) << block;
      for (const RejectedLine& reject : outcome.rejects) {
        EXPECT_NE(reject.reason.find("more than the limit of 100"), std::string::npos) << reject.reason;
        EXPECT_EQ(reject.text.substr(0, 8), "{\"a\":\"yy");
      }
    }
  }
}

TEST_F(JsonlSourceTest, DamagedInputKeepsWhatCouldBeReadAndSaysSo) {
  const std::string whole = Gzip(Lines(0, 2000));
  Write("cut.jsonl.gz", whole.substr(0, whole.size() / 2));
  Write("next.jsonl.gz", Gzip(Lines(1, 10)));
  const Outcome outcome = Read(2, 1 << 20U, {});
  ASSERT_FALSE(outcome.error) << outcome.error->ToString();
  ASSERT_EQ(outcome.reports.size(), 2U);
  ASSERT_TRUE(outcome.reports[0].damage);
  EXPECT_EQ(outcome.reports[0].damage->kind(), ErrorKind::kInvalidData);
  EXPECT_GT(outcome.reports[0].rows, 0U);
  EXPECT_LT(outcome.reports[0].rows, 2000U);
  EXPECT_EQ(outcome.reports[0].rejected, outcome.rejects.size());
  EXPECT_FALSE(outcome.reports[1].damage);
  EXPECT_EQ(outcome.reports[1].rows, 10U);
}

TEST_F(JsonlSourceTest, DriftInsideAFileNamesIt) {
  Write("drift.jsonl", "{\"a\":1}\n{\"a\":\"one\"}\n");
  const Outcome outcome = Read(2, 1 << 20U, {});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kSchemaDrift);
  EXPECT_NE(outcome.error->ToString().find("drift.jsonl"), std::string::npos);
  EXPECT_NE(outcome.error->ToString().find("line 2"), std::string::npos);
}

TEST_F(JsonlSourceTest, MissingFileIsAnErrorOfItsTurn) {
  Write("a.jsonl", "{\"a\":1}\n");
  paths_.push_back(folder_ + "/missing.jsonl");
  const Outcome outcome = Read(3, 1 << 20U, {});
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kNotFound);
  EXPECT_EQ(outcome.blocks.size(), 1U);
}

}  // namespace
}  // namespace ingot
