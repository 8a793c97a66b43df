#include "source/jsonl/foreign_shape.h"

#include <algorithm>
#include <array>
#include <string>

#include "format/json/json_skip.h"
#include "format/json/line_decoder.h"
#include "format/json/scan.h"

namespace ingot {
namespace {

struct Format {
  std::string_view begins;
  std::string_view name;
  std::string_view advice;
};

using namespace std::string_view_literals;

constexpr std::string_view kWanted = "Ingot reads JSON lines: one object per line, plain, .gz or .zst";
constexpr std::array kBinaryFormats{
    Format{"PAR1"sv, "a Parquet file", "it needs no conversion; see it with: ingot inspect FILE"},
    Format{"ORC"sv, "an ORC file", kWanted},
    Format{"Obj\x01"sv, "an Avro file", kWanted},
    Format{"ARROW1"sv, "an Arrow file", kWanted},
    Format{"SQLite format 3"sv, "an SQLite database", kWanted},
    Format{"PK\x03\x04"sv, "a zip archive", "unpack it first: unzip -p FILE | ingot convert - OUTPUT"},
    Format{"BZh"sv, "compressed with bzip2", "bzcat FILE | ingot convert - OUTPUT"},
    Format{"\xFD"
           "7zXZ"sv,
           "compressed with xz", "xzcat FILE | ingot convert - OUTPUT"},
    Format{"\xFF\xFE"sv, "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE | ingot convert - OUTPUT"},
    Format{"\xFE\xFF"sv, "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE | ingot convert - OUTPUT"},
};

Error Foreign(std::string_view what, std::string_view advice) {
  return Error(ErrorKind::kInvalidData, "this is " + std::string(what) + ", not JSON lines", std::string(advice));
}

// What a first line is that begins like an object and is no record.
Result<void> RefuseObjectShape(std::string_view line, size_t lines) {
  constexpr uint32_t kDeepest = 128;
  std::string text(line);
  text += '\n';
  const size_t size = text.size();
  text.resize(size + LineDecoder::kPadding, '\0');
  const char* const end = text.data() + size - 1;
  const SkipResult value = SkipJsonValue(SkipSpace(text.data()), 0, kDeepest);
  if (value.end == nullptr) {
    if (value.at != end || lines == 1) {
      return {};  // a record that is truncated
    }
    return Foreign("JSON whose objects go over several lines", "jq -c . FILE | ingot convert - OUTPUT");
  }
  const char* const next = SkipSpace(value.end);
  if (*next != '{') {
    return {};
  }
  if (std::find(value.end, next, '\r') != next) {
    return Foreign("JSON whose lines end in a carriage return alone", "tr '\\r' '\\n' < FILE | ingot convert - OUTPUT");
  }
  return Foreign("JSON with several objects on one line", "jq -c . FILE | ingot convert - OUTPUT");
}

}  // namespace

Result<void> RefuseForeignShape(std::string_view first_line, size_t lines) {
  for (const Format& format : kBinaryFormats) {
    if (first_line.starts_with(format.begins)) {
      return Foreign(format.name, format.advice);
    }
  }
  const size_t begin = first_line.find_first_not_of(" \t\r\xEF\xBB\xBF");
  if (begin == std::string_view::npos) {
    return {};
  }
  const char first = first_line[begin];
  if (first == '[') {
    return Foreign("a JSON array", "jq -c '.[]' FILE | ingot convert - OUTPUT");
  }
  if (first == '{') {
    return RefuseObjectShape(first_line.substr(begin), lines);
  }
  if (first == '<') {
    return Foreign("XML or HTML", kWanted);
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < '\t'; };
  if (std::any_of(first_line.begin(), first_line.end(), is_control)) {
    return Foreign("binary data", kWanted);
  }
  if (first_line.find_first_of(",;\t") != std::string_view::npos && first_line.find('{') == std::string_view::npos) {
    return Foreign("CSV, or another table of text", std::string("CSV is not read yet; ") + std::string(kWanted));
  }
  return {};
}

}  // namespace ingot
