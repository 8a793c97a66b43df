// How the paths of a manifest follow from their keys: literal texts and key values in turn. Paths that do are not
// stored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/key_encoding.h"

namespace ingot {

enum class ValuePlaces { kOnce, kEverywhere };

class PathPattern {
 public:
  // No path follows from it.
  PathPattern() = default;

  // The pattern of one row: each value, the last column's first, is looked for from the right in what the others have
  // left over, and with kEverywhere also where it stands again. Nothing when a value is not in the path.
  static std::optional<PathPattern> Infer(std::span<const KeyKind> kinds, const KeyTuple& key, std::string_view path,
                                          ValuePlaces places);

  // For storing. Nothing when the bytes are no pattern of so many columns.
  std::string Serialize() const;
  static std::optional<PathPattern> Parse(std::string_view bytes, std::span<const KeyKind> kinds);

  bool empty() const { return pieces_.empty(); }
  void AppendPath(const KeyTuple& key, std::string* path) const;
  bool Matches(const KeyTuple& key, std::string_view path) const;

  bool operator==(const PathPattern&) const = default;

 private:
  // A literal, then the value of a column; the last piece has none.
  struct Piece {
    std::string literal;
    uint32_t column = kNoColumn;
    bool is_number = false;

    bool operator==(const Piece&) const = default;
  };
  static constexpr uint32_t kNoColumn = UINT32_MAX;

  std::vector<Piece> pieces_;
};

}  // namespace ingot
