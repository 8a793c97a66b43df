#include "source/jsonl/jsonl_source.h"

#include <deque>
#include <utility>

#include "format/json/json_decoder.h"

namespace ingot {

struct JsonlSource::File {
  std::string path;
  size_t index = 0;
  std::optional<JsonlReader> reader;
  std::deque<Item> blocks;
  uint64_t block_bytes = 0;
  bool running = false;
  std::optional<InputReport> report;  // once it is read to its end
  std::optional<Error> error;

  bool is_done() const { return report.has_value() || error.has_value(); }
};

JsonlSource::JsonlSource(std::vector<std::string> paths, JsonlSourceOptions options, Opener open, TaskPool* pool,
                         const Cancellation* cancellation)
    : options_(std::move(options)), open_(std::move(open)), pool_(pool), cancellation_(cancellation) {
  for (std::string& path : paths) {
    auto file = std::make_unique<File>();
    file->path = std::move(path);
    file->index = files_.size();
    files_.push_back(std::move(file));
  }
}

JsonlSource::~JsonlSource() {
  pool_->Locked([&] { stopping_ = true; });
  pool_->HelpUntil([&] { return running_ == 0; });
}

// The head may always have one block ready; together the files stay below the quota, of which the head is not refused
// its part: it stops only at half of it, so that a fast decoder does not outrun the consumer.
bool JsonlSource::MayRun(const File& file) const {
  if (stopping_ || file.running || file.is_done()) {
    return false;
  }
  if (file.index == head_) {
    return file.blocks.empty() || file.block_bytes < options_.ahead_bytes / 2;
  }
  return waiting_bytes_ < options_.ahead_bytes / 2;
}

// Marks steps of the files that may run as running: as many as there are threads, so that few files are open at once.
// Requires: the pool's lock.
std::vector<JsonlSource::Start> JsonlSource::ChooseSteps() {
  std::vector<Start> steps;
  for (size_t i = head_; i < files_.size() && running_ < pool_->threads() && i <= head_ + pool_->threads(); ++i) {
    if (MayRun(*files_[i])) {
      files_[i]->running = true;
      ++running_;
      steps.push_back({files_[i].get(), i == head_ ? TaskPriority::kHead : TaskPriority::kAhead});
    }
  }
  return steps;
}

void JsonlSource::Submit(const std::vector<Start>& steps) {
  for (const auto& [file, priority] : steps) {
    pool_->Submit(priority, [this, file = file] { Step(file); });
  }
}

// Decodes one block, or finds the end. Steps of one file never overlap.
void JsonlSource::Step(File* file) {
  const auto decode = [&]() -> Result<std::optional<DecodedBlock>> {
    INGOT_TRY(cancellation_->Check());
    if (!file->reader) {
      INGOT_ASSIGN(auto bytes, open_(file->path));
      INGOT_ASSIGN(auto decoder, JsonDecoder::Create(options_.json));
      file->reader.emplace(file->path, std::move(bytes), std::make_unique<JsonDecoder>(std::move(decoder)),
                           options_.limits);
    }
    return file->reader->Next();
  };
  auto decoded = decode();
  std::optional<DecodedBlock> block;
  std::optional<Error> error;
  std::optional<InputReport> report;
  if (decoded) {
    block = *std::move(decoded);
  } else {
    error = std::move(decoded).error();
  }
  if (!block && !error) {
    auto finished = file->reader->Report();
    if (finished) {
      report = *std::move(finished);
    } else {
      error = std::move(finished).error();
    }
  }
  const uint64_t position = block ? file->reader->stored_position() : 0;
  if (!block) {
    file->reader.reset();
  }
  // Once the lock is given back and no step was chosen, the source may be gone.
  std::vector<Start> next;
  pool_->Locked([&] {
    if (block) {
      const uint64_t bytes = block->MemoryBytes();
      file->block_bytes += bytes;
      waiting_bytes_ += bytes;
      file->blocks.push_back({file->index, *std::move(block), position});
    }
    file->error = std::move(error);
    file->report = std::move(report);
    file->running = false;
    --running_;
    next = ChooseSteps();
  });
  if (!next.empty()) {
    Submit(next);
  }
}

Result<std::optional<JsonlSource::Item>> JsonlSource::Next() {
  while (head_ < files_.size()) {
    std::vector<Start> steps;
    pool_->Locked([&] { steps = ChooseSteps(); });
    Submit(steps);
    File& file = *files_[head_];
    pool_->HelpUntil([&] { return !file.blocks.empty() || file.is_done(); });
    INGOT_TRY(cancellation_->Check());
    std::optional<Item> item;
    pool_->Locked([&] {
      if (!file.blocks.empty()) {
        item = std::move(file.blocks.front());
        file.blocks.pop_front();
        const uint64_t bytes = item->block.MemoryBytes();
        file.block_bytes -= bytes;
        waiting_bytes_ -= bytes;
      }
    });
    if (item) {
      return item;
    }
    if (file.error) {
      return *std::move(file.error);
    }
    reports_.push_back(*std::move(file.report));
    pool_->Locked([&] { ++head_; });
  }
  return std::optional<Item>();
}

}  // namespace ingot
