// JSON lines → columns against simdjson and a plain shredder: whatever the bytes and however they are cut, both must
// refuse the same lines and come to the same schema, levels and values.
//
// Input: one byte of options, one byte that seeds the cuts, then the text.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "format/json/decoded_file.h"
#include "format/json/json_reference.h"

namespace ingot {
namespace {

ColumnPathPattern Pattern(std::string_view text) { return *ColumnPathPattern::Parse(text); }

JsonOptions DrawOptions(uint8_t choice) {
  JsonOptions options;
  const auto next = [&] {
    const bool bit = (choice & 1U) != 0;
    choice = static_cast<uint8_t>(choice >> 1U);
    return bit;
  };
  options.empty_object = next() ? EmptyObject::kNull : EmptyObject::kStruct;
  if (next()) {
    options.maps = {Pattern("m"), Pattern("*.m"), Pattern("l[].m"), Pattern("m{}")};
  }
  if (next()) {
    options.types = {{Pattern("j"), *ParseType("json")},
                     {Pattern("t"), *ParseType("timestamp[ms]")},
                     {Pattern("d"), *ParseType("decimal(9,2)")},
                     {Pattern("i"), *ParseType("int16")},
                     {Pattern("s"), *ParseType("struct<a:int32,b:list<double>,c:null>")},
                     {Pattern("*.j"), *ParseType("json")}};
  }
  if (next()) {
    options.drop = {Pattern("x"), Pattern("*.x"), Pattern("l[].a")};
  }
  if (next()) {
    options.locked = std::make_shared<const Schema>(
        Schema{ParseType("struct<a:int64,b:double,l:list<struct<a:string>>,m:map<string,int64>,n:null,e:date,f:bool>")
                   ->fields});
  }
  if (next()) {
    options.max_depth = 4;
  }
  if (next()) {
    options.max_new_keys = 3;
  }
  return options;
}

void Require(bool holds, std::string_view what) {
  if (!holds) {
    std::fprintf(stderr, "differs: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
  }
}

// What stands before the line of this number.
std::string_view LinesBefore(std::string_view text, uint64_t line) {
  size_t end = 0;
  for (uint64_t i = 1; i < line; ++i) {
    end = text.find('\n', end) + 1;
  }
  return text.substr(0, end);
}

void Compare(const JsonOptions& options, std::string_view text, uint64_t cut_seed) {
  JsonReference reference(options);
  reference.Read(text);
  auto file = DecodeFile(options, text, cut_seed);
  Require(file.ok(), "the blocks do not unite");
  Require(file->error.has_value() == (reference.drift_line() != 0), "drift");
  if (file->error) {
    Require(file->error->message().find(fmt::format("line {}", reference.drift_line())) != std::string::npos,
            "line of drift");
    return Compare(options, LinesBefore(text, reference.drift_line()), cut_seed);
  }
  std::string rejected;
  for (const uint64_t line : reference.rejected_lines()) {
    rejected += fmt::format("{}{}", rejected.empty() ? "" : ",", line);
  }
  Require(file->RejectedLines() == rejected, fmt::format("refused {} and {}", file->RejectedLines(), rejected));
  Require(file->blanks == reference.blanks(), "blank lines");
  Require(file->lines == file->rows + file->blanks + file->rejects.size(), "lines");
  const std::vector<Leaf> leaves = EnumerateLeaves(file->schema);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].field->type.kind == TypeKind::kJson) {
      file->leaves[i] = JsonReference::CanonicalTexts(file->leaves[i]);
    }
  }
  const ColumnBatch expected = reference.Shred();
  Require(file->rows == expected.rows, "rows");
  const std::string difference = FileDifference(*expected.schema, expected.leaves, file->schema, file->leaves);
  Require(difference.empty(), difference);
}

}  // namespace
}  // namespace ingot

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  std::string text(data + 2, data + size);
  if (!text.empty() && text.back() != '\n') {
    text += '\n';
  }
  const ingot::JsonOptions options = ingot::DrawOptions(data[0]);
  ingot::Compare(options, text, 0);
  ingot::Compare(options, text, data[1] + 1U);
  return 0;
}
