#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "lookup/key_hash.h"
#include "lookup/key_index.h"

namespace ingot {
namespace {

constexpr uint64_t kMaxMetaBytes = uint64_t{1} << 20U;

Error Damaged(std::string_view what) { return Error(ErrorKind::kCorrupt, std::string(what)); }

template <typename T>
std::string_view BytesBefore(const T& value, const uint64_t& checksum) {
  const char* begin = reinterpret_cast<const char*>(&value);
  return {begin, static_cast<size_t>(reinterpret_cast<const char*>(&checksum) - begin)};
}

bool IsInside(const IndexExtent& extent, uint64_t bytes) {
  return extent.offset <= bytes && extent.bytes <= bytes - extent.offset;
}

Result<void> CheckShape(const IndexTrailer& trailer) {
  const bool counts = trailer.columns >= 1 && trailer.columns <= kMaxKeyColumns && trailer.hashed_columns >= 1 &&
                      trailer.hashed_columns <= trailer.columns;
  if (!counts || (trailer.cells == 0) != (trailer.hashed_columns == trailer.columns)) {
    return Damaged("its columns make no sense");
  }
  for (const IndexExtent& extent : trailer.sections) {
    if (!IsInside(extent, trailer.checksums.offset) || extent.offset % kSectionAlignment != 0) {
      return Damaged("a section is outside of it");
    }
  }
  return {};
}

Result<HashedTable> MakeTable(const ProvenBytes& bytes, const IndexExtent& records, const IndexExtent& slots,
                              const IndexTableShape& shape) {
  constexpr uint32_t kMostShardBits = 16;
  if (shape.shard_bits > kMostShardBits || shape.buckets == 0 || shape.buckets > UINT32_MAX ||
      slots.bytes != (shape.buckets << shape.shard_bits) * kBucketBytes || records.bytes >= kPlaceMask) {
    return Damaged("a hash table has another size than it says");
  }
  return HashedTable(&bytes, records, slots, shape);
}

}  // namespace

std::string KeyIndex::manifest_sha256() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : trailer_.manifest_sha256) {
    hex += kDigits[byte >> 4U];
    hex += kDigits[byte & 15U];
  }
  return hex;
}

Result<std::unique_ptr<const KeyIndex>> KeyIndex::Open(const UniqueFd& file, const std::string& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) {
    return ErrnoError(errno, "read", path);
  }
  if (!S_ISREG(status.st_mode) || static_cast<uint64_t>(status.st_size) < kIndexTailBytes) {
    return Damaged("it is too short");
  }
  const auto bytes = static_cast<uint64_t>(status.st_size);
  std::unique_ptr<KeyIndex> index(new KeyIndex());
  INGOT_ASSIGN(index->mapping_, FileMapping::Map(file.get(), bytes, path));
  INGOT_TRY(index->Load(bytes));
  return std::unique_ptr<const KeyIndex>(std::move(index));
}

Result<void> KeyIndex::Load(uint64_t file_bytes) {
  const char* tail = mapping_.data() + file_bytes - kIndexTailBytes;
  trailer_ = ReadLittle<IndexTrailer>(tail);
  if (trailer_.magic != kIndexMagic) {
    return Damaged("it is not an index, or it is truncated");
  }
  if (trailer_.version != kIndexVersion || trailer_.page_bytes != kIndexPageBytes) {
    return Damaged("it is of another version");
  }
  if (trailer_.checksum != HashBytes(BytesBefore(trailer_, trailer_.checksum))) {
    return Damaged("its trailer does not match its checksum");
  }
  const IndexExtent& checksums = trailer_.checksums;
  const uint64_t end = file_bytes - kIndexTailBytes;
  const uint64_t pages = (checksums.offset + kIndexPageBytes - 1) / kIndexPageBytes;
  if (trailer_.file_bytes != file_bytes || !IsInside(checksums, end) || checksums.end() != end ||
      checksums.bytes != pages * sizeof(uint64_t)) {
    return Damaged("it has another size than it says");
  }
  const char* sums = mapping_.data() + checksums.offset;
  if (HashBytes({sums, checksums.bytes}) != trailer_.checksums_checksum) {
    return Damaged("the checksums of its pages do not match theirs");
  }
  bytes_ = ProvenBytes(mapping_.data(), checksums.offset, sums);
  const auto identity = ReadLittle<ManifestIdentity>(tail + sizeof(IndexTrailer));
  if (identity.bytes != 0 && identity.checksum == HashBytes(BytesBefore(identity, identity.checksum))) {
    identity_ = identity;
  }
  INGOT_TRY(CheckShape(trailer_));
  INGOT_TRY(LoadTables());
  INGOT_TRY(LoadMeta());
  return LoadSmallNumbers();
}

// Dictionaries of few integers that lie close together, such as numbered tissues, need no hashing.
Result<void> KeyIndex::LoadSmallNumbers() {
  constexpr uint64_t kMostValues = 4096;
  constexpr uint64_t kMostPlaces = 8;  // for each value
  for (size_t i = 0; i < dictionaries(); ++i) {
    if (kinds_[trailer_.hashed_columns + i] == KeyKind::kString || cardinality(i) == 0 ||
        cardinality(i) > kMostValues) {
      continue;
    }
    std::vector<int64_t> values;
    for (uint64_t id = 0; id < cardinality(i); ++id) {
      KeyValue value;
      if (ValueOf(i, id, &value) != Finding::kFound) {
        return Damaged("a dictionary does not match its checksum");
      }
      values.push_back(value.number);
    }
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    const uint64_t places = static_cast<uint64_t>(*greatest) - static_cast<uint64_t>(*least);
    if (places >= kMostPlaces * values.size()) {
      continue;
    }
    SmallNumbers& numbers = small_numbers_[i];
    numbers.least = *least;
    numbers.ids.assign(places + 1, kNoId);
    for (size_t id = 0; id < values.size(); ++id) {
      numbers.ids[static_cast<uint64_t>(values[id]) - static_cast<uint64_t>(*least)] = static_cast<uint32_t>(id);
    }
  }
  return {};
}

Result<void> KeyIndex::LoadPlaces() {
  const IndexExtent& places = section(IndexSection::kGroups);
  const IndexExtent& pilots = section(IndexSection::kGroupSlots);
  const IndexExtent& order = section(IndexSection::kGroupOrder);
  const uint64_t count = places.bytes / trailer_.place_bytes;
  const uint64_t buckets = pilots.bytes / sizeof(uint16_t);
  if (places.bytes % trailer_.place_bytes != 0 || count == 0 || count > UINT32_MAX || buckets == 0 ||
      buckets > UINT32_MAX || buckets != trailer_.tables[0].buckets || pilots.bytes % sizeof(uint16_t) != 0 ||
      order.bytes / sizeof(uint32_t) != trailer_.groups || order.bytes % sizeof(uint32_t) != 0 ||
      trailer_.groups > count || trailer_.number_bytes > sizeof(uint64_t) || trailer_.cells > kMostPlacedCells) {
    return Damaged("it does not have as many group offsets as it says");
  }
  places_ = PlacedTable(&bytes_, places, trailer_.place_bytes, pilots, order);
  return {};
}

Result<void> KeyIndex::LoadTables() {
  if (has_places()) {
    INGOT_TRY(LoadPlaces());
  } else {
    INGOT_ASSIGN(groups_, MakeTable(bytes_, section(IndexSection::kGroups), section(IndexSection::kGroupSlots),
                                    trailer_.tables[0]));
  }
  uint64_t cells = 1;
  for (size_t i = 0; i < dictionaries(); ++i) {
    INGOT_ASSIGN(tables_[i],
                 MakeTable(bytes_, dictionary_section(i, 0), dictionary_section(i, 1), trailer_.tables[1 + i]));
    // Both factors are below 2^32.
    cells *= cardinality(i);
    if (cardinality(i) > UINT32_MAX || cells > UINT32_MAX) {
      return Damaged("its groups have more cells than there can be");
    }
  }
  if (dictionaries() > 0 && cells != trailer_.cells) {
    return Damaged("its groups have another number of cells than its dictionaries say");
  }
  const uint64_t lines = (trailer_.keys + kLineBits - 1) / kLineBits;
  const IndexExtent& path_lines = section(IndexSection::kPathLines);
  if (path_lines.bytes != 0 && path_lines.bytes != lines * kLineBytes) {
    return Damaged("its stored paths make no sense");
  }
  return {};
}

Result<void> KeyIndex::LoadMeta() {
  const IndexExtent& extent = section(IndexSection::kMeta);
  if (extent.bytes > kMaxMetaBytes || !bytes_.Prove(extent.offset, extent.bytes)) {
    return Damaged("its description does not match its checksum");
  }
  uint64_t offset = extent.offset;
  for (size_t i = 0; i < trailer_.columns; ++i) {
    std::string_view name;
    uint64_t kind = 0;
    if (ReadText(&offset, extent.end(), &name) != Finding::kFound ||
        ReadVarint(&offset, extent.end(), &kind) != Finding::kFound || kind > static_cast<uint64_t>(KeyKind::kInt64)) {
      return Damaged("its columns cannot be read");
    }
    kinds_[i] = static_cast<KeyKind>(kind);
    meta_.columns.push_back({std::string(name), kinds_[i], {}});
  }
  std::string_view path_template;
  std::string_view pattern;
  std::string_view shared_prefix;
  if (ReadText(&offset, extent.end(), &path_template) != Finding::kFound ||
      ReadText(&offset, extent.end(), &pattern) != Finding::kFound ||
      ReadText(&offset, extent.end(), &shared_prefix) != Finding::kFound || offset != extent.end()) {
    return Damaged("its template cannot be read");
  }
  if (!shared_prefix.empty() && kinds_[0] != KeyKind::kString) {
    return Damaged("its numbers have a prefix");
  }
  meta_.shared_prefix = std::string(shared_prefix);
  meta_.path_template = std::string(path_template);
  std::optional<PathPattern> parsed = PathPattern::Parse(pattern, kinds());
  if (!parsed) {
    return Damaged("its path pattern cannot be read");
  }
  meta_.pattern = *std::move(parsed);
  return {};
}

}  // namespace ingot
