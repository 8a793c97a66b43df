// Strings against simdjson: the same texts are strings, they end at the same place and mean the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "format/json/decoded_file.h"
#include "format/json/json_string.h"
#include "format/json/reference_parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text = "\"" + std::string(data, data + size);
  text.resize(std::min(text.size(), text.find('\n')));
  const ingot::PaddedText padded(text + "\n", '"');
  ingot::Buffer<char> content;
  const char* read = padded.data() + 1;
  const char* skipped = read;
  const ingot::StringFault fault = ingot::ReadString(&read, &content);
  if (ingot::SkipString(&skipped) != fault || (fault == nullptr && skipped != read)) {
    std::abort();
  }
  ingot::ReferenceParser parser;
  if (fault != nullptr) {
    // Then no beginning of the text is a string either.
    for (size_t end = text.find('"', 1); end != std::string::npos; end = text.find('"', end + 1)) {
      if (parser.Parse(std::string_view(text).substr(0, end + 1))) {
        std::abort();
      }
    }
    return 0;
  }
  const auto expected = parser.Parse(std::string_view(padded.data(), static_cast<size_t>(read - padded.data())));
  if (!expected || expected->text != std::string_view(content.data(), content.size())) {
    std::abort();
  }
  return 0;
}
