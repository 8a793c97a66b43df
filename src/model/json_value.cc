#include "model/json_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>

#include "model/quoted_name.h"
#include "model/utf8.h"

namespace ingot {
namespace {

// Writes the one canonical text; keeps the path for messages.
class Writer {
 public:
  explicit Writer(JsonStyle style) : style_(style) {}

  Result<std::string> Run(const JsonValue& value) && {
    INGOT_TRY(Write(value, 0));
    out_ += style_ == JsonStyle::kIndented ? "\n" : "";
    return std::move(out_);
  }

 private:
  Error Problem(std::string_view what) const {
    std::string pointer;
    for (const Step& step : path_) {
      pointer = AppendPointer(pointer, step.name != nullptr ? *step.name : std::to_string(step.index));
    }
    return Error(ErrorKind::kInvalidData, fmt::format("{} (at {})", what, pointer.empty() ? "the top" : pointer));
  }

  Result<void> Write(const JsonValue& value, size_t depth) {
    if (const JsonArray* array = value.AsArray()) {
      return WriteArray(*array, depth);
    }
    if (const JsonObject* object = value.AsObject()) {
      return WriteObject(*object, depth);
    }
    if (const std::string* text = value.AsString()) {
      return WriteString(*text);
    }
    if (const double* number = value.AsDouble()) {
      return WriteDouble(*number);
    }
    if (const int64_t* number = value.AsInt()) {
      fmt::format_to(std::back_inserter(out_), "{}", *number);
    } else if (const bool* flag = value.AsBool()) {
      out_ += *flag ? "true" : "false";
    } else {
      out_ += "null";
    }
    return {};
  }

  Result<void> WriteString(const std::string& text) {
    if (!IsUtf8(text)) {
      return Problem("a text is not UTF-8");
    }
    out_ += JsonQuoted(text);
    return {};
  }

  // The shortest digits that read back equal; a point, so that readers keep the type.
  Result<void> WriteDouble(double number) {
    if (!std::isfinite(number)) {
      return Problem("a number is not finite");
    }
    const std::string text = fmt::format("{}", number);
    out_ += text;
    out_ += text.find_first_of(".e") == std::string::npos ? ".0" : "";
    return {};
  }

  void NewLine(size_t depth) {
    if (style_ == JsonStyle::kIndented) {
      out_ += '\n';
      out_.append(depth * 2, ' ');
    }
  }

  Result<void> WriteArray(const JsonArray& array, size_t depth) {
    out_ += '[';
    for (size_t i = 0; i < array.size(); ++i) {
      out_ += i == 0 ? "" : ",";
      NewLine(depth + 1);
      path_.push_back({nullptr, i});
      INGOT_TRY(Write(array[i], depth + 1));
      path_.pop_back();
    }
    if (!array.empty()) {
      NewLine(depth);
    }
    out_ += ']';
    return {};
  }

  Result<void> WriteObject(const JsonObject& object, size_t depth) {
    out_ += '{';
    bool first = true;
    for (const auto& [name, member] : object) {
      out_ += first ? "" : ",";
      first = false;
      NewLine(depth + 1);
      path_.push_back({&name, 0});
      INGOT_TRY(WriteString(name));
      out_ += style_ == JsonStyle::kIndented ? ": " : ":";
      INGOT_TRY(Write(member, depth + 1));
      path_.pop_back();
    }
    if (!object.empty()) {
      NewLine(depth);
    }
    out_ += '}';
    return {};
  }

  struct Step {
    const std::string* name;  // null: an element
    size_t index;
  };

  JsonStyle style_;
  std::string out_;
  std::vector<Step> path_;
};

}  // namespace

JsonValue::JsonValue(uint64_t value) {
  if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    value_ = static_cast<int64_t>(value);
  } else {
    value_ = static_cast<double>(value);
  }
}

const JsonValue* JsonValue::Find(std::string_view name) const {
  const JsonObject* object = AsObject();
  if (object == nullptr) {
    return nullptr;
  }
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &found->second;
}

std::string_view JsonValue::type_name() const {
  constexpr std::string_view kNames[] = {"null",     "a boolean", "an integer", "a number",
                                         "a string", "an array",  "an object"};
  return kNames[value_.index()];
}

Result<std::string> WriteJson(const JsonValue& value, JsonStyle style) { return Writer(style).Run(value); }

std::string AppendPointer(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

Result<std::vector<std::string>> ParsePointer(std::string_view pointer) {
  const auto problem = [&] {
    return Error(ErrorKind::kInvalidData, fmt::format("{} is not a JSON pointer", JsonQuoted(pointer)));
  };
  std::vector<std::string> names;
  for (size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      names.emplace_back();
      continue;
    }
    if (names.empty()) {
      return problem();
    }
    char c = pointer[i];
    if (c == '~') {
      const char escaped = ++i < pointer.size() ? pointer[i] : '\0';
      if (escaped != '0' && escaped != '1') {
        return problem();
      }
      c = escaped == '0' ? '~' : '/';
    }
    names.back() += c;
  }
  return names;
}

void RemoveAtPointer(JsonValue& root, const std::vector<std::string>& names) {
  JsonValue* value = &root;
  for (size_t i = 0; i < names.size(); ++i) {
    if (JsonObject* object = value->AsObject()) {
      const auto found = object->find(names[i]);
      if (found == object->end()) {
        return;
      }
      if (i + 1 == names.size()) {
        object->erase(found);
        return;
      }
      value = &found->second;
    } else if (JsonArray* array = value->AsArray()) {
      size_t index = 0;
      const char* end = names[i].data() + names[i].size();
      const auto [stop, code] = std::from_chars(names[i].data(), end, index);
      if (code != std::errc() || stop != end || index >= array->size()) {
        return;
      }
      value = &(*array)[index];
    } else {
      return;
    }
  }
}

}  // namespace ingot
