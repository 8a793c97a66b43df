#include "lookup/spill.h"

#include <algorithm>

namespace ingot {

Result<void> Spill::Flush() {
  if (!file_.valid()) {
    INGOT_ASSIGN(file_, OpenScratchFile(folder_));
  }
  INGOT_TRY(WriteAll(file_.get(), pending_, folder_));
  flushed_ += pending_.size();
  pending_.clear();
  return {};
}

Result<void> Spill::Drain(const Take& take) {
  constexpr uint64_t kPieceBytes = uint64_t{1} << 20U;
  std::string piece;
  for (uint64_t at = 0; at < flushed_; at += piece.size()) {
    piece.resize(std::min(kPieceBytes, flushed_ - at));
    INGOT_TRY(ReadExactlyAt(file_.get(), at, piece, folder_));
    INGOT_TRY(take(piece));
  }
  INGOT_TRY(take(pending_));
  pending_ = std::string();
  file_ = UniqueFd();
  bytes_ = flushed_ = 0;
  return {};
}

}  // namespace ingot
