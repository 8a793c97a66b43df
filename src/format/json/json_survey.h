// A look at JSON lines that makes no column: which paths there are, which kinds of values each shows, how often and
// where first, and all that keeps them from one schema. Slower than the decoder and kept apart from it, so that
// decoding pays nothing for it: it runs when a schema is asked for, or when decoding met a conflict and all of them
// shall be told at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "format/json/json_options.h"
#include "format/json/line_decoder.h"

namespace ingot {

enum class SurveyKind : uint8_t { kBool, kInteger, kReal, kString, kArray, kObject };
inline constexpr size_t kSurveyKinds = 6;
// "an object", as messages call it.
std::string_view NameOf(SurveyKind kind);

struct SurveyPlace {
  std::string file;
  uint64_t line = 0;  // from 1
};

// Values of one kind at one path.
struct SurveyedKind {
  SurveyKind kind = SurveyKind::kBool;
  uint64_t rows = 0;  // that show it, once or more
  SurveyPlace first;
};

enum class SurveyProblemKind : uint8_t {
  kTypes,        // values of kinds that no column can hold together
  kDigits,       // real numbers, and an integer that a double cannot hold
  kEmptyObject,  // `{}`, and no record shows a field
  kManyKeys,     // more distinct keys than an object may have
};

struct SurveyProblem {
  SurveyProblemKind kind = SurveyProblemKind::kTypes;
  std::string path;  // as in ingot.toml; empty for the record itself
  std::vector<SurveyedKind> kinds;
};

struct SurveyedColumn {
  std::string path;
  std::string type;     // "int64"; "int64 or string" where they are in conflict
  uint64_t rows = 0;    // with a value that is not null
  uint64_t keys = 0;    // of objects: distinct ones
  std::string example;  // the first value as it is written, at most 64 bytes
};

struct SurveyReport {
  uint64_t rows = 0;
  uint64_t rejects = 0;
  std::vector<SurveyedColumn> columns;  // parents first
  std::vector<SurveyProblem> problems;  // none below a path that has one itself, but for kManyKeys
};

class JsonSurvey {
 public:
  // Follows the declarations and the accepted schema of the options as the decoder does: columns that have a type by
  // them cannot be in conflict.
  explicit JsonSurvey(std::shared_ptr<const JsonOptions> options);
  ~JsonSurvey();
  JsonSurvey(const JsonSurvey&) = delete;
  JsonSurvey& operator=(const JsonSurvey&) = delete;

  // Reads the lines of one file. The survey outlives the decoder; one file at a time.
  std::unique_ptr<LineDecoder> NewDecoder(std::string file);

  SurveyReport Report() const;

 private:
  class Lines;
  struct Node;

  const char* Value(Node& node, const char* p);
  const char* Object(Node& node, const char* p);
  const char* Array(Node& node, const char* p);
  Node* ChildOf(Node& node, std::string_view name);
  Node* NewField(Node& node, std::string name);
  std::unique_ptr<Node> NewPart(Node& node, std::string name);
  void Declare(Node& node);
  void BecomeMap(Node& node);
  void Note(Node& node, SurveyKind kind, const char* value);

  SurveyedKind KindOf(const Node& node, SurveyKind kind) const;
  std::optional<SurveyProblem> ProblemOf(const Node& node) const;
  std::string TypeOf(const Node& node, const std::optional<SurveyProblem>& problem) const;
  void Describe(const Node& node, SurveyReport* report) const;

  std::shared_ptr<const JsonOptions> options_;
  DataType accepted_;  // of the record
  std::unique_ptr<Node> root_;
  std::vector<std::string> files_;
  uint64_t line_ = 0;  // of the file that is being read
  uint64_t rows_ = 0;
  uint64_t rejects_ = 0;
  Buffer<char> scratch_;
};

}  // namespace ingot
