// A small project in a folder of its own, for tests of this room. For *_test.cc files only.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/result_matchers.h"
#include "base/task_pool.h"
#include "base/utc.h"
#include "pipeline/run.h"
#include "pipeline/workspace.h"

namespace ingot {

// A copy of the project that the command line tests use: dataset `daily`, four files a day; 2026-01-14 lacks hour 02,
// and hour 03 of 2026-01-15 brings the column `gust`.
class ProjectFixture : public testing::Test {
 public:
  ProjectFixture() {
    std::string name = testing::TempDir() + "ingot-project-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    std::filesystem::copy("tests/cli/fixtures/daily", folder_, std::filesystem::copy_options::recursive);
  }
  ~ProjectFixture() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

 protected:
  std::unique_ptr<Workspace> Open() {
    auto workspace = Workspace::Open({folder_, ProjectSearch::kHere, {}, {}});
    EXPECT_OK(workspace);
    return workspace ? *std::move(workspace) : nullptr;
  }

  BuildContext Context() { return {&pool_, &clock_, &cancellation_, &progress_, uint64_t{1} << 30U}; }

  static PartitionKey Key(const DatasetSpec& dataset, std::string_view day) {
    return dataset.key.ForDay(ParseUtcDay(day).value());
  }

  RunReport Run(Workspace& workspace, const std::vector<std::string>& days, const BuildOverrides& overrides = {}) {
    RunRequest request;
    request.dataset = workspace.project().Find("daily");
    for (const std::string& day : days) {
      request.keys.push_back(Key(*request.dataset, day));
    }
    request.overrides = overrides;
    request.run_id = "test-run";
    return RunPartitions(workspace, request, Context(), [](const PartitionResult&) {});
  }

  std::string PathOf(const std::string& name) const { return folder_ + "/" + name; }
  void Write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(PathOf(name)).parent_path());
    std::ofstream(PathOf(name), std::ios::binary) << text;
  }

  std::string folder_;
  TaskPool pool_{2};
  FixedClock clock_{ParseUtcInstant("2026-01-16T00:05:09Z").value()};
  Cancellation cancellation_;
  SilentProgress progress_;
};

}  // namespace ingot
