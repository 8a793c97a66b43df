#include "model/listing_spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/utf8.h"

namespace ingot {
namespace {

TypeKind TypeOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kString:
      return TypeKind::kString;
    case FieldKind::kInt32:
    case FieldKind::kHour:
      return TypeKind::kInt32;
    case FieldKind::kInt64:
      return TypeKind::kInt64;
    case FieldKind::kDate:
      return TypeKind::kDate;
  }
  return TypeKind::kString;
}

Field Column(std::string_view name, TypeKind kind) {
  Field field;
  field.name = std::string(name);
  field.type.kind = kind;
  field.nullable = false;
  return field;
}

}  // namespace

std::string_view FormatDuplicateRule(DuplicateRule rule) {
  switch (rule) {
    case DuplicateRule::kKeepFirst:
      return "keep-first";
    case DuplicateRule::kKeepLast:
      return "keep-last";
    case DuplicateRule::kKeepAll:
      return "keep-all";
    case DuplicateRule::kRefuse:
      break;
  }
  return "refuse";
}

Result<void> CheckListingTemplate(const PathTemplate& path) {
  if (path.fields().empty()) {
    return Error(ErrorKind::kConfig,
                 fmt::format("the path template '{}' has no field, so it gives no key", path.text()),
                 "write it as in v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl");
  }
  if (path.FindField(kFilePathColumn) != nullptr) {
    return Error(ErrorKind::kConfig,
                 fmt::format("the path template '{}' has a field '{}', which is the column of the "
                             "path itself",
                             path.text(), kFilePathColumn),
                 "give the field another name");
  }
  return {};
}

Result<std::string> NormalListingBase(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  if (has_control || !IsUtf8(text)) {
    return Error(ErrorKind::kConfig, "the base of the paths holds control characters, or is not UTF-8",
                 "write it as in s3://bucket/");
  }
  std::string base(text);
  if (!base.empty() && base.back() != '/') {
    base += '/';
  }
  return base;
}

Schema ListingSchema(const PathTemplate& path) {
  Schema schema;
  for (const TemplateField& field : path.fields()) {
    schema.fields.push_back(Column(field.name, TypeOf(field.kind)));
  }
  schema.fields.push_back(Column(kFilePathColumn, TypeKind::kString));
  return schema;
}

}  // namespace ingot
