// Keys that mean harm, asked for and stored: a lookup compares bytes, and nothing but bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/result_matchers.h"
#include "lookup/lookup_fixture.h"
#include "model/hostile_texts.h"

namespace ingot {
namespace {

constexpr size_t kKeys = 20'000;

// A genuine name with one byte changed, or with something before, within or behind it.
std::string Disguised(std::string name, std::mt19937_64& random) {
  if (random() % 2 == 0) {
    char& byte = name[random() % name.size()];
    byte = static_cast<char>(byte ^ (1 << random() % 8));
    return name;
  }
  return name.insert(random() % (name.size() + 1), kHostilePieces[random() % kHostilePieces.size()]);
}

// An int32 in the one way that paths have it.
bool IsNumber(const std::string& text) {
  constexpr size_t kMostDigits = 10;
  const size_t digits = text.size() - (text.starts_with('-') ? 1 : 0);
  if (digits == 0 || digits > kMostDigits || text.find_first_not_of("0123456789", text.size() - digits) != text.npos) {
    return false;
  }
  const int64_t number = std::stoll(text);
  return std::to_string(number) == text && number == static_cast<int32_t>(number);
}

TEST(HostileKeys, AreAbsentWhereNobodyStoredThem) {
  const TestFolder folder;
  const auto rows = GeneRows(50, 5);
  std::set<std::string> genes;
  for (const GeneRow& row : rows) {
    genes.insert(row.gene);
  }
  WriteBytes(folder.File("m.parquet"), GeneManifest(rows));
  const auto lookup = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(lookup);
  std::mt19937_64 random(23);
  std::vector<std::string> asked;
  while (asked.size() < kKeys) {
    asked.push_back(asked.size() % 2 == 0 ? HostileText(random) : Disguised(GeneName(random() % 50), random));
  }
  size_t known = 0;
  for (const std::string& text : asked) {
    const bool is_gene = genes.contains(text);
    known += is_gene ? 1 : 0;
    const auto records = lookup->Records(std::vector<ColumnCondition>{{"gene_id", text}});
    ASSERT_OK(records);
    ASSERT_EQ(records->rows() > 0, is_gene) << text;
    const auto by_number = lookup->Exists(GeneKey(GeneName(1), std::string_view(text)));
    ASSERT_EQ(by_number.ok(), IsNumber(text)) << text;
    ASSERT_TRUE(by_number.ok() || by_number.error().kind() == ErrorKind::kUsage) << text;
  }
  // Pieces hold one genuine name, and changes can lead from one to another.
  EXPECT_LT(known, kKeys / 50);
  const std::vector<std::string_view> views(asked.begin(), asked.end());
  const std::vector<int64_t> tissues(asked.size(), 3);
  LookupBatch batch;
  ASSERT_OK(lookup->FindMany(
      std::vector<KeyPartArray>{std::span<const std::string_view>(views), std::span<const int64_t>(tissues)}, &batch));
  for (size_t i = 0; i < asked.size(); ++i) {
    std::string path;
    const auto found = lookup->Find(GeneKey(asked[i], int64_t{3}), &path);
    ASSERT_OK(found);
    ASSERT_EQ(*found, batch.found[i] != 0) << asked[i];
    ASSERT_EQ(path, batch.paths.TextAt(i)) << asked[i];
    ASSERT_EQ(path, *found ? GenePath(asked[i], 3) : "") << asked[i];
  }
}

TEST(HostileKeys, AreFoundWhereTheyAreStoredAndOnlyThere) {
  const TestFolder folder;
  std::mt19937_64 random(29);
  std::set<std::string> keys;
  while (keys.size() < kKeys) {
    keys.insert(HostileText(random));
  }
  const auto path_of = [](const std::string& key) { return "s3://bucket/" + key + "/x"; };
  TestRows rows;
  for (const std::string& key : keys) {
    rows.push_back({RowValue::Text(key), RowValue::Text(path_of(key))});
  }
  WriteBytes(folder.File("m.parquet"), ManifestBytes({"struct<name:string,file_path:string>", {}, 3000}, rows));
  const auto lookup = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(lookup);
  ASSERT_EQ(lookup->report().keys, kKeys);
  for (const std::string& key : keys) {
    const auto path = lookup->Get(std::vector<KeyPart>{key});
    ASSERT_OK(path) << key;
    ASSERT_EQ(*path, path_of(key));
    const std::string other = Disguised(key, random);
    const auto exists = other.empty() ? Result<bool>(false) : lookup->Exists(std::vector<KeyPart>{other});
    ASSERT_OK(exists) << other;
    ASSERT_EQ(*exists, keys.contains(other)) << other;
  }
  const auto unique = lookup->Unique("name");
  ASSERT_OK(unique);
  ASSERT_EQ(unique->size(), keys.size());
  uint64_t at = 0;
  for (const std::string& key : keys) {
    ASSERT_EQ(unique->TextAt(at++), key);
  }
}

}  // namespace
}  // namespace ingot
