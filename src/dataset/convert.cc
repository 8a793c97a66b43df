#include "dataset/convert.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "commit/atomic_file.h"
#include "dataset/prove.h"
#include "dataset/write_rows.h"
#include "format/input/open_input.h"
#include "model/unmatched_patterns.h"

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

// Refuses what can be refused before anything is read. Returns the bytes of the inputs.
Result<uint64_t> CheckInputs(const ConvertRequest& request) {
  if (request.inputs.empty()) {
    return Error(ErrorKind::kUsage, "no input was named", "name files, a quoted pattern, or - for standard input");
  }
  uint64_t bytes = 0;
  for (const std::string& path : request.inputs) {
    if (path == kStandardInput) {
      if (request.on_conflict == OnConflict::kJson) {
        return Error(ErrorKind::kUsage, "--on-conflict json may read its inputs again, and standard input cannot be",
                     "save it to a file first");
      }
      continue;
    }
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
      const int reason = errno;
      if (path.find("://") != std::string::npos) {
        return Error(ErrorKind::kUnsupported, fmt::format("'{}' is a remote input, which is not offered yet", path),
                     "download it first, or pipe it in: … | ingot convert - OUTPUT");
      }
      return ErrnoError(reason, "open", path);
    }
    bytes += static_cast<uint64_t>(status.st_size);
  }
  return bytes;
}

Result<void> CheckOutput(const ConvertRequest& request) {
  struct stat status{};
  if (!request.overwrite && ::lstat(request.output.c_str(), &status) == 0) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("'{}' exists", request.output), "pass --force to replace it");
  }
  if (request.output.find("://") != std::string::npos) {
    return Error(ErrorKind::kUnsupported,
                 fmt::format("'{}' is a remote output, which is not offered yet", request.output),
                 "write to a local file, then upload it");
  }
  const std::string folder = std::filesystem::path(request.output).parent_path().string();
  if (!folder.empty() && ::stat(folder.c_str(), &status) != 0 && errno == ENOENT) {
    return Error(ErrorKind::kNotFound, fmt::format("there is no folder '{}'", folder),
                 fmt::format("make it first: mkdir -p '{}'", folder));
  }
  return {};
}

// One conversion, whose writing may begin anew with other declarations.
class Conversion {
 public:
  Conversion(const ConvertRequest& request, const BuildContext& context, AtomicFile* output)
      : request_(request),
        context_(context),
        output_(output),
        json_(request.json),
        rejects_path_(request.rejects_path.empty() ? request.output + ".rejects.jsonl.gz" : request.rejects_path) {}

  Result<ConvertReport> Run(uint64_t input_bytes) {
    input_bytes_ = input_bytes;
    auto written = Write();
    if (!written && written.error().kind() == ErrorKind::kSchemaDrift) {
      written = WriteAgain(std::move(written).error());
    }
    INGOT_ASSIGN(rows_, std::move(written));
    if (rejects_file_) {
      // Rejects stay for their reader also when the conversion is refused.
      INGOT_TRY(rejects_file_->SyncData());
      INGOT_TRY(rejects_file_->Commit());
      report_.rejects_path = rejects_path_;
    }
    report_.rejects = rejects_->count();
    INGOT_TRY(CheckDamage());
    INGOT_TRY(CheckRejects());
    if (!rows_.has_file) {
      return Error(ErrorKind::kCheckFailed, "the inputs hold no row, so that there are no columns",
                   "name inputs that hold at least one JSON object");
    }
    INGOT_TRY(CheckDeclarations());
    for (const auto& [path, count] : rows_.bare_objects) {
      report_.warnings.push_back(fmt::format(
          "column '{}' is {{}} {} times and never shows a field: written as null (--empty-object struct refuses it)",
          path, count));
    }
    return Publish();
  }

 private:
  Result<WriteRowsOutcome> Write() {
    rejects_file_.reset();
    rejects_.emplace([this]() -> Result<ByteSink*> {
      INGOT_ASSIGN(rejects_file_, AtomicFile::Create(rejects_path_));
      return &rejects_file_->sink();
    });
    WriteRowsRequest rows;
    rows.paths = request_.inputs;
    rows.open = OpenConvertInput;
    rows.json = std::make_shared<const JsonOptions>(json_);
    rows.limits = request_.limits;
    rows.parquet = request_.parquet;
    rows.row_groups = request_.row_groups;
    rows.subject = request_.output;
    rows.input_bytes = input_bytes_;
    rows.remedy.reset();
    AtomicDraft draft(output_);
    return WriteRows(rows, context_, &draft, &*rejects_);
  }

  // All conflicts, and the way out that was asked for.
  Result<WriteRowsOutcome> WriteAgain(Error first) {
    rejects_.reset();
    rejects_file_.reset();
    if (std::find(request_.inputs.begin(), request_.inputs.end(), kStandardInput) != request_.inputs.end()) {
      return std::move(first).WithAdvice(
          "save standard input to a file: all conflicts are told then, and --on-conflict json settles them");
    }
    INGOT_ASSIGN(const SurveyReport survey,
                 SurveyInputs(request_.inputs, OpenConvertInput, std::make_shared<const JsonOptions>(json_),
                              request_.limits, request_.output, context_));
    if (survey.problems.empty()) {
      return first;
    }
    if (request_.on_conflict == OnConflict::kRefuse) {
      return DescribeConflicts(survey, Remedy::kOptions);
    }
    INGOT_ASSIGN(report_.warnings, KeepConflictsAsJson(survey, &json_));
    INGOT_TRY(output_->Restart());
    return Write();
  }

  // Damage, unless it may pass.
  Result<void> CheckDamage() {
    for (const InputReport& input : rows_.inputs) {
      report_.blanks += input.blank;
      report_.input_bytes += input.digest.compressed_bytes;
      if (!input.damage) {
        continue;
      }
      if (!request_.keep_damaged) {
        return Error(*input.damage)
            .WithAdvice("repair the input, or pass --allow-incomplete to keep what could be read of it");
      }
      cut_lines_ += input.digest.ends_mid_line ? 1 : 0;
      report_.warnings.push_back(
          fmt::format("rows kept of a damaged input: {}; {}", input.rows, input.damage->message()));
    }
    return {};
  }

  Result<void> CheckRejects() const {
    if (!request_.max_rejects || rejects_->count() <= *request_.max_rejects + cut_lines_) {
      return {};
    }
    std::string keep;
    if (!rejects_->first_column().empty()) {
      keep = HowToKeep(rejects_->first_column(), Remedy::kOptions) + "; ";
    } else if (rejects_->first_line_bytes() > request_.limits.max_line_bytes) {
      keep = fmt::format("--max-line {} keeps the line; ", rejects_->first_line_bytes());
    }
    return Error(ErrorKind::kCheckFailed,
                 TooManyRejects(rejects_->count(), *request_.max_rejects + cut_lines_, rejects_->first()),
                 fmt::format("{}see '{}'; repair the lines, or pass --max-rejects N", keep, rejects_path_));
  }

  // Declarations that match nothing have no effect.
  Result<void> CheckDeclarations() {
    ColumnPaths paths(rows_.accepted.schema);
    for (const std::string& path : rows_.dropped_paths) {
      paths.Add(path);
    }
    std::vector<std::string> unmatched;
    const auto check = [&](std::string_view option, const ColumnPathPattern& pattern) {
      if (!paths.HasMatch(pattern)) {
        unmatched.push_back(paths.DescribeUnmatched(option, pattern));
      }
    };
    for (const ColumnPathPattern& pattern : request_.json.maps) {
      check("--map", pattern);
    }
    for (const auto& [pattern, type] : request_.json.types) {
      check("--type", pattern);
    }
    for (const ColumnPathPattern& pattern : request_.json.drop) {
      check("--drop", pattern);
    }
    if (request_.strict_options && !unmatched.empty()) {
      return Error(ErrorKind::kUsage, fmt::format("{}", fmt::join(unmatched, "\n")),
                   "see the columns with --explain-schema");
    }
    report_.warnings.insert(report_.warnings.end(), unmatched.begin(), unmatched.end());
    return {};
  }

  Result<ConvertReport> Publish() {
    INGOT_TRY(output_->SyncData());
    context_.progress->Update({"prove", request_.output, 0, 0, rows_.summary.rows});
    INGOT_TRY(ProveParquetFile(output_->staged_path(), rows_.digest, rows_.summary, context_.pool));
    INGOT_TRY(context_.cancellation->Check());
    INGOT_TRY(output_->Commit());
    report_.rows = rows_.summary.rows;
    report_.output_bytes = rows_.digest.bytes;
    report_.row_groups = rows_.summary.row_groups;
    report_.columns = rows_.summary.columns.size();
    report_.sha256 = rows_.digest.sha256;
    return std::move(report_);
  }

  const ConvertRequest& request_;
  const BuildContext& context_;
  AtomicFile* output_;
  JsonOptions json_;
  std::string rejects_path_;
  uint64_t input_bytes_ = 0;
  uint64_t cut_lines_ = 0;  // in which damaged inputs end; they are rejects, and let pass with the damage
  std::optional<AtomicFile> rejects_file_;
  std::optional<RejectsFile> rejects_;
  WriteRowsOutcome rows_;
  ConvertReport report_;
};

}  // namespace

Result<ConvertReport> ConvertFiles(const ConvertRequest& request, const BuildContext& context) {
  INGOT_ASSIGN(const uint64_t input_bytes, CheckInputs(request));
  INGOT_TRY(CheckOutput(request));
  INGOT_ASSIGN(AtomicFile output, AtomicFile::Create(request.output));
  return Conversion(request, context, &output).Run(input_bytes);
}

Result<SurveyReport> SurveyFiles(const ConvertRequest& request, const BuildContext& context) {
  INGOT_TRY(CheckInputs(request));
  return SurveyInputs(request.inputs, OpenConvertInput, std::make_shared<const JsonOptions>(request.json),
                      request.limits, request.inputs[0], context);
}

}  // namespace ingot
