#include "lookup/path_pattern.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ingot {
namespace {

constexpr size_t kNumberBytes = 20;  // of the longest int64

std::string_view NumberText(int64_t number, std::array<char, kNumberBytes>& buffer) {
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<size_t>(done.ptr - buffer.data())};
}

// Where a value stands in a path.
struct Place {
  size_t begin = 0;
  size_t end = 0;
  uint32_t column = 0;
};

bool IsDigitAt(std::string_view path, size_t i) { return i < path.size() && path[i] >= '0' && path[i] <= '9'; }

// Finds the value from the right in what is not taken, and takes it. A number is no part of a longer one.
bool TakeRightmost(std::string_view path, std::string_view value, bool is_number, uint32_t column,
                   std::vector<Place>* taken) {
  for (size_t at = path.rfind(value); at != std::string_view::npos && !value.empty();
       at = at == 0 ? std::string_view::npos : path.rfind(value, at - 1)) {
    const size_t end = at + value.size();
    const bool in_number = is_number && (IsDigitAt(path, end) || (at > 0 && IsDigitAt(path, at - 1)));
    const bool overlaps = std::any_of(taken->begin(), taken->end(),
                                      [&](const Place& place) { return at < place.end && place.begin < end; });
    if (!in_number && !overlaps) {
      taken->push_back({at, end, column});
      return true;
    }
  }
  return false;
}

}  // namespace

std::optional<PathPattern> PathPattern::Infer(std::span<const KeyKind> kinds, const KeyTuple& key,
                                              std::string_view path, ValuePlaces places) {
  std::array<char, kNumberBytes> buffer;
  std::vector<Place> taken;
  for (size_t column = kinds.size(); column-- > 0;) {
    const bool is_number = kinds[column] != KeyKind::kString;
    const std::string_view value = is_number ? NumberText(key[column].number, buffer) : key[column].text;
    bool found = TakeRightmost(path, value, is_number, static_cast<uint32_t>(column), &taken);
    if (!found) {
      return std::nullopt;
    }
    while (found && places == ValuePlaces::kEverywhere) {
      found = TakeRightmost(path, value, is_number, static_cast<uint32_t>(column), &taken);
    }
  }
  std::sort(taken.begin(), taken.end(), [](const Place& a, const Place& b) { return a.begin < b.begin; });
  PathPattern pattern;
  size_t end = 0;
  for (const Place& place : taken) {
    pattern.pieces_.push_back(
        {std::string(path.substr(end, place.begin - end)), place.column, kinds[place.column] != KeyKind::kString});
    end = place.end;
  }
  pattern.pieces_.push_back({std::string(path.substr(end)), kNoColumn, false});
  pattern.Measure();
  return pattern;
}

void PathPattern::Measure() {
  for (const Piece& piece : pieces_) {
    most_without_texts_ += piece.literal.size() + (piece.is_number ? kNumberBytes : 0);
    if (piece.column != kNoColumn && !piece.is_number) {
      text_columns_.push_back(piece.column);
    }
  }
}

std::string PathPattern::Serialize() const {
  KeyBuffer bytes;
  for (const Piece& piece : pieces_) {
    bytes.AppendText(piece.literal);
    bytes.AppendNumber(piece.column);
  }
  return std::string(bytes.view());
}

std::optional<PathPattern> PathPattern::Parse(std::string_view bytes, std::span<const KeyKind> kinds) {
  PathPattern pattern;
  while (!bytes.empty()) {
    uint64_t length = 0;
    size_t used = 0;
    do {
      if (used == bytes.size() || used == 5) {
        return std::nullopt;
      }
      length |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[used]) & 0x7FU) << (7 * used);
    } while ((static_cast<uint8_t>(bytes[used++]) & 0x80U) != 0);
    bytes.remove_prefix(used);
    if (length > bytes.size() || bytes.size() - length < sizeof(int64_t)) {
      return std::nullopt;
    }
    Piece piece{std::string(bytes.substr(0, length)), kNoColumn, false};
    const auto column = ReadLittle<uint64_t>(bytes.data() + length);
    bytes.remove_prefix(length + sizeof(int64_t));
    const bool is_last = bytes.empty();
    if (is_last != (column == kNoColumn) || (!is_last && column >= kinds.size())) {
      return std::nullopt;
    }
    if (!is_last) {
      piece.column = static_cast<uint32_t>(column);
      piece.is_number = kinds[piece.column] != KeyKind::kString;
    }
    pattern.pieces_.push_back(std::move(piece));
  }
  pattern.Measure();
  return pattern;
}

// Makes room for the longest that it can be, and puts the pieces there one by one.
void PathPattern::AppendPath(const KeyTuple& key, PathBytes* paths) const {
  size_t most = most_without_texts_;
  for (const uint32_t column : text_columns_) {
    most += key[column].text.size();
  }
  char* at = paths->Reserve(most);
  for (const Piece& piece : pieces_) {
    CopyShort(at, piece.literal.data(), piece.literal.size());
    at += piece.literal.size();
    if (piece.is_number) {
      at = std::to_chars(at, at + kNumberBytes, key[piece.column].number).ptr;
    } else if (piece.column != kNoColumn) {
      const std::string_view text = key[piece.column].text;
      CopyShort(at, text.data(), text.size());
      at += text.size();
    }
  }
  paths->Commit(at);
}

std::string PathPattern::PathOf(const KeyTuple& key) const {
  std::string path;
  PathBytes bytes(&path, 1);
  AppendPath(key, &bytes);
  bytes.Finish();
  return path;
}

bool PathPattern::Matches(const KeyTuple& key, std::string_view path) const {
  std::array<char, kNumberBytes> buffer;
  for (const Piece& piece : pieces_) {
    if (!path.starts_with(piece.literal)) {
      return false;
    }
    path.remove_prefix(piece.literal.size());
    if (piece.column != kNoColumn) {
      const std::string_view value =
          piece.is_number ? NumberText(key[piece.column].number, buffer) : key[piece.column].text;
      if (!path.starts_with(value)) {
        return false;
      }
      path.remove_prefix(value.size());
    }
  }
  return path.empty() && !pieces_.empty();
}

}  // namespace ingot
