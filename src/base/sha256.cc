#include "base/sha256.h"

#include <algorithm>
#include <utility>

namespace ingot {

std::string Sha256::FinishHex() { return std::exchange(lane_, Sha256Lane()).FinishHex(); }

std::string Sha256Hex(std::string_view bytes) {
  Sha256Lane lane;
  lane.Update(bytes);
  return lane.FinishHex();
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace ingot
