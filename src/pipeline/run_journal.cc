#include "pipeline/run_journal.h"

#include <fcntl.h>

#include <utility>

#include "base/file.h"
#include "commit/relative_path.h"
#include "model/json_value.h"

namespace ingot {

Result<std::string> FormatJournalEntry(const JournalEntry& entry) {
  JsonArray partitions;
  for (const JournalPartition& partition : entry.partitions) {
    JsonObject line{{"key", partition.key}, {"result", partition.result}};
    if (partition.message.empty()) {
      line.emplace("rows", partition.rows);
      line.emplace("bytes", partition.bytes);
      line.emplace("content_id", partition.content_id);
    } else {
      line.emplace("message", partition.message);
    }
    partitions.emplace_back(std::move(line));
  }
  return WriteJson(JsonObject{{"run", entry.run_id},
                              {"dataset", entry.dataset},
                              {"started", FormatUtcInstant(entry.started)},
                              {"finished", FormatUtcInstant(entry.finished)},
                              {"partitions", std::move(partitions)}},
                   JsonStyle::kCompact);
}

Result<void> AppendToRunJournal(const std::string& store_root, const JournalEntry& entry) {
  INGOT_ASSIGN(const std::string line, FormatJournalEntry(entry));
  const std::string path = JoinPath(store_root, kRunJournalPath);
  INGOT_ASSIGN(const UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0666));
  return WriteAll(fd.get(), line + '\n', path);
}

}  // namespace ingot
