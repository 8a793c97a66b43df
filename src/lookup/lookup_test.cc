#include "lookup/lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/result_matchers.h"
#include "lookup/lookup_fixture.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Result<Lookup> OpenGenes(const ScratchFolder& folder, const std::vector<GeneRow>& rows) {
  WriteBytes(folder.File("m.parquet"), GeneManifest(rows));
  return Lookup::Open(folder.File("m.parquet"));
}

// Answers of every kind against the rows themselves.
void ExpectGeneAnswers(const Lookup& lookup, const std::vector<GeneRow>& rows, int64_t most_tissue) {
  std::string path;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto found = lookup.Find(GeneKey(rows[i].gene, rows[i].tissue), &path);
    ASSERT_OK(found);
    ASSERT_TRUE(*found) << rows[i].gene << " " << rows[i].tissue;
    ASSERT_EQ(path, rows[i].path);
    const auto other = lookup.Exists(GeneKey(rows[i].gene, rows[i].tissue + 1));
    ASSERT_OK(other);
    const bool next_is_it =
        i + 1 < rows.size() && rows[i + 1].gene == rows[i].gene && rows[i + 1].tissue == rows[i].tissue + 1;
    ASSERT_EQ(*other, next_is_it);
  }
  const auto beyond = lookup.Exists(GeneKey(rows[0].gene, most_tissue));
  ASSERT_OK(beyond);
  EXPECT_FALSE(*beyond);
}

TEST(Lookup, FindsEveryKeyAndNoOther) {
  const ScratchFolder folder;
  const auto rows = GeneRows(500, 20);
  auto lookup = OpenGenes(folder, rows);
  ASSERT_OK(lookup);
  EXPECT_EQ(lookup->report().origin, IndexOrigin::kBuilt);
  EXPECT_EQ(lookup->report().rows, rows.size());
  EXPECT_EQ(lookup->report().keys, rows.size());
  ExpectGeneAnswers(*lookup, rows, 1000);
  const auto again = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(again);
  EXPECT_EQ(again->report().origin, IndexOrigin::kOpened);
  ExpectGeneAnswers(*again, rows, 1000);
}

}  // namespace
}  // namespace ingot
