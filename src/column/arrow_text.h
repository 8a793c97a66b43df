// Values of Arrow arrays as text: JSON for programs, plain text for tables and CSV. Reads the C data interface as any
// producer may fill it; what an engine gives is trusted to be well formed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "column/arrow_c_data.h"

namespace ingot {

enum class ArrowTextStyle {
  kJson,   // one JSON value; texts, dates, times and bytes in quotes, numbers as they are, also beyond 2^53
  kPlain,  // the same without quotes; nothing for null; nested values as JSON
};

// One column of a schema, understood once. Immutable.
//
//   integers, decimals     12  -3.40
//   doubles                the shortest text that reads back equal; null in JSON where it has no such number
//   bytes                  hexadecimal digits
//   dates, times           2026-01-15, 09:30:00.5
//   instants               2026-01-15T09:30:00.123456Z; without Z where the type has no time zone
//   lists, structs, maps   [1,2], {"a":1}; maps with keys other than texts are lists of {"key":…,"value":…}
class ArrowColumnText {
 public:
  // Errors: kUnsupported for a type that it does not read, naming the column.
  static Result<ArrowColumnText> Make(const ArrowSchema& column);
  ArrowColumnText(ArrowColumnText&&) noexcept;
  ArrowColumnText& operator=(ArrowColumnText&&) noexcept;
  ~ArrowColumnText();

  const std::string& name() const;
  // Integers, doubles and decimals: what people align to the right.
  bool is_number() const;

  // Appends the value of slot `row`. Requires: 0 <= row < array.length; the array is of the column's type.
  void Append(const ArrowArray& array, int64_t row, ArrowTextStyle style, std::string& out) const;
  static bool IsNull(const ArrowArray& array, int64_t row);

 private:
  struct Node;
  explicit ArrowColumnText(std::unique_ptr<const Node> node);
  std::unique_ptr<const Node> node_;
};

// The columns of a schema that is a struct. Errors: as ArrowColumnText::Make.
Result<std::vector<ArrowColumnText>> ReadArrowColumns(const ArrowSchema& schema);

}  // namespace ingot
