// Whatever the bytes: no crash, no read beyond them, and what is understood can be written and read again as the same.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "format/parquet/footer.h"
#include "format/parquet/schema_elements.h"

namespace {

void Require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void CheckFooter(std::span<const char> bytes) {
  using namespace ingot;  // NOLINT(google-build-using-namespace): a test of one file
  const Result<Footer> footer = ReadFooter(bytes);
  if (!footer) {
    return;
  }
  const Result<SchemaTree> tree = SchemaTree::Of(footer->schema);
  if (!tree) {
    return;
  }
  const Result<Schema> schema = tree->ToSchema();
  for (const FooterRowGroup& group : footer->row_groups) {
    if (group.chunks.empty() || group.chunks.size() != tree->leaves().size()) {
      return;
    }
  }
  Buffer<char> written;
  WriteFooter(*footer, {}, &written);
  const Result<Footer> again = ReadFooter(written);
  Require(again.ok());
  Require(again->rows == footer->rows && again->row_groups.size() == footer->row_groups.size());
  Require(again->metadata == footer->metadata && again->schema.size() == footer->schema.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const char> bytes(reinterpret_cast<const char*>(data), size);
  CheckFooter(bytes);
  ingot::IgnoreFailure(ingot::ReadOffsetIndex(bytes));
  ingot::IgnoreFailure(ingot::ReadColumnIndex(bytes));
  return 0;
}
