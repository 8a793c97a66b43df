// Columns that leave through an engine and come back, and those that a dataset cannot hold.
#include "column/arrow_import.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result_matchers.h"
#include "engine/duckdb/duckdb_engine.h"
#include "format/parquet/parquet_fixture.h"

namespace ingot {
namespace {

class ArrowImport : public testing::Test {
 protected:
  void SetUp() override {
    Result<std::unique_ptr<Engine>> engine = OpenDuckdb(EngineLimits{uint64_t{256} << 20U, 1, ""});
    if (!engine && engine.error().kind() == ErrorKind::kUnsupported) {
      GTEST_SKIP() << engine.error().ToString();
    }
    ASSERT_OK(engine);
    engine_ = *std::move(engine);
  }

  // All rows of a statement, taken in pieces of `step`.
  Result<ColumnBatch> Import(const std::string& sql, int64_t step = 1000) {
    INGOT_ASSIGN(const std::unique_ptr<RecordStream> stream, engine_->Run({sql, {}}, {}));
    INGOT_ASSIGN(const OwnedArrowSchema schema, stream->Schema());
    INGOT_ASSIGN(const ArrowImporter importer, ArrowImporter::Open(*schema));
    ColumnBatch columns = importer.Begin();
    while (true) {
      INGOT_ASSIGN(const OwnedArrowArray batch, stream->Next());
      if (batch.empty()) {
        return columns;
      }
      for (int64_t first = 0; first < batch->length; first += step) {
        INGOT_TRY(importer.Append(*batch, first, std::min(step, batch->length - first), &columns));
      }
    }
  }

  std::string FirstType(const std::string& sql) {
    const Result<ColumnBatch> batch = Import(sql);
    return batch ? FormatType(batch->schema->fields[0].type) : batch.error().ToString();
  }

  std::unique_ptr<Engine> engine_;
};

// What an engine keeps of a schema: everything may be null, JSON is text, and times are microseconds.
void AsAnEngineHasIt(std::vector<Field>& fields, TypeKind parent) {
  for (Field& field : fields) {
    field.nullable = parent != TypeKind::kMap || &field != fields.data();
    field.id = -1;
    field.type.kind = field.type.kind == TypeKind::kJson ? TypeKind::kString : field.type.kind;
    field.type.unit = TimeUnit::kMicros;
    AsAnEngineHasIt(field.type.fields, field.type.kind);
  }
}

TEST_F(ArrowImport, ColumnsOfAnyShapeComeBackAsTheyWere) {
  std::vector<std::unique_ptr<ScratchFile>> files;
  std::vector<UniqueFd> fds;
  std::vector<Schema> schemas;
  std::vector<TestRows> rows;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    RandomRows random(seed);
    schemas.push_back(random.MakeSchema(3));
    AsAnEngineHasIt(schemas.back().fields, TypeKind::kStruct);
    rows.emplace_back();
    for (int row = 0; row < 40; ++row) {
      rows.back().push_back(random.MakeRow(schemas.back()));
    }
    files.push_back(std::make_unique<ScratchFile>(WriteParquet(schemas.back(), {rows.back()}).bytes));
    fds.push_back(OpenFile(files.back()->path(), O_RDONLY).value());
    ASSERT_OK(engine_->Register({"t" + std::to_string(seed),
                                 schemas.back(),
                                 {},
                                 {schemas.back()},
                                 {{files.back()->path(), fds.back().get(), {}, 0}}}));
  }
  ASSERT_OK(engine_->Seal());
  for (size_t i = 0; i < schemas.size(); ++i) {
    const Result<ColumnBatch> found = Import("SELECT * FROM t" + std::to_string(i), 7);
    ASSERT_OK(found) << i;
    const ColumnBatch expected = ShredRows(schemas[i], rows[i]);
    ASSERT_EQ(*found->schema, schemas[i]) << i;
    ASSERT_EQ(found->rows, expected.rows);
    for (size_t leaf = 0; leaf < expected.leaves.size(); ++leaf) {
      EXPECT_EQ(PrintColumn(found->leaves[leaf]), PrintColumn(expected.leaves[leaf])) << i << " leaf " << leaf;
    }
  }
}

TEST_F(ArrowImport, TypesOfSqlBecomeTypesOfDatasets) {
  ASSERT_OK(engine_->Seal());
  EXPECT_EQ(FirstType("SELECT CAST(1 AS TINYINT)"), "int16");
  EXPECT_EQ(FirstType("SELECT CAST(1 AS USMALLINT)"), "int32");
  EXPECT_EQ(FirstType("SELECT CAST(1 AS UINTEGER)"), "int64");
  EXPECT_EQ(FirstType("SELECT CAST(1 AS UBIGINT)"), "int64");
  EXPECT_EQ(FirstType("SELECT sum(range) FROM range(10)"), "int64");
  EXPECT_EQ(FirstType("SELECT CAST(1 AS FLOAT)"), "double");
  EXPECT_EQ(FirstType("SELECT CAST(1.25 AS DECIMAL(12, 3))"), "decimal(12,3)");
  EXPECT_EQ(FirstType("SELECT DATE '2026-01-15'"), "date");
  EXPECT_EQ(FirstType("SELECT TIMESTAMP '2026-01-15 00:00:00'"), "timestamp[us]");
  EXPECT_EQ(FirstType("SELECT CAST('2026-01-15' AS TIMESTAMP_S)"), "timestamp[ms]");
  EXPECT_EQ(FirstType("SELECT NULL"), "int32");
}

TEST_F(ArrowImport, NumbersAreKeptOrRefused) {
  ASSERT_OK(engine_->Seal());
  const Result<ColumnBatch> sum = Import("SELECT -sum(CAST(range AS HUGEINT)) FROM range(5)");
  ASSERT_OK(sum);
  EXPECT_EQ(sum->leaves[0].ints[0], -10);
  const Result<ColumnBatch> seconds = Import("SELECT CAST('1970-01-01 00:00:02' AS TIMESTAMP_S)");
  ASSERT_OK(seconds);
  EXPECT_EQ(seconds->leaves[0].ints[0], 2000);
  for (const char* sql : {"SELECT 170141183460469231731687303715884105727::HUGEINT AS big",
                          "SELECT 18446744073709551615::UBIGINT AS big"}) {
    const Result<ColumnBatch> big = Import(sql);
    ASSERT_FALSE(big.ok()) << sql;
    EXPECT_EQ(big.error().kind(), ErrorKind::kInvalidData);
    EXPECT_NE(big.error().message().find("'big'"), std::string::npos) << big.error().message();
  }
}

TEST_F(ArrowImport, WhatADatasetCannotHoldIsNamed) {
  ASSERT_OK(engine_->Seal());
  for (const char* sql : {"SELECT INTERVAL 1 DAY AS x", "SELECT TIME '12:00:00' AS x", "SELECT [INTERVAL 1 DAY] AS x",
                          "SELECT MAP {1: 2} AS x", "SELECT CAST('a' AS ENUM ('a', 'b')) AS x",
                          "SELECT CAST(1 AS DECIMAL(30, 2)) AS x"}) {
    const Result<ColumnBatch> batch = Import(sql);
    ASSERT_FALSE(batch.ok()) << sql;
    EXPECT_EQ(batch.error().kind(), ErrorKind::kUnsupported) << sql;
    EXPECT_NE(batch.error().message().find("'x"), std::string::npos) << batch.error().message();
  }
  const Result<ColumnBatch> twice = Import("SELECT 1 AS a, 2 AS a");
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().kind(), ErrorKind::kUsage);
}

}  // namespace
}  // namespace ingot
