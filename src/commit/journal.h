// What a commit is about to do, written durably before it does it: all that recovery needs besides the files.
// docs/formats/partition.md describes the format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/utc.h"

namespace ingot {

// Whether the slot is a folder of the partition alone.
enum class FolderUse {
  kOwn,     // file names are relative to the slot, and the folder is replaced whole
  kShared,  // file names are relative to the store's root, and files are replaced one by one
};

enum class ReplaceMethod {
  kCreate,    // the staged folder is renamed to the slot, where nothing stood
  kExchange,  // the staged folder and the slot change places
  kFiles,     // file by file, the manifest last
};

struct JournalFile {
  std::string path;  // relative as FolderUse says
  uint64_t bytes = 0;
  std::string sha256;

  bool operator==(const JournalFile&) const = default;
};

struct Journal {
  std::string slot;
  std::string run_id;
  std::string content_id;
  UtcInstant started;
  FolderUse folder_use = FolderUse::kOwn;
  ReplaceMethod method = ReplaceMethod::kCreate;
  // Of the staged folder: tells which side of an exchange is which, also when both hold equal bytes.
  uint64_t staged_inode = 0;
  // The manifest is the last one.
  std::vector<JournalFile> files;
  // Files of the older version, its manifest included: the only ones that may ever be removed.
  std::vector<std::string> previous;
  // Files of others in the slot that got a second name in the staged folder.
  std::vector<std::string> carried;

  // Where a file will be, relative to the store's root.
  std::string Target(std::string_view path) const;

  bool operator==(const Journal&) const = default;
};

std::string FormatJournal(const Journal& journal);

// Strict: every path is checked, and the last line is the sha256 of the others.
// Errors: kCorrupt when it is damaged, kUnsupported when a newer version wrote it.
Result<Journal> ParseJournal(std::string_view text);

}  // namespace ingot
