#include "column/xxh3_update.h"

// Everything else that xxhash.h includes, so that only its own functions are compiled for AVX2: those of others, were
// they merged with their copies elsewhere, would run on every processor.
#include <climits>
#include <cstdlib>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#include <immintrin.h>
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ingot {

void UpdateXxh3Avx2(void* state, const void* bytes, size_t size) {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state), bytes, size);
}

}  // namespace ingot

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif
