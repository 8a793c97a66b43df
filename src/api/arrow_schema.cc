#include "api/arrow_schema.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace ingot {
namespace {

int32_t ReadInt(const char* bytes) {
  int32_t value = 0;
  std::memcpy(&value, bytes, sizeof(value));
  return value;
}

// Metadata carry their own lengths: a count, then key and value, each behind its length.
std::string MetadataBytes(const char* metadata) {
  if (metadata == nullptr) {
    return {};
  }
  size_t size = sizeof(int32_t);
  for (int32_t texts = 2 * ReadInt(metadata); texts > 0; --texts) {
    size += sizeof(int32_t) + static_cast<size_t>(ReadInt(metadata + size));
  }
  return {metadata, size};
}

std::string_view Text(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

// What a copied schema points into. Children are released by their parent, as the interface wants it, unless they
// were moved out before.
struct SchemaCopy {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<OwnedArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  OwnedArrowSchema dictionary;
};

}  // namespace

OwnedArrowSchema CopySchema(const ArrowSchema& schema) {
  auto copy = std::make_unique<SchemaCopy>();
  copy->format = Text(schema.format);
  copy->name = Text(schema.name);
  copy->metadata = MetadataBytes(schema.metadata);
  for (int64_t i = 0; i < schema.n_children; ++i) {
    copy->children.push_back(CopySchema(*schema.children[i]));
  }
  for (OwnedArrowSchema& child : copy->children) {
    copy->child_pointers.push_back(child.get());
  }
  if (schema.dictionary != nullptr) {
    copy->dictionary = CopySchema(*schema.dictionary);
  }
  OwnedArrowSchema owned;
  ArrowSchema& out = *owned.Fill();
  out.format = copy->format.c_str();
  out.name = schema.name == nullptr ? nullptr : copy->name.c_str();
  out.metadata = schema.metadata == nullptr ? nullptr : copy->metadata.data();
  out.flags = schema.flags;
  out.n_children = schema.n_children;
  out.children = copy->child_pointers.data();
  out.dictionary = copy->dictionary.empty() ? nullptr : copy->dictionary.get();
  out.private_data = copy.release();
  out.release = [](ArrowSchema* self) {
    const std::unique_ptr<SchemaCopy> state(static_cast<SchemaCopy*>(self->private_data));
    self->release = nullptr;
  };
  return owned;
}

bool SameSchema(const ArrowSchema& a, const ArrowSchema& b) {
  if (Text(a.format) != Text(b.format) || Text(a.name) != Text(b.name) || a.flags != b.flags ||
      MetadataBytes(a.metadata) != MetadataBytes(b.metadata) || a.n_children != b.n_children ||
      (a.dictionary == nullptr) != (b.dictionary == nullptr)) {
    return false;
  }
  for (int64_t i = 0; i < a.n_children; ++i) {
    if (!SameSchema(*a.children[i], *b.children[i])) {
      return false;
    }
  }
  return a.dictionary == nullptr || SameSchema(*a.dictionary, *b.dictionary);
}

}  // namespace ingot
