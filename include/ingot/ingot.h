// All of the public promise. Standard library and our own types only; Arrow data crosses as its C data interface.
#pragma once

#include "ingot/arrow.h"      // IWYU pragma: export
#include "ingot/error.h"      // IWYU pragma: export
#include "ingot/generate.h"   // IWYU pragma: export
#include "ingot/index.h"      // IWYU pragma: export
#include "ingot/lookup.h"     // IWYU pragma: export
#include "ingot/partition.h"  // IWYU pragma: export
#include "ingot/project.h"    // IWYU pragma: export
#include "ingot/query.h"      // IWYU pragma: export
#include "ingot/refresh.h"    // IWYU pragma: export
#include "ingot/result.h"     // IWYU pragma: export
#include "ingot/run.h"        // IWYU pragma: export
#include "ingot/verify.h"     // IWYU pragma: export
#include "ingot/version.h"    // IWYU pragma: export
#include "ingot/work.h"       // IWYU pragma: export
