// What `[dataset.NAME.columns]` may say, read as part of a project.
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/result_matchers.h"
#include "model/project_file.h"

namespace ingot {
namespace {

std::string Text(std::string_view columns, std::string_view source = "", std::string_view path = "e/{part:int32}") {
  return "[project]\nname = \"p\"\n[dataset.d]\npath = \"" + std::string(path) +
         "\"\n[dataset.d.source]\ntype = \"synthetic\"\n" + std::string(source) + "\n[dataset.d.columns]\n" +
         std::string(columns) + "\n";
}

SyntheticSpec Spec(const std::string& text) {
  const auto project = ParseProject(text);
  EXPECT_OK(project) << text;
  return project ? project->datasets.at(0).source.synthetic : SyntheticSpec();
}

// Of the column that the members of one inline table declare.
GeneratedColumn Column(std::string_view members) {
  const SyntheticSpec spec = Spec(Text("c = { " + std::string(members) + " }"));
  return spec.columns.empty() ? GeneratedColumn() : spec.columns[0];
}

void Refused(std::string_view members, const std::string& part) {
  EXPECT_THAT(ParseProject(Text("c = { " + std::string(members) + " }")), IsErr(ErrorKind::kConfig, part)) << members;
}

void RefusedProject(const std::string& text, const std::string& part) {
  EXPECT_THAT(ParseProject(text), IsErr(ErrorKind::kConfig, part)) << text;
}

TEST(ColumnsReader, ColumnsChooseTheGeneratorAndKeepTheirOrder) {
  const SyntheticSpec spec =
      Spec(Text("z = { type = \"bool\" }\na = { type = \"date\" }\n\"b.c\" = { type = \"bool\" }"));
  EXPECT_EQ(spec.generator, GeneratorKind::kColumns);
  ASSERT_EQ(spec.columns.size(), 3U);
  EXPECT_EQ(spec.columns[0].name, "z");
  EXPECT_EQ(spec.columns[1].name, "a");
  EXPECT_EQ(spec.columns[2].name, "b.c");
  EXPECT_EQ(Spec(Text("a = { type = \"date\" }", "generator = \"columns\"")).generator, GeneratorKind::kColumns);
  RefusedProject(Text("a = { type = \"date\" }", "generator = \"events\""), "'columns': are not valid with generator");
  RefusedProject(Text(""), "[dataset.d.columns] needs a column");
  RefusedProject(Text("a = 5"), "column 'a' must be a table, but is an integer");
  RefusedProject(Text("\"\" = { type = \"bool\" }"), "a column needs a name");
  RefusedProject(
      "[project]\nname = \"p\"\n[dataset.d]\npath = \"e/{part:int32}\"\n[dataset.d.source]\n"
      "type = \"synthetic\"\ngenerator = \"columns\"\n",
      "'columns': generator = \"columns\" needs them");
  RefusedProject(
      "[project]\nname = \"p\"\n[dataset.d]\npath = \"e\"\n[dataset.d.source]\ntype = \"jsonl\"\n"
      "path = \"in\"\n[dataset.d.columns]\na = { type = \"bool\" }\n",
      "'columns': mean something only with type = \"synthetic\"");
}

TEST(ColumnsReader, DaysAreTheRowsOwnOrARange) {
  EXPECT_EQ(Column("type = \"date\"").rule, DrawRule::kDay);
  EXPECT_EQ(Column("type = \"timestamp[ns]\"").type.unit, TimeUnit::kNanos);
  const GeneratedColumn date = Column("type = \"date\", min = \"1970-01-02\", max = \"1970-02-01\"");
  EXPECT_EQ(date.rule, DrawRule::kUniform);
  EXPECT_EQ(date.low, 1);
  EXPECT_EQ(date.high, 31);
  const GeneratedColumn time =
      Column("type = \"timestamp[ms]\", min = \"1970-01-01T00:00:01.5Z\", max = \"1970-01-01T01:00:02+01:00\"");
  EXPECT_EQ(time.low, 1500);
  EXPECT_EQ(time.high, 2000);
  EXPECT_EQ(Column("type = \"timestamp[us]\", values = [\"1969-12-31T23:59:59.999999Z\"]").values[0], ColumnValue(-1));
  Refused("type = \"date\", min = \"1970-01-02\"", "'max': is missing; without both, values are of each row's own day");
  Refused("type = \"date\", min = 5, max = 6", "'min': must be a day such as \"2024-01-31\", but is an integer");
  Refused("type = \"timestamp[us]\", min = \"x\", max = \"y\"", "'min': ");
  Refused("type = \"timestamp[ns]\", values = [\"9999-01-01T00:00:00Z\"]", "is more than timestamp[ns] can hold");
  Refused("type = \"date\", distribution = \"zipf\"", "'distribution': is \"uniform\" with type = \"date\"");
  Refused("type = \"date\", sequence = {}", "'sequence': counts whole numbers");
}

TEST(ColumnsReader, RangesAreThoseOfTheType) {
  const GeneratedColumn whole = Column("type = \"int16\", min = -3, max = 32_767");
  EXPECT_EQ(whole.low, -3);
  EXPECT_EQ(whole.high, 32'767);
  const GeneratedColumn real = Column("type = \"double\", min = -1, max = 1.5");
  EXPECT_EQ(real.real_low, -1);
  EXPECT_EQ(real.real_high, 1.5);
  const GeneratedColumn money = Column("type = \"decimal(6,2)\", min = 0.29, max = 9999.99");
  EXPECT_EQ(money.low, 29);
  EXPECT_EQ(money.high, 999'999);
  const GeneratedColumn flag = Column("type = \"bool\", nulls = 0.25");
  EXPECT_EQ(flag.high, 1);
  EXPECT_EQ(flag.nulls, 0.25);
  Refused("type = \"int16\", min = 0, max = 32768", "'max': is more than int16 can hold");
  Refused("type = \"int64\", min = 5, max = 4", "'max': is below 'min'");
  Refused("type = \"int64\", min = 0.5, max = 4", "'min': must be a whole number, but is");
  Refused("type = \"int64\"", "'min': is missing: the values need a range, or 'values'");
  Refused("type = \"double\", min = 0, max = inf", "'max': must be a finite number");
  Refused("type = \"double\", min = -1.7e308, max = 1.7e308", "wider than a double can say");
  Refused("type = \"decimal(4,2)\", min = 0, max = 100", "'max': is more than decimal(4,2) can hold");
  Refused("type = \"decimal(4,2)\", min = 0.005, max = 1", "'min': has more digits after the point than decimal(4,2)");
  Refused("type = \"int64\", min = 1, max = 2, nulls = 1.5", "'nulls': is a share from 0.0 to 1.0");
  Refused("type = \"bool\", min = 0", "'min': is not valid with type = \"bool\" without 'values'");
  Refused("type = \"list<int64>\"", "'type': 'list<int64>' is not one of bool, int16");
  Refused("type = \"int65\"", "did you mean 'int");
  Refused("type = \"timestamp\"", "timestamp[ms], timestamp[us], timestamp[ns]");
  Refused("min = 1, max = 2", "[dataset.d.columns.c] needs 'type'");
  Refused("type = \"int64\", minn = 1", "unknown key 'minn' in [dataset.d.columns.c]; did you mean 'min'?");
}

TEST(ColumnsReader, ValuesAreOfTheType) {
  const GeneratedColumn text = Column("type = \"string\", values = [\"a\", \"b\"], weights = [0, 2.5]");
  EXPECT_EQ(text.values, (std::vector<ColumnValue>{"a", "b"}));
  EXPECT_EQ(text.weights, (std::vector<double>{0, 2.5}));
  EXPECT_EQ(Column("type = \"double\", values = [1, 2.5]").values, (std::vector<ColumnValue>{1.0, 2.5}));
  EXPECT_EQ(Column("type = \"decimal(4,1)\", values = [9.9]").values, (std::vector<ColumnValue>{int64_t{99}}));
  EXPECT_EQ(Column("type = \"bool\", values = [true]").values, (std::vector<ColumnValue>{int64_t{1}}));
  const GeneratedColumn zipf = Column("type = \"int64\", values = [5, 6], distribution = \"zipf\", exponent = 2");
  EXPECT_EQ(zipf.rule, DrawRule::kZipf);
  EXPECT_EQ(zipf.exponent, 2);
  Refused("type = \"string\", values = []", "'values': must be 1 to 65536 values");
  Refused("type = \"string\", values = [\"a\", 1]", "'values': must be a string, but is an integer");
  Refused("type = \"string\", values = [[]]", "'values' must be a list of strings, numbers or booleans");
  Refused("type = \"bool\", values = [1]", "'values': must be true or false");
  Refused("type = \"string\", values = [\"a\"], weights = [1, 2]", "'weights': there are 2 for 1 values");
  Refused("type = \"string\", values = [\"a\", \"b\"], weights = [0, 0]", "'weights': must not be negative, nor all 0");
  Refused("type = \"string\", values = [\"a\", \"b\"], weights = [2, -1]", "'weights': must not be negative");
  Refused("type = \"string\", values = [\"a\"], weights = [nan]", "'weights': must not be negative");
  Refused("type = \"string\", values = [\"a\"], weights = [\"1\"]", "'weights' must be a list of numbers");
  Refused("type = \"string\", weights = [1]", "'type': \"string\" needs 'values' or a 'pattern'");
  Refused("type = \"int64\", values = [1], min = 0", "'min': is not valid with 'values'");
  Refused("type = \"int64\", values = [1], weights = [1], distribution = \"zipf\"",
          "'distribution': is not valid with 'weights'");
  Refused("type = \"int64\", values = [1], distribution = \"normal\"", "is not valid with 'values', but for \"zipf\"");
}

TEST(ColumnsReader, DistributionsNeedTheirNumbersAndNoOthers) {
  const GeneratedColumn real = Column("type = \"double\", distribution = \"normal\", mean = 5, deviation = 2, min = 1");
  EXPECT_EQ(real.mean, 5);
  EXPECT_EQ(real.deviation, 2);
  EXPECT_EQ(real.real_low, 1);
  EXPECT_EQ(real.real_high, std::numeric_limits<double>::infinity());
  const GeneratedColumn whole =
      Column("type = \"int32\", distribution = \"normal\", mean = 5, deviation = 2, min = 1, max = 9");
  EXPECT_EQ(whole.real_low, 0.5);
  EXPECT_EQ(whole.real_high, 9.5);
  const GeneratedColumn free = Column("type = \"int32\", distribution = \"normal\", mean = 5, deviation = 2");
  EXPECT_EQ(free.low, INT32_MIN);
  EXPECT_EQ(free.high, INT32_MAX);
  const GeneratedColumn money = Column("type = \"decimal(8,2)\", distribution = \"exponential\", mean = 49.9");
  EXPECT_EQ(money.mean, 4990);
  EXPECT_EQ(money.low, 0);
  Refused("type = \"double\", distribution = \"normal\", mean = 5", "'deviation': is missing");
  Refused("type = \"double\", distribution = \"normal\", mean = 5, deviation = 0", "'deviation': must be above 0");
  Refused("type = \"double\", distribution = \"normal\", mean = 0, deviation = 1, min = 9",
          "'mean': no part of the distribution is between");
  Refused("type = \"double\", distribution = \"exponential\"", "'mean': is missing");
  Refused("type = \"double\", distribution = \"exponential\", mean = 1, min = 1", "'mean': must lie above 'min'");
  Refused("type = \"double\", distribution = \"exponential\", mean = 1, max = -1", "'max': is below 'min'");
  Refused("type = \"double\", distribution = \"exponential\", mean = 1, deviation = 1",
          "'deviation': is not valid with distribution = \"exponential\"");
  Refused("type = \"int64\", min = 1, max = 2, mean = 1", "'mean': is not valid with distribution = \"uniform\"");
  Refused("type = \"double\", distribution = \"zipf\", min = 1, max = 2", "\"zipf\" draws whole numbers");
  Refused("type = \"int64\", distribution = \"zipf\", min = 1", "'max': is missing");
  Refused("type = \"int64\", distribution = \"zipf\", min = 1, max = 2, exponent = 0", "'exponent': must be above 0");
  Refused("type = \"int64\", distribution = \"zipf\", min = 0, max = 9_007_199_254_740_992", "too many numbers");
  Refused("type = \"int64\", distribution = \"zpf\", min = 1, max = 2", "did you mean 'zipf'?");
}

TEST(ColumnsReader, SequencesStayInTheirType) {
  const GeneratedColumn column = Column("type = \"int32\", sequence = { start = 5, step = -2 }");
  EXPECT_EQ(column.rule, DrawRule::kSequence);
  EXPECT_EQ(column.start, 5);
  EXPECT_EQ(column.step, -2);
  EXPECT_EQ(Column("type = \"int64\", sequence = {}").start, 1);
  EXPECT_OK(ParseProject(Text("c = { type = \"int16\", sequence = {} }", "rows = 32_767")));
  RefusedProject(Text("c = { type = \"int16\", sequence = {} }", "rows = 32_768"),
                 "'columns': the sequence of column 'c' leaves int16 before row 32768");
  RefusedProject(Text("c = { type = \"int16\", sequence = { step = -1 } }", "rows = 32_771"), "leaves int16");
  Refused("type = \"int64\", sequence = { start = 9_223_372_036_854_775_807 }", "leaves int64 before row 1000000");
  Refused("type = \"int64\", sequence = { step = 0 }", "'step': must not be 0");
  Refused("type = \"int64\", sequence = { from = 1 }", "unknown key 'from' in [dataset.d.columns.c.sequence]");
  Refused("type = \"int64\", sequence = {}, min = 1", "'min': is not valid with 'sequence'");
  Refused("type = \"double\", sequence = {}", "'sequence': counts whole numbers");
}

TEST(ColumnsReader, PatternsHaveOneNumber) {
  const auto pattern = [](std::string_view text) {
    const GeneratedColumn column =
        Column("type = \"string\", min = 1, max = 2, pattern = \"" + std::string(text) + "\"");
    return column.pattern.value_or(TextPattern());
  };
  EXPECT_EQ(pattern("user_{n}"), (TextPattern{"user_", "", 0, false}));
  EXPECT_EQ(pattern("{n:08}"), (TextPattern{"", "", 8, false}));
  EXPECT_EQ(pattern("{{{n:x}}}-{{"), (TextPattern{"{", "}-{", 0, true}));
  EXPECT_EQ(pattern("{n:016x}z"), (TextPattern{"", "z", 16, true}));
  for (const std::string_view wrong : {"{n:}", "{n:8}", "{n:0}", "{n:065}", "{n:0a}", "{m}", "{}", "{n:xx}", "{nx}"}) {
    Refused("type = \"string\", min = 1, max = 2, pattern = \"" + std::string(wrong) + "\"",
            "is not one of {n}, {n:08}");
  }
  Refused("type = \"string\", min = 1, max = 2, pattern = \"x\"", "'pattern': needs the placeholder of a number, {n}");
  Refused("type = \"string\", min = 1, max = 2, pattern = \"{n}{n}\"", "is not the one placeholder of a number");
  Refused("type = \"string\", min = 1, max = 2, pattern = \"{n\"", "is not the one placeholder of a number");
  Refused("type = \"string\", min = 1, max = 2, pattern = \"}{n}\"", "is not the one placeholder of a number");
  Refused("type = \"string\", min = 1.5, max = 2, pattern = \"{n}\"", "'min': must be a whole number");
  Refused("type = \"string\", pattern = \"{n}\"", "'min': is missing");
  Refused("type = \"int64\", pattern = \"{n}\", min = 1, max = 2",
          "'pattern': makes texts: it needs type = \"string\"");
  Refused("type = \"string\", values = [\"a\"], pattern = \"{n}\"", "'pattern': is not valid with 'values'");
}

TEST(ColumnsReader, AFolderHasTheDateAlready) {
  EXPECT_OK(ParseProject(Text("date = { type = \"date\" }")));
  RefusedProject(Text("date = { type = \"date\" }", "", "e/date={date}/{part:int32}"),
                 "'columns': the folders have a column 'date' already");
  RefusedProject(Text("t = { type = \"timestamp[ns]\" }", "end = \"2300-01-01\""), "the years 1678 to 2261 only");
}

TEST(ColumnsReader, EverySettingIsPartOfTheDigest) {
  const auto digest = [](std::string_view members) {
    return SettingsDigest(ParseProject(Text("c = { " + std::string(members) + " }")).value().datasets.at(0));
  };
  const std::vector<std::string> all = {
      "type = \"int64\", min = 1, max = 2",
      "type = \"int32\", min = 1, max = 2",
      "type = \"int64\", min = 0, max = 2",
      "type = \"int64\", min = 1, max = 3",
      "type = \"int64\", min = 1, max = 2, nulls = 0.5",
      "type = \"int64\", values = [1, 2]",
      "type = \"int64\", values = [1, 2], weights = [1, 2]",
      "type = \"int64\", values = [1, 2], distribution = \"zipf\"",
      "type = \"int64\", min = 1, max = 2, distribution = \"zipf\"",
      "type = \"int64\", min = 1, max = 2, distribution = \"zipf\", exponent = 2",
      "type = \"int64\", distribution = \"normal\", mean = 1, deviation = 1",
      "type = \"int64\", distribution = \"normal\", mean = 2, deviation = 1",
      "type = \"int64\", distribution = \"normal\", mean = 1, deviation = 2",
      "type = \"int64\", distribution = \"exponential\", mean = 1",
      "type = \"int64\", sequence = {}",
      "type = \"int64\", sequence = { start = 2 }",
      "type = \"int64\", sequence = { step = 2 }",
      "type = \"string\", min = 1, max = 2, pattern = \"{n}\"",
      "type = \"string\", min = 1, max = 2, pattern = \"{n:x}\"",
      "type = \"string\", min = 1, max = 2, pattern = \"{n:02}\"",
      "type = \"string\", min = 1, max = 2, pattern = \"{n}a\"",
      "type = \"double\", min = 1, max = 2",
      "type = \"double\", min = 1, max = 2.5",
      "type = \"date\"",
  };
  std::vector<std::string> digests;
  for (const std::string& members : all) {
    digests.push_back(digest(members));
    EXPECT_EQ(std::count(digests.begin(), digests.end(), digests.back()), 1) << members;
  }
}

}  // namespace
}  // namespace ingot
