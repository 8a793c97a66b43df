#include "lookup/page_sink.h"

#include "lookup/key_hash.h"

namespace ingot {

Result<void> PageSink::WritePages() {
  const uint64_t whole = pending_.size() / kIndexPageBytes * kIndexPageBytes;
  const std::string_view bytes = std::string_view(pending_).substr(0, whole);
  for (uint64_t at = 0; at < whole; at += kIndexPageBytes) {
    checksums_.push_back(HashBytes(bytes.substr(at, kIndexPageBytes)));
  }
  INGOT_TRY(next_.Write(bytes));
  written_ += whole;
  pending_.erase(0, whole);
  return {};
}

Result<void> PageSink::Align() {
  const uint64_t over = position() % kSectionAlignment;
  return over == 0 ? Result<void>() : Write(std::string(kSectionAlignment - over, '\0'));
}

Result<PageSink::Checksums> PageSink::FinishPages() {
  INGOT_TRY(Align());
  INGOT_TRY(WritePages());
  if (!pending_.empty()) {
    checksums_.push_back(HashBytes(pending_));
    INGOT_TRY(next_.Write(pending_));
    written_ += pending_.size();
    pending_.clear();
  }
  const std::string_view sums(reinterpret_cast<const char*>(checksums_.data()), checksums_.size() * sizeof(uint64_t));
  INGOT_TRY(next_.Write(sums));
  return Checksums{{written_, sums.size()}, HashBytes(sums)};
}

}  // namespace ingot
