// Any bytes as an index file: refused, or answered from without leaving their bounds. The input is an index file; its
// checksums are made right first, so that what lies behind them is reached.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "lookup/index_fixture.h"
#include "lookup/key_index.h"

namespace {

using namespace ingot;  // NOLINT(google-build-using-namespace): a program of one file

constexpr size_t kMostRecords = 1000;

void Ask(const KeyIndex& index) {
  KeyTuple key;
  for (KeyValue& value : key) {
    value = {3, "ENSG00000000003.3"};
  }
  KeyConditions conditions;
  size_t records = 0;
  std::string bytes;
  PathBytes paths(&bytes, 1);
  const auto take = [&](const KeyTuple& found, KeyPlace place) {
    KeyPlace again;
    static_cast<void>(index.Find(found, &again));
    static_cast<void>(index.AppendPath(found, place, &paths));
    static_cast<void>(index.ForEachPath(found, place, [](std::string_view) {}));
    return ++records < kMostRecords;
  };
  static_cast<void>(index.Scan(conditions, nullptr, take));
  for (size_t column = 0; column < index.kinds().size(); ++column) {
    conditions = {};
    conditions[column] = key[column];
    static_cast<void>(index.Scan(conditions, nullptr, take));
    static_cast<void>(index.ForEachValue(column, nullptr, [](const KeyValue&) {}));
  }
  KeyPlace place;
  KeyIndex::Probe probe;
  index.BeginFind(key, &probe);
  index.FollowFind(&probe);
  if (index.EndFind(key, probe, &place) == Finding::kFound) {
    static_cast<void>(index.AppendPath(key, place, &paths));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < kIndexTailBytes || size > (size_t{1} << 20U)) {
    return 0;
  }
  IndexBytes index(std::string(reinterpret_cast<const char*>(data), size));
  const std::string bytes = index.Sealed();
  const UniqueFd file(::memfd_create("index", MFD_CLOEXEC));
  if (!file.valid() || ::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    return 0;
  }
  if (const auto opened = KeyIndex::Open(file, "fuzz")) {
    Ask(**opened);
  }
  return 0;
}
