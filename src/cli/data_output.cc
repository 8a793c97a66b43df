#include "cli/data_output.h"

#include <unistd.h>

#include <cerrno>

namespace ingot {
namespace {

constexpr size_t kPendingBytes = size_t{64} << 10U;

}  // namespace

void DataOutput::Write(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= kPendingBytes) {
    Drain();
  }
}

void DataOutput::Line(std::string_view text) {
  Write(text);
  Write("\n");
}

Result<void> DataOutput::Finish() {
  Drain();
  return outcome_;
}

void DataOutput::Drain() {
  std::string_view rest = pending_;
  while (!rest.empty() && !closed_) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      closed_ = true;
      if (errno != EPIPE) {
        outcome_ = ErrnoError(errno, "write to", "standard output");
      }
    }
  }
  pending_.clear();
}

}  // namespace ingot
