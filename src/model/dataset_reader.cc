#include "model/dataset_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/similar_name.h"
#include "model/columns_reader.h"
#include "model/sql_reader.h"
#include "model/synthetic_reader.h"

namespace ingot {
namespace {

constexpr uint64_t kMinPageBytes = uint64_t{4} << 10U;
constexpr uint64_t kMaxPageBytes = uint64_t{256} << 20U;
constexpr uint64_t kMaxLineBytes = uint64_t{1} << 30U;

// Reads the tables of one dataset one after the other. Later ones use what earlier ones gave.
class DatasetReader {
 public:
  DatasetReader(std::string_view name, const Variables& variables, TomlProblems& problems)
      : shown_(fmt::format("dataset.{}", name)), variables_(variables), problems_(problems) {
    spec_.name = std::string(name);
  }

  DatasetSpec Read(const toml::table& table) {
    TableReader reader(table, "dataset.*", shown_, problems_);
    spec_.description = reader.String("description");
    spec_.title = reader.String("title");
    // What the places may be made of depends on where the rows come from.
    is_generated_ = table.at_path("source.type").value<std::string_view>() == FormatSourceKind(SourceKind::kSynthetic);
    ReadKey(reader);
    ReadPlaces(reader);
    if (const toml::table* source = reader.Table("source")) {
      ReadSource(*source);
    }
    ReadDeclaredColumns(reader);
    if (spec_.source.kind == SourceKind::kListing) {
      spec_.parquet = ListingParquet(spec_.source.listing.path);
    }
    if (const toml::table* schema = reader.Table("schema")) {
      TableReader inner(*schema, "dataset.*.schema", shown_ + ".schema", problems_);
      spec_.drift = static_cast<DriftRule>(inner.Choice("drift", static_cast<size_t>(spec_.drift)));
    }
    if (const toml::table* parquet = reader.Table("parquet")) {
      ReadParquet(*parquet);
    }
    if (const toml::table* checks = reader.Table("checks")) {
      ReadChecks(*checks);
    }
    if (const toml::table* verify = reader.Table("verify")) {
      ReadVerify(*verify);
    }
    if (const toml::table* manifest = reader.Table("manifest")) {
      // Inputs of derived datasets are told apart by their day.
      const PathTemplate inputs = ReadsPartitions(spec_) ? *PathTemplate::Compile("{date}") : spec_.source.inputs.path;
      spec_.manifest_fields = ReadManifestFields(*manifest, shown_ + ".manifest", spec_.key, inputs, problems_);
    }
    return std::move(spec_);
  }

 private:
  // Kinds follow the names unless they are given: "shard:int32". A value to fall back to stands last: "days=7".
  static Result<KeyFieldSpec> ParseKeyField(std::string_view text) {
    const size_t equals = text.find('=');
    const std::string_view typed = text.substr(0, equals);
    const size_t colon = typed.find(':');
    KeyFieldSpec field{std::string(typed.substr(0, colon)), ConventionalKind(typed.substr(0, colon)), {}};
    if (colon != std::string_view::npos) {
      INGOT_ASSIGN(field.kind, ParseFieldKind(typed.substr(colon + 1)));
    }
    if (equals != std::string_view::npos) {
      INGOT_ASSIGN(field.fallback, ParseFieldValue(field.kind, text.substr(equals + 1)));
    }
    return field;
  }

  void ReadKey(TableReader& reader) {
    std::vector<KeyFieldSpec> fields;
    for (const std::string& text : reader.Strings("key")) {
      auto parsed = ParseKeyField(text);
      if (!parsed) {
        reader.Problem("key", parsed.error());
        return;
      }
      KeyFieldSpec field = *std::move(parsed);
      if (variables_.contains(field.name)) {
        reader.Problem("key", fmt::format("'{}' is the name of a variable too; give one of them another", field.name));
      }
      fields.push_back(std::move(field));
    }
    auto key = KeySpec::Make(std::move(fields));
    if (!key) {
      reader.Problem("key", key.error());
      return;
    }
    spec_.key = *std::move(key);
  }

  // Outputs lie below the store's root; PathTemplate keeps them there.
  void ReadPlaces(TableReader& reader) {
    spec_.store_root = ReadRoot(reader, "store");
    spec_.path = reader.Template("path", variables_);
    if (is_generated_) {
      spec_.manifest_path = reader.Template("manifest_path", variables_);
      CheckGeneratedPlaces(reader, spec_);
      return;
    }
    CheckFields(reader, "path", spec_.path);
    if (reader.Has("manifest_path")) {
      spec_.manifest_path = reader.Template("manifest_path", variables_);
      CheckFields(reader, "manifest_path", spec_.manifest_path);
      if (spec_.manifest_path == spec_.path) {
        reader.Problem("manifest_path", "is the path of the data");
      }
      spec_.owns_folder = HasFixedNameBeside(spec_.manifest_path, spec_.path);
    } else if (!spec_.path.empty()) {
      auto place = DefaultManifestPlace(spec_.key, spec_.path);
      if (!place) {
        reader.Problem("path", place.error());
        return;
      }
      spec_.manifest_path = std::move(place->path);
      spec_.owns_folder = place->owns_folder;
    }
  }

  // A folder: variables only. An absent one is the project's own.
  std::string ReadRoot(TableReader& reader, std::string_view name) {
    const std::string text = reader.String(name);
    if (!reader.Has(name)) {
      return ".";
    }
    const std::string expanded = ExpandVariables(text, variables_);
    std::string plain;
    for (size_t i = 0; i < expanded.size(); ++i) {
      const bool is_brace = expanded[i] == '{' || expanded[i] == '}';
      const bool doubled = is_brace && i + 1 < expanded.size() && expanded[i + 1] == expanded[i];
      if (is_brace && !doubled) {
        const std::string field = expanded.substr(i + 1, expanded.find('}', i) - i - 1);
        reader.Problem(name, fmt::format("there is no variable '{}'{}", field, DidYouMean(field, VariableNames())));
        return ".";
      }
      plain += expanded[i];
      i += doubled ? 1 : 0;
    }
    if (plain.empty() || plain.find('\0') != std::string::npos) {
      reader.Problem(name, "is not a folder");
      return ".";
    }
    return plain;
  }

  std::vector<std::string_view> VariableNames() const {
    std::vector<std::string_view> names;
    for (const auto& [variable, value] : variables_) {
      names.push_back(variable);
    }
    return names;
  }

  // An output's name is made of its key alone, with the kinds that the key says.
  void CheckFields(TableReader& reader, std::string_view name, const PathTemplate& path) {
    std::vector<std::string_view> known = VariableNames();
    for (const KeyFieldSpec& key_field : spec_.key.fields()) {
      known.push_back(key_field.name);
    }
    for (const TemplateField& field : path.fields()) {
      const auto fields = spec_.key.fields();
      const auto found = std::find_if(fields.begin(), fields.end(),
                                      [&](const KeyFieldSpec& candidate) { return candidate.name == field.name; });
      if (found == fields.end()) {
        reader.Problem(name, fmt::format("'{}' is neither a variable nor a key field{}", field.name,
                                         DidYouMean(field.name, known)));
      } else if (found->kind != field.kind) {
        reader.Problem(name, fmt::format("'{}' is of kind {} here and of kind {} in the key", field.name,
                                         FieldKindName(field.kind), FieldKindName(found->kind)));
      }
    }
  }

  void ReadSource(const toml::table& table) {
    TableReader reader(table, "dataset.*.source", shown_ + ".source", problems_);
    spec_.source.kind = static_cast<SourceKind>(reader.Choice("type", 0));
    spec_.source.from = reader.String("from");
    spec_.source.keep = reader.Columns("keep");
    spec_.source.synthetic = ReadSynthetic(reader, spec_.source.kind);
    spec_.source.sql = ReadSqlSource(reader, spec_.key);
    if (spec_.source.kind != SourceKind::kSql) {
      RefuseKeys(reader, FormatSourceKind(spec_.source.kind), {"file", "inputs", "incremental"});
    }
    ReadListingSpec(reader);
    switch (spec_.source.kind) {
      case SourceKind::kSql:
        return ReadSql(reader);
      case SourceKind::kListing:
        return ReadListing(reader);
      case SourceKind::kDerive:
        return ReadDerive(reader);
      case SourceKind::kSynthetic:
        return RefuseKeys(reader, "synthetic", {"from", "keep"});
      case SourceKind::kJsonl:
        return ReadJsonl(reader);
    }
  }

  // They say what is generated, so that `generator` need not.
  void ReadDeclaredColumns(TableReader& reader) {
    SyntheticSpec& synthetic = spec_.source.synthetic;
    const toml::table* columns = reader.Table("columns");
    if (columns == nullptr) {
      if (is_generated_ && synthetic.generator == GeneratorKind::kColumns) {
        reader.Problem("columns", "generator = \"columns\" needs them");
      }
      return;
    }
    synthetic.columns = ReadColumns(*columns, shown_ + ".columns", problems_);
    const toml::table* source = reader.Table("source");
    const bool chosen = source != nullptr && source->contains("generator");
    if (!is_generated_) {
      reader.Problem("columns", "mean something only with type = \"synthetic\"");
    } else if (chosen && synthetic.generator != GeneratorKind::kColumns) {
      reader.Problem("columns",
                     fmt::format("are not valid with generator = \"{}\"", GeneratorName(synthetic.generator)));
    } else if (auto checked = CheckColumns(synthetic, spec_.path); !checked) {
      reader.Problem("columns", checked.error());
    }
    synthetic.generator = GeneratorKind::kColumns;
  }

  static void RefuseKeys(TableReader& reader, std::string_view type, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      if (reader.Has(name)) {
        reader.Problem(name, fmt::format("is not valid with type = \"{}\"", type));
      }
    }
  }

  static void RequireKey(TableReader& reader, std::string_view type, std::string_view name) {
    if (!reader.Has(name)) {
      reader.Problem("type", fmt::format("\"{}\" needs '{}'", type, name));
    }
  }

  static void ReadSql(TableReader& reader) {
    RequireKey(reader, "sql", "file");
    RequireKey(reader, "sql", "inputs");
    RefuseKeys(reader, "sql",
               {"path", "from", "keep", "expect", "drop", "maps", "types", "empty_object", "max_rejects", "max_line",
                "max_new_keys", "event_time"});
  }

  // What `from` names is looked up when all datasets are known.
  void ReadDerive(TableReader& reader) {
    SourceSpec& source = spec_.source;
    RequireKey(reader, "derive", "from");
    RefuseKeys(reader, "derive",
               {"path", "expect", "maps", "types", "empty_object", "max_rejects", "max_line", "max_new_keys"});
    source.drop = reader.Columns("drop");
    source.event_time = reader.Column("event_time");
    if (!spec_.key.has_window()) {
      reader.Problem("type", "\"derive\" needs a key with a window, as [\"date\"] or [\"end_day\", \"days=7\"]");
    }
  }

  void ReadJsonl(TableReader& reader) {
    SourceSpec& source = spec_.source;
    RequireKey(reader, "jsonl", "path");
    RefuseKeys(reader, "jsonl", {"from", "keep"});
    ReadInputs(reader);
    source.drop = reader.Columns("drop");
    source.maps = reader.Columns("maps");
    ReadTypes(reader);
    source.empty_object = static_cast<EmptyObjectRule>(reader.Choice("empty_object", 0));
    source.max_rejects = reader.Count("max_rejects", source.max_rejects);
    ReadMaxLine(reader);
    source.max_new_keys = reader.Count("max_new_keys", source.max_new_keys);
    source.event_time = reader.Column("event_time");
  }

  // Lines that do not match are what a listing is full of, so any number of them may pass.
  void ReadListing(TableReader& reader) {
    SourceSpec& source = spec_.source;
    RequireKey(reader, "listing", "path");
    RequireKey(reader, "listing", "template");
    RefuseKeys(reader, "listing",
               {"from", "keep", "drop", "maps", "types", "empty_object", "max_new_keys", "event_time"});
    ReadInputs(reader);
    source.max_rejects = reader.Count("max_rejects", std::numeric_limits<uint64_t>::max());
    source.max_line_bytes = kMaxListingLineBytes;
    ReadMaxLine(reader);
  }

  void ReadListingSpec(TableReader& reader) {
    ListingSpec& listing = spec_.source.listing;
    listing.path = reader.Template("template", variables_);
    if (const auto checked = CheckListingTemplate(listing.path); !checked && !listing.path.empty()) {
      reader.Problem("template", checked.error());
    }
    auto base = NormalListingBase(reader.String("base"));
    if (!base) {
      reader.Problem("base", base.error());
    } else {
      listing.base = *std::move(base);
    }
    listing.duplicates = static_cast<DuplicateRule>(reader.Choice("duplicates", 0));
    if (spec_.source.kind != SourceKind::kListing) {
      RefuseKeys(reader, FormatSourceKind(spec_.source.kind), {"template", "base", "duplicates"});
    }
  }

  // Inputs may lie anywhere: only what follows the first field is a template.
  void ReadInputs(TableReader& reader) {
    const std::string path = reader.String("path");
    if (!path.empty()) {
      auto inputs = SplitRoot(ExpandVariables(path, variables_));
      if (!inputs) {
        reader.Problem("path", inputs.error());
      } else {
        spec_.source.inputs = *std::move(inputs);
      }
    }
    ReadExpect(reader);
    CheckInputFields(reader);
  }

  void ReadMaxLine(TableReader& reader) {
    uint64_t& bytes = spec_.source.max_line_bytes;
    bytes = reader.Size("max_line", bytes);
    if (bytes < 1 || bytes > kMaxLineBytes) {
      reader.Problem("max_line", "must be 1 byte to 1 GiB");
    }
  }

  // Each free field of the path gets its values, in the order in which they stand.
  void ReadExpect(TableReader& reader) {
    const toml::table* expect = reader.Table("expect");
    if (expect == nullptr) {
      return;
    }
    for (const auto& [key, node] : InFileOrder(*expect)) {
      const TemplateField* field = spec_.source.inputs.path.FindField(key->str());
      if (field == nullptr) {
        problems_.Add(key->source(), fmt::format("'expect': the source's path has no field '{}'", key->str()));
        continue;
      }
      if (IsKeyField(key->str())) {
        problems_.Add(key->source(), fmt::format("'expect': '{}' is a key field; its value is known", key->str()));
        continue;
      }
      std::vector<const toml::node*> values = {node};
      if (const toml::array* list = node->as_array()) {
        values.clear();
        for (const toml::node& element : *list) {
          values.push_back(&element);
        }
      }
      if (values.empty()) {
        problems_.Add(node->source(), fmt::format("'expect': '{}' has no values", key->str()));
      }
      AddDomain(*field, values);
    }
  }

  void AddDomain(const TemplateField& field, const std::vector<const toml::node*>& nodes) {
    FieldDomain domain{field.name, {}};
    for (const toml::node* node : nodes) {
      const auto text = node->value_exact<std::string>();
      const auto number = node->value_exact<int64_t>();
      if (!text && !number) {
        problems_.Add(node->source(), fmt::format("'expect': '{}' needs a range such as \"00..23\"", field.name));
        continue;
      }
      auto values = ParseDomainRange(field.kind, text ? *text : fmt::format("{}", *number));
      if (!values) {
        problems_.Add(node->source(), values.error(), "'expect'");
        continue;
      }
      domain.values.insert(domain.values.end(), values->begin(), values->end());
    }
    spec_.source.expect.push_back(std::move(domain));
  }

  bool IsKeyField(std::string_view name) const {
    const auto fields = spec_.key.fields();
    return std::any_of(fields.begin(), fields.end(), [&](const KeyFieldSpec& field) { return field.name == name; });
  }

  // With `expect`, the expected paths must be known from the key; without it, other fields may take any value.
  void CheckInputFields(TableReader& reader) {
    const SourceSpec& source = spec_.source;
    for (const TemplateField& field : source.inputs.path.fields()) {
      const auto fields = spec_.key.fields();
      const auto key_field = std::find_if(fields.begin(), fields.end(),
                                          [&](const KeyFieldSpec& candidate) { return candidate.name == field.name; });
      const bool expected = std::any_of(source.expect.begin(), source.expect.end(),
                                        [&](const FieldDomain& domain) { return domain.field == field.name; });
      if (key_field != fields.end() && key_field->kind != field.kind) {
        reader.Problem("path", fmt::format("'{}' is of kind {} here and of kind {} in the key", field.name,
                                           FieldKindName(field.kind), FieldKindName(key_field->kind)));
      } else if (key_field == fields.end() && !expected) {
        std::vector<std::string_view> known = VariableNames();
        known.insert(known.end(), {"date", "hour"});
        reader.Problem("path", fmt::format("'{}' is neither a variable, nor a key field, nor in 'expect'{}", field.name,
                                           DidYouMean(field.name, known)));
      }
    }
  }

  // Declared types need no data to show them, so they hold from the first row.
  void ReadTypes(TableReader& reader) {
    const toml::table* types = reader.Table("types");
    if (types == nullptr) {
      return;
    }
    for (const auto& [key, node] : InFileOrder(*types)) {
      auto path = ColumnPathPattern::Parse(key->str());
      if (!path) {
        problems_.Add(key->source(), path.error(), "'types'");
        continue;
      }
      const auto text = node->value_exact<std::string>();
      auto type = text ? ParseType(*text) : Result<DataType>(Error(ErrorKind::kConfig, "a type is a string"));
      if (!type) {
        problems_.Add(node->source(), type.error(), "'types'");
        continue;
      }
      spec_.source.types.push_back({*std::move(path), *std::move(type)});
    }
  }

  void ReadParquet(const toml::table& table) {
    TableReader reader(table, "dataset.*.parquet", shown_ + ".parquet", problems_);
    ParquetSpec& parquet = spec_.parquet;
    parquet.codec = static_cast<CodecName>(reader.Choice("codec", static_cast<size_t>(parquet.codec)));
    const uint64_t level = reader.Count("level", static_cast<uint64_t>(parquet.level));
    if (level < 1 || level > kMaxZstdLevel) {
      reader.Problem("level", fmt::format("must be 1 to {}", kMaxZstdLevel));
    } else {
      parquet.level = static_cast<int>(level);
    }
    if (reader.Has("level") && parquet.codec != CodecName::kZstd) {
      reader.Problem("level", fmt::format("is not valid with codec {}", FormatCodecName(parquet.codec)));
    }
    parquet.row_group_bytes = reader.Size("row_group", parquet.row_group_bytes);
    parquet.row_group_rows = reader.Count("row_group_rows", parquet.row_group_rows);
    if (parquet.row_group_bytes == 0 || parquet.row_group_rows == 0) {
      reader.Problem(parquet.row_group_bytes == 0 ? "row_group" : "row_group_rows", "must not be 0");
    }
    parquet.page_bytes = reader.Size("page", parquet.page_bytes);
    if (parquet.page_bytes < kMinPageBytes || parquet.page_bytes > kMaxPageBytes) {
      reader.Problem("page", "must be 4 KiB to 256 MiB");
    }
    if (reader.Has("bloom")) {
      parquet.bloom = reader.ExactColumns("bloom");
    }
  }

  void ReadChecks(const toml::table& table) {
    TableReader reader(table, "dataset.*.checks", shown_ + ".checks", problems_);
    spec_.checks.window_closed = reader.Boolean("window_closed", spec_.checks.window_closed);
    spec_.checks.inputs_complete = reader.Boolean("inputs_complete", spec_.checks.inputs_complete);
    spec_.checks.min_inputs = reader.OptionalCount("min_inputs");
    const bool may_be_empty = reader.Choice("empty", 0) == 1;
    spec_.checks.min_rows = reader.Count("min_rows", may_be_empty ? 0 : spec_.checks.min_rows);
    if (may_be_empty && spec_.checks.min_rows > 0) {
      reader.Problem("empty", fmt::format("is \"ok\", but min_rows asks for {} rows", spec_.checks.min_rows));
    }
    spec_.checks.max_shrink = reader.Share("max_shrink", spec_.checks.max_shrink);
  }

  void ReadVerify(const toml::table& table) {
    TableReader reader(table, "dataset.*.verify", shown_ + ".verify", problems_);
    VerifySpec& verify = spec_.verify;
    verify.min_bytes = reader.Size("min_bytes", verify.min_bytes);
    verify.required = reader.ExactColumns("required");
    verify.required_any = reader.ColumnGroups("required_any");
    verify.not_null = reader.ExactColumns("not_null");
    verify.manifest_fields = reader.Strings("manifest_fields");
    verify.warn_all_null = reader.Boolean("warn_all_null", verify.warn_all_null);
    verify.top_nulls = reader.Count("top_nulls", verify.top_nulls);
    if (const toml::table* sample = reader.Table("sample")) {
      TableReader inner(*sample, "dataset.*.verify.sample", shown_ + ".verify.sample", problems_);
      verify.sample.rows = inner.Count("rows", verify.sample.rows);
      verify.sample.seed = inner.Count("seed", verify.sample.seed);
    }
    const toml::array* warnings = reader.Array("warnings");
    for (size_t i = 0; warnings != nullptr && i < warnings->size(); ++i) {
      const toml::table* warning = warnings->get(i)->as_table();
      if (warning == nullptr) {
        problems_.Add(warnings->get(i)->source(), "'warnings' must be a list of tables");
      } else {
        ReadWarning(*warning);
      }
    }
  }

  // A rule without a bound would never warn, which nobody means.
  void ReadWarning(const toml::table& table) {
    TableReader reader(table, "dataset.*.verify.warnings", shown_ + ".verify.warnings", problems_);
    VerifyWarning warning;
    warning.column = reader.Column("column").value_or(ColumnPathPattern());
    warning.min = reader.OptionalNumber("min");
    warning.max = reader.OptionalNumber("max");
    warning.not_empty = reader.Boolean("not_empty", false);
    warning.instant = reader.Boolean("instant", false);
    warning.min_present = reader.OptionalNumber("min_present");
    if (warning.min_present && !(*warning.min_present >= 0 && *warning.min_present <= 1)) {
      reader.Problem("min_present", "is a share from 0.0 to 1.0");
    }
    if (table.size() == 1 && reader.Has("column")) {
      reader.Problem("column", "the warning has no rule: give it min, max, not_empty, instant or min_present");
    }
    spec_.verify.warnings.push_back(std::move(warning));
  }

  std::string shown_;
  const Variables& variables_;
  TomlProblems& problems_;
  DatasetSpec spec_;
  bool is_generated_ = false;
};

}  // namespace

DatasetSpec ReadDataset(const toml::table& table, std::string_view name, const Variables& variables,
                        TomlProblems& problems) {
  return DatasetReader(name, variables, problems).Read(table);
}

}  // namespace ingot
