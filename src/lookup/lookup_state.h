// What a Lookup holds: the index in use, and how to get another when it is found to be damaged.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "lookup/index_file.h"
#include "lookup/key_spelling.h"
#include "lookup/lookup.h"

namespace ingot {

class Lookup::State {
 public:
  State(std::string manifest, LookupOptions options, const LookupContext& context)
      : manifest_(std::move(manifest)), options_(std::move(options)), context_(context) {}

  // Call once, before anything else.
  Result<void> Open();

  const std::vector<KeyColumn>& columns() const { return columns_; }
  const OpenedIndex& current() const { return *current_.load(std::memory_order_acquire); }

  // Calls `ask` with the index, and with a new one when it says kDamaged. Any other finding is handed on.
  template <typename Ask>
  Result<Finding> Answer(const Ask& ask) const {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const OpenedIndex& opened = current();
      const Finding finding = ask(*opened.index);
      if (finding != Finding::kDamaged) [[likely]] {
        return finding;
      }
      INGOT_TRY(Renew(opened));
    }
    return Error(ErrorKind::kCorrupt, "the index of '" + manifest_ + "' is damaged each time it is made",
                 "check the disk");
  }

  // Errors: kUsage.
  Result<void> ReadKey(std::span<const KeyPart> parts, KeyTuple* key) const;

  // Calls `ask` with what the key may mean, the likeliest first, until that is not absent.
  template <typename Ask>
  Finding FirstMeaning(const KeyTuple& key, const Ask& ask) const {
    const Finding finding = ask(key);
    return finding != Finding::kAbsent || !ambiguous_ ? finding : OtherMeanings(key, 0, ask);
  }
  bool ambiguous() const { return ambiguous_; }

  Finding FindKey(const KeyIndex& index, const KeyTuple& key) const;
  Finding FindPath(const KeyIndex& index, const KeyTuple& key, std::string* path) const;

 private:
  static constexpr int kAttempts = 3;
  Result<OpenedIndex> OpenAny(IndexProof proof) const;
  Result<std::vector<KeyColumn>> ColumnsOf(const KeyIndex& index) const;
  // Replaces the index that was found damaged, unless another thread has done it.
  Result<void> Renew(const OpenedIndex& damaged) const;

  // The meanings that differ in this column or in later ones. The key as it was given comes first in all of them.
  template <typename Ask>
  Finding OtherMeanings(const KeyTuple& key, size_t column, const Ask& ask) const {
    if (column == columns_.size() || column == key.size()) {
      return Finding::kAbsent;
    }
    if (const Finding later = OtherMeanings(key, column + 1, ask); later != Finding::kAbsent) {
      return later;
    }
    if (columns_[column].kind != KeyKind::kString) {
      return Finding::kAbsent;
    }
    KeyTuple other = key;
    for (size_t i = 0; ReadOtherMeaning(columns_[column], key[column].text, i, &other[column].text); ++i) {
      Finding finding = ask(other);
      finding = finding == Finding::kAbsent ? OtherMeanings(other, column + 1, ask) : finding;
      if (finding != Finding::kAbsent) {
        return finding;
      }
    }
    return Finding::kAbsent;
  }

  const std::string manifest_;
  const LookupOptions options_;
  const LookupContext context_;
  std::vector<KeyColumn> columns_;
  bool ambiguous_ = false;  // a string column has a literal
  mutable std::mutex mutex_;
  // Earlier ones are kept: other threads may be reading them.
  mutable std::vector<std::unique_ptr<OpenedIndex>> all_;
  mutable std::atomic<const OpenedIndex*> current_{nullptr};
};

}  // namespace ingot
