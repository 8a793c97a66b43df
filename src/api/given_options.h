// From the structures of the public headers to options, as if they had been typed: one way of checking them, and one
// order in which environment and project stand in for what is not said.
#pragma once

#include "ingot/generate.h"
#include "ingot/index.h"
#include "ingot/lookup.h"
#include "ingot/partition.h"
#include "ingot/query.h"
#include "ingot/refresh.h"
#include "ingot/run.h"
#include "ingot/verify.h"
#include "request/settings.h"

namespace ingot {

GivenOptions GivenFrom(const v1::RunOptions& options);
GivenOptions GivenFrom(const v1::VerifyOptions& options);
GivenOptions GivenFrom(const v1::ListOptions& options);
GivenOptions GivenFrom(const v1::QueryOptions& options);
GivenOptions GivenFrom(const v1::GenerateOptions& options);
GivenOptions GivenFrom(const v1::IndexOptions& options);
GivenOptions GivenFrom(const v1::LookupOptions& options);
GivenOptions GivenFrom(const v1::RefreshOptions& options);

// The options that each structure can give, and that environment and project are asked for.
OptionSet RunOptionSet();
OptionSet VerifyOptionSet();
OptionSet ListOptionSet();
OptionSet QueryOptionSet();
OptionSet GenerateOptionSet();
OptionSet IndexOptionSet();
OptionSet LookupOptionSet();
OptionSet RefreshOptionSet();

}  // namespace ingot
