#include "source/listing/line_shape.h"

#include <array>
#include <optional>

namespace ingot {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes columns from the front of a line, each with the blanks after it.
class Columns {
 public:
  explicit Columns(std::string_view line) : rest_(line) {}

  // `pattern`: 9 stands for a digit, anything else for itself.
  bool Take(std::string_view pattern) {
    if (rest_.size() < pattern.size()) {
      return false;
    }
    for (size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '9' ? !IsDigit(rest_[i]) : rest_[i] != pattern[i]) {
        return false;
      }
    }
    rest_.remove_prefix(pattern.size());
    return true;
  }

  bool TakeNumber() {
    size_t digits = 0;
    while (digits < rest_.size() && IsDigit(rest_[digits])) {
      ++digits;
    }
    rest_.remove_prefix(digits);
    return digits > 0;
  }

  bool TakeBlanks() {
    const size_t before = rest_.size();
    while (!rest_.empty() && rest_.front() == ' ') {
      rest_.remove_prefix(1);
    }
    return rest_.size() < before;
  }

  bool TakeBlank() { return Take(" "); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

constexpr std::string_view kDate = "9999-99-99";
constexpr std::string_view kTime = "99:99:99";

std::optional<std::string_view> AfterDateTimeSize(std::string_view line) {
  Columns columns(line);
  const bool fits = columns.Take(kDate) && columns.TakeBlank() && columns.Take(kTime) && columns.TakeBlanks() &&
                    columns.TakeNumber() && columns.TakeBlank() && !columns.rest().empty();
  return fits ? std::optional(columns.rest()) : std::nullopt;
}

std::optional<std::string_view> AfterSizeInstant(std::string_view line) {
  Columns columns(line);
  const bool fits = columns.TakeNumber() && columns.TakeBlanks() && columns.Take(kDate) && columns.Take("T") &&
                    columns.Take(kTime) && columns.Take("Z") && columns.TakeBlanks() && !columns.rest().empty();
  return fits ? std::optional(columns.rest()) : std::nullopt;
}

std::optional<std::string_view> AfterSizeDateTime(std::string_view line) {
  Columns columns(line);
  const bool fits = columns.TakeNumber() && columns.TakeBlank() && columns.Take(kDate) && columns.TakeBlank() &&
                    columns.Take(kTime) && columns.Take(".") && columns.TakeNumber() && columns.TakeBlank() &&
                    !columns.rest().empty();
  return fits ? std::optional(columns.rest()) : std::nullopt;
}

// The text between quotes at the front, which it leaves; "" stands for a quote in it and stays as it is.
std::optional<std::string_view> TakeQuoted(std::string_view* line) {
  if (line->empty() || line->front() != '"') {
    return std::nullopt;
  }
  size_t end = 1;
  while (end < line->size() && ((*line)[end] != '"' || line->substr(end).starts_with("\"\""))) {
    end += (*line)[end] == '"' ? 2 : 1;
  }
  if (end >= line->size()) {
    return std::nullopt;
  }
  const std::string_view text = line->substr(1, end - 1);
  line->remove_prefix(end + 1);
  return text;
}

// The second of two quoted fields or more.
std::optional<std::string_view> InventoryKey(std::string_view line) {
  const auto bucket = TakeQuoted(&line);
  if (!bucket || bucket->empty() || !line.starts_with(',')) {
    return std::nullopt;
  }
  line.remove_prefix(1);
  const auto key = TakeQuoted(&line);
  return key && !key->empty() && (line.empty() || line.front() == ',') ? key : std::nullopt;
}

int HexValue(char c) {
  if (IsDigit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// nullopt where a '%' begins no code.
std::optional<std::string_view> DecodeUrl(std::string_view text, Buffer<char>* decoded) {
  const size_t begin = decoded->size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded->Append(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    decoded->Append(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return std::string_view(decoded->data() + begin, decoded->size() - begin);
}

}  // namespace

std::string_view NameOf(LineShape shape) {
  constexpr std::array<std::string_view, kLineShapes> kNames = {"path", "aws s3 ls", "gsutil ls -l", "rclone lsl",
                                                                "S3 inventory"};
  return kNames[static_cast<size_t>(shape)];
}

ShapedLine RecognizeLine(std::string_view line, Buffer<char>* decoded) {
  if (line.front() == '"') {
    if (const auto key = InventoryKey(line)) {
      if (const auto path = DecodeUrl(*key, decoded)) {
        return {LineShape::kS3Inventory, *path};
      }
    }
  } else if (IsDigit(line.front())) {
    if (const auto path = AfterDateTimeSize(line)) {
      return {LineShape::kAwsS3Ls, *path};
    }
    if (const auto path = AfterSizeInstant(line)) {
      return {LineShape::kGsutilLs, *path};
    }
    if (const auto path = AfterSizeDateTime(line)) {
      return {LineShape::kRcloneLsl, *path};
    }
  }
  return {LineShape::kPath, line};
}

bool IsSuspicious(std::string_view path) {
  if (path.front() == '"') {
    return true;
  }
  size_t blank = path.find(' ');
  if (blank == std::string_view::npos) {
    return false;
  }
  if (path.find_first_not_of("0123456789") == blank) {
    return true;
  }
  for (; blank != std::string_view::npos; blank = path.find(' ', blank + 1)) {
    const char before = blank == 0 ? '/' : path[blank - 1];
    const char after = blank + 1 == path.size() ? '/' : path[blank + 1];
    if (before == '/' || after == '/' || after == ' ') {
      return true;
    }
  }
  return false;
}

}  // namespace ingot
