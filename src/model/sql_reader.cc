#include "model/sql_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/similar_name.h"

namespace ingot {
namespace {

std::vector<std::string> ReadInputs(TableReader& reader) {
  std::vector<std::string> inputs = reader.Strings("inputs");
  if (reader.Has("inputs") && inputs.empty()) {
    reader.Problem("inputs", "names nothing; a statement without inputs never changes");
  }
  const std::set<std::string_view> distinct(inputs.begin(), inputs.end());
  if (distinct.size() != inputs.size()) {
    reader.Problem("inputs", "names one input twice");
  }
  return inputs;
}

const SqlReaders::Reader* FindReader(const SqlReaders& readers, std::string_view name) {
  const auto found = std::find_if(readers.readers.begin(), readers.readers.end(),
                                  [name](const SqlReaders::Reader& reader) { return reader.name == name; });
  return found == readers.readers.end() ? nullptr : &*found;
}

bool Reaches(const SqlReaders& readers, const SqlReaders::Reader& from, std::string_view name,
             std::set<std::string_view>& seen) {
  return std::any_of(from.inputs->begin(), from.inputs->end(), [&](const std::string& input) {
    if (input == name) {
      return true;
    }
    const SqlReaders::Reader* next = seen.insert(input).second ? FindReader(readers, input) : nullptr;
    return next != nullptr && Reaches(readers, *next, name, seen);
  });
}

}  // namespace

SqlModel ReadModel(const toml::table& table, std::string_view name, TomlProblems& problems) {
  TableReader reader(table, "model.*", fmt::format("model.{}", name), problems);
  SqlModel model;
  model.name = std::string(name);
  model.description = reader.String("description");
  model.file = reader.String("file");
  model.inputs = ReadInputs(reader);
  model.per_row = reader.Boolean("per_row", false);
  if (model.per_row && model.inputs.size() > 1) {
    reader.Problem("per_row", "means that there is one input");
  }
  return model;
}

SqlSourceSpec ReadSqlSource(TableReader& reader, const KeySpec& key) {
  SqlSourceSpec source;
  source.file = reader.String("file");
  source.inputs = ReadInputs(reader);
  if (const toml::table* table = reader.Table("incremental")) {
    TableReader inner(*table, "dataset.*.source.incremental", reader.shown() + ".incremental", reader.problems());
    source.incremental = IncrementalSpec{inner.String("column"), static_cast<Period>(inner.Choice("by", 0))};
    if (!key.fields().empty()) {
      reader.Problem("incremental", "is for a dataset without a key; partitions are what is built anew elsewhere");
    }
  }
  return source;
}

void CheckSqlInputs(const SqlReaders& readers, TomlProblems& problems) {
  for (const SqlReaders::Reader& reader : readers.readers) {
    for (const std::string& input : *reader.inputs) {
      if (std::find(readers.tables.begin(), readers.tables.end(), input) == readers.tables.end()) {
        problems.Add(reader.where, fmt::format("'inputs': there is no dataset or model '{}'{}", input,
                                               DidYouMean(input, readers.tables)));
      }
    }
    std::set<std::string_view> seen;
    if (Reaches(readers, reader, reader.name, seen)) {
      problems.Add(reader.where, fmt::format("'inputs': '{}' reads itself", reader.name));
    }
  }
}

}  // namespace ingot
