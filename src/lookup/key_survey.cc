#include "lookup/key_survey.h"

#include <utility>

#include "lookup/index_format.h"

namespace ingot {

KeySurvey::KeySurvey(std::span<const KeyKind> kinds, uint64_t dictionary_bytes)
    : kinds_(kinds.begin(), kinds.end()), dictionary_bytes_(dictionary_bytes), values_(kinds.size()) {
  for (size_t i = 1; i < kinds.size(); ++i) {
    values_[i].emplace(kinds[i]);
  }
}

void KeySurvey::Add(const KeyTuple& key) {
  size_t first = kinds_.size();
  int order = rows_ == 0 ? 1 : 0;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    const int difference = rows_ == 0 ? 1 : CompareValues(kinds_[i], key[i], last_[i]);
    text_bytes_[i] += key[i].text.size();
    if (difference == 0) {
      continue;
    }
    if (first == kinds_.size()) {
      first = i;
      order = difference;
    }
    last_texts_[i].assign(key[i].text);
    last_[i] = {key[i].number, last_texts_[i]};
    if (values_[i]) {
      values_[i]->Add(key[i]);
      if (values_[i]->MemoryBytes() > dictionary_bytes_) {
        values_[i].reset();
      }
    }
  }
  sorted_ = sorted_ && order >= 0;
  if (first < kinds_.size()) {
    ++changes_[first];
  }
  ++rows_;
}

std::optional<uint64_t> KeySurvey::CellsOf(size_t hashed_columns) const {
  uint64_t cells = 1;
  for (size_t i = hashed_columns; i < kinds_.size(); ++i) {
    if (!values_[i]) {
      return std::nullopt;
    }
    cells *= values_[i]->size();
    if (cells > UINT32_MAX) {
      return std::nullopt;
    }
  }
  return cells;
}

uint64_t KeySurvey::EstimateBytes(size_t hashed_columns) const {
  constexpr uint64_t kSlotBytes = 10;  // with what stays free
  uint64_t groups = 0;
  uint64_t keys = 0;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    groups += i < hashed_columns ? changes_[i] : 0;
    keys += changes_[i];
  }
  uint64_t group_bytes = kSlotBytes + sizeof(uint64_t);
  for (size_t i = 0; i < hashed_columns; ++i) {
    group_bytes += kinds_[i] == KeyKind::kString ? text_bytes_[i] / rows_ + 1 : sizeof(int64_t);
  }
  uint64_t bytes = groups * group_bytes;
  if (hashed_columns < kinds_.size()) {
    const uint64_t cells = *CellsOf(hashed_columns);
    bytes += groups * sizeof(uint32_t) + std::min(keys * CellBytes(cells), groups * BitmapBytes(cells));
    for (size_t i = hashed_columns; i < kinds_.size(); ++i) {
      bytes += values_[i]->size() * (kSlotBytes + sizeof(uint64_t) + text_bytes_[i] / rows_ + sizeof(uint32_t));
    }
  }
  return bytes;
}

IndexPlan KeySurvey::Plan() {
  const size_t columns = kinds_.size();
  size_t best = columns;
  if (rows_ > 0) {
    uint64_t least = EstimateBytes(columns);
    for (size_t hashed = columns - 1; hashed >= 1; --hashed) {
      if (!CellsOf(hashed)) {
        break;
      }
      if (const uint64_t bytes = EstimateBytes(hashed); bytes <= least) {
        least = bytes;
        best = hashed;
      }
    }
  }
  IndexPlan plan;
  plan.hashed_columns = best;
  for (size_t i = 0; i < best; ++i) {
    plan.groups += changes_[i];
  }
  plan.cells = best == columns ? 0 : *CellsOf(best);
  for (size_t i = best; i < columns; ++i) {
    values_[i]->Sort();
    plan.dictionaries.push_back(*std::move(values_[i]));
  }
  return plan;
}

}  // namespace ingot
