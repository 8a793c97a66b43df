// Results of queries as text, for comparisons. For *_test.cc files only.
#pragma once

#include <string>
#include <string_view>

#include "column/arrow_text.h"
#include "engine/record_stream.h"

namespace ingot {

// Every row as JSON, `end` behind each, or the error that ended the stream.
inline Result<std::string> RowsAsJson(RecordStream& stream, std::string_view end) {
  INGOT_ASSIGN(const OwnedArrowSchema schema, stream.Schema());
  INGOT_ASSIGN(const ArrowColumnText row, ArrowColumnText::Make(*schema));
  std::string text;
  while (true) {
    INGOT_ASSIGN(const OwnedArrowArray batch, stream.Next());
    if (batch.empty()) {
      return text;
    }
    for (int64_t i = 0; i < batch->length; ++i) {
      row.Append(*batch, i, ArrowTextStyle::kJson, text);
      text += end;
    }
  }
}

}  // namespace ingot
