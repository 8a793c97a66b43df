#include "dataset/generated_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/size.h"
#include "column/gathering_sink.h"
#include "dataset/chunk_hashing_sink.h"
#include "dataset/prove.h"

namespace ingot {
namespace {

constexpr uint64_t kFewestPieceRows = 1024;
// Rows that are made and encoded before the next are made; part of the format, since pages end with them. So few that
// their values stay in the processor's second cache.
constexpr uint64_t kPartRows = 8192;
constexpr uint64_t kCountedAtOnce = uint64_t{1} << 22U;

struct Piece {
  size_t series = 0;
  size_t number = 0;  // within the series
  std::vector<DayRows> rows;
  uint64_t row_count = 0;
  bool is_last = false;  // of the series
};

struct EncodedPiece {
  uint64_t rows = 0;
  std::vector<EncodedChunk> chunks;
  bool is_last = false;
};

// Cuts the rows of all days into pieces, series by series.
std::vector<Piece> PlanPieces(UtcDay start, std::span<const uint64_t> day_rows, bool series_per_day,
                              uint64_t piece_rows) {
  std::vector<Piece> pieces;
  Piece next;
  const auto close = [&](bool is_last) {
    if (next.row_count > 0) {
      next.is_last = is_last;
      const Piece after{next.series, next.number + 1, {}, 0, false};
      pieces.push_back(std::exchange(next, after));
    } else if (is_last && next.number > 0) {
      pieces.back().is_last = true;
    }
  };
  uint64_t before = 0;
  for (size_t day = 0; day < day_rows.size(); before += day_rows[day], ++day) {
    for (uint64_t first = 0; first < day_rows[day];) {
      const uint64_t count = std::min(day_rows[day] - first, piece_rows - next.row_count);
      next.rows.push_back({start + static_cast<int32_t>(day), first, count, before});
      next.row_count += count;
      first += count;
      if (next.row_count == piece_rows) {
        close(false);
      }
    }
    if (series_per_day) {
      close(true);
      next = {day + 1, 0, {}, 0, false};
    }
  }
  close(true);
  return pieces;
}

std::vector<std::vector<DayRows>> PartsOf(const Piece& piece) {
  std::vector<std::vector<DayRows>> parts;
  uint64_t room = 0;
  for (const DayRows& day : piece.rows) {
    for (uint64_t done = 0; done < day.count;) {
      if (room == 0) {
        parts.emplace_back();
        room = kPartRows;
      }
      const uint64_t count = std::min(room, day.count - done);
      parts.back().push_back({day.day, day.first + done, count, day.before});
      done += count;
      room -= count;
    }
  }
  return parts;
}

// One file between its first byte and its footer. Does not move: its parts refer to each other.
class OpenPart {
 public:
  OpenPart(std::string path, StagedFile* staged)
      : path_(std::move(path)), staged_(staged), gathering_(staged->sink()), hashing_(gathering_) {}

  Result<void> Begin(const GenerateFilesRequest& request) {
    INGOT_ASSIGN(writer_, ParquetFileWriter::Open(hashing_, request.schema, request.parquet));
    return {};
  }
  Result<void> Append(EncodedPiece piece) {
    for (EncodedChunk& chunk : piece.chunks) {
      chunk.record.bytes_hash = hashing_.HashAhead(chunk.bytes);
    }
    return writer_->AppendRowGroup(piece.rows, std::move(piece.chunks));
  }
  uint64_t bytes() const { return writer_->bytes(); }
  Result<WrittenFile> Finish() {
    INGOT_ASSIGN(FileSummary summary, writer_->Finish({}));
    INGOT_TRY(gathering_.Flush());
    const FileDigest digest{hashing_.bytes(), hashing_.FinishHex()};
    staged_->SetDigest(digest);
    staged_->Close();
    return WrittenFile{std::move(path_), staged_, std::move(summary), digest};
  }

 private:
  std::string path_;
  StagedFile* staged_;
  GatheringSink gathering_;
  ChunkHashingSink hashing_;
  std::optional<ParquetFileWriter> writer_;
};

// A transaction whose files several threads create.
class SharedTransaction {
 public:
  explicit SharedTransaction(FileTransaction* transaction) : transaction_(transaction) {}
  Result<StagedFile*> CreateFile(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return transaction_->CreateFile(path);
  }

 private:
  std::mutex mutex_;
  FileTransaction* transaction_;
};

// The files of one series. Pieces may be delivered in any order and by any thread; whoever delivers one that is next
// appends it and those that waited for it.
class FileSeries {
 public:
  FileSeries(UtcDay day, const GenerateFilesRequest& request, SharedTransaction* transaction)
      : day_(day), request_(request), transaction_(transaction) {}

  // How many pieces were appended by this call.
  Result<size_t> Deliver(size_t number, EncodedPiece piece) {
    std::unique_lock lock(mutex_);
    waiting_.emplace(number, std::move(piece));
    size_t appended = 0;
    if (is_appending_) {
      return appended;
    }
    is_appending_ = true;
    for (auto found = waiting_.find(next_); found != waiting_.end(); found = waiting_.find(next_)) {
      EncodedPiece ready = std::move(found->second);
      waiting_.erase(found);
      lock.unlock();
      // After a failure the series stays marked: nobody may append behind a gap.
      INGOT_TRY(Append(std::move(ready)));
      lock.lock();
      ++next_;
      ++appended;
    }
    is_appending_ = false;
    return appended;
  }

  std::vector<WrittenFile>& files() { return files_; }

 private:
  Result<void> Append(EncodedPiece piece) {
    const bool is_last = piece.is_last;
    if (part_ == nullptr) {
      INGOT_ASSIGN(std::string path,
                   request_.dataset->path.Format({{"date", day_}, {"part", static_cast<int64_t>(files_.size())}}));
      INGOT_ASSIGN(StagedFile * staged, transaction_->CreateFile(path));
      part_ = std::make_unique<OpenPart>(std::move(path), staged);
      INGOT_TRY(part_->Begin(request_));
    }
    INGOT_TRY(part_->Append(std::move(piece)));
    if (is_last || part_->bytes() >= request_.dataset->source.synthetic.file_bytes) {
      INGOT_ASSIGN(WrittenFile file, part_->Finish());
      files_.push_back(std::move(file));
      part_.reset();
    }
    return {};
  }

  UtcDay day_;
  const GenerateFilesRequest& request_;
  SharedTransaction* transaction_;
  std::mutex mutex_;
  size_t next_ = 0;
  bool is_appending_ = false;
  std::map<size_t, EncodedPiece> waiting_;
  std::unique_ptr<OpenPart> part_;
  std::vector<WrittenFile> files_;
};

// Column memory that goes from piece to piece: fresh pages of it would cost more than filling them.
class ColumnStock {
 public:
  std::vector<LeafColumn> Take() {
    const std::lock_guard lock(mutex_);
    if (stock_.empty()) {
      return {};
    }
    std::vector<LeafColumn> columns = std::move(stock_.back());
    stock_.pop_back();
    return columns;
  }
  void Return(std::vector<LeafColumn> columns) {
    const std::lock_guard lock(mutex_);
    stock_.push_back(std::move(columns));
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<LeafColumn>> stock_;
};

// Keeps a bounded number of pieces under way until all are written.
class PieceRunner {
 public:
  PieceRunner(const GenerateFilesRequest& request, const BuildContext& context, std::vector<Piece> pieces,
              std::vector<std::unique_ptr<FileSeries>>* series)
      : request_(request),
        context_(context),
        pieces_(std::move(pieces)),
        series_(*series),
        leaves_(EnumerateLeaves(request.schema)) {}

  Result<void> Run(size_t most_under_way) {
    for (size_t i = 0; i < std::min(most_under_way, pieces_.size()); ++i) {
      Submit();
    }
    context_.pool->HelpUntil([this] { return under_way_ == 0; });
    return error_ ? Result<void>(*std::move(error_)) : Result<void>();
  }

 private:
  void Submit() {
    const size_t index = next_++;
    if (index >= pieces_.size() || failed_) {
      return;
    }
    context_.pool->Locked([this] { ++under_way_; });
    context_.pool->Submit(TaskPriority::kHead, [this, index] {
      Result<size_t> written = failed_ ? Result<size_t>(size_t{0}) : Write(pieces_[index]);
      for (size_t i = 0; written && i < *written; ++i) {
        Submit();
      }
      failed_ = failed_ || !written;
      context_.pool->Locked([&] {
        if (!written && !error_) {
          error_ = std::move(written).error();
        }
        --under_way_;
      });
    });
  }

  Result<size_t> Write(const Piece& piece) {
    INGOT_TRY(context_.cancellation->Check());
    std::vector<LeafColumn> columns = stock_.Take();
    std::vector<ChunkStream> streams;
    for (size_t i = 0; i < leaves_.size(); ++i) {
      streams.emplace_back(leaves_[i], request_.parquet, request_.generator->hints()[i]);
    }
    for (const std::vector<DayRows>& part : PartsOf(piece)) {
      request_.generator->Fill(part, &columns);
      for (size_t i = 0; i < leaves_.size(); ++i) {
        INGOT_TRY(streams[i].Add(columns[i]));
      }
    }
    EncodedPiece encoded{piece.row_count, {}, piece.is_last};
    for (ChunkStream& stream : streams) {
      INGOT_ASSIGN(EncodedChunk chunk, stream.Finish());
      encoded.chunks.push_back(std::move(chunk));
    }
    stock_.Return(std::move(columns));
    uint64_t bytes = 0;
    for (const EncodedChunk& chunk : encoded.chunks) {
      bytes += chunk.bytes.size();
    }
    INGOT_ASSIGN(const size_t appended, series_[piece.series]->Deliver(piece.number, std::move(encoded)));
    Tell(bytes, piece.row_count);
    return appended;
  }

  void Tell(uint64_t bytes, uint64_t rows) {
    const std::lock_guard lock(progress_mutex_);
    bytes_ += bytes;
    rows_ += rows;
    context_.progress->Update({"generate", request_.subject, bytes_, 0, rows_});
  }

  const GenerateFilesRequest& request_;
  const BuildContext& context_;
  const std::vector<Piece> pieces_;
  std::vector<std::unique_ptr<FileSeries>>& series_;
  const std::vector<Leaf> leaves_;
  ColumnStock stock_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> failed_{false};
  size_t under_way_ = 0;  // under the pool's lock, as `error_`
  std::optional<Error> error_;
  std::mutex progress_mutex_;
  uint64_t bytes_ = 0;
  uint64_t rows_ = 0;
};

uint64_t RowsOfPiece(const DatasetSpec& dataset, const RowGenerator& generator) {
  const uint64_t by_memory = dataset.parquet.row_group_bytes / generator.bytes_per_row();
  const uint64_t by_file = dataset.source.synthetic.file_bytes / generator.file_bytes_per_row();
  return std::max(std::min({dataset.parquet.row_group_rows, by_memory, by_file}), kFewestPieceRows);
}

// How many pieces, each of values and what they are encoded to, the memory limit holds.
Result<size_t> PiecesUnderWay(const std::vector<Piece>& pieces, const RowGenerator& generator,
                              const BuildContext& context) {
  uint64_t most_rows = 1;
  for (const Piece& piece : pieces) {
    most_rows = std::max(most_rows, piece.row_count);
  }
  const uint64_t piece_bytes = 2 * most_rows * generator.bytes_per_row();
  const uint64_t fit = context.memory_limit_bytes / piece_bytes;
  if (fit == 0) {
    return Error(ErrorKind::kResourceLimit,
                 fmt::format("row groups of {} rows need {} of memory, and the limit is {}", most_rows,
                             FormatByteSize(piece_bytes), FormatByteSize(context.memory_limit_bytes)),
                 "raise --memory, or lower row_group_rows in the dataset's [parquet] (which changes the files)");
  }
  return static_cast<size_t>(std::min<uint64_t>(fit, uint64_t{2} * context.pool->threads()));
}

}  // namespace

Result<std::vector<uint64_t>> SplitRowsByDay(const SyntheticSpec& spec, const BuildContext& context) {
  std::vector<uint64_t> total(static_cast<size_t>(spec.days()));
  const size_t parts = static_cast<size_t>((spec.rows + kCountedAtOnce - 1) / kCountedAtOnce);
  OnPool(context.pool)(parts, [&](size_t part) {
    if (context.cancellation->requested()) {
      return;
    }
    std::vector<uint64_t> counts(total.size());
    const uint64_t first = part * kCountedAtOnce;
    CountRowsByDay(spec.seed, first, std::min(kCountedAtOnce, spec.rows - first), counts);
    context.pool->Locked([&] {
      for (size_t day = 0; day < total.size(); ++day) {
        total[day] += counts[day];
      }
    });
  });
  INGOT_TRY(context.cancellation->Check());
  return total;
}

Result<std::vector<WrittenFile>> GenerateFiles(const GenerateFilesRequest& request, std::span<const uint64_t> day_rows,
                                               const BuildContext& context, FileTransaction* transaction) {
  const DatasetSpec& dataset = *request.dataset;
  const bool series_per_day = dataset.path.FindField("date") != nullptr;
  const UtcDay start = dataset.source.synthetic.start;
  std::vector<Piece> pieces = PlanPieces(start, day_rows, series_per_day, RowsOfPiece(dataset, *request.generator));
  INGOT_ASSIGN(const size_t under_way, PiecesUnderWay(pieces, *request.generator, context));
  SharedTransaction shared(transaction);
  std::vector<std::unique_ptr<FileSeries>> series;
  for (size_t i = 0; i < (series_per_day ? day_rows.size() : 1); ++i) {
    series.push_back(std::make_unique<FileSeries>(start + static_cast<int32_t>(i), request, &shared));
  }
  INGOT_TRY(PieceRunner(request, context, std::move(pieces), &series).Run(under_way));
  std::vector<WrittenFile> files;
  for (const auto& one : series) {
    std::move(one->files().begin(), one->files().end(), std::back_inserter(files));
  }
  return files;
}

Result<void> ProveFiles(std::span<const WrittenFile> files, const BuildContext& context) {
  const auto prove = [&](const WrittenFile& file, TaskPool* pool) -> Result<void> {
    INGOT_TRY(context.cancellation->Check());
    return ProveParquetFile(file.staged->path(), file.digest, file.summary, pool);
  };
  if (files.size() < context.pool->threads()) {
    for (const WrittenFile& file : files) {
      INGOT_TRY(prove(file, context.pool));
    }
    return {};
  }
  // A file to each thread; tasks do not wait for others.
  std::vector<Result<void>> outcomes(files.size());
  OnPool(context.pool)(files.size(), [&](size_t i) { outcomes[i] = prove(files[i], nullptr); });
  for (Result<void>& outcome : outcomes) {
    INGOT_TRY(std::move(outcome));
  }
  return {};
}

}  // namespace ingot
