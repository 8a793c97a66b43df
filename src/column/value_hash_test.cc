#include "column/value_hash.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstring>
#include <string>

#include "column/row_shredder.h"

namespace ingot {
namespace {

template <typename T>
void Put(std::string* out, T value) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

std::string Digest(const std::string& bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return {reinterpret_cast<const char*>(canonical.digest), sizeof(canonical.digest)};
}

std::string Text(const ValueDigest& digest) { return {digest.begin(), digest.end()}; }

// The format as its header says it, written out plainly.
TEST(ValueHasher, FollowsItsDefinition) {
  LeafColumn column;
  column.layout = ValueLayout::kBytes;
  column.levels.AppendRun(2, 1, 0);
  column.levels.AppendRun(1, 0, 0);
  column.bytes.AppendAll("abc", 3);
  column.ends.Append(1);
  column.ends.Append(3);
  std::string levels;
  Put(&levels, uint64_t{2});
  levels += std::string("\x01\x00", 2);
  Put(&levels, uint64_t{1});
  levels += std::string("\x00\x00", 2);
  std::string fixed;
  Put(&fixed, uint32_t{1});
  Put(&fixed, uint32_t{2});

  ValueHasher hasher;
  hasher.AddColumn(column);
  const ValueDigest digest = hasher.Finish();
  EXPECT_EQ(Text(digest), Digest(Digest(levels) + Digest(fixed) + Digest("abc")));
  const ValueDigest chunks[] = {digest, digest};
  const std::string file = Digest(Text(digest) + Text(digest));
  std::string hex;
  for (const char byte : file) {
    char two[3];
    std::snprintf(two, sizeof(two), "%02x", static_cast<unsigned char>(byte));
    hex += two;
  }
  EXPECT_EQ(ColumnValueHash(chunks), hex);
}

// A change of the format must be seen: manifests already hold such hashes.
TEST(ValueHasher, IsPinned) {
  LeafColumn column;
  column.layout = ValueLayout::kDouble;
  column.levels.AppendRun(3, 1, 0);
  for (const double value : {1.5, -0.0, 2e300}) {
    column.doubles.Append(value);
  }
  ValueHasher hasher;
  hasher.AddColumn(column);
  const ValueDigest digest = hasher.Finish();
  EXPECT_EQ(ColumnValueHash({&digest, 1}), "38f5fe685c57d54d501e5a38f0f144b3");
}

TEST(ValueHasher, DoesNotDependOnBatchCuts) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    RandomRows random(seed);
    const Schema schema = random.MakeSchema(3);
    std::vector<std::vector<RowValue>> rows;
    for (int i = 0; i < 60; ++i) {
      rows.push_back(random.MakeRow(schema));
    }
    const ColumnBatch whole = ShredRows(schema, rows);
    std::vector<ColumnBatch> parts;
    for (size_t begin = 0; begin < rows.size();) {
      const size_t end = std::min<size_t>(rows.size(), begin + 1 + random.Below(20));
      parts.push_back(ShredRows(
          schema, {rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end)}));
      begin = end;
    }
    for (size_t leaf = 0; leaf < whole.leaves.size(); ++leaf) {
      ValueHasher one;
      one.AddColumn(whole.leaves[leaf]);
      ValueHasher many;
      for (const ColumnBatch& part : parts) {
        many.AddColumn(part.leaves[leaf]);
      }
      EXPECT_EQ(one.Finish(), many.Finish()) << "seed " << seed << ", leaf " << leaf;
    }
  }
}

TEST(JoinValueHashes, OfOneFileItIsThatFilesOwn) {
  const ValueDigest first = ValueHasher().Finish();
  ValueHasher other;
  other.AddOne("x");
  const ValueDigest second = other.Finish();
  const std::vector<std::string> files = {ColumnValueHash(std::vector{first}), ColumnValueHash(std::vector{second})};
  EXPECT_EQ(JoinValueHashes(std::span(files).first(1)), files[0]);
  const std::string both = JoinValueHashes(files);
  EXPECT_EQ(both.size(), 32U);
  EXPECT_NE(both, JoinValueHashes(std::vector{files[1], files[0]}));
  // Over the files' hashes, not over their chunks.
  EXPECT_NE(both, ColumnValueHash(std::vector{first, second}));
}

TEST(ValueHasher, SeparatesLevelsLengthsAndValues) {
  const auto digest_of = [](std::initializer_list<const char*> values, uint8_t definition) {
    ValueHasher hasher;
    for (const char* value : values) {
      hasher.AddRun(1, definition, 0);
      hasher.AddOne(value);
    }
    return hasher.Finish();
  };
  EXPECT_NE(digest_of({"ab", "c"}, 1), digest_of({"a", "bc"}, 1));
  EXPECT_NE(digest_of({"ab", "c"}, 1), digest_of({"ab", "c"}, 2));
  EXPECT_NE(digest_of({"ab"}, 1), digest_of({"ab", ""}, 1));
  EXPECT_EQ(digest_of({"ab", "c"}, 1), digest_of({"ab", "c"}, 1));
}

}  // namespace
}  // namespace ingot
