#include "format/parquet/page_walk.h"

#include <algorithm>
#include <optional>

#include "column/buffer.h"
#include "format/crc32.h"
#include "format/parquet/thrift_compact.h"

namespace ingot {
namespace {

constexpr uint64_t kPiece = uint64_t{256} << 10U;
constexpr uint64_t kMaxHeader = uint64_t{16} << 20U;  // statistics of other writers may hold long values

enum PageType : int64_t { kDataPage = 0, kIndexPage = 1, kDictionaryPage = 2, kDataPageV2 = 3 };

struct PageHeader {
  int64_t type = -1;
  int64_t raw_bytes = -1;
  int64_t compressed_bytes = -1;
  std::optional<uint32_t> crc;
  int64_t slots = 0;
  uint64_t header_bytes = 0;
};

// Field 1 of each of the three kinds of page headers is its number of values.
void ReadInner(ThriftReader* reader, PageHeader* header) {
  for (ThriftReader::Field field; reader->Next(&field);) {
    if (field.id == 1) {
      header->slots = reader->Integer32(field);
    } else {
      reader->Skip(field);
    }
  }
}

Result<PageHeader> ParseHeader(std::span<const char> bytes) {
  ThriftReader reader(bytes);
  PageHeader header;
  for (ThriftReader::Field field; reader.Next(&field);) {
    switch (field.id) {
      case 1:
        header.type = reader.Integer32(field);
        break;
      case 2:
        header.raw_bytes = reader.Integer32(field);
        break;
      case 3:
        header.compressed_bytes = reader.Integer32(field);
        break;
      case 4:
        header.crc = static_cast<uint32_t>(reader.Integer32(field));
        break;
      case 5:
      case 7:
      case 8:
        if (reader.Struct(field)) {
          ReadInner(&reader, &header);
        }
        break;
      default:
        reader.Skip(field);
    }
  }
  INGOT_TRY(reader.status());
  header.header_bytes = reader.position();
  return header;
}

class Walk {
 public:
  Walk(const FileBytes& file, const ChunkExtent& extent)
      : file_(file), extent_(extent), position_(extent.offset), end_(extent.offset + extent.bytes) {}

  Result<ChunkPages> Run() {
    while (position_ < end_) {
      const uint64_t page_begin = position_;
      auto page = ReadPage();
      if (!page) {
        return std::move(page).error().In("page at byte " + std::to_string(page_begin));
      }
    }
    if (slots_ != extent_.slots) {
      return Damaged("its pages hold " + std::to_string(slots_) + " values, the footer says " +
                     std::to_string(extent_.slots));
    }
    if (extent_.check_uncompressed && raw_bytes_ != extent_.uncompressed_bytes) {
      return Damaged("its pages have " + std::to_string(raw_bytes_) + " bytes before compression, the footer says " +
                     std::to_string(extent_.uncompressed_bytes));
    }
    if (!extent_.indexed_pages.empty() && data_pages_ != extent_.indexed_pages.size()) {
      return Damaged("it has " + std::to_string(data_pages_) + " data pages, the page index says " +
                     std::to_string(extent_.indexed_pages.size()));
    }
    return pages_;
  }

 private:
  static Error Damaged(std::string what) { return Error(ErrorKind::kCorrupt, std::move(what)); }

  // The next `wanted` bytes of the chunk, or what is left of it. Valid until the next call.
  Result<std::span<const char>> Peek(uint64_t wanted) {
    wanted = std::min(wanted, end_ - position_);
    const uint64_t have = window_begin_ + window_.size();
    if (position_ < window_begin_ || position_ + wanted > have) {
      const uint64_t size = std::min(std::max(wanted, kPiece), end_ - position_);
      INGOT_ASSIGN(window_, file_.Read(position_, size, &space_));
      window_begin_ = position_;
    }
    return window_.subspan(position_ - window_begin_, wanted);
  }

  Result<PageHeader> ReadHeader() {
    // Nearly all headers are short; the others are read again in full.
    for (uint64_t size = 1024;; size = std::min(size * 16, kMaxHeader)) {
      INGOT_ASSIGN(const std::span<const char> bytes, Peek(size));
      auto header = ParseHeader(bytes);
      if (header || bytes.size() < size || size == kMaxHeader) {
        return header;
      }
    }
  }

  Result<void> ReadPage() {
    INGOT_ASSIGN(const PageHeader header, ReadHeader());
    const uint64_t begin = position_;
    if (header.raw_bytes < 0 || header.compressed_bytes < 0 || header.slots < 0 || header.type < kDataPage ||
        header.type > kDataPageV2) {
      return Damaged("its header makes no sense");
    }
    position_ += header.header_bytes;
    const auto compressed = static_cast<uint64_t>(header.compressed_bytes);
    if (compressed > end_ - position_) {
      return Damaged("it passes the end of its column chunk");
    }
    raw_bytes_ += header.header_bytes + static_cast<uint64_t>(header.raw_bytes);
    INGOT_TRY(CheckCrc(header, compressed));
    ++pages_.pages;
    if (header.type == kDataPage || header.type == kDataPageV2) {
      return CountDataPage(header, begin);
    }
    if (header.type == kDictionaryPage && pages_.pages != 1) {
      return Damaged("a dictionary follows other pages");
    }
    return {};
  }

  Result<void> CheckCrc(const PageHeader& header, uint64_t compressed) {
    uint32_t crc = 0;
    for (uint64_t left = compressed; left > 0;) {
      INGOT_ASSIGN(const std::span<const char> bytes, Peek(std::min(left, kPiece)));
      if (header.crc) {
        crc = Crc32(crc, bytes);
      }
      position_ += bytes.size();
      left -= bytes.size();
    }
    pages_.pages_without_crc += header.crc ? 0 : 1;
    if (header.crc && *header.crc != crc) {
      return Damaged("its checksum does not match its bytes");
    }
    return {};
  }

  Result<void> CountDataPage(const PageHeader& header, uint64_t begin) {
    slots_ += static_cast<uint64_t>(header.slots);
    const auto& indexed = extent_.indexed_pages;
    if (!indexed.empty() && (data_pages_ >= indexed.size() || indexed[data_pages_].offset != begin ||
                             indexed[data_pages_].bytes != position_ - begin)) {
      return Damaged("the page index has it elsewhere");
    }
    ++data_pages_;
    return {};
  }

  const FileBytes& file_;
  const ChunkExtent& extent_;
  uint64_t position_;
  const uint64_t end_;
  Buffer<char> space_;
  std::span<const char> window_;
  uint64_t window_begin_ = 0;
  ChunkPages pages_;
  uint64_t slots_ = 0;
  uint64_t raw_bytes_ = 0;
  size_t data_pages_ = 0;
};

}  // namespace

Result<ChunkPages> WalkPages(const FileBytes& file, const ChunkExtent& extent) { return Walk(file, extent).Run(); }

}  // namespace ingot
