// The decoder against the plain reference, over random lines: which lines are refused, the schema, every level and
// value, however the text is cut.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "format/json/decoded_file.h"
#include "format/json/json_reference.h"
#include "format/json/random_records.h"

namespace ingot {
namespace {

ColumnPathPattern Pattern(const std::string& text) { return *ColumnPathPattern::Parse(text); }

// Everything that a text can be read with, drawn from the seed.
JsonOptions DrawOptions(uint64_t seed) {
  std::mt19937_64 random(seed);
  JsonOptions options;
  options.empty_object = random() % 2 == 0 ? EmptyObject::kNull : EmptyObject::kStruct;
  const std::string map = RandomRecords::kMapName;
  const std::string any = RandomRecords::kAnyName;
  for (const char* above : {"", "*.", "*[].", "*.*.", "*.*[].", "*[].*.", "tags{}."}) {
    if (random() % 4 != 0) {
      options.maps.push_back(Pattern(above + map));
    }
    if (random() % 4 != 0) {
      options.types.emplace_back(Pattern(above + any), Scalar(TypeKind::kJson));
    }
  }
  if (random() % 4 == 0) {
    options.drop = {Pattern("value"), Pattern("*.id"), Pattern("b[].a")};
  }
  if (random() % 4 == 0) {
    options.types.emplace_back(Pattern("*.b"), *ParseType("struct<a:int32,x:list<map<string,double>>>"));
    options.types.emplace_back(Pattern("id"), Scalar(TypeKind::kInt16));
  }
  if (random() % 8 == 0) {
    options.max_new_keys = 5;
  }
  if (random() % 8 == 0) {
    options.max_depth = 4;
  }
  return options;
}

std::string WithoutLine(const std::string& text, uint64_t line) {
  size_t begin = 0;
  for (uint64_t i = 1; i < line; ++i) {
    begin = text.find('\n', begin) + 1;
  }
  // A byte order mark stays what it is: the beginning of the file.
  begin += begin == 0 && text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  return text.substr(0, begin) + text.substr(text.find('\n', begin) + 1);
}

// What the comparisons have met: a generator that only makes rejects would prove nothing.
struct Met {
  uint64_t rows = 0;
  uint64_t rejects = 0;
  uint64_t drifts = 0;
  uint64_t leaves = 0;
};

std::string Numbers(const std::vector<uint64_t>& numbers) {
  std::string out;
  for (const uint64_t number : numbers) {
    out += fmt::format("{}{}", out.empty() ? "" : ",", number);
  }
  return out;
}

// Removes lines that are drift until none is left, and returns what remains.
std::string CompareDrift(const JsonOptions& options, std::string text, uint64_t seed, Met* met) {
  while (true) {
    JsonReference reference(options);
    reference.Read(text);
    const auto file = DecodeFile(options, text, seed);
    EXPECT_OK(file);
    EXPECT_EQ(file.ok() && file->error.has_value(), reference.drift_line() != 0) << "line " << reference.drift_line();
    if (!file.ok() || reference.drift_line() == 0 || testing::Test::HasFailure()) {
      return text;
    }
    EXPECT_THAT(file->error->message(), testing::HasSubstr(fmt::format("line {}", reference.drift_line())));
    EXPECT_EQ(file->error->kind(), ErrorKind::kSchemaDrift);
    text = WithoutLine(text, reference.drift_line());
    ++met->drifts;
  }
}

void Compare(const JsonOptions& options, const std::string& text, uint64_t seed, Met* met) {
  JsonReference reference(options);
  reference.Read(text);
  const ColumnBatch expected = reference.Shred();
  auto file = DecodeFile(options, text, seed);
  ASSERT_OK(file);
  ASSERT_FALSE(file->error) << file->error->ToString();
  EXPECT_EQ(file->RejectedLines(), Numbers(reference.rejected_lines()));
  EXPECT_EQ(file->blanks, reference.blanks());
  EXPECT_EQ(file->rows, expected.rows);
  EXPECT_EQ(file->lines, file->rows + file->blanks + file->rejects.size());
  EXPECT_EQ(file->bytes, text.size());
  for (const RejectedLine& reject : file->rejects) {
    EXPECT_EQ(text.substr(reject.byte_offset, reject.text.size() + 1), reject.text + "\n");
  }
  const std::vector<Leaf> leaves = EnumerateLeaves(file->schema);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].field->type.kind == TypeKind::kJson) {
      file->leaves[i] = JsonReference::CanonicalTexts(file->leaves[i]);
    }
  }
  EXPECT_EQ(FileDifference(*expected.schema, expected.leaves, file->schema, file->leaves), "");
  met->rows += file->rows;
  met->rejects += file->rejects.size();
  met->leaves += leaves.size();
}

void CompareAll(uint64_t seed, Met* met) {
  RandomRecords records(seed);
  JsonOptions options = DrawOptions(seed);
  const std::string first = CompareDrift(options, records.Text(30), 0, met);
  Compare(options, first, 0, met);
  Compare(options, first, seed + 1, met);
  // The same stream goes on under the schema that was accepted.
  JsonReference accepted(options);
  accepted.Read(first);
  options.locked = accepted.Shred().schema;
  const std::string second = CompareDrift(options, records.Text(30), 0, met);
  Compare(options, second, 0, met);
  Compare(options, second, seed + 2, met);
}

void CompareSeeds(uint64_t first, uint64_t last) {
  Met met;
  for (uint64_t seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    CompareAll(seed, &met);
  }
  const uint64_t seeds = last - first + 1;
  EXPECT_GT(met.rows, 50 * seeds);
  EXPECT_GT(met.rejects, 10 * seeds);
  EXPECT_GT(met.drifts, seeds / 2);
  EXPECT_GT(met.leaves, 20 * seeds);
}

TEST(JsonDifferential, RandomRecords) { CompareSeeds(1, 200); }
TEST(JsonDifferentialSlow, RandomRecords) { CompareSeeds(201, 20'000); }

}  // namespace
}  // namespace ingot
