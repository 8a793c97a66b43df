// The index file beside a manifest: found, held against the manifest, and made where it is missing or wrong.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "lookup/key_index.h"
#include "lookup/lookup.h"

namespace ingot {

struct OpenedIndex {
  std::unique_ptr<const KeyIndex> index;
  IndexOrigin origin = IndexOrigin::kOpened;
  std::string path;  // empty in memory
};

// How much of an index that is there is proven before it is used.
enum class IndexProof {
  kOnTouch,  // each page when it is first touched
  kWhole,    // all pages at once
};

// What to do where the folder takes no file.
enum class IndexKeeping {
  kIfPossible,  // make the index in memory
  kRequired,    // fail
};

// Errors: as Lookup::Open; with kRequired those of writing.
Result<OpenedIndex> OpenIndex(const std::string& manifest, IndexProof proof, IndexKeeping keeping,
                              const LookupContext& context);

// An index in memory, for a template that chooses other columns than the manifest's own.
Result<OpenedIndex> MakeIndexInMemory(const std::string& manifest, const std::string& path_template,
                                      const LookupContext& context);

}  // namespace ingot
