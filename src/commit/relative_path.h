// Names below a store's root. They come from keys and manifests, so they are attacker bytes until checked.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// The folder at the root of a local store that holds everything that is not published.
inline constexpr std::string_view kStateFolder = ".ingot";

// Accepts one or more components joined by single slashes: none empty, ".", ".." or longer than 255 bytes, no NUL, at
// most 4,000 bytes in all. Other bytes are the file system's business. Errors: kInvalidData, quoting the path.
Result<void> CheckRelativePath(std::string_view path);

// As CheckRelativePath, and refuses the state folder, in any letter case.
Result<void> CheckPublishedPath(std::string_view path);

// "a/b/c" -> "a/b"; "a" -> "".
std::string_view ParentPath(std::string_view path);
// "a/b/c" -> "c".
std::string_view BaseName(std::string_view path);
// Joins with a slash; either side may be empty.
std::string JoinPath(std::string_view folder, std::string_view name);
// Whether `path` lies below `folder`, at any depth.
bool IsBelow(std::string_view path, std::string_view folder);

// For messages: control characters become \xNN, so that a hostile name cannot speak to a terminal.
std::string PrintablePath(std::string_view path);

// A file name that stands for a slot: readable, unique (it ends in 128 bits of the slot's sha256), never hidden.
std::string SlotId(std::string_view slot);

}  // namespace ingot
