// Writes Parquet files that cover what the writer can do, each with the values that a reader must find in it:
//   parquet_battery DIRECTORY
// NAME.json: {"types": TYPE of each column, "rows": [[value, …], …]}. Doubles are texts in hexadecimal, binary values
// are texts in hexadecimal, times, dates and decimals are integers, maps are lists of [key, value].
#include <fcntl.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "column/row_shredder.h"
#include "format/parquet/file_writer.h"

namespace ingot {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<RowValue>>;

Json TypeToJson(const DataType& type) {
  Json json = {{"type", FormatType(type)}, {"kind", static_cast<int>(type.kind)}, {"fields", Json::array()}};
  for (const Field& field : type.fields) {
    json["fields"].push_back({{"name", field.name}, {"nullable", field.nullable}, {"of", TypeToJson(field.type)}});
  }
  return json;
}

std::string Hex(const std::string& bytes) {
  std::string hex;
  for (const char byte : bytes) {
    char two[3];
    std::snprintf(two, sizeof(two), "%02x", static_cast<unsigned char>(byte));
    hex += two;
  }
  return hex;
}

Json ValueToJson(const Field& field, const RowValue& value) {
  if (field.nullable && !value.present) {
    return nullptr;
  }
  Json json = Json::array();
  switch (field.type.kind) {
    case TypeKind::kStruct:
      for (size_t i = 0; i < field.type.fields.size(); ++i) {
        json.push_back(ValueToJson(field.type.fields[i], value.children[i]));
      }
      return json;
    case TypeKind::kList:
      for (const RowValue& element : value.children) {
        json.push_back(ValueToJson(field.type.fields[0], element));
      }
      return json;
    case TypeKind::kMap:
      for (size_t i = 0; i < value.children.size(); i += 2) {
        json.push_back({ValueToJson(field.type.fields[0], value.children[i]),
                        ValueToJson(field.type.fields[1], value.children[i + 1])});
      }
      return json;
    case TypeKind::kBool:
      return value.integer != 0;
    case TypeKind::kDouble: {
      char text[64];
      std::snprintf(text, sizeof(text), "%a", value.number);
      return text;
    }
    case TypeKind::kBinary:
      return Hex(value.text);
    case TypeKind::kString:
    case TypeKind::kJson:
      return value.text;
    default:
      return value.integer;
  }
}

void Require(const Result<void>& result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
    std::exit(1);  // NOLINT(concurrency-mt-unsafe): a program of one thread
  }
}

class Battery {
 public:
  explicit Battery(std::string directory) : directory_(std::move(directory)) {}

  // Rows are written in row groups of `row_group_rows`, each from fragments of a few rows.
  void Write(const std::string& name, const Schema& schema, const Rows& rows, const ParquetOptions& options = {},
             size_t row_group_rows = 1000) {
    Require(WriteParquet(directory_ + "/" + name + ".parquet", schema, rows, options, row_group_rows));
    Json json;
    for (const Field& field : schema.fields) {
      json["types"].push_back({{"name", field.name}, {"nullable", field.nullable}, {"of", TypeToJson(field.type)}});
    }
    json["rows"] = Json::array();
    for (const std::vector<RowValue>& row : rows) {
      Json values = Json::array();
      for (size_t i = 0; i < row.size(); ++i) {
        values.push_back(ValueToJson(schema.fields[i], row[i]));
      }
      json["rows"].push_back(std::move(values));
    }
    Require(WriteText(directory_ + "/" + name + ".json", json.dump()));
  }

 private:
  static Result<void> WriteText(const std::string& path, const std::string& text) {
    INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC));
    return WriteAll(fd.get(), text, path);
  }

  static Result<void> WriteParquet(const std::string& path, const Schema& schema, const Rows& rows,
                                   const ParquetOptions& options, size_t row_group_rows) {
    INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC));
    FdSink sink(fd.get(), path);
    INGOT_ASSIGN(ParquetFileWriter writer, ParquetFileWriter::Open(sink, schema, options));
    for (size_t begin = 0; begin < rows.size(); begin += row_group_rows) {
      const size_t end = std::min(rows.size(), begin + row_group_rows);
      std::vector<ColumnBatch> fragments;
      for (size_t from = begin; from < end; from += 97) {
        const size_t to = std::min(end, from + 97);
        fragments.push_back(ShredRows(
            schema, {rows.begin() + static_cast<ptrdiff_t>(from), rows.begin() + static_cast<ptrdiff_t>(to)}));
      }
      std::vector<EncodedChunk> chunks;
      for (size_t leaf = 0; leaf < writer.leaves().size(); ++leaf) {
        std::vector<const LeafColumn*> parts;
        for (const ColumnBatch& fragment : fragments) {
          parts.push_back(&fragment.leaves[leaf]);
        }
        INGOT_ASSIGN(EncodedChunk chunk, EncodeChunk(writer.leaves()[leaf], parts, options));
        chunks.push_back(std::move(chunk));
      }
      INGOT_TRY(writer.AppendRowGroup(end - begin, std::move(chunks)));
    }
    INGOT_TRY(writer.Finish({{"ingot.test", "räksmörgås"}, {"second", ""}}));
    return {};
  }

  std::string directory_;
};

Schema SchemaOf(const std::string& struct_type) {
  const Result<DataType> type = ParseType(struct_type);
  if (!type) {
    Require(type.error());
  }
  Schema schema{type->fields};
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    schema.fields[i].id = static_cast<int32_t>(100 + i);
  }
  return schema;
}

constexpr const char* kAllTypes =
    "struct<bool:bool,int16:int16,int32:int32,int64:int64,double:double,string:string,binary:binary,json:json,date:"
    "date,"
    "ms:timestamp[ms],us:timestamp[us],ns:timestamp[ns],decimal:decimal(18,4),small:decimal(5,2)>";

template <typename T>
T Cycle(const std::vector<T>& values, size_t i) {
  return values[i % values.size()];
}

Rows AllTypesRows(size_t count) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> doubles = {0.0,     -0.0,      1.5,        -1e308, 1e308, 5e-324,
                                       -5e-324, kInfinity, -kInfinity, kNan,   0.1};
  const std::vector<std::string> texts = {
      "", "a", "ß", "naïve café", "\xF0\x9F\x98\x80", std::string(3000, 'x'), "a\tb\n\"c\"", "zz"};
  const std::vector<std::string> bytes = {"", std::string("\0\xFF\x80", 3), "abc", std::string(700, '\xFF')};
  // Days and times that Python's own types can hold.
  const std::vector<int64_t> dates = {0, -1, 20'000, -719'162, 2'932'896};
  const std::vector<int64_t> seconds = {0, -1, 1'767'225'600, -2'000'000'000, 9'000'000'000};
  Rows rows;
  for (size_t i = 0; i < count; ++i) {
    std::vector<RowValue> row = {
        RowValue::Int(i % 3 == 0 ? 1 : 0),
        RowValue::Int(Cycle<int64_t>({0, -32768, 32767, 5}, i)),
        RowValue::Int(Cycle<int64_t>({0, INT32_MIN, INT32_MAX, -7}, i)),
        RowValue::Int(Cycle<int64_t>({0, kMin, kMax, 42, -1}, i)),
        RowValue::Double(Cycle(doubles, i)),
        RowValue::Text(Cycle(texts, i)),
        RowValue::Text(Cycle(bytes, i)),
        RowValue::Text(Cycle<std::string>({"{}", "[1,2]", "null", "{\"a\":\"ü\"}", "1e400"}, i)),
        RowValue::Int(Cycle(dates, i)),
        RowValue::Int(Cycle(seconds, i) * 1000 + 7),
        RowValue::Int(Cycle(seconds, i) * 1'000'000 - 7),
        RowValue::Int(Cycle(seconds, i) * 1'000'000'000 + 123'456'789),
        RowValue::Int(Cycle<int64_t>({0, 999'999'999'999'999'999, -999'999'999'999'999'999, 12'345}, i)),
        RowValue::Int(Cycle<int64_t>({0, 99'999, -99'999, 1}, i)),
    };
    // Every column is null in a row of its own, and some rows are null altogether.
    for (size_t column = 0; column < row.size(); ++column) {
      if ((i + column) % 13 == 0 || i % 31 == 7) {
        row[column] = RowValue::Null();
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void WriteTypes(Battery* battery) {
  const Schema schema = SchemaOf(kAllTypes);
  const Rows rows = AllTypesRows(300);
  battery->Write("all_types_zstd", schema, rows);
  ParquetOptions options;
  options.codec = ParquetCodec::kSnappy;
  battery->Write("all_types_snappy", schema, rows, options, 70);
  options.codec = ParquetCodec::kNone;
  options.page_rows = 11;
  battery->Write("all_types_plain_pages", schema, rows, options);
  battery->Write("empty",
                 SchemaOf(std::string("struct<all:") + kAllTypes +
                          ",list:list<struct<a:int64>>,map:map<string,int64>,nothing:null>"),
                 {});

  Schema required = schema;
  for (Field& field : required.fields) {
    field.nullable = false;
  }
  Rows present = rows;
  std::erase_if(present, [](const std::vector<RowValue>& row) {
    return std::any_of(row.begin(), row.end(), [](const RowValue& value) { return !value.present; });
  });
  battery->Write("required", required, present);
}

void WriteNested(Battery* battery) {
  const Schema nulls = SchemaOf("struct<id:int64,n:null,s:struct<n:null,x:int64>,l:list<null>,m:map<string,null>>");
  Rows rows;
  for (int64_t i = 0; i < 40; ++i) {
    const RowValue list =
        i % 4 == 0 ? RowValue::Null() : RowValue::Group(std::vector<RowValue>(static_cast<size_t>(i % 4 - 1)));
    const RowValue map = i % 5 == 0 ? RowValue::Group({}) : RowValue::Group({RowValue::Text("k"), RowValue::Null()});
    const RowValue group = i % 3 == 0 ? RowValue::Null() : RowValue::Group({RowValue::Null(), RowValue::Int(i)});
    rows.push_back({RowValue::Int(i), RowValue::Null(), group, list, map});
  }
  battery->Write("nulls", nulls, rows);

  for (uint64_t seed = 0; seed < 24; ++seed) {
    RandomRows random(seed);
    const Schema schema = random.MakeSchema(3);
    Rows nested;
    for (int i = 0; i < 150; ++i) {
      nested.push_back(random.MakeRow(schema));
    }
    ParquetOptions options;
    options.page_rows = seed % 3 == 0 ? 20 : options.page_rows;
    options.page_bytes = seed % 3 == 1 ? 300 : options.page_bytes;
    battery->Write("nested_" + std::to_string(seed), schema, nested, options, seed % 2 == 0 ? 1000 : 61);
  }
}

// Columns whose best encodings differ.
void WriteEncodings(Battery* battery) {
  const Schema schema = SchemaOf(
      "struct<constant:double,few:double,price:double,noise:double,sequence:int64,small:int32,clock:timestamp[ms],"
      "stamp:string,unique:string,word:string,flag:bool,sparse:int64,list:list<struct<ts:string,mid:double>>>");
  std::mt19937_64 random(7);
  const auto below = [&random](uint64_t bound) { return static_cast<int64_t>(random() % bound); };
  Rows rows;
  double price = 100;
  int64_t clock = 1'767'225'600'000;
  for (int64_t i = 0; i < 12'000; ++i) {
    price += static_cast<double>(below(201) - 100) / 1000.0;
    clock += 900 + below(200);
    char stamp[64];
    std::snprintf(stamp, sizeof(stamp), "2026-01-15T%02d:%02d:%02d.%03dZ", static_cast<int>(i / 600 % 24),
                  static_cast<int>(i / 10 % 60), static_cast<int>(i * 6 % 60), static_cast<int>(below(1000)));
    std::string unique(16, ' ');
    for (char& c : unique) {
      c = static_cast<char>('!' + below(90));
    }
    std::vector<RowValue> elements;
    for (int64_t j = i % 5; j > 0; --j) {
      elements.push_back(RowValue::Group({RowValue::Text(stamp), RowValue::Double(std::round(price * 100) / 100)}));
    }
    rows.push_back({RowValue::Double(3.25), RowValue::Double(static_cast<double>(below(30)) / 7),
                    RowValue::Double(std::round(price * 1000) / 1000),
                    RowValue::Double(1 + static_cast<double>(random()) / 1e20), RowValue::Int(1'000'000 + i * 3),
                    RowValue::Int(below(1000)), RowValue::Int(clock), RowValue::Text(stamp), RowValue::Text(unique),
                    RowValue::Text("word" + std::to_string(below(200))), RowValue::Int(i / 100 % 2),
                    i % 50 == 0 ? RowValue::Int(below(5)) : RowValue::Null(), RowValue::Group(std::move(elements))});
  }
  battery->Write("encodings", schema, rows, {}, 7000);
  ParquetOptions small_pages;
  small_pages.page_bytes = 8192;
  small_pages.page_rows = 2500;
  battery->Write("encodings_small_pages", schema, rows, small_pages, 7000);
}

// Enough doubles without any repetition for their bytes to be split.
void WriteNoise(Battery* battery) {
  std::mt19937_64 random(5);
  Rows rows;
  for (int i = 0; i < 100'000; ++i) {
    rows.push_back({RowValue::Double(1 + static_cast<double>(random()) / 1e20)});
  }
  battery->Write("noise", SchemaOf("struct<noise:double>"), rows, {}, 100'000);
}

// Values that readers look for by filters: sorted and unsorted, with bloom filters and page indexes.
void WriteFilters(Battery* battery) {
  const Schema schema =
      SchemaOf("struct<id:int64,name:string,score:double,day:date,small:int16,group:struct<key:string>>");
  std::mt19937_64 random(11);
  Rows rows;
  for (int64_t i = 0; i < 4000; ++i) {
    const auto pick = static_cast<int64_t>(random() % 97);
    const double score = pick % 10 == 0   ? NAN
                         : pick % 10 == 1 ? -0.0
                         : pick % 10 == 2 ? 0.0
                                          : static_cast<double>(pick) / 8;
    rows.push_back({RowValue::Int(i / 7),
                    i % 11 == 0
                        ? RowValue::Null()
                        : RowValue::Text("name-" + std::string(static_cast<size_t>(pick), 'n') + std::to_string(pick)),
                    RowValue::Double(score), RowValue::Int(19'000 + pick), RowValue::Int(pick - 50),
                    i % 13 == 0 ? RowValue::Null() : RowValue::Group({RowValue::Text(std::to_string(pick % 5))})});
  }
  ParquetOptions options;
  options.page_rows = 100;
  options.bloom_columns = {"id", "name", "score", "day", "small", "group.key"};
  options.sorted_by = {{"id", false, false}};
  battery->Write("filters", schema, rows, options, 900);
}

}  // namespace
}  // namespace ingot

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: parquet_battery DIRECTORY\n");
    return 2;
  }
  ingot::Battery battery(argv[1]);
  ingot::WriteTypes(&battery);
  ingot::WriteNested(&battery);
  ingot::WriteEncodings(&battery);
  ingot::WriteNoise(&battery);
  ingot::WriteFilters(&battery);
  return 0;
}
