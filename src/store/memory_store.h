// A store in memory, for tests and for what need not outlive the process.
#pragma once

#include <memory>

#include "store/store.h"

namespace ingot {

std::unique_ptr<Store> OpenMemoryStore();

}  // namespace ingot
