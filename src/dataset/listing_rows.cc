#include "dataset/listing_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "base/size.h"
#include "dataset/row_group_queue.h"
#include "source/listing/key_columns.h"
#include "source/listing/key_run.h"
#include "source/listing/run_file.h"
#include "source/listing/run_merge.h"

namespace ingot {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20U;
constexpr uint64_t kLeastMemory = 64 * kMiB;
constexpr uint64_t kBlockBytes = kMiB;
constexpr size_t kFrameBytes = size_t{256} << 10U;
constexpr size_t kMostRuns = 256;  // that are merged at once

// Half is for sorting, a quarter for row groups; the rest is for blocks, and for what every program takes.
struct MemoryPlan {
  uint64_t run_bytes = 0;
  uint64_t group_bytes = 0;
  size_t runs = 0;
};

Result<MemoryPlan> PlanMemory(uint64_t limit) {
  if (limit < kLeastMemory) {
    return Error(ErrorKind::kResourceLimit,
                 fmt::format("sorting needs {} of memory, and the limit is {}", FormatByteSize(kLeastMemory),
                             FormatByteSize(limit)),
                 "raise --memory");
  }
  return MemoryPlan{limit / 2, limit / 4,
                    static_cast<size_t>(std::min<uint64_t>(limit / 2 / (2 * kFrameBytes), kMostRuns))};
}

class ListingRows {
 public:
  ListingRows(const ListingRowsRequest& request, const BuildContext& context, const MemoryPlan& memory, ByteSink* sink)
      : request_(request),
        context_(context),
        memory_(memory),
        listing_(*request.listing),
        matcher_(listing_.path),
        layout_(listing_.path),
        run_(&listing_.path, &layout_),
        path_writer_(listing_),
        sink_(*sink) {}
  // Threads may still read blocks for a run that has failed.
  ~ListingRows() { WaitForBlocks(); }
  ListingRows(const ListingRows&) = delete;
  ListingRows& operator=(const ListingRows&) = delete;

  Result<ListingRowsOutcome> Run() {
    INGOT_ASSIGN(outcome_.rows.accepted, AcceptSchema(request_.locked, ListingSchema(listing_.path), ""));
    INGOT_TRY(CheckColumns());
    for (const std::string& path : request_.paths) {
      INGOT_TRY(ReadInput(path));
    }
    outcome_.rows.has_file = outcome_.matched > 0;
    if (outcome_.rows.has_file) {
      INGOT_TRY(WriteFile());
    }
    return std::move(outcome_);
  }

 private:
  // A block on its way from the reader to the run.
  struct Work {
    LineBlock lines;
    ListingBlock block;
    bool is_done = false;  // under the pool's lock
  };

  Result<void> CheckColumns() const {
    for (const Field& field : outcome_.rows.accepted.schema.fields) {
      if (field.name != kFilePathColumn && listing_.path.FindField(field.name) == nullptr) {
        return Error(ErrorKind::kSchemaDrift,
                     fmt::format("ingot.lock has a column '{}', which the template '{}' does not give", field.name,
                                 listing_.path.text()),
                     "give the template its field back, or remove the dataset from ingot.lock");
      }
    }
    return {};
  }

  Result<void> ReadInput(const std::string& path) {
    INGOT_ASSIGN(auto bytes, request_.open(path));
    LineReader reader(std::move(bytes), kBlockBytes, request_.max_line_bytes);
    InputReport& report = outcome_.rows.inputs.emplace_back();
    report.path = path;
    const size_t most_under_way = 2 * size_t{context_.pool->threads()} + 2;
    const uint64_t lines_before = outcome_.lines;
    const uint64_t bytes_before = bytes_done_;
    bool at_end = false;
    while (!at_end || !under_way_.empty()) {
      while (!at_end && under_way_.size() < most_under_way) {
        INGOT_ASSIGN(const bool has_block, Submit(&reader));
        at_end = !has_block;
      }
      INGOT_TRY(context_.cancellation->Check());
      if (!under_way_.empty()) {
        INGOT_TRY(TakeFirst(lines_before, &report));
      }
      bytes_done_ = bytes_before + reader.stored_position();
      context_.progress->Update({"read", request_.subject, bytes_done_, request_.input_bytes, outcome_.matched});
    }
    report.damage = reader.damage();
    INGOT_ASSIGN(report.digest, reader.Finish());
    if (report.rows + report.rejected + report.blank != report.digest.lines()) {
      return Error(ErrorKind::kInternal,
                   fmt::format("'{}' has {} lines, but {} rows + {} rejects + {} blanks were made of them", path,
                               report.digest.lines(), report.rows, report.rejected, report.blank));
    }
    return {};
  }

  // False at the end of the input.
  Result<bool> Submit(LineReader* reader) {
    std::unique_ptr<Work> work = std::make_unique<Work>();
    if (!stock_.empty()) {
      work = std::move(stock_.back());
      stock_.pop_back();
      work->is_done = false;
    }
    INGOT_ASSIGN(const bool has_block, reader->Next(&work->lines));
    if (!has_block) {
      return false;
    }
    Work* task = under_way_.emplace_back(std::move(work)).get();
    context_.pool->Submit(TaskPriority::kHead, [this, task] {
      ReadListingBlock(task->lines, matcher_, layout_, request_.max_line_bytes, &task->block);
      context_.pool->Locked([task] { task->is_done = true; });
    });
    return true;
  }

  void WaitForBlocks() {
    context_.pool->HelpUntil([this] {
      return std::all_of(under_way_.begin(), under_way_.end(), [](const auto& work) { return work->is_done; });
    });
  }

  Result<void> TakeFirst(uint64_t lines_before, InputReport* report) {
    context_.pool->HelpUntil([this] { return under_way_.front()->is_done; });
    std::unique_ptr<Work> work = std::move(under_way_.front());
    under_way_.pop_front();
    const ListingBlock& block = work->block;
    if (run_.rows() > 0 && (run_.MemoryBytes() >= memory_.run_bytes || run_.is_full())) {
      INGOT_TRY(SpillRun());
    }
    run_.Add(block, outcome_.lines);
    Remember(block.first_rejects, report->path, outcome_.lines - lines_before, &outcome_.first_rejects);
    Remember(block.first_suspicious, report->path, outcome_.lines - lines_before, &outcome_.first_suspicious);
    for (size_t shape = 0; shape < kLineShapes; ++shape) {
      outcome_.shapes[shape] += block.shapes[shape];
    }
    outcome_.suspicious += block.suspicious;
    report->rows += block.rows();
    report->rejected += block.rejected;
    report->blank += block.blank;
    outcome_.lines += block.lines;
    outcome_.matched += block.rows();
    outcome_.rejected += block.rejected;
    outcome_.blank += block.blank;
    longest_ = std::max(longest_, block.longest);
    stock_.push_back(std::move(work));
    return {};
  }

  static void Remember(const std::vector<ListingReject>& lines, const std::string& path, uint64_t lines_before,
                       std::vector<std::string>* shown) {
    for (const ListingReject& line : lines) {
      if (shown->size() < kShownRejects) {
        shown->push_back(fmt::format("{}: line {}: {}{}{}", path, lines_before + line.line + 1, line.text,
                                     line.text.empty() || line.reason.empty() ? "" : " ", line.reason));
      }
    }
  }

  // Under keep-all duplicates are counted where all rows meet.
  Result<void> SpillRun() {
    context_.progress->Update({"sort", request_.subject, bytes_done_, request_.input_bytes, outcome_.matched});
    run_.Sort();
    if (listing_.duplicates != DuplicateRule::kKeepAll) {
      INGOT_TRY(run_.ApplyRule(listing_.duplicates, &outcome_.duplicates));
    }
    INGOT_ASSIGN(UniqueFd fd, request_.open_scratch());
    auto file = std::make_unique<RunFile>(std::move(fd), kFrameBytes);
    KeyRow row(layout_.is_text.size());
    for (size_t i = 0; i < run_.rows(); ++i) {
      run_.Get(i, &row);
      INGOT_TRY(file->Append(row));
    }
    INGOT_TRY(file->Rewind());
    runs_.push_back(std::move(file));
    run_.Clear();
    return runs_.size() >= memory_.runs ? JoinRuns() : Result<void>();
  }

  // All runs so far as one, so that their buffers fit into memory.
  Result<void> JoinRuns() {
    INGOT_ASSIGN(UniqueFd fd, request_.open_scratch());
    auto joined = std::make_unique<RunFile>(std::move(fd), kFrameBytes);
    DuplicateFindings counted_later;
    const bool keeps_all = listing_.duplicates == DuplicateRule::kKeepAll;
    const auto append = [&](const KeyRow& row) { return joined->Append(row); };
    INGOT_TRY(context_.cancellation->Check());
    INGOT_TRY(MergeRuns(listing_.path, &runs_, listing_.duplicates, keeps_all ? &counted_later : &outcome_.duplicates,
                        append));
    INGOT_TRY(joined->Rewind());
    runs_.clear();
    runs_.push_back(std::move(joined));
    return {};
  }

  Result<void> WriteFile() {
    ParquetOptions options = request_.parquet;
    for (const TemplateField& field : listing_.path.fields()) {
      options.sorted_by.push_back({field.name, false, false});
    }
    HashingSink hashing(sink_);
    INGOT_ASSIGN(ParquetFileWriter writer,
                 ParquetFileWriter::Open(hashing, outcome_.rows.accepted.schema, std::move(options)));
    {
      const uint64_t group_bytes = std::min(request_.row_group_bytes, request_.row_group_rows * MostRowBytes());
      // Values, and what they are encoded to.
      const uint64_t fit = memory_.group_bytes / (2 * std::max<uint64_t>(group_bytes, 1));
      RowGroupQueue queue(&writer, KeyColumns::Hints(listing_), context_.pool,
                          static_cast<size_t>(std::min<uint64_t>(fit, context_.pool->threads() + 1)));
      INGOT_TRY(runs_.empty() ? WriteRun(&queue) : WriteRuns(&queue));
      INGOT_TRY(queue.Finish());
    }
    KeyValues metadata{{std::string(kPathTemplateMetadata), listing_.path.text()}};
    if (!listing_.base.empty()) {
      metadata.emplace_back(kPathBaseMetadata, listing_.base);
    }
    INGOT_ASSIGN(outcome_.rows.summary, writer.Finish(metadata));
    outcome_.rows.digest = {hashing.bytes(), hashing.FinishHex()};
    const uint64_t dropped = listing_.duplicates == DuplicateRule::kKeepAll ? 0 : outcome_.duplicates.count;
    if (outcome_.rows.summary.rows + dropped != outcome_.matched) {
      return Error(ErrorKind::kInternal,
                   fmt::format("{} lines matched, but {} rows were written and {} were duplicates", outcome_.matched,
                               outcome_.rows.summary.rows, dropped));
    }
    return {};
  }

  // What one row takes in memory at most: its path, and its texts again.
  uint64_t MostRowBytes() const {
    return path_writer_.fixed_bytes() + 2 * longest_ + layout_.numbers * sizeof(int64_t);
  }
  uint64_t RowBytes(const KeyRow& row) const {
    uint64_t bytes = path_writer_.MostBytes(row) + layout_.numbers * sizeof(int64_t);
    for (const std::string_view text : row.texts) {
      bytes += text.size();
    }
    return bytes;
  }

  // Where the row group that begins at `begin` ends: at its rows, or at its bytes where rows are long.
  size_t EndOfGroup(size_t begin) const {
    const size_t end = std::min<size_t>(run_.rows(), begin + request_.row_group_rows);
    if (request_.row_group_rows * MostRowBytes() < request_.row_group_bytes) {
      return end;
    }
    KeyRow row(layout_.is_text.size());
    uint64_t bytes = 0;
    for (size_t i = begin; i < end; ++i) {
      run_.Get(i, &row);
      bytes += RowBytes(row);
      if (bytes >= request_.row_group_bytes) {
        return i + 1;
      }
    }
    return end;
  }

  // All rows are in memory: every thread makes columns of its part of them.
  Result<void> WriteRun(RowGroupQueue* queue) {
    context_.progress->Update({"sort", request_.subject, 0, 0, outcome_.matched});
    run_.Sort();
    INGOT_TRY(run_.ApplyRule(listing_.duplicates, &outcome_.duplicates));
    for (size_t begin = 0; begin < run_.rows();) {
      const size_t end = EndOfGroup(begin);
      INGOT_TRY(context_.cancellation->Check());
      const auto make = [this, begin, end](std::vector<LeafColumn>* leaves) {
        KeyColumns columns(&listing_, &path_writer_, std::move(*leaves));
        KeyRow row(layout_.is_text.size());
        for (size_t i = begin; i < end; ++i) {
          run_.Get(i, &row);
          columns.Append(row);
        }
        *leaves = columns.Take();
      };
      INGOT_TRY(queue->Submit(end - begin, make));
      context_.progress->Update({"write", request_.subject, 0, 0, end});
      begin = end;
    }
    return {};
  }

  Result<void> WriteRuns(RowGroupQueue* queue) {
    if (run_.rows() > 0) {
      INGOT_TRY(SpillRun());
    }
    run_.Clear();
    KeyColumns columns(&listing_, &path_writer_);
    uint64_t bytes = 0;
    uint64_t written = 0;
    const auto close = [&]() -> Result<void> {
      bytes = 0;
      written += columns.rows();
      const uint64_t rows = columns.rows();
      // A task is copied: columns are not.
      const auto taken = std::make_shared<std::vector<LeafColumn>>(columns.Take());
      columns = KeyColumns(&listing_, &path_writer_, queue->TakeSpare());
      INGOT_TRY(context_.cancellation->Check());
      context_.progress->Update({"merge", request_.subject, 0, 0, written});
      return queue->Submit(rows, [taken](std::vector<LeafColumn>* leaves) { std::swap(*leaves, *taken); });
    };
    const auto take = [&](const KeyRow& row) -> Result<void> {
      columns.Append(row);
      bytes += RowBytes(row);
      const bool is_full = columns.rows() >= request_.row_group_rows || bytes >= request_.row_group_bytes;
      return is_full ? close() : Result<void>();
    };
    INGOT_TRY(MergeRuns(listing_.path, &runs_, listing_.duplicates, &outcome_.duplicates, take));
    return columns.rows() > 0 ? close() : Result<void>();
  }

  const ListingRowsRequest& request_;
  const BuildContext& context_;
  const MemoryPlan memory_;
  const ListingSpec& listing_;
  const PathMatcher matcher_;
  const KeyLayout layout_;
  KeyRun run_;
  std::vector<std::unique_ptr<RunFile>> runs_;  // spilled, in the order of their lines
  const PathWriter path_writer_;
  ByteSink& sink_;
  std::deque<std::unique_ptr<Work>> under_way_;
  std::vector<std::unique_ptr<Work>> stock_;
  size_t longest_ = 0;
  uint64_t bytes_done_ = 0;
  ListingRowsOutcome outcome_;
};

}  // namespace

Result<ListingRowsOutcome> WriteListingRows(const ListingRowsRequest& request, const BuildContext& context,
                                            ByteSink* sink) {
  INGOT_ASSIGN(MemoryPlan memory, PlanMemory(context.memory_limit_bytes));
  memory.run_bytes = request.run_bytes > 0 ? request.run_bytes : memory.run_bytes;
  memory.runs = request.most_runs > 0 ? request.most_runs : memory.runs;
  return ListingRows(request, context, memory, sink).Run();
}

}  // namespace ingot
