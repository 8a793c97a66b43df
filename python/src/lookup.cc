#include "lookup.h"

#include <ingot/ingot.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "answer.h"
#include "key_arrays.h"
#include "keywords.h"
#include "records.h"
#include "watch.h"

namespace ingot_python {
namespace {

namespace nb = nanobind;

constexpr size_t kMostColumns = 4;  // of a key

class Lookup {
 public:
  explicit Lookup(ingot::Lookup lookup) : lookup_(std::move(lookup)) {
    for (const ingot::KeyColumn& column : lookup_->columns()) {
      // Keywords of a call are interned, too: most names are equal by their address.
      names_.push_back(nb::steal(PyUnicode_InternFromString(column.name.c_str())));
    }
  }

  // Throws once it is closed. For calls that keep the GIL.
  const ingot::Lookup& get() const {
    if (!lookup_) {
      throw ingot::Exception({ingot::ErrorKind::kUsage, "the lookup is closed", {}, "open it again"});
    }
    return *lookup_;
  }
  // For calls that release it: another thread may close this meanwhile.
  ingot::Lookup Share() const { return get(); }
  void Close() { lookup_.reset(); }

  // The parts of a key from a dict by column. Their texts are those of the values.
  std::span<const ingot::KeyPart> KeyOf(const nb::dict& values, std::array<ingot::KeyPart, kMostColumns>* parts) const;

 private:
  std::optional<size_t> ColumnOf(nb::handle name) const;

  std::optional<ingot::Lookup> lookup_;
  std::vector<nb::object> names_;
};

std::optional<size_t> Lookup::ColumnOf(nb::handle name) const {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].is(name)) {
      return i;
    }
  }
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].equal(name)) {
      return i;
    }
  }
  return std::nullopt;
}

// A value together with the name of its column, for messages about one of them.
std::vector<ingot::KeyCondition> ConditionsOf(const nb::dict& values, std::vector<std::string>* names) {
  names->reserve(values.size());
  std::vector<ingot::KeyCondition> conditions;
  for (const auto entry : values) {
    names->push_back(nb::cast<std::string>(entry.first));
    conditions.push_back({names->back(), KeyPartFrom(entry.second, names->back())});
  }
  return conditions;
}

std::span<const ingot::KeyPart> Lookup::KeyOf(const nb::dict& values,
                                              std::array<ingot::KeyPart, kMostColumns>* parts) const {
  const ingot::Lookup& lookup = get();
  size_t known = 0;
  for (const auto entry : values) {
    if (const std::optional<size_t> column = ColumnOf(entry.first)) {
      (*parts)[*column] = KeyPartFrom(entry.second, lookup.columns()[*column].name);
      ++known;
    }
  }
  if (known != names_.size() || known != values.size()) {
    std::vector<std::string> names;
    static_cast<void>(lookup.KeyOf(ConditionsOf(values, &names)).OrThrow());  // says what is wrong
  }
  return {parts->data(), known};
}

// Asks in the calling thread, with the GIL: less than a microsecond, and nothing to wait for. Only an index that turned
// out to be damaged is made again without it.
bool Exists(const Lookup& self, std::span<const ingot::KeyPart> key) {
  const ingot::Lookup& lookup = self.get();
  const std::optional<bool> known = lookup.TryExists(key).OrThrow();
  return known ? *known : QuietOperation().Run([copy = self.Share(), key] { return copy.Exists(key); });
}

// None when the key is absent.
nb::object Find(const Lookup& self, std::span<const ingot::KeyPart> key) {
  const ingot::Lookup& lookup = self.get();
  std::string path;
  std::optional<bool> found = lookup.TryFind(key, &path).OrThrow();
  if (!found) {
    found = QuietOperation().Run([copy = self.Share(), key, &path] { return copy.Find(key, &path); });
  }
  if (!*found) {
    return nb::none();
  }
  // Manifests of others may have paths that are no UTF-8.
  PyObject* const text = PyUnicode_DecodeUTF8(path.data(), static_cast<Py_ssize_t>(path.size()), "surrogateescape");
  if (text == nullptr) {
    throw nb::python_error();
  }
  return nb::steal(text);
}

// A key of two columns, by their places; this is what most manifests have.
std::array<ingot::KeyPart, 2> PairOf(const Lookup& self, nb::handle first, nb::handle second) {
  const std::vector<ingot::KeyColumn>& columns = self.get().columns();
  if (columns.size() != 2) {
    throw ingot::Exception({ingot::ErrorKind::kUsage, "the key has not two columns", {}, ""});
  }
  return {KeyPartFrom(first, columns[0].name), KeyPartFrom(second, columns[1].name)};
}

nb::object Records(const Lookup& self, const nb::dict& values, const Watch& watch) {
  const ingot::Lookup lookup = self.Share();
  std::vector<std::string> names;
  const std::vector<ingot::KeyCondition> conditions = ConditionsOf(values, &names);
  Operation operation = OperationOf(watch);
  return ToPython(operation.Run([&] { return lookup.Records(conditions, operation.cancellation()); }));
}

nb::object Unique(const Lookup& self, const std::string& column, const Watch& watch) {
  const ingot::Lookup lookup = self.Share();
  Operation operation = OperationOf(watch);
  return ToPython(operation.Run([&] { return lookup.Unique(column, operation.cancellation()); }));
}

enum class Wanted { kPaths, kPresence };

ingot::Result<ingot::LookupAnswer> AnswerMany(const ingot::Lookup& lookup, Wanted wanted,
                                              std::span<const ingot::KeyPartArray> columns,
                                              const ingot::Cancellation& cancellation) {
  return wanted == Wanted::kPaths ? lookup.FindMany(columns, cancellation) : lookup.ExistsMany(columns, cancellation);
}

// `columns` are in the order of the key.
nb::object Many(const Lookup& self, Wanted wanted, const nb::list& columns, const Watch& watch) {
  const ingot::Lookup lookup = self.Share();
  std::vector<KeyArray> keys;
  keys.reserve(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    keys.emplace_back(columns[i], lookup.columns().at(i));
  }
  Operation operation = OperationOf(watch);
  return ToPython(operation.Run([&]() -> ingot::Result<ingot::LookupAnswer> {
    std::vector<ingot::KeyPartArray> arrays;
    for (KeyArray& key : keys) {
      if (const ingot::Result<void> pulled = key.Pull(operation.cancellation()); !pulled) {
        return pulled.error();
      }
      arrays.push_back(key.array());
    }
    return AnswerMany(lookup, wanted, arrays, operation.cancellation());
  }));
}

nb::object ManyOfTable(const Lookup& self, Wanted wanted, ArrowKeys& table, const Watch& watch) {
  const ingot::Lookup lookup = self.Share();
  Operation operation = OperationOf(watch);
  return ToPython(operation.Run([&]() -> ingot::Result<ingot::LookupAnswer> {
    if (const ingot::Result<void> pulled = table.Pull(operation.cancellation()); !pulled) {
      return pulled.error();
    }
    std::deque<ArrowArray> views;
    const auto columns = table.Columns(lookup.columns(), &views);
    if (!columns) {
      return columns.error();
    }
    const std::vector<ingot::KeyPartArray> arrays(columns->begin(), columns->end());
    return AnswerMany(lookup, wanted, arrays, operation.cancellation());
  }));
}

std::string_view KindName(ingot::KeyKind kind) {
  switch (kind) {
    case ingot::KeyKind::kString:
      return "string";
    case ingot::KeyKind::kInt32:
      return "int32";
    case ingot::KeyKind::kInt64:
      return "int64";
  }
  return "";
}

nb::list Columns(const Lookup& self) {
  nb::list columns;
  for (const ingot::KeyColumn& column : self.get().columns()) {
    const std::string_view kind = KindName(column.kind);
    columns.append(nb::make_tuple(column.name, nb::str(kind.data(), kind.size()), column.literal));
  }
  return columns;
}

Lookup Open(const std::string& manifest, const nb::dict& keywords, const Watch& watch, const Texts& environment) {
  ingot::LookupOptions options = LookupOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return Lookup(operation.Run([&] { return ingot::Lookup::Open(manifest, options, environment); }));
}

}  // namespace

void BindLookup(nb::module_& module) {
  BindKeyArrays(module);
  BindAnswer(module);
  nb::class_<Lookup>(module, "Lookup")
      .def("close", &Lookup::Close)
      .def("columns", &Columns)
      .def("index", [](const Lookup& self) { return ToDict(self.get().index()); })
      .def(
          "exists",
          [](const Lookup& self, nb::handle first, nb::handle second) {
            return Exists(self, PairOf(self, first, second));
          },
          nb::arg().none(), nb::arg().none())
      .def(
          "find",
          [](const Lookup& self, nb::handle first, nb::handle second) {
            return Find(self, PairOf(self, first, second));
          },
          nb::arg().none(), nb::arg().none())
      .def("exists_named",
           [](const Lookup& self, const nb::dict& values) {
             std::array<ingot::KeyPart, kMostColumns> parts;
             return Exists(self, self.KeyOf(values, &parts));
           })
      .def("find_named",
           [](const Lookup& self, const nb::dict& values) {
             std::array<ingot::KeyPart, kMostColumns> parts;
             return Find(self, self.KeyOf(values, &parts));
           })
      .def("records", &Records)
      .def("unique", &Unique)
      .def("find_many", [](const Lookup& self, const nb::list& columns,
                           const Watch& watch) { return Many(self, Wanted::kPaths, columns, watch); })
      .def("exists_many", [](const Lookup& self, const nb::list& columns,
                             const Watch& watch) { return Many(self, Wanted::kPresence, columns, watch); })
      .def("find_many_of", [](const Lookup& self, ArrowKeys& table,
                              const Watch& watch) { return ManyOfTable(self, Wanted::kPaths, table, watch); })
      .def("exists_many_of", [](const Lookup& self, ArrowKeys& table, const Watch& watch) {
        return ManyOfTable(self, Wanted::kPresence, table, watch);
      });
  module.def("open_lookup", &Open);
}

}  // namespace ingot_python
