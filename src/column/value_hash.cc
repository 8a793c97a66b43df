#include "column/value_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <new>
#include <string_view>

#include "column/xxh3_update.h"

namespace ingot {
namespace {

static_assert(std::endian::native == std::endian::little, "values are hashed as they lie in memory");

constexpr size_t kLengthBlock = 1024;

void Update(XXH3_state_t* state, const void* bytes, size_t size) {
#if defined(__x86_64__)
  static const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (kHasAvx2) {
    UpdateXxh3Avx2(state, bytes, size);
    return;
  }
#endif
  XXH3_128bits_update(state, bytes, size);
}

XXH128_canonical_t Canonical(XXH128_hash_t hash) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return canonical;
}

ValueDigest ToDigest(XXH128_hash_t hash) {
  const XXH128_canonical_t canonical = Canonical(hash);
  ValueDigest digest;
  static_assert(sizeof(canonical.digest) == sizeof(ValueDigest));
  std::memcpy(digest.data(), canonical.digest, digest.size());
  return digest;
}

}  // namespace

// The three streams, and the run of levels that may still grow.
struct ValueHasher::State {
  XXH3_state_t levels;
  XXH3_state_t fixed;
  XXH3_state_t bytes;
  uint64_t run_count = 0;
  uint8_t run_definition = 0;
  uint8_t run_repetition = 0;

  State() {
    XXH3_128bits_reset(&levels);
    XXH3_128bits_reset(&fixed);
    XXH3_128bits_reset(&bytes);
  }

  void FlushRun() {
    if (run_count == 0) {
      return;
    }
    std::array<uint8_t, 10> record;
    std::memcpy(record.data(), &run_count, sizeof(run_count));
    record[8] = run_definition;
    record[9] = run_repetition;
    Update(&levels, record.data(), record.size());
    run_count = 0;
  }
};

ValueHasher::ValueHasher() : state_(std::make_unique<State>()) {}
ValueHasher::~ValueHasher() = default;
ValueHasher::ValueHasher(ValueHasher&&) noexcept = default;
ValueHasher& ValueHasher::operator=(ValueHasher&&) noexcept = default;

void ValueHasher::AddRun(uint64_t count, uint8_t definition, uint8_t repetition) {
  State& state = *state_;
  if (state.run_definition != definition || state.run_repetition != repetition) {
    state.FlushRun();
    state.run_definition = definition;
    state.run_repetition = repetition;
  }
  state.run_count += count;
}

void ValueHasher::AddBools(std::span<const uint8_t> values) {
  Update(&state_->fixed, values.data(), values.size_bytes());
}

void ValueHasher::AddInts(std::span<const int64_t> values) {
  Update(&state_->fixed, values.data(), values.size_bytes());
}

void ValueHasher::AddDoubles(std::span<const double> values) {
  Update(&state_->fixed, values.data(), values.size_bytes());
}

void ValueHasher::AddBytes(std::span<const uint32_t> ends, std::span<const char> bytes) {
  std::array<uint32_t, kLengthBlock> lengths;
  uint32_t begin = 0;
  for (size_t i = 0; i < ends.size();) {
    size_t filled = 0;
    for (; filled < kLengthBlock && i < ends.size(); ++filled, ++i) {
      lengths[filled] = ends[i] - begin;
      begin = ends[i];
    }
    Update(&state_->fixed, lengths.data(), filled * sizeof(uint32_t));
  }
  Update(&state_->bytes, bytes.data(), begin);
}

void ValueHasher::AddOne(std::string_view value) {
  const auto length = static_cast<uint32_t>(value.size());
  Update(&state_->fixed, &length, sizeof(length));
  Update(&state_->bytes, value.data(), value.size());
}

void ValueHasher::AddColumn(const LeafColumn& column) {
  for (const LevelRun& run : column.levels.runs()) {
    AddRun(run.count, run.definition, run.repetition);
  }
  switch (column.layout) {
    case ValueLayout::kNone:
      break;
    case ValueLayout::kBool:
      AddBools(column.bools);
      break;
    case ValueLayout::kInt64:
      AddInts(column.ints);
      break;
    case ValueLayout::kDouble:
      AddDoubles(column.doubles);
      break;
    case ValueLayout::kBytes:
      AddBytes(column.ends, column.bytes);
      break;
  }
}

ValueDigest ValueHasher::Finish() {
  state_->FlushRun();
  std::array<XXH128_canonical_t, 3> parts = {
      Canonical(XXH3_128bits_digest(&state_->levels)),
      Canonical(XXH3_128bits_digest(&state_->fixed)),
      Canonical(XXH3_128bits_digest(&state_->bytes)),
  };
  return ToDigest(XXH3_128bits(parts.data(), sizeof(parts)));
}

std::string JoinValueHashes(std::span<const std::string> files) {
  if (files.size() == 1) {
    return files[0];
  }
  std::vector<ValueDigest> digests(files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    for (size_t byte = 0; byte < digests[i].size(); ++byte) {
      const char* digits = files[i].data() + 2 * byte;
      std::from_chars(digits, digits + 2, digests[i][byte], 16);
    }
  }
  return ColumnValueHash(digests);
}

std::string ColumnValueHash(std::span<const ValueDigest> chunks) {
  const ValueDigest digest = ToDigest(XXH3_128bits(chunks.data(), chunks.size_bytes()));
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const uint8_t byte : digest) {
    hex += kHexDigits[byte >> 4U];
    hex += kHexDigits[byte & 15U];
  }
  return hex;
}

}  // namespace ingot
