// Our schema ⇄ the schema tree of a footer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/parquet/footer.h"
#include "model/schema.h"

namespace ingot {

// The tree that our files carry: three-level lists, maps as key_value, field ids, logical types beside the converted
// ones of older readers. Errors: kUnsupported for a struct or a schema without fields, and for one that is too deep.
Result<std::vector<SchemaElement>> ToSchemaElements(const Schema& schema);

// Columns in which nothing but null was seen are optional strings to other readers, which can be united with the text
// of a later file; Parquet's own Null type with nothing. The footer's metadata tell which they are by their positions
// among the leaves: "3,7".
inline constexpr std::string_view kNullLeavesKey = "ingot.null_leaves";
std::string FormatNullLeaves(std::span<const Leaf> leaves);
// Gives such elements the Null type. What is no such list, or names other elements, changes nothing.
void MarkNullLeaves(std::string_view text, std::span<SchemaElement> elements);

// A leaf of the tree, whatever its type.
struct SchemaLeaf {
  std::string path;  // names joined by dots, as Parquet has them
  const SchemaElement* element = nullptr;
  int max_definition = 0;
  int max_repetition = 0;
};

// A tree whose counts of children were proven. Points into the elements.
class SchemaTree {
 public:
  // Errors: kCorrupt where counts of children make no tree; kUnsupported where it is deeper than our readers go.
  static Result<SchemaTree> Of(std::span<const SchemaElement> elements);

  const std::vector<SchemaLeaf>& leaves() const { return leaves_; }
  // Errors: kUnsupported, naming column and type, for what our types do not cover.
  Result<Schema> ToSchema() const;

  // A column of the top level with all its leaves, which follow each other.
  struct Column {
    std::string name;
    Result<Field> field;  // kUnsupported, naming column and type, where our types do not cover it
    size_t leaves = 0;
  };
  std::vector<Column> Columns() const;

 private:
  explicit SchemaTree(std::span<const SchemaElement> elements) : elements_(elements) {}
  struct Place;
  Result<void> Visit(size_t* next, const Place& place);

  std::span<const SchemaElement> elements_;
  std::vector<SchemaLeaf> leaves_;
};

// "DOUBLE", "INT96".
std::string_view NameOf(PhysicalType type);
// "String", "Timestamp(us, UTC)", "Decimal(18, 4)"; empty for none.
std::string NameOf(const LogicalType& type);

}  // namespace ingot
