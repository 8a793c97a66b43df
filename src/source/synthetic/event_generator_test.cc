#include "source/synthetic/event_generator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <numeric>
#include <set>

#include "base/result_matchers.h"
#include "column/value_hash.h"
#include "model/json_document.h"
#include "model/json_value.h"

namespace ingot {
namespace {

constexpr UtcDay kDay{19'500};

std::vector<LeafColumn> Rows(const EventGenerator& generator, const std::vector<DayRows>& rows) {
  std::vector<LeafColumn> leaves;
  generator.Fill(rows, &leaves);
  return leaves;
}

// Every value of a row as text.
std::vector<std::string> Texts(const std::vector<LeafColumn>& leaves) {
  std::vector<std::string> texts;
  for (size_t row = 0; row < leaves[0].ints.size(); ++row) {
    texts.push_back(fmt::format("{} {} {} {} {}", leaves[0].ints[row], leaves[1].ints[row], leaves[2].ints[row],
                                leaves[3].BytesAt(row), leaves[4].BytesAt(row)));
  }
  return texts;
}

TEST(EventGenerator, AnyPartCanBeMadeAlone) {
  const EventGenerator generator(7);
  const std::vector<std::string> whole = Texts(Rows(generator, {{kDay, 0, 3000}, {kDay + 1, 0, 10}}));
  ASSERT_EQ(whole.size(), 3010U);
  for (const auto& [first, count] : std::vector<std::pair<uint64_t, uint64_t>>{{0, 1}, {1023, 2}, {1, 2999}}) {
    const std::vector<std::string> part = Texts(Rows(generator, {{kDay, first, count}}));
    EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<ptrdiff_t>(first)));
  }
  const std::vector<std::string> next = Texts(Rows(generator, {{kDay + 1, 4, 6}}));
  EXPECT_TRUE(std::equal(next.begin(), next.end(), whole.end() - 6));
}

TEST(EventGenerator, MemoryIsUsedAgain) {
  const EventGenerator generator(7);
  std::vector<LeafColumn> leaves = Rows(generator, {{kDay, 0, 500}});
  generator.Fill(std::vector<DayRows>{{kDay, 3, 2}}, &leaves);
  EXPECT_EQ(Texts(leaves), Texts(Rows(generator, {{kDay, 3, 2}})));
  EXPECT_EQ(leaves[0].levels.slots(), 2U);
}

TEST(EventGenerator, RepeatsAreTrue) {
  const EventGenerator generator(7);
  const std::vector<LeafColumn> leaves = Rows(generator, {{kDay, 0, 3000}, {kDay + 1, 5, 2000}});
  const LeafColumn& texts = leaves[4];
  const std::string_view all(texts.bytes.data(), texts.bytes.size());
  uint64_t end = 0;
  uint64_t repeated = 0;
  for (const TextRepeat& repeat : texts.repeats) {
    ASSERT_GE(repeat.begin, end);
    ASSERT_GT(repeat.distance, 0U);
    ASSERT_LE(repeat.distance, repeat.begin);
    end = uint64_t{repeat.begin} + repeat.size;
    ASSERT_LE(end, all.size());
    ASSERT_EQ(all.substr(repeat.begin, repeat.size), all.substr(repeat.begin - repeat.distance, repeat.size));
    repeated += repeat.size;
  }
  // What is left are numbers, sessions and what stood there for the first time.
  EXPECT_GT(repeated, all.size() * 8 / 10);
  EXPECT_TRUE(leaves[3].repeats.empty());
}

TEST(EventGenerator, SeedsAndDaysDiffer) {
  const auto first = Texts(Rows(EventGenerator(7), {{kDay, 0, 1}}));
  EXPECT_NE(Texts(Rows(EventGenerator(8), {{kDay, 0, 1}})), first);
  EXPECT_NE(Texts(Rows(EventGenerator(7), {{kDay + 1, 0, 1}})), first);
}

// Whoever changes a byte must raise kGeneratorVersion.
TEST(EventGenerator, RowsOfThisVersion) {
  const std::vector<LeafColumn> leaves = Rows(EventGenerator(7), {{kDay, 0, 1000}});
  EXPECT_THAT(Texts(leaves)[0],
              testing::Eq(R"(1684874961376708 10775 894 add_to_cart {"button_id":"btn_10","form_id":"form_16"})"));
  std::string digests;
  for (const LeafColumn& leaf : leaves) {
    ValueHasher hasher;
    hasher.AddColumn(leaf);
    const ValueDigest digest = hasher.Finish();
    digests += fmt::format("{:02x}{:02x} ", digest[0], digest[1]);
  }
  EXPECT_EQ(digests, "0bd0 fe59 f532 e58e b287 ");
}

TEST(EventGenerator, ValuesLieInTheirDomainsAndFillThem) {
  constexpr uint64_t kRows = 200'000;
  const std::vector<LeafColumn> leaves = Rows(EventGenerator(1), {{kDay, 0, kRows}});
  const int64_t midnight = StartOf(kDay).seconds * 1'000'000;
  std::set<int64_t> users;
  std::set<int64_t> teams;
  std::map<std::string_view, uint64_t> names;
  uint64_t mornings = 0;
  for (size_t row = 0; row < kRows; ++row) {
    ASSERT_GE(leaves[0].ints[row], midnight);
    ASSERT_LT(leaves[0].ints[row], midnight + int64_t{86'400'000'000});
    mornings += leaves[0].ints[row] < midnight + int64_t{43'200'000'000} ? 1 : 0;
    users.insert(leaves[1].ints[row]);
    teams.insert(leaves[2].ints[row]);
    ++names[leaves[3].BytesAt(row)];
  }
  EXPECT_NEAR(static_cast<double>(mornings), kRows / 2.0, 1200);  // 5 sigma
  EXPECT_EQ(*users.begin(), 1);
  EXPECT_EQ(*users.rbegin(), 100'000);
  EXPECT_GT(users.size(), 80'000U);
  EXPECT_EQ(*teams.begin(), 1);
  EXPECT_EQ(teams.size(), 1'000U);
  EXPECT_EQ(*teams.rbegin(), 1'000);
  ASSERT_EQ(names.size(), 15U);
  EXPECT_TRUE(names.contains("remove_from_cart"));
  for (const auto& [name, count] : names) {
    EXPECT_NEAR(static_cast<double>(count), kRows / 15.0, 600) << name;
  }
}

TEST(EventGenerator, PropertiesAreObjectsOfDifferentKeys) {
  const std::vector<LeafColumn> leaves = Rows(EventGenerator(2), {{kDay, 0, 20'000}});
  std::map<size_t, uint64_t> sizes;
  std::map<std::string, std::set<std::string>> values;
  for (size_t row = 0; row < 20'000; ++row) {
    const std::string_view text = leaves[4].BytesAt(row);
    const auto object = ParseJson(text);
    ASSERT_OK(object) << text;
    ASSERT_NE(object->AsObject(), nullptr) << text;
    // A key that stood twice would make the object smaller than its text: 20 colons at most, none inside of values but
    // in page_url.
    const size_t colons = static_cast<size_t>(std::count(text.begin(), text.end(), ':'));
    EXPECT_EQ(object->AsObject()->size() + (object->Find("page_url") == nullptr ? 0 : 1), colons) << text;
    ++sizes[object->AsObject()->size()];
    for (const auto& [key, value] : *object->AsObject()) {
      const bool number = key == "price" || key == "quantity";
      EXPECT_EQ(value.AsString() == nullptr, number) << text;
      EXPECT_EQ(value.AsInt() != nullptr, key == "quantity") << text;
      values[key].insert(*WriteJson(value, JsonStyle::kCompact));
    }
  }
  ASSERT_EQ(sizes.size(), 4U);
  for (const size_t size : {2U, 3U, 4U, 5U}) {
    EXPECT_NEAR(static_cast<double>(sizes[size]), 5000, 310) << size;
  }
  EXPECT_EQ(values.size(), 14U);
  EXPECT_EQ(values["quantity"].size(), 10U);
  EXPECT_EQ(values["page_url"].size(), 200U);
  EXPECT_GT(values["product_id"].size(), 950U);
  EXPECT_LE(values["product_id"].size(), 1000U);
  EXPECT_GT(values["session_id"].size(), 4000U);
  EXPECT_GT(values["price"].size(), 4000U);
}

TEST(CountRowsByDay, PartsAddUp) {
  std::vector<uint64_t> whole(31);
  CountRowsByDay(7, 0, 100'000, whole);
  EXPECT_EQ(std::accumulate(whole.begin(), whole.end(), uint64_t{0}), 100'000U);
  std::vector<uint64_t> parts(31);
  CountRowsByDay(7, 60'000, 40'000, parts);
  CountRowsByDay(7, 0, 60'000, parts);
  EXPECT_EQ(parts, whole);
  for (const uint64_t count : whole) {
    EXPECT_NEAR(static_cast<double>(count), 100'000 / 31.0, 300);
  }
  std::vector<uint64_t> other(31);
  CountRowsByDay(8, 0, 100'000, other);
  EXPECT_NE(other, whole);
}

}  // namespace
}  // namespace ingot
