#include "source/listing/key_row.h"

#include <fmt/format.h>

namespace ingot {

std::string DescribeKey(const PathTemplate& path, const KeyRow& row) {
  std::string text;
  for (size_t i = 0; i < path.fields().size(); ++i) {
    const TemplateField& field = path.fields()[i];
    std::string value(row.texts[i]);
    if (field.kind == FieldKind::kDate) {
      value = FormatUtcDay(UtcDay{static_cast<int32_t>(row.numbers[i])});
    } else if (field.kind != FieldKind::kString) {
      value = FormatFieldValue(field.kind, row.numbers[i]);
    }
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", field.name, value);
  }
  return text;
}

void OwnedKeyRow::Assign(const KeyRow& row) {
  bytes_.clear();
  for (const std::string_view text : row.texts) {
    bytes_ += text;
  }
  bytes_ += row.prefix;
  row_.numbers = row.numbers;
  row_.line = row.line;
  row_.texts.resize(row.texts.size());
  const std::string_view bytes(bytes_);
  size_t begin = 0;
  for (size_t i = 0; i < row.texts.size(); ++i) {
    row_.texts[i] = bytes.substr(begin, row.texts[i].size());
    begin += row.texts[i].size();
  }
  row_.prefix = bytes.substr(begin);
}

Error DuplicateKeyError(const DuplicateFindings& findings) {
  return Error(ErrorKind::kCheckFailed, fmt::format("two lines have one key: {}", findings.first),
               "repair the listing, or let one of them win: duplicates keep-first or keep-last");
}

}  // namespace ingot
