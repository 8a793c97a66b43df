// What the lines of one block are: rows with their keys, rejects and blanks.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "column/buffer.h"
#include "format/parquet/dictionary.h"
#include "source/listing/line_reader.h"
#include "source/listing/line_shape.h"
#include "source/listing/path_matcher.h"

namespace ingot {

// A line that did not match, or looks odd, for messages.
struct ListingReject {
  uint64_t line = 0;   // from 0, in its block or in its input
  std::string reason;  // empty where the line is none to be rejected
  std::string text;    // the beginning of the line, quoted where it is not plain
};

// Few of them say what is wrong with a listing.
inline constexpr size_t kShownRejects = 5;

// The fields of a template by where their values are kept: texts in dictionaries, numbers as they are. The text of the
// prefix is the last one.
struct KeyLayout {
  explicit KeyLayout(const PathTemplate& path);

  std::vector<bool> is_text;  // by field
  std::vector<size_t> slot;   // by field: among the texts, or among the numbers
  size_t texts = 0;           // of fields; the prefix has this slot
  size_t numbers = 0;
};

// The rows of a block in the order of their lines. Texts are codes of the block's own dictionaries.
struct ListingBlock {
  std::vector<BytesDictionary> dictionaries;  // by slot, the last one of prefixes
  std::vector<Buffer<uint32_t>> codes;        // by slot, one for each row
  std::vector<Buffer<int64_t>> numbers;       // by slot, one for each row
  Buffer<uint32_t> row_lines;                 // from 0
  uint64_t lines = 0;
  uint64_t rejected = 0;
  uint64_t blank = 0;
  size_t longest = 0;  // bytes of a row's path
  std::vector<ListingReject> first_rejects;
  std::array<uint64_t, kLineShapes> shapes{};  // rows by the shape of their line
  uint64_t suspicious = 0;                     // rows whose path is, see IsSuspicious
  std::vector<ListingReject> first_suspicious;
  Buffer<char> decoded;  // paths that do not stand in their line as they are

  size_t rows() const { return row_lines.size(); }
};

// Lines are trimmed of ASCII white space at both ends; what then is empty is blank. Of lines that list more than a path
// the path is taken. Rejected are lines that do not match, are longer than `max_line_bytes`, hold control characters or
// are not UTF-8. Safe for many threads, each with an `out` of
// its own, whose memory is used again.
void ReadListingBlock(const LineBlock& block, const PathMatcher& matcher, const KeyLayout& layout,
                      uint64_t max_line_bytes, ListingBlock* out);

}  // namespace ingot
