// The whole way of a listing, from lines to a file: what memory and threads must not change.
#include "dataset/listing_rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "dataset/parquet_options.h"
#include "format/input/open_input.h"
#include "format/parquet/file_reader.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;

class ListingRowsTest : public ::testing::Test {
 protected:
  ListingRowsTest() {
    listing_.path = PathTemplate::Compile("v1/{gene}/t_{tissue:int32}.tl").value();
    request_.paths = {"paths.txt"};
    request_.open = [this](const std::string& path) {
      return OpenInput(std::make_unique<MemoryReader>(path == "paths.txt" ? text_ : more_), path);
    };
    request_.listing = &listing_;
    request_.parquet = ParquetOptionsOf(ListingParquet(listing_.path));
    request_.open_scratch = [this] {
      ++scratch_files_;
      return OpenScratchFile(::testing::TempDir());
    };
  }

  Result<ListingRowsOutcome> Write(unsigned threads = 2, uint64_t memory = uint64_t{1} << 30U) {
    TaskPool pool(threads);
    BuildContext context;
    context.pool = &pool;
    context.clock = &clock_;
    context.cancellation = &cancellation_;
    context.progress = &progress_;
    context.memory_limit_bytes = memory;
    StringSink sink;
    auto outcome = WriteListingRows(request_, context, &sink);
    file_ = sink.text();
    return outcome;
  }

  // Shuffled keys, some lines twice, some of them under another prefix, some no keys at all.
  void MakeLines(int genes) {
    std::mt19937 random(3);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a printed seed of a test
    for (int i = 0; i < genes * 20; ++i) {
      const auto gene = random() % static_cast<unsigned>(genes);
      const std::string key = fmt::format("v1/ENSG{:011}/t_{}.tl", gene, random() % 40);
      text_ += i % 997 == 0 ? "no key\n" : fmt::format("{}{}\n", random() % 5 == 0 ? "s3://b/" : "", key);
    }
  }

  std::string text_;
  std::string more_;
  ListingSpec listing_;
  ListingRowsRequest request_;
  FixedClock clock_{UtcInstant{}};
  Cancellation cancellation_;
  SilentProgress progress_;
  int scratch_files_ = 0;
  std::string file_;
};

TEST_F(ListingRowsTest, CountsWhatBecameOfEveryLine) {
  text_ = "v1/B/t_1.tl\nx\n\nv1/A/t_2.tl\n";
  more_ = "p/v1/B/t_1.tl\ny\n";
  request_.paths = {"paths.txt", "more.txt"};
  const auto outcome = Write();
  ASSERT_OK(outcome);
  EXPECT_EQ(outcome->lines, 6U);
  EXPECT_EQ(outcome->matched, 3U);
  EXPECT_EQ(outcome->rows.summary.rows, 2U);
  EXPECT_EQ(outcome->blank, 1U);
  EXPECT_THAT(outcome->first_rejects, ElementsAre("paths.txt: line 2: 'x' does not match the template",
                                                  "more.txt: line 2: 'y' does not match the template"));
  EXPECT_EQ(outcome->duplicates.count, 1U);
  EXPECT_TRUE(outcome->duplicates.has_other_path);
  ASSERT_EQ(outcome->rows.inputs.size(), 2U);
  EXPECT_EQ(outcome->rows.inputs[1].rows, 1U);
  EXPECT_EQ(outcome->rows.inputs[1].rejected, 1U);
}

TEST_F(ListingRowsTest, MemoryAndThreadsChangeNoByte) {
  MakeLines(4'000);
  request_.row_group_rows = 10'000;
  for (const DuplicateRule rule : {DuplicateRule::kKeepFirst, DuplicateRule::kKeepLast, DuplicateRule::kKeepAll}) {
    listing_.duplicates = rule;
    request_.run_bytes = 0;
    scratch_files_ = 0;
    const auto whole = Write();
    ASSERT_OK(whole);
    EXPECT_EQ(scratch_files_, 0);
    const std::string expected = file_;
    for (const size_t most_runs : {100U, 2U}) {
      for (const unsigned threads : {1U, 3U}) {
        request_.run_bytes = 1;  // every block is a run
        request_.most_runs = most_runs;
        const auto cut = Write(threads);
        ASSERT_OK(cut);
        EXPECT_TRUE(file_ == expected) << FormatDuplicateRule(rule) << " " << most_runs << " " << threads;
        EXPECT_EQ(cut->duplicates.count, whole->duplicates.count);
        EXPECT_EQ(cut->rows.summary.rows, whole->rows.summary.rows);
      }
    }
    EXPECT_GE(scratch_files_, 8);
  }
}

TEST_F(ListingRowsTest, LongPathsMakeShorterRowGroups) {
  MakeLines(200);
  request_.row_group_bytes = 20'000;
  const auto whole = Write();
  ASSERT_OK(whole);
  EXPECT_GT(whole->rows.summary.row_groups, 5U);
  const std::string expected = file_;
  request_.run_bytes = 1;
  ASSERT_OK(Write());
  EXPECT_TRUE(file_ == expected);
}

TEST_F(ListingRowsTest, DuplicatesThatAreRefusedEndIt) {
  text_ = "v1/B/t_1.tl\nv1/A/t_1.tl\nv1/B/t_1.tl\n";
  listing_.duplicates = DuplicateRule::kRefuse;
  EXPECT_THAT(Write(), IsErr(ErrorKind::kCheckFailed, "gene=B tissue=1 in lines 1 and 3"));
}

TEST_F(ListingRowsTest, ALockedColumnThatTheTemplateLostIsDrift) {
  text_ = "v1/B/t_1.tl\n";
  ListingSpec before = listing_;
  before.path = PathTemplate::Compile("{sample}/{gene}/t_{tissue:int32}.tl").value();
  const LockedSchema locked = AcceptSchema(nullptr, ListingSchema(before.path), "all").value();
  request_.locked = &locked;
  EXPECT_THAT(Write(), IsErr(ErrorKind::kSchemaDrift, "'sample'"));
}

TEST_F(ListingRowsTest, TooLittleMemoryIsSaidAtOnce) {
  EXPECT_THAT(Write(1, uint64_t{1} << 20U), IsErr(ErrorKind::kResourceLimit, "sorting needs 64.0 MiB"));
}

TEST_F(ListingRowsTest, ACancellationEndsIt) {
  MakeLines(100);
  cancellation_.Request(2);
  EXPECT_THAT(Write(), IsErr(ErrorKind::kCancelled));
}

TEST_F(ListingRowsTest, WithoutAnyKeyThereIsNoFile) {
  text_ = "x\n\n";
  const auto outcome = Write();
  ASSERT_OK(outcome);
  EXPECT_FALSE(outcome->rows.has_file);
  EXPECT_TRUE(file_.empty());
}

}  // namespace
}  // namespace ingot
