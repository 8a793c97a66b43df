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

// How many bytes of blocks may wait for their turn.
Result<uint64_t> AheadBytes(const RowGroupLimits& limits, uint64_t memory_limit) {
  const uint64_t groups = kGroupsInMemory * std::max(limits.input_bytes, limits.value_bytes);
  if (memory_limit < groups + kFixedBytes) {
    return Error(
        ErrorKind::kResourceLimit,
        fmt::format("row groups of {} need {} of memory, and the limit is {}", FormatByteSize(limits.input_bytes),
                    FormatByteSize(groups + kFixedBytes), FormatByteSize(memory_limit)),
        "raise --memory, or lower row_group in the dataset's [parquet] (which changes the file)");
  }
  return std::clamp<uint64_t>((memory_limit - groups) / 4, 16 * kMiB, 128 * kMiB);
}

// Copies what the draft holds into a file without a name, and begins the draft anew.
Result<UniqueFd> MoveAside(DraftFile* draft) {
  INGOT_ASSIGN(UniqueFd scratch, OpenScratchFile(std::filesystem::path(draft->path()).parent_path().string()));
  FdSink copy(scratch.get(), "a scratch file beside " + draft->path());
  INGOT_TRY(CopyBytes(draft->path(), copy));
  INGOT_TRY(draft->Restart());
  return scratch;
}

// Top-level columns that the inputs showed and the declarations left out.
void NoteDropped(const std::vector<FieldEvidence>& evidence, std::vector<std::string>* names) {
  for (const FieldEvidence& field : evidence) {
    if (field.is_dropped && field.path.find_first_of(".[{") == std::string::npos &&
        std::find(names->begin(), names->end(), field.path) == names->end()) {
      names->push_back(field.path);
    }
  }
}

// Drives the source to its end.
Result<void> Pump(const WriteRowsRequest& request, const BuildContext& context, JsonlSource* source,
                  PartitionWriter* writer, RejectsFile* rejects, WriteRowsOutcome* outcome) {
  ProgressUpdate progress{"write", request.subject, 0, request.paths.size() > 1 ? request.input_bytes : 0, 0};
  size_t done = 0;
  while (true) {
    INGOT_ASSIGN(auto item, source->Next());
    for (; done < source->reports().size(); ++done) {
      progress.bytes_done += source->reports()[done].digest.compressed_bytes;
    }
    if (!item) {
      return {};
    }
    const std::string& path = request.paths[item->input];
    DecodedBlock& block = item->block;
    progress.rows += block.batch.rows;
    NoteDropped(block.evidence, &outcome->dropped_columns);
    INGOT_TRY(rejects->Add(path, block.rejects));
    INGOT_TRY(writer->Add(std::move(block.batch), block.evidence, path, block.bytes));
    context.progress->Update(progress);
  }
}

}  // namespace

Result<WriteRowsOutcome> WriteRows(const WriteRowsRequest& request, const BuildContext& context, DraftFile* draft,
                                   RejectsFile* rejects) {
  WriteRowsOutcome outcome;
  JsonlSourceOptions options;
  options.json = request.json;
  options.limits = request.limits;
  INGOT_ASSIGN(options.ahead_bytes, AheadBytes(request.row_groups, context.memory_limit_bytes));
  std::optional<HashingSink> sink(draft->sink());
  PartitionWriter writer(request.locked, request.parquet, request.row_groups, &*sink, context.pool);
  {
    JsonlSource source(request.paths, options, request.open, context.pool, context.cancellation);
    INGOT_TRY(Pump(request, context, &source, &writer, rejects, &outcome));
    outcome.inputs = source.reports();
  }
  INGOT_TRY(rejects->Finish());
  INGOT_ASSIGN(const bool has_file, writer.Flush());
  if (!has_file) {
    return Error(ErrorKind::kCheckFailed, "the inputs hold no row, and no schema was accepted before",
                 "an empty partition can be written once another one has shown its columns");
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
