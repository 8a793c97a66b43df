// JSON values as trees, parsed by simdjson: what the decoder's grammar, numbers and texts are compared with.
// For *_test.cc and *_fuzz.cc files only.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ingot {

// One JSON value as a tree. Members of objects stay in order, also equal ones.
struct JsonTreeValue {
  enum class Kind { kNull, kBool, kInteger, kReal, kOutOfRange, kString, kArray, kObject } kind = Kind::kNull;
  int64_t integer = 0;  // kBool, kInteger
  double real = 0;
  std::string text;  // of a string its content, of a number its characters
  std::string name;  // of a member of an object
  std::vector<JsonTreeValue> members;

  bool is_number() const { return kind == Kind::kInteger || kind == Kind::kReal || kind == Kind::kOutOfRange; }
  bool is_empty_object() const { return kind == Kind::kObject && members.empty(); }

  size_t Depth() const {
    size_t depth = 0;
    for (const JsonTreeValue& member : members) {
      depth = std::max(depth, member.Depth());
    }
    return depth + (kind == Kind::kArray || kind == Kind::kObject ? 1 : 0);
  }

  // The same text for the same value, whatever its white space and escapes were.
  std::string Canonical() const {
    if (kind != Kind::kArray && kind != Kind::kObject) {
      return fmt::format("{}:{}:{}", static_cast<int>(kind), integer, text);
    }
    std::string out = kind == Kind::kArray ? "[" : "{";
    for (const JsonTreeValue& member : members) {
      out += fmt::format("{}:{}={},", member.name.size(), member.name, member.Canonical());
    }
    return out + "]";
  }
};

// Parses by simdjson. Numbers that follow the grammar and that no column can hold are no errors here, though they are
// to simdjson: it gets a 0 in their place.
class ReferenceParser {
 public:
  // Nothing when the text is not one JSON value.
  std::optional<JsonTreeValue> Parse(std::string_view text) {
    numbers_.clear();
    next_number_ = 0;
    const simdjson::padded_string padded(WithoutExtremes(text));
    simdjson::dom::element root;
    if (parser_.parse(padded).get(root) != simdjson::SUCCESS) {
      return std::nullopt;
    }
    return Convert(root);
  }

 private:
  struct NumberToken {
    std::string text;
    bool out_of_range = false;
  };

  std::string WithoutExtremes(std::string_view text) {
    std::string out;
    bool in_string = false;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (in_string) {
        out += c;
        if (c == '\\' && i + 1 < text.size()) {
          out += text[++i];
        }
        in_string = c != '"';
        continue;
      }
      in_string = c == '"';
      if (c != '-' && (c < '0' || c > '9')) {
        out += c;
        continue;
      }
      const size_t end = std::min(text.size(), text.find_first_not_of("+-.0123456789Ee", i));
      NumberToken token{std::string(text.substr(i, end - i)), false};
      token.out_of_range = IsNumber(token.text) && IsExtreme(token.text);
      out += token.out_of_range ? "0" : token.text;
      i = end - 1;
      numbers_.push_back(std::move(token));
    }
    return out;
  }

  static bool IsNumber(std::string_view text) {
    const auto digits = [&] {
      const size_t count = std::min(text.size(), text.find_first_not_of("0123456789"));
      text.remove_prefix(count);
      return count;
    };
    const auto one_of = [&](std::string_view set) {
      const bool found = !text.empty() && set.find(text[0]) != std::string_view::npos;
      text.remove_prefix(found ? 1 : 0);
      return found;
    };
    one_of("-");
    if (!one_of("0") && digits() == 0) {
      return false;
    }
    if (one_of(".") && digits() == 0) {
      return false;
    }
    if (one_of("eE")) {
      one_of("+-");
      if (digits() == 0) {
        return false;
      }
    }
    return text.empty();
  }

  static bool IsExtreme(const std::string& text) {
    errno = 0;
    if (text.find_first_of(".eE") == std::string::npos) {
      static_cast<void>(std::strtoll(text.c_str(), nullptr, 10));
      return errno == ERANGE;
    }
    const double value = std::strtod(text.c_str(), nullptr);
    const std::string mantissa = text.substr(0, text.find_first_of("eE"));
    return std::isinf(value) || (value == 0 && mantissa.find_first_of("123456789") != std::string::npos);
  }

  JsonTreeValue Convert(simdjson::dom::element element) {
    using Type = simdjson::dom::element_type;
    JsonTreeValue value;
    switch (element.type()) {
      case Type::OBJECT:
        value.kind = JsonTreeValue::Kind::kObject;
        for (const auto& [name, member] : simdjson::dom::object(element)) {
          value.members.push_back(Convert(member));
          value.members.back().name = name;
        }
        break;
      case Type::ARRAY:
        value.kind = JsonTreeValue::Kind::kArray;
        for (const auto member : simdjson::dom::array(element)) {
          value.members.push_back(Convert(member));
        }
        break;
      case Type::STRING:
        value.kind = JsonTreeValue::Kind::kString;
        value.text = std::string_view(element);
        break;
      case Type::BOOL:
        value.kind = JsonTreeValue::Kind::kBool;
        value.integer = bool(element) ? 1 : 0;
        break;
      case Type::NULL_VALUE:
        break;
      default:
        ConvertNumber(element, &value);
        break;
    }
    return value;
  }

  void ConvertNumber(simdjson::dom::element element, JsonTreeValue* value) {
    const NumberToken& token = numbers_.at(next_number_++);
    value->text = token.text;
    if (token.out_of_range) {
      value->kind = JsonTreeValue::Kind::kOutOfRange;
    } else if (element.is_int64()) {
      value->kind = JsonTreeValue::Kind::kInteger;
      value->integer = int64_t(element);
    } else {
      value->kind = JsonTreeValue::Kind::kReal;
      value->real = double(element);
    }
  }

  simdjson::dom::parser parser_;
  std::vector<NumberToken> numbers_;
  size_t next_number_ = 0;
};

}  // namespace ingot
