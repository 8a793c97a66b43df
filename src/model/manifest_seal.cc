#include "model/manifest_seal.h"

#include <algorithm>
#include <array>
#include <functional>

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

Result<std::string> ContentIdOf(const JsonDocument& document, const std::vector<std::string>& volatile_pointers) {
  if (!document.is_canonical()) {
    return ContentIdOf(document.root().ToValue(), volatile_pointers);
  }
  std::vector<std::vector<std::string>> pointers;
  for (const std::string& pointer : volatile_pointers) {
    INGOT_ASSIGN(std::vector<std::string> names, ParsePointer(pointer));
    pointers.push_back(std::move(names));
  }
  Sha256 hash;
  document.CanonicalWithout(pointers, [&hash](std::string_view piece) { hash.Update(piece); });
  return hash.FinishHex();
}

std::string SelfHashOf(std::string_view text, std::string_view self_sha256) {
  if (self_sha256.empty()) {
    return {};
  }
  // Skips over most of the text, where a search for the first letter would stop at every sixteenth.
  const std::boyer_moore_horspool_searcher searcher(self_sha256.begin(), self_sha256.end());
  const auto* const found = std::search(text.begin(), text.end(), searcher);
  if (found == text.end() || std::search(found + 1, text.end(), searcher) != text.end()) {
    return {};
  }
  const auto before = static_cast<size_t>(found - text.begin());
  Sha256 hash;
  hash.Update(text.substr(0, before));
  hash.Update(text.substr(before + self_sha256.size()));
  return hash.FinishHex();
}

}  // namespace ingot
