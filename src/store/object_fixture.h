// Bodies and listings of small objects. For *_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result_matchers.h"
#include "base/sha256.h"
#include "store/store.h"

namespace ingot {

// Puts a text.
inline Result<ObjectInfo> PutText(Store& store, std::string_view key, std::string_view text,
                                  const Precondition& precondition = Precondition::None()) {
  const MemoryAccess bytes(text, "text");
  return store.Put(key, {&bytes, Sha256Hex(text)}, precondition);
}

inline Result<std::string> ReadAll(const RandomAccess& bytes) {
  std::string text(bytes.bytes(), '\0');
  INGOT_TRY(bytes.ReadAt(0, text));
  return text;
}

inline Result<std::string> ReadAll(RawReader& reader) {
  std::string text;
  std::string part(1000, '\0');
  while (true) {
    INGOT_ASSIGN(const size_t count, reader.ReadSome(part));
    if (count == 0) {
      return text;
    }
    text.append(part, 0, count);
  }
}

// The text that the key has now.
inline Result<std::string> GetText(Store& store, std::string_view key) {
  INGOT_ASSIGN(const ObjectInfo info, store.Head(key));
  INGOT_ASSIGN(const auto bytes, store.Open(info));
  return ReadAll(*bytes);
}

inline Result<std::vector<std::string>> ListKeys(Store& store, std::string_view prefix) {
  std::vector<std::string> keys;
  INGOT_TRY(store.List(prefix, [&](const ObjectInfo& info) -> Result<void> {
    keys.push_back(info.key);
    return {};
  }));
  return keys;
}

}  // namespace ingot
