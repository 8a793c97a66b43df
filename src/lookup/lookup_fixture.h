// Key manifests for the tests of this folder, and what they should answer.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "format/parquet/parquet_fixture.h"
#include "lookup/lookup.h"

namespace ingot {

// A folder that is gone with the object.
class TestFolder {
 public:
  TestFolder() {
    // In memory where there is such a place: some tests write thousands of files.
    std::string path =
        (::access("/dev/shm", W_OK) == 0 ? std::string("/dev/shm/") : testing::TempDir()) + "ingot_lookup_XXXXXX";
    EXPECT_NE(::mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  std::string File(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string ReadBytes(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline constexpr std::string_view kGeneTemplate = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl";

struct GeneRow {
  std::string gene;
  int64_t tissue = 0;
  std::string path;
};

inline std::string GenePath(const std::string& gene, int64_t tissue) {
  return "s3://bucket/v1/ad/" + gene + "/model_tissue_" + std::to_string(tissue) + ".tl";
}

inline std::string GeneName(uint64_t i) {
  const std::string digits = std::to_string(i);
  return "ENSG" + std::string(11 - std::min<size_t>(11, digits.size()), '0') + digits + "." + std::to_string(i % 20);
}

// `genes` × tissues 0, 3, 6, …; every seventh cell is empty.
inline std::vector<GeneRow> GeneRows(uint64_t genes, int64_t tissues) {
  std::vector<GeneRow> rows;
  for (uint64_t gene = 0; gene < genes; ++gene) {
    for (int64_t tissue = 0; tissue < tissues; ++tissue) {
      if ((gene * 31 + static_cast<uint64_t>(tissue)) % 7 != 0) {
        rows.push_back({GeneName(gene), tissue * 3, GenePath(GeneName(gene), tissue * 3)});
      }
    }
  }
  return rows;
}

struct ManifestSpec {
  std::string type;  // of a row: "struct<gene_id:string,tissue_id:int32,file_path:string>"
  KeyValues metadata;
  size_t rows_per_group = 1000;
};

inline std::string ManifestBytes(const ManifestSpec& spec, const TestRows& rows) {
  StringSink sink;
  ParquetOptions options;
  options.codec = ParquetCodec::kSnappy;
  Result<ParquetFileWriter> writer = ParquetFileWriter::Open(sink, SchemaOfType(spec.type), options);
  EXPECT_OK(writer);
  for (size_t begin = 0; begin < rows.size(); begin += spec.rows_per_group) {
    const size_t end = std::min(rows.size(), begin + spec.rows_per_group);
    const TestRows group(rows.begin() + static_cast<ptrdiff_t>(begin), rows.begin() + static_cast<ptrdiff_t>(end));
    EXPECT_OK(writer->AppendRowGroup(group.size(), EncodeRows(*writer, group, 1000)));
  }
  EXPECT_OK(writer->Finish(spec.metadata));
  return sink.text();
}

inline std::string GeneManifest(const std::vector<GeneRow>& rows, bool with_template = true) {
  TestRows values;
  for (const GeneRow& row : rows) {
    values.push_back({RowValue::Text(row.gene), RowValue::Int(row.tissue), RowValue::Text(row.path)});
  }
  ManifestSpec spec{"struct<gene_id:string,tissue_id:int32,file_path:string>", {}, 1000};
  if (with_template) {
    spec.metadata = {{std::string(kPathTemplateMetadata), std::string(kGeneTemplate)},
                     {std::string(kPathBaseMetadata), "s3://bucket/"}};
  }
  return ManifestBytes(spec, values);
}

inline std::vector<KeyPart> GeneKey(std::string_view gene, KeyPart tissue) { return {gene, tissue}; }

}  // namespace ingot
