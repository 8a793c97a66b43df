#include "source/listing/key_columns.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/utc.h"

namespace ingot {
namespace {

using PartKind = PathTemplate::PartKind;

constexpr size_t kMostNumberBytes = 20;

char* PutText(std::string_view text, char* out) { return std::copy(text.begin(), text.end(), out); }

// With leading zeros. Requires: the number is not negative and has no more digits.
char* PutDigits(int64_t number, int digits, char* out) {
  for (int i = digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return out + digits;
}

char* PutValue(PartKind kind, int64_t number, char* out) {
  const auto civil = [&] { return ToCivil(UtcDay{static_cast<int32_t>(number)}); };
  switch (kind) {
    case PartKind::kInteger:
      return std::to_chars(out, out + kMostNumberBytes, number).ptr;
    case PartKind::kYear:
      return PutDigits(civil().year, 4, out);
    case PartKind::kMonth:
      return PutDigits(civil().month, 2, out);
    case PartKind::kDay:
      return PutDigits(civil().day, 2, out);
    case PartKind::kHour:
      return PutDigits(number, 2, out);
    case PartKind::kLiteral:
    case PartKind::kString:
      break;
  }
  return out;
}

}  // namespace

PathWriter::PathWriter(const ListingSpec& spec) : base_(spec.base) {
  for (const PathTemplate::Segment& segment : spec.path.segments()) {
    std::string before = parts_.empty() ? "" : "/";
    for (const PathTemplate::Part& part : segment) {
      const bool is_literal = part.kind == PartKind::kLiteral;
      before += is_literal ? part.literal : "";
      if (!is_literal) {
        AddLiteral(std::exchange(before, {}));
        parts_.push_back(part);
      }
    }
    AddLiteral(before);
  }
  fixed_bytes_ = base_.size();
  for (const PathTemplate::Part& part : parts_) {
    fixed_bytes_ += part.kind == PartKind::kLiteral ? part.literal.size() : kMostNumberBytes;
  }
}

// Literals that follow each other are one.
void PathWriter::AddLiteral(const std::string& text) {
  if (text.empty()) {
    return;
  }
  if (parts_.empty() || parts_.back().kind != PartKind::kLiteral) {
    parts_.push_back({PartKind::kLiteral, {}, 0});
  }
  parts_.back().literal += text;
}

size_t PathWriter::MostBytes(const KeyRow& row) const {
  size_t bytes = fixed_bytes_ + row.prefix.size();
  for (const PathTemplate::Part& part : parts_) {
    bytes += part.kind == PartKind::kString ? row.texts[part.field].size() : 0;
  }
  return bytes;
}

void PathWriter::Append(const KeyRow& row, Buffer<char>* out) const {
  const size_t bytes = MostBytes(row);
  if (out->capacity() - out->size() < bytes) {
    out->Reserve(std::max(out->size() + bytes, 2 * out->capacity()));
  }
  char* at = PutText(row.prefix, PutText(base_, out->end()));
  for (const PathTemplate::Part& part : parts_) {
    if (part.kind == PartKind::kLiteral) {
      at = PutText(part.literal, at);
    } else if (part.kind == PartKind::kString) {
      at = PutText(row.texts[part.field], at);
    } else {
      at = PutValue(part.kind, row.numbers[part.field], at);
    }
  }
  out->SetSize(static_cast<size_t>(at - out->data()));
}

KeyColumns::KeyColumns(const ListingSpec* spec, const PathWriter* writer, std::vector<LeafColumn> spare)
    : writer_(writer), leaves_(std::move(spare)) {
  leaves_.resize(spec->path.fields().size() + 1);
  for (size_t i = 0; i < leaves_.size(); ++i) {
    const bool is_text = i + 1 == leaves_.size() || spec->path.fields()[i].kind == FieldKind::kString;
    LeafColumn& leaf = leaves_[i];
    leaf.layout = is_text ? ValueLayout::kBytes : ValueLayout::kInt64;
    leaf.levels.Clear();
    leaf.ints.Clear();
    leaf.ends.Clear();
    leaf.bytes.Clear();
  }
}

void KeyColumns::Append(const KeyRow& row) {
  ++rows_;
  for (size_t i = 0; i + 1 < leaves_.size(); ++i) {
    LeafColumn& leaf = leaves_[i];
    if (leaf.layout == ValueLayout::kBytes) {
      leaf.bytes.AppendAll(row.texts[i].data(), row.texts[i].size());
      leaf.ends.Append(static_cast<uint32_t>(leaf.bytes.size()));
    } else {
      leaf.ints.Append(row.numbers[i]);
    }
  }
  LeafColumn& path = leaves_.back();
  writer_->Append(row, &path.bytes);
  path.ends.Append(static_cast<uint32_t>(path.bytes.size()));
}

std::vector<LeafColumn> KeyColumns::Take() {
  for (LeafColumn& leaf : leaves_) {
    leaf.levels.AppendRun(rows_, 0, 0);
  }
  return std::move(leaves_);
}

std::vector<EncodingHint> KeyColumns::Hints(const ListingSpec& spec) {
  std::vector<EncodingHint> hints;
  for (const TemplateField& field : spec.path.fields()) {
    hints.push_back(field.kind == FieldKind::kString ? EncodingHint(ParquetEncoding::kRleDictionary) : std::nullopt);
  }
  hints.emplace_back(ParquetEncoding::kDeltaByteArray);
  return hints;
}

}  // namespace ingot
