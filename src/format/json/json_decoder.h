// JSON lines → columns, in one pass over the text: no tokens, no rows in between.
//
// The decoder walks each record once and writes every value straight into its leaf column, guided by what the stream
// has shown so far: it expects the key that followed last time and the type that stood there last time, and checks both
// with a few loads. A record that breaks a rule is taken back whole and becomes a reject.
//
// One decoder reads one file from its beginning; what it yields depends on the file's bytes and the options alone.
// Grammar: RFC 8259, UTF-8, one object a line. Documented outcomes: docs/formats/jsonl.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "format/json/json_options.h"
#include "format/json/line_decoder.h"

namespace ingot {

class JsonDecoder final : public LineDecoder {
 public:
  // Errors: kConfig for declarations that cannot be followed.
  static Result<JsonDecoder> Create(std::shared_ptr<const JsonOptions> options);
  JsonDecoder(JsonDecoder&&) noexcept;
  JsonDecoder& operator=(JsonDecoder&&) noexcept;
  ~JsonDecoder() override;

  // A byte order mark at the very beginning of the file is passed over. Errors: kSchemaDrift when a record does not fit
  // what earlier records of this file showed.
  Result<size_t> Decode(std::span<const char> text) override;
  void RejectLine(std::string reason, std::string text, uint64_t bytes) override;
  DecodedBlock Take() override;

  // Of the columns gathered since the last Take.
  size_t MemoryBytes() const;

 private:
  class Impl;
  explicit JsonDecoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ingot
