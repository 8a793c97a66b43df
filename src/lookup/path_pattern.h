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

// Paths one after the other in a string that is made longer for many of them at once.
class PathBytes {
 public:
  // Goes on behind what `bytes` has. They are complete after Finish only. `together`: paths that it makes room for.
  PathBytes(std::string* bytes, size_t together) : bytes_(bytes), used_(bytes->size()), together_(together) {}

  size_t size() const { return used_; }
  // Room for a path of at most so many bytes.
  char* Reserve(size_t most) {
    if (bytes_->size() - used_ < most) {
      bytes_->resize(used_ + most * together_);
    }
    return bytes_->data() + used_;
  }
  // `end`: of the path that was put where Reserve said.
  void Commit(const char* end) { used_ = static_cast<size_t>(end - bytes_->data()); }
  void Append(std::string_view path) {
    char* at = Reserve(path.size());
    CopyShort(at, path.data(), path.size());
    Commit(at + path.size());
  }
  void Finish() { bytes_->resize(used_); }

 private:
  std::string* bytes_;
  size_t used_;
  size_t together_;
};

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
  void AppendPath(const KeyTuple& key, PathBytes* paths) const;
  std::string PathOf(const KeyTuple& key) const;
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

  // Call once, when all pieces are there.
  void Measure();

  std::vector<Piece> pieces_;
  size_t most_without_texts_ = 0;  // bytes of a path beside its texts
  std::vector<uint32_t> text_columns_;
};

}  // namespace ingot
