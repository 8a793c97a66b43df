// A put whose outcome is known whenever the store can be read.
#pragma once

#include "store/store.h"

namespace ingot {

// As Store::Put, and looks again where the outcome is in doubt: after a lost reply, and after a precondition that may
// have been broken by this very put (a client below may have repeated it). An object with the body's size and sha256 is
// the success; anything else leaves the first error. Reads the object where the store does not keep its sha256.
Result<ObjectInfo> PutConfirmed(Store& store, std::string_view key, const UploadBody& body,
                                const Precondition& precondition);

}  // namespace ingot
