#include "api/arrow_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace ingot {
namespace {

// A struct of a dictionary-coded text with metadata; it owns nothing.
struct Example {
  std::string metadata = std::string("\1\0\0\0\1\0\0\0k\2\0\0\0\0v", 15);  // one pair: "k", "\0v"
  ArrowSchema values{"u", nullptr, nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, nullptr, nullptr, nullptr};
  ArrowSchema column{"i", "name", metadata.data(), ARROW_FLAG_NULLABLE, 0, nullptr, &values, nullptr, nullptr};
  ArrowSchema* columns = &column;
  ArrowSchema row{"+s", "", nullptr, 0, 1, &columns, nullptr, nullptr, nullptr};
};

TEST(CopySchema, OutlivesTheOriginal) {
  OwnedArrowSchema copy;
  {
    const Example original;
    copy = CopySchema(original.row);
    EXPECT_TRUE(SameSchema(*copy, original.row));
  }
  EXPECT_TRUE(SameSchema(*copy, Example().row));
  EXPECT_STREQ(copy->children[0]->dictionary->format, "u");
  EXPECT_EQ(std::string(copy->children[0]->metadata, 15), Example().metadata);
}

TEST(CopySchema, AChildMayBeMovedOut) {
  OwnedArrowSchema copy = CopySchema(Example().row);
  ArrowSchema moved = std::exchange(*copy->children[0], ArrowSchema{});
  {
    const OwnedArrowSchema gone = std::move(copy);
  }
  EXPECT_STREQ(moved.name, "name");
  moved.release(&moved);
}

TEST(SameSchema, SeesEveryDifference) {
  const Example original;
  Example other;
  EXPECT_TRUE(SameSchema(original.row, other.row));
  other.metadata[9] = 'q';
  EXPECT_FALSE(SameSchema(original.row, other.row)) << "metadata";
  Example renamed;
  renamed.column.name = "nome";
  EXPECT_FALSE(SameSchema(original.row, renamed.row)) << "name";
  Example typed;
  typed.values.format = "U";
  EXPECT_FALSE(SameSchema(original.row, typed.row)) << "type in a dictionary";
  Example required;
  required.column.flags = 0;
  EXPECT_FALSE(SameSchema(original.row, required.row)) << "flags";
  Example plain;
  plain.column.dictionary = nullptr;
  EXPECT_FALSE(SameSchema(original.row, plain.row)) << "no dictionary";
}

}  // namespace
}  // namespace ingot
