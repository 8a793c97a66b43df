#include "api/key_columns.h"

#include <fmt/format.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

namespace ingot {
namespace {

enum class Shape { kNumbers, kTexts };

bool IsNull(const ArrowArray& array, int64_t row) {
  if (array.null_count == 0 || array.buffers[0] == nullptr) {
    return false;
  }
  const auto place = static_cast<uint64_t>(array.offset + row);
  const auto byte = static_cast<const uint8_t*>(array.buffers[0])[place / 8];
  return ((static_cast<unsigned>(byte) >> (place % 8)) & 1U) == 0;
}

template <typename Number>
const Number* Values(const ArrowArray& array) {
  return static_cast<const Number*>(array.buffers[1]) + array.offset;
}

// False when a number is beyond int64.
template <typename Number>
bool AppendNumbers(const ArrowArray& array, std::vector<int64_t>* out) {
  for (int64_t row = 0; row < array.length; ++row) {
    const Number number = Values<Number>(array)[row];
    if constexpr (std::is_same_v<Number, uint64_t>) {
      if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
        return false;
      }
    }
    out->push_back(static_cast<int64_t>(number));
  }
  return true;
}

Result<void> ReadNumbers(char format, const ArrowArray& array, std::vector<int64_t>* out) {
  const bool fit = [&] {
    switch (format) {
      case 'c':
        return AppendNumbers<int8_t>(array, out);
      case 'C':
        return AppendNumbers<uint8_t>(array, out);
      case 's':
        return AppendNumbers<int16_t>(array, out);
      case 'S':
        return AppendNumbers<uint16_t>(array, out);
      case 'i':
        return AppendNumbers<int32_t>(array, out);
      case 'I':
        return AppendNumbers<uint32_t>(array, out);
      case 'l':
        return AppendNumbers<int64_t>(array, out);
      default:
        return AppendNumbers<uint64_t>(array, out);
    }
  }();
  if (!fit) {
    return Error(ErrorKind::kUsage, "a number is out of range").In(fmt::format("key {}", out->size()));
  }
  return {};
}

template <typename Offset>
void AppendTexts(const ArrowArray& array, std::vector<std::string_view>* out) {
  const auto* bytes = static_cast<const char*>(array.buffers[2]);
  for (int64_t row = 0; row < array.length; ++row) {
    const Offset begin = Values<Offset>(array)[row];
    const Offset end = Values<Offset>(array)[row + 1];
    out->emplace_back(begin == end ? "" : bytes + begin, static_cast<size_t>(end - begin));
  }
}

// Texts of up to 12 bytes stand in their view; of others it has length, prefix, buffer and offset.
void AppendTextViews(const ArrowArray& array, std::vector<std::string_view>* out) {
  constexpr int64_t kViewBytes = 16;
  constexpr int32_t kLongestInside = 12;
  for (int64_t row = 0; row < array.length; ++row) {
    const char* view = static_cast<const char*>(array.buffers[1]) + (array.offset + row) * kViewBytes;
    int32_t length = 0;
    std::memcpy(&length, view, sizeof(length));
    if (length <= kLongestInside) {
      out->emplace_back(view + sizeof(length), static_cast<size_t>(length));
      continue;
    }
    int32_t buffer = 0;
    int32_t offset = 0;
    std::memcpy(&buffer, view + 8, sizeof(buffer));
    std::memcpy(&offset, view + 12, sizeof(offset));
    out->emplace_back(static_cast<const char*>(array.buffers[2 + buffer]) + offset, static_cast<size_t>(length));
  }
}

void ReadTexts(std::string_view format, const ArrowArray& array, std::vector<std::string_view>* out) {
  if (format == "u") {
    AppendTexts<int32_t>(array, out);
  } else if (format == "U") {
    AppendTexts<int64_t>(array, out);
  } else {
    AppendTextViews(array, out);
  }
}

bool IsNumber(std::string_view format) {
  return format.size() == 1 && std::string_view("cCsSiIlL").find(format[0]) != std::string_view::npos;
}
bool IsText(std::string_view format) { return format == "u" || format == "U" || format == "vu"; }

// One column's chunks, one after the other.
class ColumnReader {
 public:
  Result<void> Read(const v1::ArrowColumn& column) {
    const ArrowSchema& type = *column.type;
    const ArrowSchema& values = type.dictionary == nullptr ? type : *type.dictionary;
    const std::string_view format(values.format);
    if (!IsNumber(format) && !IsText(format)) {
      return Error(ErrorKind::kUsage, fmt::format("values of Arrow type '{}' are no keys", format),
                   "cast them to text or integers");
    }
    shape_ = IsNumber(format) ? Shape::kNumbers : Shape::kTexts;
    for (const ArrowArray* chunk : column.chunks) {
      INGOT_TRY(CheckNulls(*chunk));
      if (type.dictionary == nullptr) {
        INGOT_TRY(ReadPlain(format, *chunk, &numbers, &texts));
      } else {
        INGOT_TRY(ReadCoded(type, format, *chunk));
      }
    }
    return {};
  }

  Shape shape() const { return shape_; }
  std::vector<int64_t> numbers;
  std::vector<std::string_view> texts;

 private:
  size_t size() const { return shape_ == Shape::kNumbers ? numbers.size() : texts.size(); }

  Error Null(int64_t row) const {
    return Error(ErrorKind::kUsage, "a key has no nulls", "leave rows without a key out")
        .In(fmt::format("key {}", size() + static_cast<size_t>(row)));
  }

  Result<void> CheckNulls(const ArrowArray& chunk) const {
    for (int64_t row = 0; row < chunk.length; ++row) {
      if (IsNull(chunk, row)) {
        return Null(row);
      }
    }
    return {};
  }

  static Result<void> ReadPlain(std::string_view format, const ArrowArray& chunk, std::vector<int64_t>* to_numbers,
                                std::vector<std::string_view>* to_texts) {
    if (IsNumber(format)) {
      return ReadNumbers(format[0], chunk, to_numbers);
    }
    ReadTexts(format, chunk, to_texts);
    return {};
  }

  // A dictionary may have values that no row uses, also a null.
  Result<void> ReadCoded(const ArrowSchema& type, std::string_view format, const ArrowArray& chunk) {
    const std::string_view codes_format(type.format);
    if (!IsNumber(codes_format) || chunk.dictionary == nullptr) {
      return Error(ErrorKind::kUsage, fmt::format("a dictionary with indices of Arrow type '{}'", codes_format));
    }
    std::vector<int64_t> codes;
    std::vector<int64_t> known_numbers;
    std::vector<std::string_view> known_texts;
    INGOT_TRY(ReadNumbers(codes_format[0], chunk, &codes));
    INGOT_TRY(ReadPlain(format, *chunk.dictionary, &known_numbers, &known_texts));
    for (size_t row = 0; row < codes.size(); ++row) {
      const int64_t code = codes[row];
      if (code < 0 || code >= chunk.dictionary->length) {
        return Error(ErrorKind::kUsage,
                     fmt::format("a dictionary of {} values has no value {}", chunk.dictionary->length, code));
      }
      if (IsNull(*chunk.dictionary, code)) {
        return Null(0);
      }
      if (shape_ == Shape::kNumbers) {
        numbers.push_back(known_numbers[static_cast<size_t>(code)]);
      } else {
        texts.push_back(known_texts[static_cast<size_t>(code)]);
      }
    }
    return {};
  }

  Shape shape_ = Shape::kTexts;
};

}  // namespace

Result<KeyColumns> KeyColumns::Read(std::span<const v1::KeyPartArray> arrays, const std::vector<KeyColumn>& columns) {
  KeyColumns read;
  for (size_t i = 0; i < arrays.size(); ++i) {
    if (const auto* numbers = std::get_if<std::span<const int64_t>>(&arrays[i])) {
      read.arrays_.emplace_back(*numbers);
    } else if (const auto* texts = std::get_if<std::span<const std::string_view>>(&arrays[i])) {
      read.arrays_.emplace_back(*texts);
    } else {
      ColumnReader reader;
      if (Result<void> done = reader.Read(std::get<v1::ArrowColumn>(arrays[i])); !done) {
        return i < columns.size() ? std::move(done).error().In(fmt::format("column '{}'", columns[i].name))
                                  : std::move(done).error();
      }
      if (reader.shape() == Shape::kNumbers) {
        read.arrays_.emplace_back(std::span<const int64_t>(read.numbers_.emplace_back(std::move(reader.numbers))));
      } else {
        read.arrays_.emplace_back(std::span<const std::string_view>(read.texts_.emplace_back(std::move(reader.texts))));
      }
    }
  }
  return read;
}

}  // namespace ingot
