#include "cli/error_text.h"

#include <fmt/format.h>

#include "cli/json_writer.h"
#include "cli/unicode_text.h"

namespace ingot {
namespace {

constexpr std::string_view kBoldRed = "\x1B[1;31m";
constexpr std::string_view kCyan = "\x1B[36m";
constexpr std::string_view kReset = "\x1B[0m";

std::string Label(std::string_view text, std::string_view style, TextColor color) {
  return color == TextColor::kColored ? fmt::format("{}{}{}", style, text, kReset) : std::string(text);
}

std::string Indented(std::string_view text) {
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') {
      indented += "  ";
    }
  }
  return indented;
}

}  // namespace

std::string ErrorLine(std::string_view text, TextColor color) {
  return fmt::format("{} {}\n", Label("error:", kBoldRed, color), Indented(PrintableText(text)));
}

std::string ErrorForPeople(const Error& error, TextColor color) {
  return fmt::format("{}  {} {}\n", ErrorLine(error.ToString(), color), Label("try:", kCyan, color),
                     Indented(PrintableText(error.advice())));
}

void WriteError(JsonWriter& json, const Error& error, int exit_code) {
  const ErrorKindInfo& info = Describe(error.kind());
  json.BeginObject().Key("kind").String(info.name).Key("message").String(error.message());
  json.Key("context").BeginArray();
  for (auto where = error.context().rbegin(); where != error.context().rend(); ++where) {
    json.String(*where);
  }
  json.EndArray().Key("advice").String(error.advice());
  json.Key("exit_code").Signed(exit_code).Key("retryable").Bool(info.retryable).EndObject();
}

std::string ErrorAsJson(const Error& error, int exit_code) {
  JsonWriter json;
  WriteError(json, error, exit_code);
  return json.text();
}

}  // namespace ingot
