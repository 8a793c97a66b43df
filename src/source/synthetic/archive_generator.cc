#include "source/synthetic/archive_generator.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "base/task_pool.h"
#include "commit/atomic_file.h"
#include "commit/local_root.h"
#include "source/synthetic/archive_row.h"
#include "source/synthetic/flat_row.h"
#include "source/synthetic/hour_file.h"

namespace ingot {
namespace {

constexpr unsigned kHours = 24;
constexpr size_t kChunkBytes = size_t{64} << 10U;
constexpr uint32_t kRowsBetweenBlankLines = 50;
// Flat rows in bytes_per_hour mode: more than an hour of this size can hold, for rows of at least this length.
constexpr uint64_t kShortestFlatRow = 190;

Result<void> CheckSpec(const ArchiveSpec& spec) {
  if (spec.folder.empty()) {
    return Error(ErrorKind::kUsage, "no folder to generate into");
  }
  if (spec.min_samples == 0 || spec.min_samples > spec.max_samples) {
    return Error(ErrorKind::kUsage, fmt::format("the number of samples must be 1 or more and a range, not {} to {}",
                                                spec.min_samples, spec.max_samples));
  }
  return {};
}

// Writes the lines of one hour.
class HourLines {
 public:
  HourLines(const ArchiveSpec& spec, unsigned hour, ByteSink& lines) : spec_(spec), hour_(hour), lines_(lines) {
    row_.seed = spec.seed;
    row_.day = spec.day;
    row_.hour = hour;
    row_.min_samples = spec.min_samples;
    row_.max_samples = spec.max_samples;
    row_.hazards = spec.hazards;
    flat_ = FlatRowSpec{spec.seed, spec.day, hour, ExpectedRows()};
  }

  Result<GeneratedFile> Run(const Cancellation& cancellation) {
    while (!Done()) {
      INGOT_TRY(AppendRow());
      if (counts_.rows % 256 == 0 || spec_.shape == ArchiveShape::kNested) {
        INGOT_TRY(cancellation.Check());
      }
    }
    while (BadLinesDue() && counts_.bad_lines < BadLines().size()) {
      AppendBadLine();
    }
    INGOT_TRY(Flush());
    return counts_;
  }

 private:
  uint32_t RowsPerHour() const {
    if (spec_.rows_per_hour != 0) {
      return spec_.rows_per_hour;
    }
    return spec_.shape == ArchiveShape::kNested ? 100 : 200'000;
  }
  uint32_t ExpectedRows() const {
    if (spec_.bytes_per_hour == 0) {
      return RowsPerHour();
    }
    constexpr uint64_t kMost = std::numeric_limits<uint32_t>::max();
    return static_cast<uint32_t>(std::min(spec_.bytes_per_hour / kShortestFlatRow + 1, kMost));
  }
  bool Done() const {
    return spec_.bytes_per_hour == 0 ? counts_.rows >= RowsPerHour() : counts_.raw_bytes >= spec_.bytes_per_hour;
  }
  bool BadLinesDue() const { return hour_ == kBadLinesHour && spec_.hazards.Has(Hazard::kBadLines); }

  Result<void> AppendRow() {
    const auto number = static_cast<uint32_t>(counts_.rows);
    const size_t begin = text_.size();
    if (spec_.shape == ArchiveShape::kNested) {
      row_.row = number;
      AppendArchiveRow(row_, text_);
    } else {
      AppendFlatRow(flat_, number, text_);
    }
    text_.push_back('\n');
    ++counts_.rows;
    if (number % kRowsBetweenBlankLines == 0 && spec_.hazards.Has(Hazard::kBlankLines)) {
      text_.push_back('\n');
      ++counts_.blank_lines;
    }
    counts_.raw_bytes += text_.size() - begin;
    if (BadLinesDue() && counts_.bad_lines < BadLines().size()) {
      AppendBadLine();
    }
    return spec_.shape == ArchiveShape::kNested || text_.size() >= kChunkBytes ? Flush() : Result<void>();
  }

  void AppendBadLine() {
    const std::string_view line = BadLines()[counts_.bad_lines++];
    text_.append(line);
    text_.push_back('\n');
    counts_.raw_bytes += line.size() + 1;
  }

  Result<void> Flush() {
    INGOT_TRY(lines_.Write(text_));
    text_.clear();
    return {};
  }

  const ArchiveSpec& spec_;
  unsigned hour_;
  ByteSink& lines_;
  ArchiveRowSpec row_;
  FlatRowSpec flat_;
  GeneratedFile counts_;
  std::string text_;
};

// What all files together have written so far. Progress sinks are called by one thread at a time.
class SharedProgress {
 public:
  SharedProgress(ProgressSink& sink, std::string subject) : sink_(sink), subject_(std::move(subject)) {}

  void Add(uint64_t bytes, uint64_t rows) {
    const std::lock_guard lock(mutex_);
    bytes_ += bytes;
    rows_ += rows;
    sink_.Update({"generate", subject_, bytes_, 0, rows_});
  }

 private:
  std::mutex mutex_;
  ProgressSink& sink_;
  std::string subject_;
  uint64_t bytes_ = 0;
  uint64_t rows_ = 0;
};

class ProgressTap final : public ByteSink {
 public:
  ProgressTap(ByteSink& next, SharedProgress& progress) : next_(next), progress_(progress) {}

  Result<void> Write(std::span<const char> bytes) override {
    INGOT_TRY(next_.Write(bytes));
    progress_.Add(bytes.size(), static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n')));
    return {};
  }

 private:
  ByteSink& next_;
  SharedProgress& progress_;
};

std::string DayFolder(UtcDay day) {
  const CivilDate date = ToCivil(day);
  return fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day);
}

TailDamage DamageOf(const ArchiveSpec& spec, unsigned hour) {
  if (hour == kTruncatedHourNumber && spec.hazards.Has(Hazard::kTruncatedHour)) {
    return TailDamage::kTruncated;
  }
  if (hour == kBadCrcHour && spec.hazards.Has(Hazard::kBadCrc)) {
    return TailDamage::kBadCrc;
  }
  return TailDamage::kNone;
}

// The compressed bytes of one hour, into `file`.
Result<GeneratedFile> WriteHour(const ArchiveSpec& spec, unsigned hour, ByteSink& file, SharedProgress& progress,
                                const Cancellation& cancellation) {
  const TailDamage damage = DamageOf(spec, hour);
  TailSink tail(file, damage);
  // A file that is cut exactly between two members would look whole.
  const bool several = spec.hazards.Has(Hazard::kGzipMembers) && damage != TailDamage::kTruncated;
  MemberSink members(tail, spec.gzip_level, several ? GzipMembers::kSeveral : GzipMembers::kOne);
  ProgressTap tap(members, progress);
  INGOT_ASSIGN(GeneratedFile counts, GenerateArchiveHour(spec, hour, tap, cancellation));
  INGOT_TRY(members.Finish());
  INGOT_TRY(tail.Finish());
  counts.bytes = tail.bytes();
  return counts;
}

// Writes the files of one day, a task for each, in any order: no byte of one depends on another.
class DayWriter {
 public:
  DayWriter(const ArchiveSpec& spec, const Cancellation& cancellation, ProgressSink& progress)
      : spec_(spec), cancellation_(cancellation), progress_(progress, DayFolder(spec.day)) {}

  Result<GeneratedArchive> Run(unsigned threads) {
    INGOT_TRY(MakeFoldersDurably(PathOf(DayFolder(spec_.day))));
    TaskPool pool(std::max(threads, 1U));
    for (unsigned hour = 0; hour < kHours; ++hour) {
      pool.Submit(TaskPriority::kHead, [this, hour, &pool] { RunHour(hour, pool); });
    }
    pool.HelpUntil([this] { return done_ == kHours; });
    return Collect();
  }

 private:
  std::string PathOf(const std::string& name) const { return fmt::format("{}/{}", spec_.folder, name); }

  void RunHour(unsigned hour, TaskPool& pool) {
    // After a failure the rest of the day is not worth its time.
    Result<GeneratedFile> file = failed_ ? Result<GeneratedFile>(GeneratedFile()) : ReplaceHour(hour);
    failed_ = failed_ || !file;
    pool.Locked([&] {
      files_[hour] = std::move(file);
      ++done_;
    });
  }

  Result<GeneratedFile> ReplaceHour(unsigned hour) {
    const std::string name = fmt::format("{}/{:02}.jsonl.gz", DayFolder(spec_.day), hour);
    if (hour == kMissingHourNumber && spec_.hazards.Has(Hazard::kMissingHour)) {
      INGOT_TRY(RemoveOlder(PathOf(name)));
      return GeneratedFile();
    }
    INGOT_ASSIGN(AtomicFile target, AtomicFile::Create(PathOf(name)));
    INGOT_ASSIGN(GeneratedFile file, WriteHour(spec_, hour, target.sink(), progress_, cancellation_));
    INGOT_TRY(target.SyncData());
    INGOT_TRY(target.Commit());
    file.path = name;
    return file;
  }

  static Result<void> RemoveOlder(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
      return ErrnoError(errno, "cannot remove", path);
    }
    return {};
  }

  Result<GeneratedArchive> Collect() {
    GeneratedArchive archive;
    for (std::optional<Result<GeneratedFile>>& file : files_) {
      if (!*file) {
        return std::move(*file).error();
      }
      if (!(*file)->path.empty()) {
        archive.files.push_back(*std::move(*file));
      }
    }
    return archive;
  }

  const ArchiveSpec& spec_;
  const Cancellation& cancellation_;
  SharedProgress progress_;
  std::array<std::optional<Result<GeneratedFile>>, kHours> files_;
  unsigned done_ = 0;  // under the pool's lock
  std::atomic<bool> failed_{false};
};

}  // namespace

Result<ArchiveShape> ParseArchiveShape(std::string_view text) {
  if (text == "nested") {
    return ArchiveShape::kNested;
  }
  if (text == "flat") {
    return ArchiveShape::kFlat;
  }
  return Error(ErrorKind::kUsage, fmt::format("unknown shape '{}'", text), "choose from: nested, flat");
}

GeneratedFile GeneratedArchive::Total() const {
  GeneratedFile total;
  for (const GeneratedFile& file : files) {
    total.rows += file.rows;
    total.blank_lines += file.blank_lines;
    total.bad_lines += file.bad_lines;
    total.raw_bytes += file.raw_bytes;
    total.bytes += file.bytes;
  }
  return total;
}

Result<GeneratedFile> GenerateArchiveHour(const ArchiveSpec& spec, unsigned hour, ByteSink& lines,
                                          const Cancellation& cancellation) {
  INGOT_TRY(CheckSpec(spec));
  return HourLines(spec, hour, lines).Run(cancellation);
}

Result<GeneratedArchive> GenerateArchive(const ArchiveSpec& spec, unsigned threads, const Cancellation& cancellation,
                                         ProgressSink& progress) {
  INGOT_TRY(CheckSpec(spec));
  return DayWriter(spec, cancellation, progress).Run(threads);
}

}  // namespace ingot
