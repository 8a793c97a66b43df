// Decodes a whole text, cut into blocks like a file that is read bit by bit, and joins what comes out.
// For *_test.cc and *_fuzz.cc files only.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "column/align.h"
#include "format/json/json_decoder.h"

namespace ingot {

// All blocks of one text under the schema that united them.
struct DecodedFile {
  std::optional<Error> error;  // of Decode, with whatever came before it below
  Schema schema;
  std::vector<LeafColumn> leaves;
  std::vector<FieldEvidence> evidence;  // of the last block
  std::vector<RejectedLine> rejects;
  uint64_t rows = 0;
  uint64_t lines = 0;
  uint64_t blanks = 0;
  uint64_t bytes = 0;

  // "3,7": the numbers of the rejected lines.
  std::string RejectedLines() const {
    std::string out;
    for (const RejectedLine& reject : rejects) {
      out += fmt::format("{}{}", out.empty() ? "" : ",", reject.line);
    }
    return out;
  }
};

// A heap block that ends exactly kPadding bytes behind the text, so that a sanitizer sees what reads further. The
// padding is hostile: it would continue whatever stands before it.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text, char padding = '9') : size_(text.size()) {
    block_.reset(new char[size_ + JsonDecoder::kPadding]);
    std::copy(text.begin(), text.end(), block_.get());
    std::memset(block_.get() + size_, padding, JsonDecoder::kPadding);
  }
  std::span<const char> span() const { return {block_.get(), size_}; }
  const char* data() const { return block_.get(); }

 private:
  size_t size_;
  std::unique_ptr<char[]> block_;
};

inline void AppendColumn(const LeafColumn& from, LeafColumn* to) {
  for (const LevelRun& run : from.levels.runs()) {
    to->levels.AppendRun(run.count, run.definition, run.repetition);
  }
  to->bools.AppendAll(from.bools.data(), from.bools.size());
  to->ints.AppendAll(from.ints.data(), from.ints.size());
  to->doubles.AppendAll(from.doubles.data(), from.doubles.size());
  for (const uint32_t end : from.ends) {
    to->ends.Append(end + static_cast<uint32_t>(to->bytes.size()));
  }
  to->bytes.AppendAll(from.bytes.data(), from.bytes.size());
}

// Unites the schemas of the blocks and aligns their columns to it.
inline Result<void> JoinBatches(const std::vector<ColumnBatch>& batches, Schema* schema,
                                std::vector<LeafColumn>* leaves) {
  for (const ColumnBatch& batch : batches) {
    INGOT_ASSIGN(*schema, UniteSchemas(*schema, *batch.schema));
  }
  for (const Leaf& leaf : EnumerateLeaves(*schema)) {
    leaves->emplace_back();
    leaves->back().layout = LayoutOf(leaf.field->type.kind);
  }
  for (const ColumnBatch& batch : batches) {
    INGOT_ASSIGN(const SchemaAlignment alignment, SchemaAlignment::Between(*batch.schema, *schema));
    for (size_t i = 0; i < leaves->size(); ++i) {
      AppendColumn(alignment.Align(batch.leaves, batch.rows, i).column(), &(*leaves)[i]);
    }
  }
  return {};
}

// `cut_seed` 0 decodes in one piece; any other draws after which lines a new block begins and Take is called.
// Requires: `text` is empty or ends with a newline. Errors: of the options, or of uniting the blocks.
inline Result<DecodedFile> DecodeFile(const JsonOptions& options, std::string_view text, uint64_t cut_seed = 0) {
  std::mt19937_64 random(cut_seed);
  INGOT_ASSIGN(JsonDecoder decoder, JsonDecoder::Create(std::make_shared<const JsonOptions>(options)));
  DecodedFile file;
  std::vector<ColumnBatch> batches;
  const auto take = [&] {
    DecodedBlock block = decoder.Take();
    file.rows += block.batch.rows;
    file.lines += block.lines;
    file.blanks += block.blanks;
    file.bytes += block.bytes;
    file.evidence = std::move(block.evidence);
    std::move(block.rejects.begin(), block.rejects.end(), std::back_inserter(file.rejects));
    batches.push_back(std::move(block.batch));
  };
  while (!text.empty() && !file.error) {
    size_t size = text.size();
    if (cut_seed != 0) {
      size = 0;
      do {
        size = text.find('\n', size) + 1;
      } while (size < text.size() && random() % 4 != 0);
    }
    const PaddedText block(text.substr(0, size), "9\"l,\0"[random() % 5]);
    text.remove_prefix(size);
    if (auto decoded = decoder.Decode(block.span()); !decoded) {
      file.error = std::move(decoded).error();
    } else if (cut_seed != 0 && random() % 2 == 0) {
      take();
    }
  }
  if (!file.error) {
    take();
  }
  INGOT_TRY(JoinBatches(batches, &file.schema, &file.leaves));
  return file;
}

// The value behind a present slot.
inline std::string ValueText(const LeafColumn& column, size_t i) {
  switch (column.layout) {
    case ValueLayout::kBool:
      return column.bools[i] != 0 ? "true" : "false";
    case ValueLayout::kInt64:
      return std::to_string(column.ints[i]);
    case ValueLayout::kDouble:
      return fmt::format("{}", column.doubles[i]);
    case ValueLayout::kBytes:
      return std::string(column.BytesAt(i));
    case ValueLayout::kNone:
      break;
  }
  return "{}";
}

// The slots of a column in words: values, or `~d` for a null at definition d; one apostrophe in front for each
// repetition. [1,2], [], null and [null] are "1 '2 ~1 ~0 ~2".
inline std::string Slots(const LeafColumn& column, uint8_t max_definition) {
  std::string out;
  size_t value = 0;
  for (const LevelRun& run : column.levels.runs()) {
    for (uint32_t i = 0; i < run.count; ++i) {
      out += (out.empty() ? "" : " ") + std::string(run.repetition, '\'');
      out += run.definition == max_definition ? ValueText(column, value++) : fmt::format("~{}", run.definition);
    }
  }
  return out;
}

// One line for each leaf: "a.b[] int64: 1 '2 ~1".
inline std::string Columns(const DecodedFile& file) {
  std::string out;
  const std::vector<Leaf> leaves = EnumerateLeaves(file.schema);
  for (size_t i = 0; i < leaves.size(); ++i) {
    out += fmt::format("{} {}: {}\n", leaves[i].DisplayPath(), FormatType(leaves[i].field->type),
                       Slots(file.leaves[i], leaves[i].max_definition));
  }
  return out;
}

// What the first differing place of two columns is, in words; empty when they are equal. Doubles compare by their bits.
inline std::string ColumnDifference(const LeafColumn& a, const LeafColumn& b) {
  if (a.layout != b.layout) {
    return "layouts differ";
  }
  const auto& left = a.levels.runs();
  const auto& right = b.levels.runs();
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto show = [i](const Buffer<LevelRun>& runs) {
      return i < runs.size() ? fmt::format("{} x (d{}, r{})", runs[i].count, runs[i].definition, runs[i].repetition)
                             : "nothing";
    };
    if (show(left) != show(right)) {
      return fmt::format("level run {}: {} and {}", i, show(left), show(right));
    }
  }
  const auto same = [](const auto& x, const auto& y) {
    return x.size() == y.size() && (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof x[0]) == 0);
  };
  if (!same(a.bools, b.bools) || !same(a.ints, b.ints) || !same(a.doubles, b.doubles)) {
    return "values differ";
  }
  if (!same(a.ends, b.ends) || !same(a.bytes, b.bytes)) {
    return "texts differ";
  }
  return a.ValueCount() == b.ValueCount() ? "" : "numbers of values differ";
}

// As ColumnDifference, over schemas and all columns.
inline std::string FileDifference(const Schema& schema_a, const std::vector<LeafColumn>& a, const Schema& schema_b,
                                  const std::vector<LeafColumn>& b) {
  const auto show = [](const Schema& schema) {
    DataType type = Scalar(TypeKind::kStruct);
    type.fields = schema.fields;
    return FormatType(type);
  };
  if (!(schema_a == schema_b)) {
    return fmt::format("schemas differ:\n  {}\n  {}", show(schema_a), show(schema_b));
  }
  const std::vector<Leaf> leaves = EnumerateLeaves(schema_a);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (const std::string difference = ColumnDifference(a[i], b[i]); !difference.empty()) {
      return leaves[i].DisplayPath() + ": " + difference + "\n  schema " + show(schema_a);
    }
  }
  return "";
}

}  // namespace ingot
