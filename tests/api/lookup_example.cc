// Where is the file of this key? Makes a key manifest of a listing and asks it. docs/cpp.md shows this program, and
// install_test.py compiles it against an installed tree.
#include <ingot/ingot.h>

#include <array>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  ingot::IndexOptions listing;
  listing.path_template = "v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl";
  listing.base = "s3://models/";
  const std::string manifest = folder + "/manifest.parquet";
  const ingot::PartitionRun made = ingot::Index(folder + "/paths.txt", manifest, listing).OrThrow();
  std::printf("%llu files, %llu lines are no keys\n", static_cast<unsigned long long>(made.rows),
              static_cast<unsigned long long>(made.rejects));

  const ingot::Lookup lookup = ingot::Lookup::Open(manifest).OrThrow();
  const std::array<ingot::KeyPart, 2> key{"ENSG01.2", "tissue_21"};  // or 21, or "21"
  std::string path;
  if (lookup.Find(key, &path).OrThrow()) {
    std::printf("%s\n", path.c_str());
  }

  const std::array<ingot::KeyCondition, 1> gene{ingot::KeyCondition{"gene_id", "ENSG01.2"}};
  ArrowArray records;
  lookup.Records(gene).OrThrow().ExportArray(&records).OrThrow();
  const auto* tissues = static_cast<const int32_t*>(records.children[1]->buffers[1]);
  for (int64_t row = 0; row < records.length; ++row) {
    std::printf("tissue %d\n", tissues[row]);
  }
  records.release(&records);
  return 0;
}
