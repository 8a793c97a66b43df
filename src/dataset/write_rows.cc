#include "dataset/write_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/size.h"

namespace ingot {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20U;
// What the program takes beside row groups and waiting blocks: text, inflaters and encoders of each thread, footers.
constexpr uint64_t kFixedBytes = 64 * kMiB;
// One row group is gathered while another is encoded; the third part is for levels and encoded chunks.
constexpr uint64_t kGroupsInMemory = 3;

struct MemoryPlan {
  uint64_t group_bytes = 0;  // what one row group may gather
  uint64_t ahead_bytes = 0;  // what blocks may hold while they wait for their turn
};

// Row groups end where their own limits say, never where memory does. So a low limit is no failure as long as the rows
// are few: what is gathered is watched instead.
MemoryPlan PlanMemory(const RowGroupLimits& limits, uint64_t memory_limit) {
  const uint64_t for_groups = memory_limit - std::min(memory_limit / 2, kFixedBytes);
  const uint64_t group_bytes = std::min(for_groups / kGroupsInMemory, std::max(limits.input_bytes, limits.value_bytes));
  const uint64_t left = for_groups - kGroupsInMemory * group_bytes;
  return {group_bytes, std::clamp<uint64_t>(left / 4, 16 * kMiB, 128 * kMiB)};
}

// As --memory takes it, rounded up.
std::string WholeMiB(uint64_t bytes) { return fmt::format("{}MiB", (bytes + kMiB - 1) / kMiB); }

Result<void> CheckMemory(const RowGroupLimits& limits, uint64_t gathered, const MemoryPlan& plan,
                         uint64_t memory_limit) {
  // The batch that fills a row group may well pass the limit by a little.
  if (gathered <= plan.group_bytes || plan.group_bytes >= std::max(limits.input_bytes, limits.value_bytes)) {
    return {};
  }
  const uint64_t needed = kGroupsInMemory * std::max(limits.input_bytes, limits.value_bytes) + kFixedBytes;
  return Error(ErrorKind::kResourceLimit,
               fmt::format("row groups of {} need {} of memory, and the limit is {}",
                           FormatByteSize(limits.input_bytes), FormatByteSize(needed), FormatByteSize(memory_limit)),
               fmt::format("pass --memory {}, or lower row_group in a dataset's [parquet] (which changes the file)",
                           WholeMiB(needed)));
}

// Copies what the draft holds into a file without a name, and begins the draft anew.
Result<UniqueFd> MoveAside(DraftFile* draft) {
  INGOT_ASSIGN(UniqueFd scratch, OpenScratchFile(std::filesystem::path(draft->path()).parent_path().string()));
  FdSink copy(scratch.get(), "a temporary file next to " + draft->path());
  INGOT_TRY(CopyBytes(draft->path(), copy));
  INGOT_TRY(draft->Restart());
  return scratch;
}

// Top-level columns that the inputs showed and the declarations left out.
void NoteDropped(const std::vector<FieldEvidence>& evidence, WriteRowsOutcome* outcome) {
  for (const FieldEvidence& field : evidence) {
    if (!field.is_dropped) {
      continue;
    }
    outcome->dropped_paths.insert(field.path);
    if (field.path.find_first_of(".[{") == std::string::npos) {
      outcome->NoteDropped(field.path);
    }
  }
}

// Drives the source to its end.
Result<void> Pump(const WriteRowsRequest& request, const BuildContext& context, JsonlSource* source,
                  const MemoryPlan& memory, PartitionWriter* writer, RejectsFile* rejects, WriteRowsOutcome* outcome) {
  std::shared_ptr<const Schema> noted;  // the schema whose evidence was looked at last
  ProgressUpdate progress{"write", request.subject, 0, request.input_bytes, 0};
  uint64_t done_bytes = 0;  // of the inputs that are behind us
  size_t done = 0;
  while (true) {
    INGOT_ASSIGN(auto item, source->Next());
    for (; done < source->reports().size(); ++done) {
      done_bytes += source->reports()[done].digest.compressed_bytes;
    }
    if (!item) {
      return {};
    }
    const std::string& path = request.paths[item->input];
    DecodedBlock& block = item->block;
    progress.bytes_done = done_bytes + item->stored_position;
    progress.rows += block.batch.rows;
    if (block.batch.schema != noted) {
      noted = block.batch.schema;
      NoteDropped(block.evidence, outcome);
    }
    INGOT_TRY(rejects->Add(path, block.rejects));
    INGOT_TRY(writer->Add(std::move(block.batch), block.evidence, path, block.bytes));
    INGOT_TRY(CheckMemory(request.row_groups, writer->gathered_bytes(), memory, context.memory_limit_bytes));
    context.progress->Update(progress);
  }
}

// Records that do not fit together: all conflicts instead of the first one.
Error ExplainDrift(const WriteRowsRequest& request, const BuildContext& context, Error first) {
  if (first.kind() != ErrorKind::kSchemaDrift || !request.remedy) {
    return first;
  }
  auto report = SurveyInputs(request.paths, request.open, request.json, request.limits, request.subject, context);
  if (!report) {
    return std::move(report).error();
  }
  return report->problems.empty() ? first : DescribeConflicts(*report, *request.remedy);
}

}  // namespace

void WriteRowsOutcome::NoteDropped(const std::string& name) {
  if (std::find(dropped_columns.begin(), dropped_columns.end(), name) == dropped_columns.end()) {
    dropped_columns.push_back(name);
  }
}

Result<WriteRowsOutcome> WriteRows(const WriteRowsRequest& request, const BuildContext& context, DraftFile* draft,
                                   RejectsFile* rejects) {
  WriteRowsOutcome outcome;
  JsonlSourceOptions options;
  options.json = request.json;
  options.limits = request.limits;
  const MemoryPlan memory = PlanMemory(request.row_groups, context.memory_limit_bytes);
  options.ahead_bytes = memory.ahead_bytes;
  std::optional<HashingSink> sink(draft->sink());
  PartitionWriter writer(request.locked, request.parquet, request.row_groups, &*sink, context.pool);
  if (request.json->empty_object == EmptyObject::kNullIfBare) {
    writer.WriteBareObjectsAsNull();
  }
  const auto gather = [&]() -> Result<bool> {
    JsonlSource source(request.paths, options, request.open, context.pool, context.cancellation);
    INGOT_TRY(Pump(request, context, &source, memory, &writer, rejects, &outcome));
    outcome.inputs = source.reports();
    return writer.Flush();
  };
  auto gathered = gather();
  if (!gathered) {
    return ExplainDrift(request, context, std::move(gathered).error());
  }
  outcome.has_file = *gathered;
  outcome.bare_objects = writer.bare_objects();
  INGOT_TRY(rejects->Finish());
  if (!outcome.has_file) {
    return outcome;
  }
  INGOT_ASSIGN(outcome.accepted, AcceptSchema(request.locked, writer.schema(), ""));
  if (writer.needs_rewrite()) {
    INGOT_ASSIGN(const UniqueFd first, MoveAside(draft));
    sink.emplace(draft->sink());
    INGOT_ASSIGN(outcome.summary,
                 writer.Rewrite(fmt::format("/proc/self/fd/{}", first.get()), *sink, request.metadata));
  } else {
    INGOT_ASSIGN(outcome.summary, writer.Finish(request.metadata));
  }
  outcome.digest = {sink->bytes(), sink->FinishHex()};
  return outcome;
}

}  // namespace ingot
