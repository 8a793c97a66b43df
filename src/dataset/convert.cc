#include "dataset/convert.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "commit/atomic_file.h"
#include "dataset/prove.h"
#include "dataset/write_rows.h"
#include "format/input/open_input.h"

namespace ingot {
namespace {

class AtomicDraft final : public DraftFile {
 public:
  explicit AtomicDraft(AtomicFile* file) : file_(file) {}
  ByteSink& sink() override { return file_->sink(); }
  const std::string& path() const override { return file_->staged_path(); }
  Result<void> Restart() override { return file_->Restart(); }

 private:
  AtomicFile* file_;
};

Result<std::unique_ptr<ByteSource>> OpenConvertInput(const std::string& path) {
  return path == kStandardInput ? OpenStandardInput() : OpenInput(path);
}

// Refuses what can be refused before anything is read.
Result<uint64_t> CheckPaths(const ConvertRequest& request) {
  if (request.inputs.empty()) {
    return Error(ErrorKind::kUsage, "no input was named", "name files, a quoted pattern, or - for standard input");
  }
  struct stat status{};
  if (!request.overwrite && ::lstat(request.output.c_str(), &status) == 0) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("'{}' exists", request.output), "pass --force to replace it");
  }
  uint64_t bytes = 0;
  for (const std::string& path : request.inputs) {
    if (path == kStandardInput) {
      continue;
    }
    if (::stat(path.c_str(), &status) != 0) {
      return ErrnoError(errno, "open", path);
    }
    bytes += static_cast<uint64_t>(status.st_size);
  }
  return bytes;
}

// Damage, unless it may pass; rejects beyond the limit.
Result<void> CheckOutcome(const ConvertRequest& request, const WriteRowsOutcome& rows, const RejectsFile& rejects,
                          const std::string& rejects_path, ConvertReport* report) {
  uint64_t cut_lines = 0;
  for (const InputReport& input : rows.inputs) {
    report->blanks += input.blank;
    report->input_bytes += input.digest.compressed_bytes;
    if (!input.damage) {
      continue;
    }
    if (!request.keep_damaged) {
      return Error(*input.damage)
          .WithAdvice("repair the input, or pass --allow-incomplete to keep what could be read of it");
    }
    cut_lines += input.digest.ends_mid_line ? 1 : 0;
    report->warnings.push_back(
        fmt::format("rows kept of a damaged input: {}; {}", input.rows, input.damage->message()));
  }
  if (request.max_rejects && rejects.count() > *request.max_rejects + cut_lines) {
    return Error(ErrorKind::kCheckFailed,
                 TooManyRejects(rejects.count(), *request.max_rejects + cut_lines, rejects.first()),
                 fmt::format("see '{}'; repair the lines, or pass --max-rejects N", rejects_path));
  }
  return {};
}

}  // namespace

Result<ConvertReport> ConvertFiles(const ConvertRequest& request, const BuildContext& context) {
  ConvertReport report;
  INGOT_ASSIGN(const uint64_t input_bytes, CheckPaths(request));
  INGOT_ASSIGN(AtomicFile output, AtomicFile::Create(request.output));
  const std::string rejects_path =
      request.rejects_path.empty() ? request.output + ".rejects.jsonl.gz" : request.rejects_path;
  std::optional<AtomicFile> rejects_file;
  RejectsFile rejects([&]() -> Result<ByteSink*> {
    INGOT_ASSIGN(rejects_file, AtomicFile::Create(rejects_path));
    return &rejects_file->sink();
  });

  WriteRowsRequest rows;
  rows.paths = request.inputs;
  rows.open = OpenConvertInput;
  rows.json = std::make_shared<const JsonOptions>(request.json);
  rows.limits = request.limits;
  rows.parquet = request.parquet;
  rows.row_groups = request.row_groups;
  rows.subject = request.output;
  rows.input_bytes = input_bytes;
  AtomicDraft draft(&output);
  INGOT_ASSIGN(const WriteRowsOutcome written, WriteRows(rows, context, &draft, &rejects));
  if (rejects_file) {
    // Rejects stay for their reader also when the conversion is refused.
    INGOT_TRY(rejects_file->SyncData());
    INGOT_TRY(rejects_file->Commit());
    report.rejects_path = rejects_path;
  }
  report.rejects = rejects.count();
  INGOT_TRY(CheckOutcome(request, written, rejects, rejects_path, &report));
  if (!written.has_file) {
    return Error(ErrorKind::kCheckFailed, "the inputs hold no row, so that there are no columns",
                 "name inputs that hold at least one JSON object");
  }
  INGOT_TRY(output.SyncData());
  context.progress->Update({"prove", request.output, 0, 0, written.summary.rows});
  INGOT_TRY(ProveParquetFile(output.staged_path(), written.digest, written.summary, context.pool));
  INGOT_TRY(context.cancellation->Check());
  INGOT_TRY(output.Commit());
  report.rows = written.summary.rows;
  report.output_bytes = written.digest.bytes;
  report.row_groups = written.summary.row_groups;
  report.columns = written.summary.columns.size();
  report.sha256 = written.digest.sha256;
  return report;
}

}  // namespace ingot
