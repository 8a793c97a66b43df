// One row of a listing between its line and its columns: the values of the key, and what stood before the template.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/path_template.h"

namespace ingot {

// By field of the template: the text of strings, the value of all others. Texts belong to whoever gave the row.
struct KeyRow {
  std::vector<std::string_view> texts;
  std::vector<int64_t> numbers;
  std::string_view prefix;
  uint64_t line = 0;  // from 0, over all inputs

  explicit KeyRow(size_t fields = 0) : texts(fields), numbers(fields) {}

  // Where a field is no string its text is empty, and where it is one its number is 0: so all can be compared.
  int CompareKey(const KeyRow& other) const {
    for (size_t i = 0; i < texts.size(); ++i) {
      if (const int order = texts[i].compare(other.texts[i]); order != 0) {
        return order;
      }
      if (numbers[i] != other.numbers[i]) {
        return numbers[i] < other.numbers[i] ? -1 : 1;
      }
    }
    return 0;
  }
};

// "gene_id=ENSG1 tissue_id=21", for messages.
std::string DescribeKey(const PathTemplate& path, const KeyRow& row);

// A row that owns its texts.
class OwnedKeyRow {
 public:
  void Assign(const KeyRow& row);
  const KeyRow& row() const { return row_; }

 private:
  KeyRow row_;
  std::string bytes_;
};

// What was found of rows that share their key with another.
struct DuplicateFindings {
  uint64_t count = 0;           // rows whose key an earlier line has
  bool has_other_path = false;  // some of them under another prefix
  std::string first;            // of one pair, for people
};

// kCheckFailed, naming the pair.
Error DuplicateKeyError(const DuplicateFindings& findings);

}  // namespace ingot
