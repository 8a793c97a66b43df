// Manifests of every shape against an ordered map of their rows.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "base/result_matchers.h"
#include "lookup/key_index.h"
#include "lookup/lookup_fixture.h"

namespace ingot {
namespace {

struct Shape {
  std::string name;
  std::vector<bool> is_text;
  std::vector<uint64_t> domain;  // how many values a column may have
  size_t rows = 0;
  uint64_t odd_paths = 0;  // of 100
  // One text is long: groups of so different length are packed, and have no places of equal size.
  bool has_giant = false;
};

std::string NameOf(const Shape& shape) { return shape.name + (shape.has_giant ? "_giant" : ""); }
void PrintTo(const Shape& shape, std::ostream* out) { *out << NameOf(shape); }

int64_t NumberOf(uint64_t value) { return static_cast<int64_t>(value) * 7 - 50; }
std::string TextOf(uint64_t value) { return "v" + std::to_string(value * 2654435761U % 1'000'000'007U); }

struct Row {
  std::vector<RowValue> key;
  std::string path;
};

bool RowLess(const Row& a, const Row& b) {
  for (size_t i = 0; i < a.key.size(); ++i) {
    if (a.key[i].text != b.key[i].text || a.key[i].integer != b.key[i].integer) {
      return a.key[i].text != b.key[i].text ? a.key[i].text < b.key[i].text : a.key[i].integer < b.key[i].integer;
    }
  }
  return false;
}

class LookupShapes : public testing::TestWithParam<Shape> {
 protected:
  std::vector<RowValue> RandomKey(uint64_t wider) {
    std::vector<RowValue> key;
    for (size_t i = 0; i < GetParam().is_text.size(); ++i) {
      const uint64_t value = random_() % (GetParam().domain[i] + wider);
      key.push_back(GetParam().is_text[i] ? RowValue::Text(TextOf(value)) : RowValue::Int(NumberOf(value)));
    }
    return key;
  }
  std::vector<KeyPart> PartsOf(const std::vector<RowValue>& key) const {
    std::vector<KeyPart> parts;
    for (size_t i = 0; i < key.size(); ++i) {
      parts.push_back(GetParam().is_text[i] ? KeyPart(std::string_view(key[i].text)) : KeyPart(key[i].integer));
    }
    return parts;
  }
  static std::string PrintKey(const std::vector<RowValue>& key) {
    std::string text;
    for (const RowValue& value : key) {
      text += value.text + "/" + std::to_string(value.integer) + "|";
    }
    return text;
  }
  std::vector<Row> MakeRows() {
    std::vector<Row> rows;
    const size_t giant = GetParam().has_giant ? GetParam().rows / 2 : GetParam().rows;
    for (size_t i = 0; i < GetParam().rows; ++i) {
      Row row{RandomKey(0), {}};
      if (i == giant) {
        (GetParam().is_text[0] ? row.key[0] : row.key[1]).text += std::string(3000, 'x');
      }
      row.path = "root";
      for (const RowValue& value : row.key) {
        row.path += "/x_" + (value.text.empty() ? std::to_string(value.integer) : value.text);
      }
      if (random_() % 100 < GetParam().odd_paths) {
        row.path = "odd" + std::to_string(random_() % 1000);
      }
      rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), RowLess);
    return rows;
  }
  std::string ManifestOf(const std::vector<Row>& rows) const {
    std::string type = "struct<";
    for (size_t i = 0; i < GetParam().is_text.size(); ++i) {
      type += "k" + std::to_string(i) +
              (GetParam().is_text[i]               ? ":string,"
               : GetParam().domain[i] > UINT16_MAX ? ":int64,"
                                                   : ":int32,");
    }
    TestRows values;
    for (const Row& row : rows) {
      values.push_back(row.key);
      values.back().push_back(RowValue::Text(row.path));
    }
    return ManifestBytes({type + "file_path:string>", {}, 777}, values);
  }

  std::mt19937_64 random_{11};
};

TEST_P(LookupShapes, AnswersLikeAnOrderedMap) {
  const TestFolder folder;
  const std::vector<Row> rows = MakeRows();
  WriteBytes(folder.File("m.parquet"), ManifestOf(rows));
  const auto lookup = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(lookup);
  std::map<std::string, std::vector<std::string>> paths;
  for (const Row& row : rows) {
    paths[PrintKey(row.key)].push_back(row.path);
  }
  ASSERT_EQ(lookup->report().keys, paths.size());
  const auto expect_key = [&](const std::vector<RowValue>& key) {
    const auto found = lookup->GetAll(PartsOf(key));
    ASSERT_OK(found);
    const auto wanted = paths.find(PrintKey(key));
    ASSERT_EQ(*found, wanted == paths.end() ? std::vector<std::string>() : wanted->second) << PrintKey(key);
    std::string first;
    ASSERT_EQ(*lookup->Find(PartsOf(key), &first), wanted != paths.end());
    ASSERT_EQ(first, wanted == paths.end() ? "" : wanted->second[0]);
  };
  for (const Row& row : rows) {
    expect_key(row.key);
  }
  for (int i = 0; i < 3000; ++i) {
    expect_key(RandomKey(5));
  }
}

TEST_P(LookupShapes, RecordsAreThoseOfTheRows) {
  const TestFolder folder;
  const std::vector<Row> rows = MakeRows();
  WriteBytes(folder.File("m.parquet"), ManifestOf(rows));
  const auto lookup = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(lookup);
  const size_t columns = GetParam().is_text.size();
  for (int round = 0; round < 60; ++round) {
    const std::vector<RowValue> key = round % 4 == 0 ? RandomKey(3) : rows[random_() % rows.size()].key;
    const std::vector<KeyPart> parts = PartsOf(key);
    const uint64_t chosen = 1 + random_() % ((uint64_t{1} << columns) - 1);
    std::vector<std::string> names;
    std::vector<ColumnCondition> conditions;
    for (size_t i = 0; i < columns; ++i) {
      names.push_back("k" + std::to_string(i));
    }
    for (size_t i = 0; i < columns; ++i) {
      if ((chosen >> i & 1U) != 0) {
        conditions.push_back({names[i], parts[i]});
      }
    }
    std::vector<std::string> wanted;
    for (const Row& row : rows) {
      bool meets = true;
      for (size_t i = 0; i < columns; ++i) {
        meets = meets &&
                ((chosen >> i & 1U) == 0 || (row.key[i].text == key[i].text && row.key[i].integer == key[i].integer));
      }
      if (meets) {
        wanted.push_back(PrintKey(row.key) + row.path);
      }
    }
    const auto records = lookup->Records(conditions);
    ASSERT_OK(records);
    ASSERT_EQ(records->rows(), wanted.size());
    for (uint64_t row = 0; row < wanted.size(); ++row) {
      std::string text;
      for (size_t i = 0; i < columns; ++i) {
        const ColumnValues& values = records->keys[i];
        text += GetParam().is_text[i] ? std::string(values.TextAt(row)) + "/0|"
                                      : "/" + std::to_string(values.numbers[row]) + "|";
      }
      ASSERT_EQ(text + std::string(records->paths.TextAt(row)), wanted[row]);
    }
  }
}

TEST_P(LookupShapes, UniqueValuesAreThoseOfTheRows) {
  const TestFolder folder;
  const std::vector<Row> rows = MakeRows();
  WriteBytes(folder.File("m.parquet"), ManifestOf(rows));
  const auto lookup = Lookup::Open(folder.File("m.parquet"));
  ASSERT_OK(lookup);
  for (size_t i = 0; i < GetParam().is_text.size(); ++i) {
    const auto unique = lookup->Unique("k" + std::to_string(i));
    ASSERT_OK(unique);
    if (GetParam().is_text[i]) {
      std::set<std::string> values;
      for (const Row& row : rows) {
        values.insert(row.key[i].text);
      }
      ASSERT_EQ(unique->size(), values.size());
      uint64_t at = 0;
      for (const std::string& value : values) {
        ASSERT_EQ(unique->TextAt(at++), value);
      }
    } else {
      std::set<int64_t> values;
      for (const Row& row : rows) {
        values.insert(row.key[i].integer);
      }
      ASSERT_EQ(unique->numbers, std::vector<int64_t>(values.begin(), values.end()));
    }
  }
}

std::vector<Shape> Shapes() {
  std::vector<Shape> shapes{{"one_text", {true}, {5000}, 3000, 0},
                            {"one_text_odd_paths", {true}, {5000}, 3000, 60},
                            {"one_number", {false}, {1'000'000'000'000}, 3000, 0},
                            {"dense_pairs", {true, false}, {100, 40}, 6000, 5},
                            {"many_cells", {false, true}, {6, 2000}, 8000, 5},
                            {"sparse_pairs", {true, true}, {100'000, 100'000}, 3000, 10},
                            {"few_of_many_cells", {true, false}, {300, 3000}, 2000, 10},
                            {"three", {true, false, true}, {30, 5, 20}, 4000, 10},
                            {"three_sparse", {true, true, false}, {50, 5000, 4}, 3000, 10},
                            {"four", {false, true, false, true}, {4, 4, 4, 40}, 3000, 10},
                            {"four_sparse", {true, true, true, true}, {9999, 9999, 9999, 9999}, 2000, 100},
                            {"all_one_key", {true, false}, {1, 1}, 50, 50}};
  for (size_t i = shapes.size(); i-- > 0;) {
    if (shapes[i].name != "one_number") {
      shapes.push_back(shapes[i]);
      shapes.back().has_giant = true;
    }
  }
  return shapes;
}

INSTANTIATE_TEST_SUITE_P(Shapes, LookupShapes, testing::ValuesIn(Shapes()),
                         [](const auto& shape) { return NameOf(shape.param); });

}  // namespace
}  // namespace ingot
