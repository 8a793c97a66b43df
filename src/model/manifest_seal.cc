#include "model/manifest_seal.h"

#include <array>

#include "base/sha256.h"

namespace ingot {
namespace {

constexpr std::array<std::string_view, 5> kOwnVolatile = {
    "/ingot/content_id", "/ingot/generation", "/ingot/query", "/ingot/run", "/ingot/self_sha256",
};

}  // namespace

std::span<const std::string_view> OwnVolatilePointers() { return kOwnVolatile; }

Result<std::string> ContentIdOf(const JsonValue& document, const std::vector<std::string>& volatile_pointers) {
  JsonValue content = document;
  for (const std::string& pointer : volatile_pointers) {
    INGOT_ASSIGN(const std::vector<std::string> names, ParsePointer(pointer));
    RemoveAtPointer(content, names);
  }
  INGOT_ASSIGN(const std::string text, WriteJson(content));
  return Sha256Hex(text);
}

std::string SelfHashOf(std::string_view text, std::string_view self_sha256) {
  const size_t found = text.find(self_sha256);
  if (self_sha256.empty() || found == std::string_view::npos ||
      text.find(self_sha256, found + 1) != std::string_view::npos) {
    return {};
  }
  Sha256 hash;
  hash.Update(text.substr(0, found));
  hash.Update(text.substr(found + self_sha256.size()));
  return hash.FinishHex();
}

}  // namespace ingot
