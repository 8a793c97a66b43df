// For tests and fuzzing: an input read to its end, with everything that a caller can see.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "format/input/open_input.h"

namespace ingot {

// The outcome of reading an input as a caller who keeps what was readable.
struct ReadOutcome {
  std::string bytes;
  std::optional<Error> error;         // of Read
  std::optional<InputDigest> digest;  // absent when Finish failed
  std::string_view broken_promise;    // what the source did against its contract; empty when it kept it
};

// Reads in blocks of `block_bytes`, and watches that the source keeps what ByteSource promises.
inline ReadOutcome DrainSource(ByteSource& source, size_t block_bytes) {
  constexpr size_t kGuardBytes = 64;
  constexpr char kGuard = '\x5a';
  ReadOutcome outcome;
  const auto demand = [&outcome](bool kept, std::string_view promise) {
    if (!kept) {
      outcome.broken_promise = promise;
    }
  };
  std::vector<char> block(block_bytes + 2 * kGuardBytes, kGuard);
  const std::span<char> out = std::span(block).subspan(kGuardBytes, block_bytes);
  const auto guarded = [](char c) { return c == kGuard; };
  bool last = false;
  while (outcome.broken_promise.empty()) {
    auto got = source.Read(out);
    demand(std::all_of(block.begin(), block.begin() + kGuardBytes, guarded) &&
               std::all_of(block.end() - kGuardBytes, block.end(), guarded),
           "nothing is written outside of the block");
    if (!got) {
      outcome.error = got.error();
      const auto again = source.Read(out);
      demand(!again && again.error().ToString() == got.error().ToString(), "an error is returned again");
      break;
    }
    if (*got == 0) {
      break;
    }
    demand(!last && *got <= block_bytes, "only the last block is short");
    last = *got < block_bytes;
    outcome.bytes.append(out.data(), *got);
  }
  if (auto digest = source.Finish()) {
    outcome.digest = *std::move(digest);
  }
  return outcome;
}

// Reads `stored` as an input of that name. `read_bytes` is the size of the compressed reads.
inline ReadOutcome ReadInput(std::string_view stored, const std::string& name, size_t read_bytes, size_t block_bytes) {
  InputOptions options;
  options.read_bytes = read_bytes;
  auto source = OpenInput(std::make_unique<MemoryReader>(stored), name, options);
  if (!source) {
    return {{}, source.error(), {}, {}};
  }
  return DrainSource(**source, block_bytes);
}

}  // namespace ingot
