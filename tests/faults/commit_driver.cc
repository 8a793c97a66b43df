// A small program around src/commit for the fault sweeps: commits one version of a partition, recovers, collects
// garbage.
//
//   commit_driver ROOT commit VERSION [shared] [no-rename-flags] [no-openat2] [no-hard-links] [many] [die=CALL:SUFFIX]
//   commit_driver ROOT recover
//   commit_driver ROOT gc
//   commit_driver ROOT naive VERSION    writes in place, as the tests' negative control
//   commit_driver FILE atomic VERSION
//
// With die= the program ends, with 77, right before the first such change of a path that ends so: for recovery's tests.
// The content depends on VERSION alone. Exit codes are those of the one table; 0 means published and durable.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/sha256.h"
#include "base/utc.h"
#include "commit/atomic_file.h"
#include "commit/file_transaction.h"
#include "commit/garbage.h"
#include "commit/recovery.h"

namespace ingot {
namespace {

// fmt::print throws when a stream takes no more, and a full disk is what is tested here.
void Print(std::FILE* stream, const std::string& text) { static_cast<void>(std::fputs(text.c_str(), stream)); }

struct Arguments {
  std::string root;
  std::string verb;
  std::string version;
  std::vector<std::string> flags;

  bool Has(std::string_view flag) const { return std::find(flags.begin(), flags.end(), flag) != flags.end(); }
};

struct ContentFile {
  std::string name;
  std::string bytes;
};

std::string Bytes(const std::string& version, size_t size, unsigned salt) {
  std::string bytes;
  unsigned state = salt;
  while (bytes.size() < size) {
    bytes += fmt::format("{} {:08x}\n", version, state);
    state = state * 1'664'525U + 1'013'904'223U;
  }
  bytes.resize(size);
  return bytes;
}

std::vector<ContentFile> Content(const Arguments& arguments) {
  const std::string& version = arguments.version;
  std::vector<ContentFile> files{{"data.parquet", Bytes(version, 20'000, 1)},
                                 {"rejects.jsonl.gz", Bytes(version, 700, 2)}};
  // Each version has a file that the other lacks.
  files.push_back({"extra/" + version + ".txt", Bytes(version, 50, 3)});
  for (unsigned i = 0; arguments.Has("many") && i < 70; ++i) {
    files.push_back({fmt::format("hive/key={}/part.parquet", i), Bytes(version, 40, i)});
  }
  return files;
}

struct Layout {
  std::string slot = "daily/2026-01-15";
  std::string prefix;  // in front of the names, where they are relative to the root
  std::string manifest = "manifest.json";
};

Layout LayoutOf(const Arguments& arguments) {
  Layout layout;
  if (arguments.Has("shared")) {
    layout.prefix = "flat/2026-01-15/";
    layout.slot = "flat/2026-01-15/data.parquet";
    layout.manifest = "flat/2026-01-15/data.parquet.manifest.json";
  }
  return layout;
}

std::string Manifest(const std::string& version, const Layout& layout, const std::vector<ContentFile>& files) {
  std::string list;
  for (const ContentFile& file : files) {
    list += fmt::format("{}{{\"bytes\": {}, \"path\": \"{}{}\", \"sha256\": \"{}\"}}", list.empty() ? "" : ", ",
                        file.bytes.size(), layout.prefix, file.name, Sha256Hex(file.bytes));
  }
  return fmt::format("{{\"ingot\": {{\"content_id\": \"{}\", \"files\": [{}]}}}}\n", Sha256Hex(version), list);
}

// The names of the version that stands there, as a caller reads them from its manifest.
Result<std::vector<std::string>> PreviousFiles(const LocalRoot& root, const Arguments& arguments,
                                               const Layout& layout) {
  const std::string manifest = arguments.Has("shared") ? layout.manifest : JoinPath(layout.slot, layout.manifest);
  const auto text = root.tree().Read(manifest, uint64_t{1} << 20U);
  std::vector<std::string> names;
  if (!text) {
    return text.error().kind() == ErrorKind::kNotFound ? Result<std::vector<std::string>>(std::move(names))
                                                       : text.error();
  }
  constexpr std::string_view kKey = "\"path\": \"";
  for (size_t at = text->find(kKey); at != std::string::npos; at = text->find(kKey, at)) {
    at += kKey.size();
    names.push_back(text->substr(at, text->find('"', at) - at));
  }
  names.push_back(layout.manifest);
  return names;
}

Result<void> CommitVersion(const LocalRoot& root, const Clock& clock, const Arguments& arguments) {
  const Layout layout = LayoutOf(arguments);
  const std::vector<ContentFile> files = Content(arguments);
  LockRequest request;
  request.slot = layout.slot;
  request.run_id = "run-" + arguments.version;
  request.started = clock.Now();
  INGOT_ASSIGN(PartitionLock lock, PartitionLock::Acquire(root, request));
  INGOT_TRY(RecoverSlot(root, lock, clock.Now()));
  TransactionOptions options;
  options.slot = layout.slot;
  options.folder_use = arguments.Has("shared") ? FolderUse::kShared : FolderUse::kOwn;
  INGOT_ASSIGN(options.previous_files, PreviousFiles(root, arguments, layout));
  options.run_id = request.run_id;
  INGOT_ASSIGN(auto txn, FileTransaction::Begin(root, clock, std::move(lock), std::move(options)));
  for (const ContentFile& file : files) {
    INGOT_ASSIGN(StagedFile * staged, txn.CreateFile(layout.prefix + file.name));
    const std::string_view bytes = file.bytes;
    const size_t half = bytes.size() / 2;
    INGOT_TRY(staged->sink().Write(bytes.substr(0, half)));
    INGOT_TRY(staged->sink().Write(bytes.substr(half)));
    staged->SetDigest({bytes.size(), Sha256Hex(bytes)});
  }
  INGOT_TRY(txn.SyncData());
  const std::string manifest = Manifest(arguments.version, layout, files);
  INGOT_TRY(txn.SetManifest(layout.manifest, manifest, Sha256Hex(arguments.version)));
  INGOT_ASSIGN(const CommitReport report, txn.Commit());
  Print(stdout, fmt::format("committed {}, {}\n", arguments.version, report.trash.empty() ? "new" : report.trash));
  return {};
}

// What no program should do. A sweep that does not find it out is no test.
Result<void> WriteInPlace(const LocalRoot& root, const Arguments& arguments) {
  const Layout layout = LayoutOf(arguments);
  const std::vector<ContentFile> files = Content(arguments);
  std::vector<ContentFile> all = files;
  all.push_back({layout.manifest, Manifest(arguments.version, layout, files)});
  for (const ContentFile& file : all) {
    const std::string path = JoinPath(layout.slot, file.name);
    INGOT_TRY(root.tree().MakeFolders(ParentPath(path), Durability::kLater));
    INGOT_ASSIGN(const UniqueFd fd, root.tree().OpenAt(path, O_WRONLY | O_CREAT | O_TRUNC));
    INGOT_TRY(WriteAll(fd.get(), file.bytes, path));
  }
  return root.tree().RemoveFile(JoinPath(layout.slot, "extra/A.txt"));
}

Result<void> WriteAtomically(const Arguments& arguments) {
  INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(arguments.root));
  const std::string bytes = Bytes(arguments.version, 20'000, 9);
  INGOT_TRY(file.sink().Write(bytes));
  INGOT_TRY(file.SyncData());
  return file.Commit();
}

Result<void> RecoverAll(const LocalRoot& root, const Clock& clock) {
  INGOT_ASSIGN(const auto recovered, Recover(root, clock.Now()));
  for (const RecoveredTransaction& done : recovered) {
    Print(stdout, fmt::format("{} {} {}\n", done.id, static_cast<int>(done.action), done.detail));
    if (done.action == RecoveryAction::kFailed) {
      return Error(ErrorKind::kUnavailable, done.detail);
    }
  }
  return {};
}

ChangeObserver DieAsAsked(const Arguments& arguments) {
  constexpr std::string_view kPrefix = "die=";
  constexpr int kDied = 77;
  for (const std::string& flag : arguments.flags) {
    const size_t colon = flag.find(':');
    if (flag.starts_with(kPrefix) && colon != std::string::npos) {
      const std::string call = flag.substr(kPrefix.size(), colon - kPrefix.size());
      const std::string suffix = flag.substr(colon + 1);
      return [call, suffix](std::string_view at_call, std::string_view path) {
        if (at_call == call && path.ends_with(suffix)) {
          ::_exit(kDied);
        }
      };
    }
  }
  return {};
}

Result<void> RunVerb(const Arguments& arguments) {
  if (arguments.verb == "atomic") {
    return WriteAtomically(arguments);
  }
  const SystemClock clock;
  LocalRootOptions options;
  options.features.rename_flags = !arguments.Has("no-rename-flags");
  options.features.openat2 = !arguments.Has("no-openat2");
  options.features.hard_links = !arguments.Has("no-hard-links");
  options.observer = DieAsAsked(arguments);
  INGOT_ASSIGN(const LocalRoot root, LocalRoot::Open(arguments.root, options));
  if (arguments.verb == "commit") {
    return CommitVersion(root, clock, arguments);
  }
  if (arguments.verb == "naive") {
    return WriteInPlace(root, arguments);
  }
  if (arguments.verb == "recover") {
    return RecoverAll(root, clock);
  }
  if (arguments.verb == "gc") {
    GarbageOptions garbage;
    garbage.now = clock.Now();
    garbage.scope = GarbageScope::kAll;
    garbage.mode = GarbageMode::kRemove;
    INGOT_ASSIGN(const GarbageReport report, CollectGarbage(root, garbage));
    for (const GarbageItem& item : report.kept) {
      Print(stdout, fmt::format("kept {}: {}\n", item.path, item.note));
    }
    return {};
  }
  return Error(ErrorKind::kUsage, "unknown verb");
}

}  // namespace
}  // namespace ingot

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2) {
    std::fputs("usage: commit_driver ROOT commit|recover|gc|naive|atomic [VERSION] [FLAG]...\n", stderr);
    return 2;
  }
  ingot::Arguments arguments{words[0], words[1], words.size() > 2 ? words[2] : std::string(), {}};
  arguments.flags.assign(words.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(3, words.size())), words.end());
  const auto result = ingot::RunVerb(arguments);
  if (!result) {
    ingot::Print(stderr, fmt::format("{}\n", result.error().ToString()));
    return ingot::Describe(result.error().kind()).exit_code;
  }
  return 0;
}
