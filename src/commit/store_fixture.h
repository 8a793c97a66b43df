// A store in a folder of its own, removed afterwards, and small versions of a partition to commit into it. For
// *_test.cc.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result_matchers.h"
#include "base/utc.h"
#include "commit/file_transaction.h"
#include "commit/local_root.h"

namespace ingot {

// Path below the root -> content; links as "-> target"; empty folders are left out.
using FileMap = std::map<std::string, std::string>;

class StoreFixture : public testing::Test {
 public:
  StoreFixture() {
    // Where there is a file system in memory, thousands of syncs cost nothing.
    const std::string base = ::access("/dev/shm", W_OK) == 0 ? std::string("/dev/shm/") : testing::TempDir();
    std::string name = base + "ingot_commit_XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  StoreFixture(const StoreFixture&) = delete;
  StoreFixture& operator=(const StoreFixture&) = delete;
  ~StoreFixture() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string Path(std::string_view below = {}) const { return JoinPath(folder_, below); }

 protected:
  void Write(std::string_view path, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(Path(path)).parent_path());
    std::ofstream(Path(path), std::ios::binary) << text;
  }

  std::string Read(std::string_view path) const { return ReadFile(Path(path)); }

  // All files below a folder of the store, the state folder left out.
  FileMap Files(std::string_view below = {}) const {
    FileMap files;
    const std::filesystem::path top = Path(below);
    if (!std::filesystem::exists(top)) {
      return files;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
      const std::string name = entry.path().lexically_relative(top).string();
      if (IsBelow(name, kStateFolder) || name == kStateFolder) {
        continue;
      }
      if (entry.is_symlink()) {
        files[name] = "-> " + std::filesystem::read_symlink(entry.path()).string();
      } else if (entry.is_regular_file()) {
        files[name] = ReadFile(entry.path().string());
      }
    }
    return files;
  }

  // Every file in the state folder: what garbage collection has to get rid of.
  FileMap StateFiles() const {
    FileMap files;
    for (const auto& [name, text] : Files(kStateFolder)) {
      files[name] = text;
    }
    return files;
  }

  LocalRoot OpenRoot(LocalRootOptions options = {}) const {
    auto root = LocalRoot::Open(folder_, std::move(options));
    EXPECT_OK(root);
    return *std::move(root);
  }

  // Runs `body` in a child process, which ends with its result, or dies on the way.
  static int InChild(const std::function<int()>& body) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::_exit(body());
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  static std::string ReadFile(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::string folder_;
  FixedClock clock_{UtcInstant{1'768'435'200, 0}};  // 2026-01-15T00:00:00Z
};

// What a test commits. `files` are named as TransactionOptions say; the manifest is the last one.
struct TestVersion {
  std::string slot = "daily/2026-01-15";
  FolderUse folder_use = FolderUse::kOwn;
  std::vector<std::pair<std::string, std::string>> files = {};
  std::vector<std::string> previous = {};
};

inline Result<CommitReport> CommitVersion(const LocalRoot& root, const Clock& clock, const TestVersion& version) {
  TransactionOptions options;
  options.slot = version.slot;
  options.folder_use = version.folder_use;
  options.previous_files = version.previous;
  options.run_id = "test-run";
  INGOT_ASSIGN(auto txn, FileTransaction::Begin(root, clock, std::move(options)));
  for (size_t i = 0; i + 1 < version.files.size(); ++i) {
    INGOT_ASSIGN(StagedFile* const file, txn.CreateFile(version.files[i].first));
    INGOT_TRY(file->sink().Write(version.files[i].second));
  }
  INGOT_TRY(txn.SyncData());
  INGOT_TRY(txn.SetManifest(version.files.back().first, version.files.back().second, "content-id"));
  return txn.Commit();
}

}  // namespace ingot
