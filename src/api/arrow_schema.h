// Copies of Arrow schemas, and whether two mean the same columns.
#pragma once

#include "base/result.h"
#include "engine/record_stream.h"

namespace ingot {

// Deep: nothing of the original is referred to.
OwnedArrowSchema CopySchema(const ArrowSchema& schema);

// Names, types, flags and metadata at every depth.
bool SameSchema(const ArrowSchema& a, const ArrowSchema& b);

}  // namespace ingot
