// Manifests twice: as the bytes are, and with their hashes repaired, so that the reader behind the hashes is reached. A
// manifest that is accepted must be sealed and read again as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "model/json_document.h"
#include "model/manifest.h"
#include "model/manifest_files.h"
#include "model/manifest_seal.h"

namespace ingot {
namespace {

// Not inlined, so that the stack shows the line of the broken demand.
[[gnu::noinline]] void Demand(bool kept) {
  if (!kept) {
    std::abort();
  }
}

void CheckText(std::string_view text) {
  const auto manifest = ParseManifest(text);
  if (!manifest.ok()) {
    return;
  }
  const auto files = ParseManifestFiles(text);
  Demand(files.ok() && files->files == manifest->files && files->content_id == manifest->content_id);
  const auto sealed = SealManifest(*manifest);
  if (!sealed.ok()) {
    return;  // what a later version may write and this one does not
  }
  const auto again = ParseManifest(sealed->text);
  Demand(again.ok());
  const auto resealed = SealManifest(*again);
  Demand(resealed.ok() && resealed->text == sealed->text);
}

// The document with both hashes as a writer would have set them; empty when it is no such document.
std::string Repaired(std::string_view text) {
  auto document = ParseJson(text);
  JsonObject* top = document.ok() ? document->AsObject() : nullptr;
  JsonObject* core = top != nullptr && top->contains("ingot") ? (*top)["ingot"].AsObject() : nullptr;
  if (core == nullptr) {
    return {};
  }
  std::vector<std::string> pointers;
  if (const JsonArray* listed = (*core)["volatile"].AsArray()) {
    for (const JsonValue& pointer : *listed) {
      pointers.push_back(pointer.AsString() != nullptr ? *pointer.AsString() : std::string());
    }
  }
  const auto content_id = ContentIdOf(*document, pointers);
  (*core)["content_id"] = content_id.ok() ? *content_id : std::string();
  // A text that stands nowhere else marks the place.
  const std::string mark = Sha256Hex("mark");
  (*core)["self_sha256"] = mark;
  auto written = WriteJson(*document);
  const std::string hash = written.ok() ? SelfHashOf(*written, mark) : std::string();
  if (hash.empty()) {
    return {};
  }
  return written->replace(written->find(mark), mark.size(), hash);
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ingot::CheckText(text);
  ingot::CheckText(ingot::Repaired(text));
  return 0;
}
