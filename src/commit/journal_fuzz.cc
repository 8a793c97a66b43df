// Journals lie on disk between two runs: whatever is read back, the parser accepts only what the formatter writes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/sha256.h"
#include "commit/journal.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string body(data, data + size);
  // With the right digest, so that mutations get past it.
  const std::string sealed = body + "end " + ingot::Sha256Hex(body) + "\n";
  for (const std::string& text : {body, sealed}) {
    const auto journal = ingot::ParseJournal(text);
    if (!journal) {
      continue;
    }
    const auto again = ingot::ParseJournal(ingot::FormatJournal(*journal));
    if (!again || !(*again == *journal)) {
      std::abort();
    }
  }
  return 0;
}
