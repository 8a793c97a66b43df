#include "format/json/json_skip.h"

#include <cstring>

#include "format/json/json_string.h"
#include "format/json/number.h"
#include "format/json/scan.h"

namespace ingot {
namespace {

constexpr const char* kNotAValue = "this is not a JSON value";

class Skipper {
 public:
  explicit Skipper(uint32_t max_depth) : max_depth_(max_depth) {}

  // Null on a fault.
  const char* Value(const char* p, uint32_t depth) {
    switch (*p) {
      case '{':
        return Object(p, depth + 1);
      case '[':
        return Array(p, depth + 1);
      case '"':
        return String(p);
      case 't':
        return Word(p, "true");
      case 'f':
        return Word(p, "false");
      case 'n':
        return Word(p, "null");
      default:
        return Number(p);
    }
  }

  const char* fault() const { return fault_; }
  const char* fault_position() const { return at_; }

 private:
  const char* Fail(const char* p, const char* fault) {
    fault_ = fault;
    at_ = p;
    return nullptr;
  }

  const char* Word(const char* p, const char* word) {
    const size_t size = std::strlen(word);
    return std::strncmp(p, word, size) == 0 ? p + size : Fail(p, kNotAValue);
  }

  const char* Number(const char* p) {
    JsonNumber number;
    return ParseJsonNumber(&p, &number) != NumberStatus::kInvalid ? p : Fail(p, kNotAValue);
  }

  const char* String(const char* p) {
    const char* const first = p++;
    const StringFault fault = SkipString(&p);
    return fault == nullptr ? p : Fail(first, fault);
  }

  const char* Array(const char* p, uint32_t depth) {
    if (depth > max_depth_) {
      return Fail(p, "nesting exceeds 128 levels");
    }
    p = SkipSpace(p + 1);
    if (*p == ']') {
      return p + 1;
    }
    while (true) {
      p = Value(p, depth);
      if (p == nullptr) {
        return nullptr;
      }
      p = SkipSpace(p);
      if (*p == ']') {
        return p + 1;
      }
      if (*p != ',') {
        return Fail(p, "an array needs ',' or ']' here");
      }
      p = SkipSpace(p + 1);
    }
  }

  const char* Object(const char* p, uint32_t depth) {
    if (depth > max_depth_) {
      return Fail(p, "nesting exceeds 128 levels");
    }
    p = SkipSpace(p + 1);
    if (*p == '}') {
      return p + 1;
    }
    while (true) {
      if (*p != '"') {
        return Fail(p, "an object needs a key in quotes here");
      }
      p = String(p);
      if (p == nullptr) {
        return nullptr;
      }
      p = SkipSpace(p);
      if (*p != ':') {
        return Fail(p, "a key needs ':' after it");
      }
      p = Value(SkipSpace(p + 1), depth);
      if (p == nullptr) {
        return nullptr;
      }
      p = SkipSpace(p);
      if (*p == '}') {
        return p + 1;
      }
      if (*p != ',') {
        return Fail(p, "an object needs ',' or '}' here");
      }
      p = SkipSpace(p + 1);
    }
  }

  uint32_t max_depth_;
  const char* fault_ = nullptr;
  const char* at_ = nullptr;
};

}  // namespace

SkipResult SkipJsonValue(const char* p, uint32_t depth, uint32_t max_depth) {
  Skipper skipper(max_depth);
  const char* const end = skipper.Value(p, depth);
  return {end, skipper.fault(), skipper.fault_position()};
}

}  // namespace ingot
