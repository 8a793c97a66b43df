#include "cli/lookup_batch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "format/csv/csv_reader.h"
#include "format/input/open_input.h"
#include "lookup/lookup_arrow.h"

namespace ingot {
namespace {

constexpr uint64_t kKeysTogether = uint64_t{64} << 10U;
constexpr uint64_t kBytesTogether = uint64_t{16} << 20U;

Result<std::unique_ptr<ByteSource>> OpenKeys(const std::string& path) {
  if (path != "-") {
    return OpenInput(path);
  }
  UniqueFd copy(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid()) {
    return ErrnoError(errno, "read", "standard input");
  }
  return OpenInput(std::move(copy), "standard input");
}

class BatchStream final : public RecordStream {
 public:
  BatchStream(const Lookup& lookup, CsvReader reader, std::string name, std::vector<size_t> key_columns,
              BatchCounts* counts)
      : lookup_(lookup),
        name_(std::move(name)),
        reader_(std::move(reader)),
        key_columns_(std::move(key_columns)),
        counts_(counts) {}

  Result<OwnedArrowSchema> Schema() override {
    std::vector<AnswerColumn> columns;
    for (const std::string& name : reader_.header()) {
      columns.push_back({name, {}, {}});
    }
    columns.push_back({std::string(kFilePathColumn), {}, {}});
    return MakeArrowSchema(columns);
  }

  Result<OwnedArrowArray> Next() override {
    std::vector<AnswerColumn> columns;
    std::vector<uint64_t> lines;
    INGOT_TRY(ReadChunk(&columns, &lines));
    if (lines.empty()) {
      return OwnedArrowArray();
    }
    LookupBatch answers;
    INGOT_TRY(Find(columns, lines, &answers));
    counts_->keys += lines.size();
    counts_->found += answers.found_count;
    columns.push_back({std::string(kFilePathColumn), std::move(answers.paths), std::move(answers.found)});
    return MakeArrowBatch(std::move(columns));
  }

 private:
  Result<void> ReadChunk(std::vector<AnswerColumn>* columns, std::vector<uint64_t>* lines) {
    for (const std::string& name : reader_.header()) {
      columns->push_back({name, {}, {}});
    }
    uint64_t bytes = 0;
    while (lines->size() < kKeysTogether && bytes < kBytesTogether) {
      INGOT_ASSIGN(const bool more, reader_.Next());
      if (!more) {
        return {};
      }
      lines->push_back(reader_.line());
      for (size_t i = 0; i < columns->size(); ++i) {
        (*columns)[i].values.AppendText(reader_.fields()[i]);
        bytes += reader_.fields()[i].size();
      }
    }
    return {};
  }

  Result<void> Find(const std::vector<AnswerColumn>& columns, const std::vector<uint64_t>& lines,
                    LookupBatch* answers) const {
    std::vector<std::vector<std::string_view>> texts(key_columns_.size());
    std::vector<KeyPartArray> arrays;
    for (size_t i = 0; i < key_columns_.size(); ++i) {
      const ColumnValues& values = columns[key_columns_[i]].values;
      texts[i].reserve(lines.size());
      for (uint64_t row = 0; row < lines.size(); ++row) {
        texts[i].push_back(values.TextAt(row));
      }
      arrays.emplace_back(std::span<const std::string_view>(texts[i]));
    }
    Result<void> found = lookup_.FindMany(arrays, answers);
    if (found || found.error().kind() != ErrorKind::kUsage) {
      return found;
    }
    // Which line it was: single keys tell.
    for (uint64_t row = 0; row < lines.size(); ++row) {
      std::vector<KeyPart> key;
      for (const std::vector<std::string_view>& column : texts) {
        key.emplace_back(column[row]);
      }
      if (Result<bool> one = lookup_.Exists(key); !one) {
        return std::move(one).error().In(fmt::format("{}, line {}", name_, lines[row]));
      }
    }
    return found;
  }

  const Lookup& lookup_;
  std::string name_;  // of the file, for messages
  CsvReader reader_;
  std::vector<size_t> key_columns_;  // of the file, in the order of the key
  BatchCounts* counts_;
};

}  // namespace

Result<std::unique_ptr<RecordStream>> OpenLookupBatch(const Lookup& lookup, const std::string& path,
                                                      BatchCounts* counts) {
  const std::string name = path == "-" ? "standard input" : fmt::format("'{}'", path);
  INGOT_ASSIGN(std::unique_ptr<ByteSource> source, OpenKeys(path));
  INGOT_ASSIGN(CsvReader reader, CsvReader::Open(std::move(source), name));
  std::vector<size_t> key_columns;
  for (const KeyColumn& column : lookup.columns()) {
    const auto found = std::find(reader.header().begin(), reader.header().end(), column.name);
    if (found == reader.header().end()) {
      return Error(ErrorKind::kUsage, fmt::format("{} has no column '{}'", name, column.name),
                   "its first line names the columns; every field of the key is one of them");
    }
    key_columns.push_back(static_cast<size_t>(found - reader.header().begin()));
  }
  if (std::find(reader.header().begin(), reader.header().end(), kFilePathColumn) != reader.header().end()) {
    return Error(ErrorKind::kUsage, fmt::format("{} has a column '{}' already", name, kFilePathColumn));
  }
  return std::unique_ptr<RecordStream>(
      std::make_unique<BatchStream>(lookup, std::move(reader), name, std::move(key_columns), counts));
}

}  // namespace ingot
