// Sorting in memory and from files, against a sort of texts.
#include "source/listing/key_run.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "base/result_matchers.h"
#include "source/listing/run_file.h"
#include "source/listing/run_merge.h"

namespace ingot {
namespace {

struct Row {
  std::string prefix;
  std::vector<std::string> texts;  // by field; empty for numbers
  std::vector<int64_t> numbers;    // by field
  uint64_t line = 0;

  auto Key() const { return std::tie(texts, numbers); }
  bool operator==(const Row&) const = default;
};

Row Copied(const KeyRow& row) {
  Row copy{std::string(row.prefix), {}, row.numbers, row.line};
  copy.texts.assign(row.texts.begin(), row.texts.end());
  return copy;
}

// Field after field, as keys are compared.
bool Before(const Row& a, const Row& b) {
  for (size_t i = 0; i < a.texts.size(); ++i) {
    if (a.texts[i] != b.texts[i]) {
      return a.texts[i] < b.texts[i];
    }
    if (a.numbers[i] != b.numbers[i]) {
      return a.numbers[i] < b.numbers[i];
    }
  }
  return false;
}

// Rows of random lines through the reader of blocks, and the same rows as they should come.
class Lines {
 public:
  explicit Lines(const std::string& text) : matcher_(PathTemplate::Compile(text).value()), layout_(matcher_.path()) {}

  const PathTemplate& path() const { return matcher_.path(); }
  const KeyLayout& layout() const { return layout_; }

  ListingBlock Block(const std::vector<std::string>& lines) {
    LineBlock text;
    for (const std::string& line : lines) {
      text.text.AppendAll((line + "\n").data(), line.size() + 1);
      MatchedPath matched;
      EXPECT_EQ(matcher_.Match(line, PathBytes::kAny, &matched), PathVerdict::kMatch) << line;
      Row& row = rows_.emplace_back();
      row.prefix = line.substr(0, matched.prefix_bytes);
      row.line = line_++;
      for (size_t i = 0; i < layout_.is_text.size(); ++i) {
        row.texts.emplace_back(layout_.is_text[i] ? matched.texts[i] : "");
        row.numbers.push_back(layout_.is_text[i] ? 0 : matched.numbers[i]);
      }
    }
    ListingBlock block;
    ReadListingBlock(text, matcher_, layout_, 1000, &block);
    return block;
  }

  std::vector<Row> Sorted(DuplicateRule rule) const {
    std::vector<Row> rows = rows_;
    std::stable_sort(rows.begin(), rows.end(), Before);
    if (rule == DuplicateRule::kKeepAll) {
      return rows;
    }
    std::vector<Row> kept;
    for (const Row& row : rows) {
      const bool is_duplicate = !kept.empty() && kept.back().Key() == row.Key();
      if (!is_duplicate) {
        kept.push_back(row);
      } else if (rule == DuplicateRule::kKeepLast) {
        kept.back() = row;
      }
    }
    return kept;
  }
  size_t size() const { return rows_.size(); }

 private:
  PathMatcher matcher_;
  KeyLayout layout_;
  std::vector<Row> rows_;
  uint64_t line_ = 0;
};

struct Shape {
  std::string text;
  std::vector<std::string> words;  // of which paths are made, `#` is a random number
};

std::vector<std::string> RandomPaths(const Shape& shape, size_t count, std::mt19937* random) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < count; ++i) {
    std::string path;
    for (const char c : shape.words[(*random)() % shape.words.size()]) {
      if (c == '#') {
        const int64_t number = static_cast<int64_t>((*random)() % 40) - 20;
        path += std::to_string(number);
      } else if (c == '@') {
        path += std::string((*random)() % 12, static_cast<char>('a' + (*random)() % 3)) + "k";
      } else {
        path += c;
      }
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

const std::vector<Shape>& Shapes() {
  static const std::vector<Shape> kShapes{
      {"v1/{gene}/t_{tissue:int32}.tl", {"v1/@/t_#.tl", "s3://x/v1/@/t_#.tl", "v1/commonprefix@/t_#.tl"}},
      {"{a:int64}/{b:int64}", {"#/#", "9223372036854775807/#", "-9223372036854775808/#", "p/#/-9223372036854775808"}},
      {"{x}/{n:int64}/{y}/{m:int64}", {"@/#/@/#", "@/9223372036854775807/@/#"}},
      {"{one}", {"@", "same", "q/@"}},
      {"{date}/{hour}", {"2024-02-29/07", "1970-01-01/23", "p/2024-02-29/07"}},
  };
  return kShapes;
}

TEST(KeyRun, SortsAsTextsAndNumbersCompare) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a printed seed of a test
  for (const Shape& shape : Shapes()) {
    for (const DuplicateRule rule : {DuplicateRule::kKeepFirst, DuplicateRule::kKeepLast, DuplicateRule::kKeepAll}) {
      Lines lines(shape.text);
      KeyRun run(&lines.path(), &lines.layout());
      for (int block = 0; block < 5; ++block) {
        const uint64_t first = lines.size();
        run.Add(lines.Block(RandomPaths(shape, 100, &random)), first);
      }
      run.Sort();
      DuplicateFindings findings;
      ASSERT_THAT(run.ApplyRule(rule, &findings), IsOk());
      const std::vector<Row> expected = lines.Sorted(rule);
      ASSERT_EQ(run.rows(), expected.size()) << shape.text;
      KeyRow row(lines.path().fields().size());
      for (size_t i = 0; i < expected.size(); ++i) {
        run.Get(i, &row);
        ASSERT_EQ(Copied(row), expected[i]) << shape.text << " row " << i;
      }
      EXPECT_EQ(findings.count, lines.size() - lines.Sorted(DuplicateRule::kKeepFirst).size());
    }
  }
}

// The same rows, cut into runs that go through files.
TEST(KeyRun, RunsThatAreMergedAreOneRun) {
  std::mt19937 random(11);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a printed seed of a test
  for (const Shape& shape : Shapes()) {
    for (const DuplicateRule rule : {DuplicateRule::kKeepFirst, DuplicateRule::kKeepLast, DuplicateRule::kKeepAll}) {
      Lines lines(shape.text);
      std::vector<std::unique_ptr<RunFile>> files;
      DuplicateFindings findings;
      for (int count = 0; count < 6; ++count) {
        KeyRun run(&lines.path(), &lines.layout());
        const uint64_t first = lines.size();
        run.Add(lines.Block(RandomPaths(shape, 80, &random)), first);
        run.Sort();
        if (rule != DuplicateRule::kKeepAll) {
          ASSERT_THAT(run.ApplyRule(rule, &findings), IsOk());
        }
        files.push_back(std::make_unique<RunFile>(OpenScratchFile(testing::TempDir()).value(), 500));
        KeyRow row(lines.path().fields().size());
        for (size_t i = 0; i < run.rows(); ++i) {
          run.Get(i, &row);
          ASSERT_THAT(files.back()->Append(row), IsOk());
        }
        ASSERT_THAT(files.back()->Rewind(), IsOk());
      }
      std::vector<Row> merged;
      ASSERT_THAT(MergeRuns(lines.path(), &files, rule, &findings,
                            [&](const KeyRow& row) -> Result<void> {
                              merged.push_back(Copied(row));
                              return {};
                            }),
                  IsOk());
      ASSERT_EQ(merged, lines.Sorted(rule)) << shape.text;
      EXPECT_EQ(findings.count, lines.size() - lines.Sorted(DuplicateRule::kKeepFirst).size());
    }
  }
}

TEST(KeyRun, RefusedDuplicatesAreNamed) {
  Lines lines("v1/{gene}/t_{tissue:int32}.tl");
  KeyRun run(&lines.path(), &lines.layout());
  run.Add(lines.Block({"v1/B/t_1.tl", "v1/A/t_2.tl", "x/v1/B/t_1.tl"}), 10);
  run.Sort();
  DuplicateFindings findings;
  const auto refused = run.ApplyRule(DuplicateRule::kRefuse, &findings);
  ASSERT_THAT(refused, IsErr(ErrorKind::kCheckFailed));
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("gene=B tissue=1 in lines 11 and 13"));
  EXPECT_TRUE(findings.has_other_path);
}

TEST(KeyRun, AMillionEqualLinesAreOneRow) {
  Lines lines("v1/{gene}/t_{tissue:int32}.tl");
  KeyRun run(&lines.path(), &lines.layout());
  const ListingBlock block = lines.Block(std::vector<std::string>(1000, "v1/A/t_1.tl"));
  for (uint64_t i = 0; i < 1000; ++i) {
    run.Add(block, i * 1000);
  }
  run.Sort();
  DuplicateFindings findings;
  ASSERT_THAT(run.ApplyRule(DuplicateRule::kKeepLast, &findings), IsOk());
  ASSERT_EQ(run.rows(), 1U);
  KeyRow row(2);
  run.Get(0, &row);
  EXPECT_EQ(row.line, 999'999U);
  EXPECT_EQ(findings.count, 999'999U);
  EXPECT_FALSE(findings.has_other_path);
}

TEST(RunFile, ADisturbedFrameIsFound) {
  const std::string path = testing::TempDir() + "/run-file-frames";
  for (size_t flip = 0; flip < 40; ++flip) {
    UniqueFd fd = OpenFile(path, O_RDWR | O_CREAT | O_TRUNC).value();
    RunFile file(std::move(fd), 20);
    KeyRow row(1);
    for (const std::string_view text : {"a", "ab", "abcdefghijklmnopqrstuvwxyz", "b"}) {
      row.texts[0] = text;
      ASSERT_THAT(file.Append(row), IsOk());
    }
    ASSERT_THAT(file.Rewind(), IsOk());
    const UniqueFd disturber = OpenFile(path, O_RDWR).value();
    char byte = 0;
    ASSERT_EQ(::pread(disturber.get(), &byte, 1, static_cast<off_t>(flip)), 1);
    byte = static_cast<char>(byte ^ 1);
    ASSERT_EQ(::pwrite(disturber.get(), &byte, 1, static_cast<off_t>(flip)), 1);
    Result<bool> next = true;
    while (next && *next) {
      next = file.Next(&row);
    }
    EXPECT_FALSE(next.ok()) << flip;
  }
}

}  // namespace
}  // namespace ingot
