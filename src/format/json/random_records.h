// Random JSON lines whose shape changes as they go: fields come late, are null, missing or in another order, numbers
// turn into reals, structs and lists nest; a share of the lines is broken on purpose. The same seed gives the same
// text. For *_test.cc files only.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot {

class RandomRecords {
 public:
  // Fields whose values are maps, and fields whose values are of any type.
  static constexpr const char* kMapName = "tags";
  static constexpr const char* kAnyName = "any";

  explicit RandomRecords(uint64_t seed) : random_(seed) {
    root_.kind = Kind::kStruct;
    Grow(&root_, 0);
  }

  // One line without its newline.
  std::string Line() {
    if (OneIn(4)) {
      Grow(&root_, 0);
    }
    if (OneIn(40)) {
      return std::string(OneIn(2) ? "" : " \t\r");
    }
    std::string line = Space();
    AppendStruct(root_, &line);
    line += Space();
    if (OneIn(12)) {
      Break(&line);
    }
    return line;
  }

  std::string Text(int lines) {
    std::string text = OneIn(8) ? "\xEF\xBB\xBF" : "";
    for (int i = 0; i < lines; ++i) {
      text += Line() + (OneIn(8) ? "\r\n" : "\n");
    }
    return text;
  }

 private:
  enum class Kind { kNull, kBool, kInteger, kNumber, kString, kAny, kStruct, kMapLike, kList };

  struct Shape {
    Kind kind = Kind::kNull;
    std::string name;
    std::vector<Shape> fields;  // lists: one without a name
  };

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  bool OneIn(uint64_t count) { return Below(count) == 0; }

  std::string Space() {
    static constexpr std::array<std::string_view, 6> kSpaces = {" ", "\t", "  ", "\r", " \t ", ""};
    return std::string(OneIn(spacing_) ? kSpaces[Below(kSpaces.size())] : "");
  }

  // Names with every treatment: short, one, two and four words of eight bytes, longer, with escapes, not ASCII, empty.
  std::string Name() {
    static constexpr std::array<std::string_view, 18> kNames = {
        "a",
        "b",
        "id",
        "",
        "value",
        "timestamp_ms_utc",
        "exactly_13_by",
        "fourteen_bytes",
        "a_name_of_29_bytes_in_all_123",
        "a_name_of_30_bytes_in_all_1234",
        "a_name_of_31_bytes_in_all_12345",
        "a name that is so long that it does not fit into the token of four words",
        "a name that is so long that it does not fit into the token of four wordz",
        "ключ",
        "a.b",
        "quo\\\"te",
        "tab\\t",
        "nul\\u0000"};
    return std::string(kNames[Below(kNames.size())]);
  }

  Shape NewShape(int depth) {
    Shape shape;
    const uint64_t pick = Below(depth < 4 ? 20 : 12);
    if (pick < 9) {
      static constexpr std::array<Kind, 9> kKinds = {Kind::kNull,    Kind::kBool,   Kind::kInteger,
                                                     Kind::kInteger, Kind::kNumber, Kind::kNumber,
                                                     Kind::kString,  Kind::kString, Kind::kString};
      shape.kind = kKinds[pick];
      return shape;
    }
    if (pick < 12) {
      shape.kind = pick == 9 ? Kind::kAny : Kind::kInteger;
      return shape;
    }
    if (pick < 15) {
      shape.kind = Kind::kList;
      shape.fields.push_back(NewShape(depth + 1));
      return shape;
    }
    shape.kind = pick == 15 ? Kind::kMapLike : Kind::kStruct;
    AddField(&shape, depth);
    return shape;
  }

  void AddField(Shape* shape, int depth) {
    Shape field = NewShape(depth + 1);
    std::string name = shape->kind == Kind::kMapLike ? "" : Name();
    if (shape->kind == Kind::kStruct && (field.kind == Kind::kMapLike || field.kind == Kind::kAny)) {
      name = field.kind == Kind::kAny ? kAnyName : kMapName;
    }
    for (const Shape& known : shape->fields) {
      if (known.name == name) {
        return;
      }
    }
    field.name = std::move(name);
    shape->fields.push_back(std::move(field));
  }

  // New fields, first values of what was null, and now and then a number where an integer stood.
  void Grow(Shape* shape, int depth) {
    if (shape->kind == Kind::kNull && OneIn(3)) {
      std::string name = std::move(shape->name);
      *shape = NewShape(depth);
      shape->name = std::move(name);
    } else if (shape->kind == Kind::kInteger && OneIn(12)) {
      shape->kind = Kind::kNumber;
    } else if (shape->kind == Kind::kStruct && shape->fields.size() < 9 && OneIn(2)) {
      AddField(shape, depth);
    } else if (shape->kind == Kind::kStruct && shape->fields.size() > 1 && OneIn(6)) {
      std::swap(shape->fields[Below(shape->fields.size())], shape->fields[Below(shape->fields.size())]);
    }
    for (Shape& field : shape->fields) {
      if (OneIn(2)) {
        Grow(&field, depth + 1);
      }
    }
  }

  void AppendStruct(const Shape& shape, std::string* out) {
    *out += "{" + Space();
    bool first = true;
    for (const Shape& field : shape.fields) {
      if (OneIn(9)) {
        continue;
      }
      AppendKey(&first, field.name, out);
      AppendValue(field, out);
    }
    if (OneIn(300) && !first) {
      AppendKey(&first, shape.fields[0].name, out);
      AppendValue(shape.fields[0], out);
    }
    *out += Space() + "}";
  }

  void AppendKey(bool* first, const std::string& name, std::string* out) {
    *out += *first ? "" : "," + Space();
    *first = false;
    // The same name, written another way.
    const bool escaped = name == "a" && OneIn(4);
    *out += "\"" + (escaped ? std::string("\\u0061") : name) + "\"" + Space() + ":" + Space();
  }

  void AppendValue(const Shape& shape, std::string* out) {
    if (OneIn(10)) {
      *out += "null";
      return;
    }
    if (OneIn(400)) {
      const Shape other = NewShape(3);
      AppendValue(other, out);
      return;
    }
    switch (shape.kind) {
      case Kind::kNull:
        *out += "null";
        return;
      case Kind::kBool:
        *out += OneIn(2) ? "true" : "false";
        return;
      case Kind::kInteger:
        *out += Integer();
        return;
      case Kind::kNumber:
        *out += OneIn(3) ? Integer() : Real();
        return;
      case Kind::kString:
        *out += String();
        return;
      case Kind::kAny:
        AppendValue(NewShape(3), out);
        return;
      case Kind::kStruct:
        if (OneIn(12)) {
          *out += "{" + Space() + "}";
          return;
        }
        AppendStruct(shape, out);
        return;
      case Kind::kMapLike:
      case Kind::kList:
        AppendParts(shape, out);
        return;
    }
  }

  void AppendParts(const Shape& shape, std::string* out) {
    const bool is_list = shape.kind == Kind::kList;
    *out += (is_list ? "[" : "{") + Space();
    const uint64_t count = OneIn(5) ? 0 : Below(5) + (OneIn(20) ? 40 : 0);
    for (uint64_t i = 0; i < count; ++i) {
      *out += (i == 0 ? "" : ",") + Space();
      if (!is_list) {
        *out += "\"k" + std::to_string(OneIn(60) ? 0 : i) + "\":" + Space();
      }
      AppendValue(shape.fields[0], out);
    }
    *out += Space() + (is_list ? "]" : "}");
  }

  std::string Integer() {
    static constexpr std::array<std::string_view, 9> kSpecial = {"-0",
                                                                 "9007199254740992",
                                                                 "9007199254740993",
                                                                 "-9007199254740993",
                                                                 "9223372036854775807",
                                                                 "-9223372036854775808",
                                                                 "9223372036854775808",
                                                                 "18446744073709551616",
                                                                 "100000000000000000000000000"};
    if (OneIn(150)) {
      return std::string(kSpecial[Below(kSpecial.size())]);
    }
    const uint64_t magnitude = Below(uint64_t{1} << Below(53));
    return (OneIn(3) ? "-" : "") + std::to_string(magnitude);
  }

  std::string Real() {
    static constexpr std::array<std::string_view, 9> kSpecial = {
        "-0.0",  "1e400", "1e-400", "5e-324", "2.2250738585072011e-308", "1.7976931348623157e308",
        "0e999", "1E+2",  "0.1e-7"};
    if (OneIn(60)) {
      return std::string(kSpecial[Below(kSpecial.size())]);
    }
    std::string text = (OneIn(3) ? "-" : "") + std::to_string(Below(uint64_t{1} << Below(40))) + ".";
    for (uint64_t digits = 1 + Below(OneIn(10) ? 25 : 8); digits > 0; --digits) {
      text += static_cast<char>('0' + Below(10));
    }
    if (OneIn(10)) {
      text += "e" + std::to_string(static_cast<int>(Below(60)) - 30);
    }
    return text;
  }

  std::string String() {
    static constexpr std::array<std::string_view, 12> kPieces = {
        "x", "plain text ", "0123456789abcdef", "\\n", "\\\"", "\\u00e9", "é", "\\ud83d\\ude00", "😀", "\\\\",
        "/", "\x7f"};
    std::string text = "\"";
    for (uint64_t pieces = Below(OneIn(10) ? 30 : 4); pieces > 0; --pieces) {
      text += kPieces[Below(kPieces.size())];
    }
    return text + "\"";
  }

  // A bit, a byte, a cut or a repetition. Never a newline: it would be another line.
  void Break(std::string* line) {
    if (line->empty()) {
      return;
    }
    const size_t at = Below(line->size());
    switch (Below(5)) {
      case 0:
        (*line)[at] = static_cast<char>((*line)[at] ^ static_cast<char>(1U << Below(8)));
        break;
      case 1:
        (*line)[at] = static_cast<char>(Below(256));
        break;
      case 2:
        line->resize(at);
        break;
      case 3:
        line->insert(at, line->substr(at, 1 + Below(8)));
        break;
      default:
        line->insert(at, 1, "{}[],:\"\\0 "[Below(10)]);
        break;
    }
    for (char& c : *line) {
      c = c == '\n' ? ' ' : c;
    }
  }

  std::mt19937_64 random_;
  uint64_t spacing_ = 1 + random_() % 8;
  Shape root_;
};

}  // namespace ingot
