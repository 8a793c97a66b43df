// Files of others in a partition's own folder: a note, a `_SUCCESS`, an editor's backup. A commit never removes them.
//
// Before the folder is exchanged, each such file gets a second name in the staged folder, so that it never goes
// missing. What cannot have one (a folder, a file of another owner, a file that appears at the last moment) is moved
// over after the exchange, and where that fails it stays in the trash, where garbage collection leaves it alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "commit/journal.h"
#include "commit/local_root.h"

namespace ingot {

// Links the slot's foreign files into `staged` and returns their paths, relative to the slot.
// `journal` names the slot, the new and the older files.
// Errors: kAlreadyExists when a foreign entry has the name of a new file.
Result<std::vector<std::string>> CarryForeignFiles(const LocalRoot& root, const Journal& journal,
                                                   std::string_view staged);

// Moves what neither the older version nor the carried files account for from `folder`, which was the slot's folder
// before an exchange, back into the slot. What has a namesake there, or no slot to return to, stays.
// Returns how many entries stayed.
Result<uint64_t> ReturnForeignFiles(const LocalRoot& root, const Journal& journal, std::string_view folder);

}  // namespace ingot
