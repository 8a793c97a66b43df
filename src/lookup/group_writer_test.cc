#include "lookup/group_writer.h"

#include <gtest/gtest.h>

#include "base/byte_sink.h"
#include "base/result_matchers.h"
#include "lookup/key_hash.h"

namespace ingot {
namespace {

struct Written {
  IndexTrailer trailer;
  std::string bytes;

  std::string_view Section(IndexSection section) const {
    const IndexExtent& extent = trailer.section(section);
    return std::string_view(bytes).substr(extent.offset, extent.bytes);
  }
};

struct Record {
  uint64_t hash = 0;
  std::string key;
  uint64_t number = 0;

  std::string Packed() const { return key + std::string(reinterpret_cast<const char*>(&number), sizeof(number)); }
};

Written Write(const std::vector<Record>& records, uint64_t placed_bytes) {
  Written written;
  StringSink file;
  PageSink sink(file);
  GroupWriter groups(&sink, {records.size(), 0, KeyKind::kInt64}, "/tmp", uint64_t{1} << 20U, placed_bytes);
  for (const Record& record : records) {
    EXPECT_OK(groups.Add(record.hash, record.key.size(), record.Packed()));
  }
  EXPECT_OK(groups.Finish(true, &written.trailer));
  EXPECT_OK(sink.FinishPages());
  written.bytes = file.text();
  return written;
}

std::vector<Record> Records(size_t count) {
  std::vector<Record> records;
  for (size_t i = 0; i < count; ++i) {
    const std::string key = "record " + std::to_string(100'000 + i);
    records.push_back({HashBytes(key), key, i});
  }
  return records;
}

std::string AllOf(const std::vector<Record>& records) {
  std::string all;
  for (const Record& record : records) {
    all += record.Packed();
  }
  return all;
}

constexpr uint64_t kEnough = uint64_t{1} << 20U;

TEST(GroupWriter, GivesPlacesToGroupsOfSimilarLength) {
  const std::vector<Record> records = Records(1000);
  const Written written = Write(records, kEnough);
  ASSERT_EQ(written.trailer.number_bytes, 2);
  ASSERT_EQ(written.trailer.place_bytes, records[0].key.size() + 2);
  const std::string_view places = written.Section(IndexSection::kGroups);
  const std::string_view order = written.Section(IndexSection::kGroupOrder);
  ASSERT_EQ(places.size(), PilotPlaces(1000) * written.trailer.place_bytes);
  ASSERT_EQ(order.size(), 1000 * sizeof(uint32_t));
  for (size_t i = 0; i < records.size(); ++i) {
    const auto place = ReadLittle<uint32_t>(order.data() + i * sizeof(uint32_t));
    ASSERT_EQ(places.substr(place * written.trailer.place_bytes, written.trailer.place_bytes),
              records[i].Packed().substr(0, written.trailer.place_bytes));
  }
}

void ExpectPacked(const std::vector<Record>& records, const Written& written) {
  EXPECT_EQ(written.trailer.place_bytes, 0);
  EXPECT_EQ(written.Section(IndexSection::kGroups), AllOf(records));
  EXPECT_EQ(written.Section(IndexSection::kGroupOrder).size(),
            (records.size() + kGroupsPerMark - 1) / kGroupsPerMark * sizeof(uint64_t));
}

TEST(GroupWriter, PacksWhatDoesNotFitIntoMemoryWhereverThatIsSeen) {
  const std::vector<Record> records = Records(1000);
  for (const uint64_t bytes : {uint64_t{0}, uint64_t{5000}, AllOf(records).size() - 1}) {
    ExpectPacked(records, Write(records, bytes));
  }
}

TEST(GroupWriter, PacksGroupsOfVeryDifferentLength) {
  std::vector<Record> records = Records(1000);
  records[10].key += std::string(500, 'x');
  ExpectPacked(records, Write(records, kEnough));
}

TEST(GroupWriter, PacksGroupsOfEqualHash) {
  std::vector<Record> records = Records(1000);
  records[10].hash = records[700].hash;
  ExpectPacked(records, Write(records, kEnough));
}

TEST(GroupWriter, WritesNoGroups) { ExpectPacked({}, Write({}, kEnough)); }

}  // namespace
}  // namespace ingot
