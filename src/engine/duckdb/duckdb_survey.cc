#include "engine/duckdb/duckdb_survey.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace ingot {
namespace {

// SQL compares names without their letter case.
bool SameName(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  });
}

std::string_view TextOf(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  const std::string* text = member == nullptr ? nullptr : member->AsString();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

// Absent, null, or an empty list.
bool IsEmpty(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member == nullptr || member->is_null() || (member->AsArray() != nullptr && member->AsArray()->empty());
}

template <typename Visit>
void ForEachMember(const JsonValue& value, const Visit& visit) {
  if (const JsonObject* object = value.AsObject()) {
    for (const auto& [name, member] : *object) {
      visit(member);
    }
  } else if (const JsonArray* array = value.AsArray()) {
    for (const JsonValue& element : *array) {
      visit(element);
    }
  }
}

// Their value depends on their arguments alone, also from one moment to the next.
constexpr std::array<std::string_view, 30> kFixedFunctions{
    "+",         "-",         "*",         "/",        "||",          "make_date", "date_trunc", "datetrunc",
    "date_part", "datepart",  "year",      "month",    "day",         "week",      "quarter",    "dayofweek",
    "isodow",    "dayofyear", "isoyear",   "yearweek", "last_day",    "strftime",  "lower",      "upper",
    "to_days",   "to_weeks",  "to_months", "to_years", "starts_with", "~~"};
constexpr std::array<std::string_view, 6> kFixedOperators{
    "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_COALESCE"};

// Decides whether an expression depends on the key fields of one mention and on constants only.
class KeyCondition {
 public:
  // `alone`: the mention is the only table of its FROM, so that names without a table can only be its own.
  KeyCondition(const RelationKeys& keys, std::string_view alias, bool alone)
      : keys_(keys), alias_(alias), alone_(alone) {}

  bool Holds(const JsonValue& expression) const {
    const std::string_view kind = TextOf(expression, "class");
    if (kind == "COLUMN_REF") {
      return IsKey(expression);
    }
    if (kind == "FUNCTION") {
      return IsFixedFunction(expression);
    }
    if (kind == "OPERATOR" && !Contains(kFixedOperators, TextOf(expression, "type"))) {
      return false;
    }
    const bool known = kind == "CONSTANT" || kind == "PARAMETER" || kind == "COMPARISON" || kind == "BETWEEN" ||
                       kind == "CONJUNCTION" || kind == "OPERATOR" || kind == "CAST";
    return known && AllHold(expression);
  }

 private:
  template <typename Names>
  static bool Contains(const Names& names, std::string_view name) {
    return std::any_of(names.begin(), names.end(), [name](std::string_view known) { return SameName(known, name); });
  }

  // All expressions below this one.
  bool AllHold(const JsonValue& expression) const {
    for (const std::string_view name : {"left", "right", "input", "lower", "upper", "child"}) {
      const JsonValue* member = expression.Find(name);
      if (member != nullptr && !member->is_null() && !Holds(*member)) {
        return false;
      }
    }
    const JsonValue* children = expression.Find("children");
    const JsonArray* list = children == nullptr ? nullptr : children->AsArray();
    return list == nullptr ||
           std::all_of(list->begin(), list->end(), [this](const JsonValue& child) { return Holds(child); });
  }

  bool IsFixedFunction(const JsonValue& expression) const {
    return TextOf(expression, "schema").empty() && IsEmpty(expression, "filter") &&
           Contains(kFixedFunctions, TextOf(expression, "function_name")) && AllHold(expression);
  }

  bool IsKey(const JsonValue& expression) const {
    const JsonValue* names = expression.Find("column_names");
    const JsonArray* list = names == nullptr ? nullptr : names->AsArray();
    if (list == nullptr || list->empty() || list->size() > 2) {
      return false;
    }
    const std::string* column = list->back().AsString();
    const std::string* table = list->front().AsString();
    const bool ours = list->size() == 1 ? alone_ : table != nullptr && SameName(*table, alias_);
    return ours && column != nullptr &&
           std::any_of(keys_.fields.begin(), keys_.fields.end(),
                       [column](const KeyFieldSpec& field) { return SameName(field.name, *column); });
  }

  const RelationKeys& keys_;
  std::string_view alias_;
  bool alone_;
};

// Whether a condition in WHERE that a row fails may be applied before the row is joined.
enum class Reach { kFiltered, kUnfiltered };

class MentionFinder {
 public:
  explicit MentionFinder(const RelationKeys& keys) : keys_(keys) {}

  std::vector<TableMention> Find(const JsonValue& parsed) && {
    Walk(parsed);
    return std::move(found_);
  }

 private:
  void Walk(const JsonValue& value) {
    if (TextOf(value, "type") == "BASE_TABLE") {
      Add(value, nullptr, false);
    } else if (TextOf(value, "type") == "SELECT_NODE") {
      WalkSelect(value);
    } else {
      ForEachMember(value, [this](const JsonValue& member) { Walk(member); });
    }
  }

  void WalkSelect(const JsonValue& node) {
    const JsonValue* from = node.Find("from_table");
    for (const auto& [name, member] : *node.AsObject()) {
      if (name != "from_table") {
        Walk(member);
      }
    }
    if (from != nullptr) {
      WalkFrom(*from, Reach::kFiltered, node.Find("where_clause"), TextOf(*from, "type") == "BASE_TABLE");
    }
  }

  void WalkFrom(const JsonValue& from, Reach reach, const JsonValue* where, bool alone) {
    const std::string_view type = TextOf(from, "type");
    if (type == "BASE_TABLE") {
      const bool plain = IsEmpty(from, "sample") && IsEmpty(from, "column_name_alias");
      Add(from, reach == Reach::kFiltered && plain ? where : nullptr, alone);
    } else if (type == "JOIN" && from.Find("left") != nullptr && from.Find("right") != nullptr) {
      const std::string_view how = TextOf(from, "join_type");
      const std::string_view kind = TextOf(from, "ref_type");
      const bool by_value = kind == "REGULAR" || kind == "CROSS";
      const bool left = by_value && (how == "INNER" || how == "LEFT");
      const bool right = by_value && how == "INNER";
      WalkFrom(*from.Find("left"), left ? reach : Reach::kUnfiltered, where, false);
      WalkFrom(*from.Find("right"), right ? reach : Reach::kUnfiltered, where, false);
      for (const auto& [name, member] : *from.AsObject()) {
        if (name != "left" && name != "right") {
          Walk(member);
        }
      }
    } else {
      Walk(from);
    }
  }

  void Add(const JsonValue& table, const JsonValue* where, bool alone) {
    const std::string_view name = TextOf(table, "table_name");
    if (!SameName(name, keys_.relation)) {
      return;
    }
    TableMention mention;
    mention.alias = TextOf(table, "alias").empty() ? name : TextOf(table, "alias");
    if (where != nullptr && !where->is_null()) {
      Collect(*where, KeyCondition(keys_, mention.alias, alone), mention.conditions);
    }
    found_.push_back(std::move(mention));
  }

  // The parts of a conjunction are conditions of their own.
  static void Collect(const JsonValue& expression, const KeyCondition& rule, std::vector<JsonValue>& conditions) {
    const JsonValue* children = expression.Find("children");
    if (TextOf(expression, "type") == "CONJUNCTION_AND" && children != nullptr && children->AsArray() != nullptr) {
      for (const JsonValue& child : *children->AsArray()) {
        Collect(child, rule, conditions);
      }
    } else if (rule.Holds(expression)) {
      conditions.push_back(expression);
    }
  }

  const RelationKeys& keys_;
  std::vector<TableMention> found_;
};

void CollectTables(const JsonValue& value, std::vector<std::string>& names) {
  if (TextOf(value, "type") == "BASE_TABLE") {
    const std::string_view name = TextOf(value, "table_name");
    const bool known =
        std::any_of(names.begin(), names.end(), [name](const std::string& other) { return SameName(other, name); });
    if (!known && !name.empty()) {
      names.emplace_back(name);
    }
  }
  ForEachMember(value, [&names](const JsonValue& member) { CollectTables(member, names); });
}

}  // namespace

std::vector<std::string> TablesOf(const JsonValue& parsed) {
  std::vector<std::string> names;
  CollectTables(parsed, names);
  return names;
}

std::vector<TableMention> MentionsOf(const JsonValue& parsed, const RelationKeys& keys) {
  return MentionFinder(keys).Find(parsed);
}

bool NamesColumn(const JsonValue& expression) {
  bool names = TextOf(expression, "class") == "COLUMN_REF";
  ForEachMember(expression, [&names](const JsonValue& member) { names = names || NamesColumn(member); });
  return names;
}

JsonValue WithConditions(JsonValue parsed, const TableMention& mention) {
  JsonObject& statement = *(*parsed.AsObject()->at("statements").AsArray())[0].AsObject();
  JsonObject& node = *statement.at("node").AsObject();
  node.at("from_table").AsObject()->insert_or_assign("alias", mention.alias);
  JsonValue& where = node.at("where_clause");
  if (mention.conditions.size() == 1) {
    where = mention.conditions[0];
  } else {
    where.AsObject()->at("children") = JsonArray(mention.conditions.begin(), mention.conditions.end());
  }
  return parsed;
}

}  // namespace ingot
