#include "cli/table.h"

#include <gtest/gtest.h>

namespace ingot {
namespace {

Table Example() {
  Table table({{"date"}, {"rows", CellKind::kCount}, {"bytes", CellKind::kBytes}, {"note"}});
  table.Add({std::string("2026-01-15"), uint64_t{2520}, uint64_t{1536}, std::string("two, \"quoted\"")});
  table.Add({std::string("2026-01-16"), Cell{}, Cell{}, std::string("日本 | x")});
  return table;
}

TEST(Table, AlignsByColumnsOfTheTerminal) {
  EXPECT_EQ(Example().Render(OutputFormat::kTable, 0),
            "date         rows    bytes  note\n"
            "2026-01-15  2,520  1.5 KiB  two, \"quoted\"\n"
            "2026-01-16                  日本 | x\n");
}

TEST(Table, CutsTheWidestTextToFitTheTerminal) {
  EXPECT_EQ(Example().Render(OutputFormat::kTable, 38),
            "date         rows    bytes  note\n"
            "2026-01-15  2,520  1.5 KiB  two, \"quo…\n"
            "2026-01-16                  日本 | x\n");
}

TEST(Table, JsonHoldsRawValuesAndNulls) {
  Table table(
      {{"rows", CellKind::kCount}, {"share", CellKind::kRatio}, {"ok", CellKind::kBool}, {"more", CellKind::kJson}});
  table.Add({uint64_t{2520}, 0.5, true, std::string("{\n  \"a\": 1\n}")});
  table.Add({Cell{}, Cell{}, Cell{}, Cell{}});
  EXPECT_EQ(table.Render(OutputFormat::kJsonLines, 0),
            "{\"rows\": 2520, \"share\": 0.5, \"ok\": true, \"more\": {\"a\": 1}}\n"
            "{\"rows\": null, \"share\": null, \"ok\": null, \"more\": null}\n");
  EXPECT_EQ(Table({{"a"}}).Render(OutputFormat::kJson, 0), "[]\n");
}

TEST(Table, CsvQuotesWhatNeedsIt) {
  EXPECT_EQ(Example().Render(OutputFormat::kCsv, 0),
            "date,rows,bytes,note\n"
            "2026-01-15,2520,1536,\"two, \"\"quoted\"\"\"\n"
            "2026-01-16,,,日本 | x\n");
}

TEST(Table, MarkdownEscapesBars) {
  EXPECT_EQ(Example().Render(OutputFormat::kMarkdown, 0),
            "| date | rows | bytes | note |\n"
            "| --- | ---: | ---: | --- |\n"
            "| 2026-01-15 | 2,520 | 1.5 KiB | two, \"quoted\" |\n"
            "| 2026-01-16 |  |  | 日本 \\| x |\n");
}

TEST(Table, WithoutRowsOnlyPeopleSeeNothing) {
  const Table table({{"a"}, {"b"}});
  EXPECT_EQ(table.Render(OutputFormat::kTable, 80), "");
  EXPECT_EQ(table.Render(OutputFormat::kCsv, 0), "a,b\n");
  EXPECT_EQ(table.Render(OutputFormat::kJsonLines, 0), "");
}

TEST(Cell, IsShownByItsKind) {
  EXPECT_EQ(CellForPeople(CellKind::kSeconds, 1.239), "1.24 s");
  EXPECT_EQ(CellForPeople(CellKind::kRatio, 0.125), "12.5 %");
  EXPECT_EQ(CellForPeople(CellKind::kCount, int64_t{-1234}), "-1,234");
  EXPECT_EQ(CellForPeople(CellKind::kInstant, UtcInstant{1768521909, 0}), "2026-01-16 00:05 UTC");
  EXPECT_EQ(CellAsJson(CellKind::kInstant, UtcInstant{1768521909, 0}), "\"2026-01-16T00:05:09.000000+00:00\"");
}

TEST(Table, SomeColumnsAreForProgramsOnly) {
  Table table({{"a"}, {"hash", CellKind::kText, ColumnAudience::kPrograms}});
  table.Add({std::string("x"), std::string("123")});
  EXPECT_EQ(table.Render(OutputFormat::kTable, 0), "a\nx\n");
  EXPECT_EQ(table.Render(OutputFormat::kMarkdown, 0), "| a |\n| --- |\n| x |\n");
  EXPECT_EQ(table.Render(OutputFormat::kCsv, 0), "a,hash\nx,123\n");
}

TEST(Table, NamedCellsLeaveTheOthersEmpty) {
  Table table({{"a"}, {"b"}, {"c", CellKind::kCount}});
  table.AddNamed({{"c", uint64_t{7}}, {"a", std::string("x")}});
  EXPECT_EQ(table.Render(OutputFormat::kCsv, 0), "a,b,c\nx,,7\n");
}

TEST(Table, ALineFeedInACellDoesNotBreakTheRow) {
  Table table({{"a"}});
  table.Add({std::string("x\ny")});
  EXPECT_EQ(table.Render(OutputFormat::kTable, 0), "a\nx y\n");
}

}  // namespace
}  // namespace ingot
