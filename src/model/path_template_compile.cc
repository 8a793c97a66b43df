#include <fmt/format.h>

#include <utility>

#include "model/path_template.h"
#include "model/utf8.h"

namespace ingot {
namespace {

constexpr size_t kMaxTemplateBytes = 1024;

}  // namespace

// Reads the text once from left to right and cuts it into segments of parts.
class PathTemplate::Compiler {
 public:
  explicit Compiler(std::string_view text) : text_(text) { result_.text_ = std::string(text); }

  Result<PathTemplate> Run() && {
    if (text_.empty() || text_.size() > kMaxTemplateBytes) {
      return Problem(0, fmt::format("a path template has 1 to {} bytes", kMaxTemplateBytes));
    }
    if (!IsUtf8(text_)) {
      return Problem(0, "a path template is UTF-8");
    }
    while (position_ < text_.size()) {
      INGOT_TRY(ReadOne());
    }
    INGOT_TRY(EndSegment(position_));
    INGOT_TRY(CheckComplete());
    return std::move(result_);
  }

 private:
  // Which parts of a date or hour the places of one field give together.
  struct Coverage {
    bool year = false;
    bool month = false;
    bool day = false;
  };

  Error Problem(size_t at, std::string_view what) const {
    return Error(ErrorKind::kConfig, fmt::format("path template '{}', column {}: {}", text_, at + 1, what),
                 "write it as in archive/{date:%Y%m%d}/{hour:%H}.jsonl.gz, relative to its root");
  }

  Result<void> ReadOne() {
    const char c = text_[position_];
    const std::string_view two = text_.substr(position_, 2);
    if (two == "{{" || two == "}}") {
      AppendLiteral(c);
      position_ += 2;
      return {};
    }
    if (c == '{') {
      return ReadField();
    }
    if (c == '}') {
      return Problem(position_, "'}' without '{'; write }} for a brace");
    }
    ++position_;
    return ReadLiteral(c, position_ - 1);
  }

  // Also for the plain characters of a date's format, which may hold slashes.
  Result<void> ReadLiteral(char c, size_t at) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      return Problem(at, "control characters are not allowed in a path");
    }
    if (c == '/') {
      return EndSegment(at);
    }
    AppendLiteral(c);
    return {};
  }

  void AppendLiteral(char c) {
    if (segment_.empty() || segment_.back().kind != PartKind::kLiteral) {
      segment_.push_back({PartKind::kLiteral, {}, 0});
    }
    segment_.back().literal += c;
  }

  // Only a segment without fields can be judged here; the others are judged when they are filled.
  Result<void> EndSegment(size_t at) {
    if (segment_.empty()) {
      return Problem(at, at == 0 ? "a path template is relative: no '/' at its start"
                                 : "an empty folder name: '/' is repeated or at the end");
    }
    if (segment_.size() == 1 && segment_[0].kind == PartKind::kLiteral && IsReservedPathName(segment_[0].literal)) {
      return Problem(at - segment_[0].literal.size(),
                     fmt::format("'{}' cannot be a folder of a path template", segment_[0].literal));
    }
    result_.segments_.push_back(std::exchange(segment_, {}));
    return {};
  }

  Result<void> ReadField() {
    const size_t begin = position_;
    const size_t close = text_.find('}', begin);
    if (close == std::string_view::npos) {
      return Problem(begin, "'{' is not closed; write {{ for a brace");
    }
    const std::string_view inside = text_.substr(begin + 1, close - begin - 1);
    position_ = close + 1;
    const size_t colon = inside.find(':');
    const std::string_view name = inside.substr(0, colon);
    if (name == "*") {
      return Problem(begin, "a leading prefix is implied where listings are read: leave {*} out");
    }
    if (!IsFieldName(name)) {
      return Problem(begin, fmt::format("'{}' is not a field name (letters, digits, _)", name));
    }
    if (colon == std::string_view::npos) {
      return AddField(begin, name, ConventionalKind(name), {});
    }
    const std::string_view spec = inside.substr(colon + 1);
    if (spec.find('%') != std::string_view::npos) {
      const bool is_hour = spec.find("%H") != std::string_view::npos;
      return AddField(begin, name, is_hour ? FieldKind::kHour : FieldKind::kDate, spec);
    }
    auto kind = ParseFieldKind(spec);
    if (!kind) {
      return Problem(begin + 1 + colon, fmt::format("{}: {}", kind.error().message(), kind.error().advice()));
    }
    return AddField(begin, name, *kind, {});
  }

  // The same field again must be of the same kind; its values must then agree.
  Result<void> AddField(size_t at, std::string_view name, FieldKind kind, std::string_view format) {
    size_t index = 0;
    while (index < result_.fields_.size() && result_.fields_[index].name != name) {
      ++index;
    }
    if (index == result_.fields_.size()) {
      result_.fields_.push_back({std::string(name), kind});
      coverage_.emplace_back();
    } else if (result_.fields_[index].kind != kind) {
      return Problem(at, fmt::format("'{}' is of kind {} before and {} here", name,
                                     FieldKindName(result_.fields_[index].kind), FieldKindName(kind)));
    }
    switch (kind) {
      case FieldKind::kString:
        return AddVariable(at, PartKind::kString, index);
      case FieldKind::kInt32:
      case FieldKind::kInt64:
        return AddVariable(at, PartKind::kInteger, index);
      case FieldKind::kDate:
        return AddFormat(at, format.empty() ? "%Y-%m-%d" : format, index);
      case FieldKind::kHour:
        return AddFormat(at, format.empty() ? "%H" : format, index);
    }
    return {};
  }

  Result<void> AddVariable(size_t at, PartKind kind, size_t field) {
    if (!segment_.empty() &&
        (segment_.back().kind == PartKind::kString || segment_.back().kind == PartKind::kInteger)) {
      return Problem(at, "two fields of any length touch, so a path could not be read back: put text between them");
    }
    segment_.push_back({kind, {}, field});
    return {};
  }

  // A date becomes parts of fixed width, so that it may stand next to anything.
  Result<void> AddFormat(size_t at, std::string_view format, size_t field) {
    const bool is_hour = result_.fields_[field].kind == FieldKind::kHour;
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%') {
        INGOT_TRY(ReadLiteral(format[i], at));
        continue;
      }
      const char letter = ++i < format.size() ? format[i] : '\0';
      if (letter == '%') {
        AppendLiteral('%');
      } else if (is_hour && letter == 'H') {
        segment_.push_back({PartKind::kHour, {}, field});
      } else if (!is_hour && letter == 'Y') {
        segment_.push_back({PartKind::kYear, {}, field});
        coverage_[field].year = true;
      } else if (!is_hour && letter == 'm') {
        segment_.push_back({PartKind::kMonth, {}, field});
        coverage_[field].month = true;
      } else if (!is_hour && letter == 'd') {
        segment_.push_back({PartKind::kDay, {}, field});
        coverage_[field].day = true;
      } else {
        return Problem(at, is_hour ? "an hour's format takes %H only: give the day a field of its own"
                                   : "a date's format takes %Y, %m, %d and %% only");
      }
    }
    return {};
  }

  // A date that is written only in part could not be read back.
  Result<void> CheckComplete() const {
    for (size_t i = 0; i < result_.fields_.size(); ++i) {
      const Coverage& covered = coverage_[i];
      if (result_.fields_[i].kind == FieldKind::kDate && !(covered.year && covered.month && covered.day)) {
        return Problem(
            text_.find("{" + result_.fields_[i].name),
            fmt::format("the date '{}' needs %Y, %m and %d, in one place or in several", result_.fields_[i].name));
      }
    }
    return {};
  }

  std::string_view text_;
  size_t position_ = 0;
  Segment segment_;
  std::vector<Coverage> coverage_;
  PathTemplate result_;
};

Result<PathTemplate> PathTemplate::Compile(std::string_view text) { return Compiler(text).Run(); }

}  // namespace ingot
