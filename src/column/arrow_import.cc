#include "column/arrow_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "column/arrow_values.h"

namespace ingot {

// How the values of a field lie in Arrow's buffers.
enum class ArrowLayout : uint8_t { kBits, kNumbers, kTexts, kLongTexts, kList, kLongList, kStruct };

enum class NumberForm : uint8_t {
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kInt128,
  kFloat,
  kDouble
};

struct ArrowImporter::Node {
  Field field;
  std::string path;  // for messages
  ArrowLayout layout = ArrowLayout::kNumbers;
  NumberForm form = NumberForm::kInt64;
  int64_t factor = 1;  // seconds become milliseconds
  std::vector<Node> children;
};

namespace {

using Node = ArrowImporter::Node;

// Decimals of 128 bits have no type in standard C++.
__extension__ using Int128 = __int128;

struct SimpleFormat {
  std::string_view format;
  TypeKind kind;
  ArrowLayout layout;
  NumberForm form;
};

// https://arrow.apache.org/docs/format/CDataInterface.html#data-type-description-format-strings
constexpr SimpleFormat kSimpleFormats[] = {
    {"b", TypeKind::kBool, ArrowLayout::kBits, NumberForm::kInt8},
    {"c", TypeKind::kInt16, ArrowLayout::kNumbers, NumberForm::kInt8},
    {"C", TypeKind::kInt16, ArrowLayout::kNumbers, NumberForm::kUint8},
    {"s", TypeKind::kInt16, ArrowLayout::kNumbers, NumberForm::kInt16},
    {"S", TypeKind::kInt32, ArrowLayout::kNumbers, NumberForm::kUint16},
    {"i", TypeKind::kInt32, ArrowLayout::kNumbers, NumberForm::kInt32},
    {"I", TypeKind::kInt64, ArrowLayout::kNumbers, NumberForm::kUint32},
    {"l", TypeKind::kInt64, ArrowLayout::kNumbers, NumberForm::kInt64},
    {"L", TypeKind::kInt64, ArrowLayout::kNumbers, NumberForm::kUint64},
    {"f", TypeKind::kDouble, ArrowLayout::kNumbers, NumberForm::kFloat},
    {"g", TypeKind::kDouble, ArrowLayout::kNumbers, NumberForm::kDouble},
    {"u", TypeKind::kString, ArrowLayout::kTexts, NumberForm::kInt8},
    {"U", TypeKind::kString, ArrowLayout::kLongTexts, NumberForm::kInt8},
    {"z", TypeKind::kBinary, ArrowLayout::kTexts, NumberForm::kInt8},
    {"Z", TypeKind::kBinary, ArrowLayout::kLongTexts, NumberForm::kInt8},
    {"tdD", TypeKind::kDate, ArrowLayout::kNumbers, NumberForm::kInt32},
    {"d:38,0", TypeKind::kInt64, ArrowLayout::kNumbers, NumberForm::kInt128},
};

Error NoSuchType(const Node& node, std::string_view format) {
  return Error(ErrorKind::kUnsupported,
               fmt::format("column '{}' has a type that a dataset cannot hold (Arrow's \"{}\")", node.path, format),
               "CAST it in the SQL: to VARCHAR, BIGINT, DOUBLE, DECIMAL(18, n), DATE or TIMESTAMP");
}

// "d:12,2": 128 bits.
bool ReadDecimal(std::string_view format, Node& node) {
  int precision = 0;
  int scale = 0;
  const char* end = format.data() + format.size();
  const auto first = std::from_chars(format.data() + 2, end, precision);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ',') {
    return false;
  }
  const auto second = std::from_chars(first.ptr + 1, end, scale);
  if (second.ec != std::errc() || second.ptr != end || precision > 18 || scale < 0 || scale > precision) {
    return false;
  }
  node.field.type = Scalar(TypeKind::kDecimal);
  node.field.type.precision = precision;
  node.field.type.scale = scale;
  node.form = NumberForm::kInt128;
  return true;
}

// "tsu:UTC": the zone says how it is shown, not what it is.
bool ReadTimestamp(std::string_view format, Node& node) {
  node.field.type = Scalar(TypeKind::kTimestamp);
  switch (format.size() > 2 ? format[2] : '\0') {
    case 's':
      node.factor = 1000;
      node.field.type.unit = TimeUnit::kMillis;
      return true;
    case 'm':
      node.field.type.unit = TimeUnit::kMillis;
      return true;
    case 'u':
      node.field.type.unit = TimeUnit::kMicros;
      return true;
    case 'n':
      node.field.type.unit = TimeUnit::kNanos;
      return true;
    default:
      return false;
  }
}

bool ReadScalar(std::string_view format, Node& node) {
  // Decimals have 128 bits where nothing is said.
  constexpr std::string_view kWidth = ",128";
  if (format.starts_with("d:") && format.ends_with(kWidth)) {
    format.remove_suffix(kWidth.size());
  }
  const auto* simple = std::find_if(std::begin(kSimpleFormats), std::end(kSimpleFormats),
                                    [format](const SimpleFormat& known) { return known.format == format; });
  if (simple != std::end(kSimpleFormats)) {
    node.field.type = Scalar(simple->kind);
    node.layout = simple->layout;
    node.form = simple->form;
    return true;
  }
  return (format.starts_with("d:") && ReadDecimal(format, node)) ||
         (format.starts_with("ts") && ReadTimestamp(format, node));
}

Result<Node> ReadNode(const ArrowSchema& schema, std::string name, std::string path);

Result<void> ReadChildren(const ArrowSchema& schema, std::span<const std::string_view> names, Node& node) {
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    std::string name = !names.empty()          ? std::string(names[static_cast<size_t>(i)])
                       : child.name == nullptr ? std::string()
                                               : std::string(child.name);
    std::string path = node.path.empty() ? name : node.path + "." + name;
    INGOT_ASSIGN(Node read, ReadNode(child, std::move(name), std::move(path)));
    node.field.type.fields.push_back(read.field);
    node.children.push_back(std::move(read));
  }
  return {};
}

Result<void> ReadMap(const ArrowSchema& schema, std::string_view format, Node& node) {
  constexpr std::string_view kParts[] = {"key", "value"};
  node.field.type = Scalar(TypeKind::kMap);
  node.layout = ArrowLayout::kList;
  // Its entries are a struct that no type of ours shows.
  INGOT_TRY(ReadChildren(*schema.children[0], kParts, node));
  if (node.children.size() != 2 || node.children[0].field.type.kind != TypeKind::kString) {
    return NoSuchType(node, format);
  }
  node.children[0].field.nullable = false;
  node.field.type.fields[0].nullable = false;
  return {};
}

Result<void> CheckNames(const Node& node) {
  std::vector<std::string_view> names;
  for (const Field& field : node.field.type.fields) {
    names.push_back(field.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    return Error(ErrorKind::kUsage, fmt::format("two columns of the result are called '{}'", *twice),
                 "name one of them differently: AS NAME");
  }
  return {};
}

Result<Node> ReadNode(const ArrowSchema& schema, std::string name, std::string path) {
  Node node;
  node.field.name = std::move(name);
  node.path = std::move(path);
  const std::string_view format = schema.format;
  if (schema.dictionary != nullptr) {
    return NoSuchType(node, format);
  }
  if (format == "+m") {
    INGOT_TRY(ReadMap(schema, format, node));
  } else if (format == "+l" || format == "+L") {
    constexpr std::string_view kParts[] = {"element"};
    node.field.type = Scalar(TypeKind::kList);
    node.layout = format == "+l" ? ArrowLayout::kList : ArrowLayout::kLongList;
    INGOT_TRY(ReadChildren(schema, kParts, node));
  } else if (format == "+s") {
    node.field.type = Scalar(TypeKind::kStruct);
    node.layout = ArrowLayout::kStruct;
    INGOT_TRY(ReadChildren(schema, {}, node));
    INGOT_TRY(CheckNames(node));
  } else if (!ReadScalar(format, node)) {
    return NoSuchType(node, format);
  }
  return node;
}

// One slot of a leaf under construction: where its value stands in Arrow's arrays, or that it ends in a null.
struct Slot {
  static constexpr int64_t kNull = -1;
  int64_t index;
  uint8_t definition;
  uint8_t repetition;
};

class Shredder {
 public:
  explicit Shredder(std::vector<LeafColumn>& leaves) : leaves_(leaves) {}

  // `slots` say which elements of the array are wanted, before its own nulls are looked at.
  Result<void> Add(const Node& node, const ArrowArray& array, std::vector<Slot> slots, uint8_t depth) {
    const void* valid = array.n_buffers > 0 && array.null_count != 0 ? array.buffers[0] : nullptr;
    for (Slot& slot : slots) {
      if (slot.index == Slot::kNull) {
        continue;
      }
      slot.index += array.offset;
      if (valid != nullptr && !ArrowBitAt(valid, slot.index)) {
        slot.index = Slot::kNull;
      } else {
        slot.definition = static_cast<uint8_t>(slot.definition + (node.field.nullable ? 1 : 0));
      }
    }
    switch (node.layout) {
      case ArrowLayout::kStruct:
        for (size_t i = 0; i < node.children.size(); ++i) {
          INGOT_TRY(Add(node.children[i], *array.children[i], slots, depth));
        }
        return {};
      case ArrowLayout::kList:
        return AddElements<int32_t>(node, array, slots, depth);
      case ArrowLayout::kLongList:
        return AddElements<int64_t>(node, array, slots, depth);
      default:
        return AddLeaf(node, array, slots);
    }
  }

 private:
  template <typename Offset>
  Result<void> AddElements(const Node& node, const ArrowArray& array, const std::vector<Slot>& slots, uint8_t depth) {
    const auto inner = static_cast<uint8_t>(depth + 1);
    std::vector<Slot> elements;
    elements.reserve(slots.size());
    for (const Slot& slot : slots) {
      const int64_t begin = slot.index == Slot::kNull ? 0 : ArrowValueAt<Offset>(array.buffers[1], slot.index);
      const int64_t end = slot.index == Slot::kNull ? 0 : ArrowValueAt<Offset>(array.buffers[1], slot.index + 1);
      if (begin == end) {
        elements.push_back({Slot::kNull, slot.definition, slot.repetition});
      }
      for (int64_t i = begin; i < end; ++i) {
        elements.push_back({i, static_cast<uint8_t>(slot.definition + 1), i == begin ? slot.repetition : inner});
      }
    }
    if (node.field.type.kind == TypeKind::kList) {
      return Add(node.children[0], *array.children[0], std::move(elements), inner);
    }
    const ArrowArray& entries = *array.children[0];
    for (Slot& element : elements) {
      element.index += element.index == Slot::kNull ? 0 : entries.offset;
    }
    INGOT_TRY(Add(node.children[0], *entries.children[0], elements, inner));
    return Add(node.children[1], *entries.children[1], std::move(elements), inner);
  }

  Result<void> AddLeaf(const Node& node, const ArrowArray& array, const std::vector<Slot>& slots) {
    LeafColumn& leaf = leaves_[next_++];
    for (const Slot& slot : slots) {
      leaf.levels.Append(slot.definition, slot.repetition);
    }
    switch (node.layout) {
      case ArrowLayout::kBits:
        for (const Slot& slot : slots) {
          if (slot.index != Slot::kNull) {
            leaf.bools.Append(ArrowBitAt(array.buffers[1], slot.index) ? 1 : 0);
          }
        }
        return {};
      case ArrowLayout::kTexts:
        AddTexts<int32_t>(array, slots, leaf);
        return {};
      case ArrowLayout::kLongTexts:
        AddTexts<int64_t>(array, slots, leaf);
        return {};
      default:
        return AddNumbers(node, array, slots, leaf);
    }
  }

  template <typename Offset>
  static void AddTexts(const ArrowArray& array, const std::vector<Slot>& slots, LeafColumn& leaf) {
    for (const Slot& slot : slots) {
      if (slot.index == Slot::kNull) {
        continue;
      }
      const int64_t begin = ArrowValueAt<Offset>(array.buffers[1], slot.index);
      const int64_t end = ArrowValueAt<Offset>(array.buffers[1], slot.index + 1);
      leaf.bytes.AppendAll(static_cast<const char*>(array.buffers[2]) + begin, static_cast<size_t>(end - begin));
      leaf.ends.Append(static_cast<uint32_t>(leaf.bytes.size()));
    }
  }

  template <typename T>
  static Result<void> AddIntegers(const Node& node, const void* values, const std::vector<Slot>& slots,
                                  LeafColumn& leaf) {
    const int64_t most = std::numeric_limits<int64_t>::max() / node.factor;
    const int64_t least = std::numeric_limits<int64_t>::min() / node.factor;
    for (const Slot& slot : slots) {
      if (slot.index == Slot::kNull) {
        continue;
      }
      const T value = ArrowValueAt<T>(values, slot.index);
      if (static_cast<Int128>(value) > most || static_cast<Int128>(value) < least) {
        return Error(ErrorKind::kInvalidData, fmt::format("column '{}' holds a number beyond 64 bits", node.path),
                     "CAST it in the SQL: to DOUBLE, or to VARCHAR");
      }
      leaf.ints.Append(static_cast<int64_t>(value) * node.factor);
    }
    return {};
  }

  template <typename T>
  static void AddReals(const void* values, const std::vector<Slot>& slots, LeafColumn& leaf) {
    for (const Slot& slot : slots) {
      if (slot.index != Slot::kNull) {
        leaf.doubles.Append(static_cast<double>(ArrowValueAt<T>(values, slot.index)));
      }
    }
  }

  static Result<void> AddNumbers(const Node& node, const ArrowArray& array, const std::vector<Slot>& slots,
                                 LeafColumn& leaf) {
    const void* values = array.buffers[1];
    switch (node.form) {
      case NumberForm::kInt8:
        return AddIntegers<int8_t>(node, values, slots, leaf);
      case NumberForm::kInt16:
        return AddIntegers<int16_t>(node, values, slots, leaf);
      case NumberForm::kInt32:
        return AddIntegers<int32_t>(node, values, slots, leaf);
      case NumberForm::kInt64:
        return AddIntegers<int64_t>(node, values, slots, leaf);
      case NumberForm::kUint8:
        return AddIntegers<uint8_t>(node, values, slots, leaf);
      case NumberForm::kUint16:
        return AddIntegers<uint16_t>(node, values, slots, leaf);
      case NumberForm::kUint32:
        return AddIntegers<uint32_t>(node, values, slots, leaf);
      case NumberForm::kUint64:
        return AddIntegers<uint64_t>(node, values, slots, leaf);
      case NumberForm::kInt128:
        return AddIntegers<Int128>(node, values, slots, leaf);
      case NumberForm::kFloat:
        AddReals<float>(values, slots, leaf);
        return {};
      case NumberForm::kDouble:
        AddReals<double>(values, slots, leaf);
        return {};
    }
    return {};
  }

  std::vector<LeafColumn>& leaves_;
  size_t next_ = 0;
};

}  // namespace

ArrowImporter::ArrowImporter(std::vector<Node> nodes, std::shared_ptr<const Schema> schema)
    : nodes_(std::make_shared<const std::vector<Node>>(std::move(nodes))), schema_(std::move(schema)) {}

Result<ArrowImporter> ArrowImporter::Open(const ArrowSchema& schema) {
  INGOT_ASSIGN(Node root, ReadNode(schema, "", ""));
  if (root.layout != ArrowLayout::kStruct || root.children.empty()) {
    return Error(ErrorKind::kUsage, "the result has no columns");
  }
  auto columns = std::make_shared<Schema>();
  columns->fields = root.field.type.fields;
  return ArrowImporter(std::move(root.children), std::move(columns));
}

ColumnBatch ArrowImporter::Begin() const {
  ColumnBatch batch{schema_, {}, 0};
  for (const Leaf& leaf : EnumerateLeaves(*schema_)) {
    batch.leaves.emplace_back().layout = LayoutOf(leaf.field->type.kind);
  }
  return batch;
}

Result<void> ArrowImporter::Append(const ArrowArray& array, int64_t first, int64_t rows, ColumnBatch* batch) const {
  std::vector<Slot> slots;
  slots.reserve(static_cast<size_t>(rows));
  for (int64_t row = first; row < first + rows; ++row) {
    slots.push_back({row + array.offset, 0, 0});
  }
  Shredder shredder(batch->leaves);
  for (size_t i = 0; i < nodes_->size(); ++i) {
    INGOT_TRY(shredder.Add((*nodes_)[i], *array.children[i], slots, 0));
  }
  batch->rows += static_cast<uint64_t>(rows);
  return {};
}

}  // namespace ingot
