// XXH3's update, compiled for AVX2: twice as fast as with what every processor has, and the same hash.
#pragma once

#include <cstddef>

namespace ingot {

// `state` is an XXH3_state_t of the 128-bit hash. Requires a processor with AVX2, where there is such a thing.
void UpdateXxh3Avx2(void* state, const void* bytes, size_t size);

}  // namespace ingot
