// A lock file that is accepted must be written and read again as the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/lock_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto lock = ingot::ParseLockFile({reinterpret_cast<const char*>(data), size});
  if (lock.ok()) {
    const auto again = ingot::ParseLockFile(ingot::WriteLockFile(*lock));
    if (!again.ok() || !(*again == *lock)) {
      std::abort();
    }
  }
  return 0;
}
