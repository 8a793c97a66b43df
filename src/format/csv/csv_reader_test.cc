#include "format/csv/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/result_matchers.h"

namespace ingot {
namespace {

using ::testing::ElementsAre;

using Records = std::vector<std::vector<std::string>>;

// A text, handed out in pieces of a few bytes.
class TextSource final : public ByteSource {
 public:
  TextSource(std::string text, size_t piece) : text_(std::move(text)), piece_(piece) {}
  Result<size_t> Read(std::span<char> out) override {
    const size_t count = std::min({piece_, out.size(), text_.size() - position_});
    std::memcpy(out.data(), text_.data() + position_, count);
    position_ += count;
    return count;
  }
  Result<InputDigest> Finish() override { return InputDigest(); }
  uint64_t compressed_position() const override { return position_; }

 private:
  std::string text_;
  size_t piece_;
  size_t position_ = 0;
};

Result<Records> ReadAll(const std::string& text, size_t piece = 1000) {
  INGOT_ASSIGN(CsvReader reader, CsvReader::Open(std::make_unique<TextSource>(text, piece), "keys.csv"));
  Records records{reader.header()};
  while (true) {
    INGOT_ASSIGN(const bool more, reader.Next());
    if (!more) {
      return records;
    }
    records.emplace_back(reader.fields().begin(), reader.fields().end());
  }
}

TEST(CsvReader, ReadsRecordsWhereverTheInputIsCut) {
  const std::string text = "\xEF\xBB\xBFgene,tissue\r\nG1,1\n\n\"a,\"\"b\"\"\nc\",\r\n\"\",\"x\"";
  for (size_t piece = 1; piece < 12; ++piece) {
    const auto records = ReadAll(text, piece);
    ASSERT_OK(records);
    EXPECT_THAT(*records, ElementsAre(ElementsAre("gene", "tissue"), ElementsAre("G1", "1"),
                                      ElementsAre("a,\"b\"\nc", ""), ElementsAre("", "x")));
  }
}

TEST(CsvReader, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ReadAll(""), IsErr(ErrorKind::kInvalidData, "keys.csv is empty"));
  EXPECT_THAT(ReadAll("a,a\n"), IsErr(ErrorKind::kInvalidData, "'a' is named twice"));
  EXPECT_THAT(ReadAll("a,b\n1,2\n\"x\ny\",2\n3\n"), IsErr(ErrorKind::kInvalidData, "line 5: 1 fields where"));
  EXPECT_THAT(ReadAll("a\n\"x\"y\n"), IsErr(ErrorKind::kInvalidData, "line 2: unexpected data after"));
  EXPECT_THAT(ReadAll("a\nx\"y\"\n"), IsErr(ErrorKind::kInvalidData, "line 2: a quote inside"));
  EXPECT_THAT(ReadAll("a\n\"x\n"), IsErr(ErrorKind::kInvalidData, "line 2: a quoted field is not closed"));
}

TEST(CsvReader, BoundsARecord) {
  EXPECT_THAT(ReadAll("a\n\"" + std::string(kMaxCsvRecordBytes + 1, 'x'), size_t{1} << 20U),
              IsErr(ErrorKind::kResourceLimit, "line 2"));
}

}  // namespace
}  // namespace ingot
