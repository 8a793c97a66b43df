#include "base/byte_sink.h"

namespace ingot {

Result<void> StringSink::Write(std::span<const char> bytes) {
  text_.append(bytes.data(), bytes.size());
  return {};
}

Result<void> HashingSink::Write(std::span<const char> bytes) {
  INGOT_TRY(next_.Write(bytes));
  hash_.Update(bytes);
  bytes_ += bytes.size();
  return {};
}

}  // namespace ingot
