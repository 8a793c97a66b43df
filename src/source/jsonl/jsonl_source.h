// The rows of many JSON lines files, in the order of the files, decoded by all threads at once.
//
// Any free thread takes the next step of any file: inflate and decode one block. The first unfinished file goes first;
// later files run ahead of it until their blocks fill the quota, so that memory is bounded whatever the files hold. The
// consumer sees the blocks in order; neither threads nor quota change one of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/task_pool.h"
#include "format/json/json_options.h"
#include "source/jsonl/jsonl_reader.h"

namespace ingot {

struct JsonlSourceOptions {
  std::shared_ptr<const JsonOptions> json;
  JsonlLimits limits;
  uint64_t ahead_bytes = uint64_t{128} << 20U;  // of decoded blocks that wait for the consumer
};

class JsonlSource {
 public:
  // Opens one input; called when its turn comes, from any thread.
  using Opener = std::function<Result<std::unique_ptr<ByteSource>>(const std::string& path)>;

  // `pool` and `cancellation` outlive the source.
  JsonlSource(std::vector<std::string> paths, JsonlSourceOptions options, Opener open, TaskPool* pool,
              const Cancellation* cancellation);
  // Waits for steps that are under way.
  ~JsonlSource();
  JsonlSource(const JsonlSource&) = delete;
  JsonlSource& operator=(const JsonlSource&) = delete;

  struct Item {
    size_t input = 0;  // index into the paths
    DecodedBlock block;
    uint64_t stored_position = 0;  // how far into the stored input the block reaches, for progress
  };
  // The next block; nothing at the end. Call from the thread that owns the pool. Errors: of the first input in order
  // that has one; kCancelled.
  Result<std::optional<Item>> Next();

  // One report for each input, in order. Requires: Next returned nothing.
  const std::vector<InputReport>& reports() const { return reports_; }

 private:
  struct File;

  struct Start {
    File* file;
    TaskPriority priority;
  };
  std::vector<Start> ChooseSteps();
  void Submit(const std::vector<Start>& steps);
  void Step(File* file);
  bool MayRun(const File& file) const;

  JsonlSourceOptions options_;
  Opener open_;
  TaskPool* pool_;
  const Cancellation* cancellation_;
  // Guarded by the pool's lock, apart from a file's reader while its step is running.
  std::vector<std::unique_ptr<File>> files_;
  size_t head_ = 0;
  uint64_t waiting_bytes_ = 0;
  uint32_t running_ = 0;
  bool stopping_ = false;
  std::vector<InputReport> reports_;
};

}  // namespace ingot
