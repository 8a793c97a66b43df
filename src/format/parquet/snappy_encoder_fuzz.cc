// Whatever is compressed, searched or told, Arrow's decoder gives it back.
#include <arrow/util/compression.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "format/parquet/snappy_encoder.h"

namespace {

void Check(const ingot::Buffer<char>& stream, const std::string& text) {
  static const auto kCodec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  std::string decoded(text.size() + 1, '\0');
  const auto size =
      kCodec->Decompress(static_cast<int64_t>(stream.size()), reinterpret_cast<const uint8_t*>(stream.data()),
                         static_cast<int64_t>(decoded.size()), reinterpret_cast<uint8_t*>(decoded.data()));
  if (!size.ok() || static_cast<size_t>(*size) != text.size() ||
      !std::equal(text.begin(), text.end(), decoded.begin())) {
    std::abort();
  }
}

}  // namespace

// The input is a text and, read as a program, another one: a byte below 128 is itself, any other, with the two after
// it, repeats what stood before, and tells so.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ingot::SnappyEncoder encoder;
  ingot::Buffer<char> stream;
  const std::string plain(data, data + size);
  encoder.Compress(plain, &stream);
  Check(stream, plain);

  std::string text;
  std::vector<ingot::TextRepeat> repeats;
  for (size_t i = 0; i < size; ++i) {
    if (data[i] < 128 || text.empty() || size - i < 3) {
      text.push_back(static_cast<char>(data[i]));
      continue;
    }
    const size_t length = data[i] - 127U;
    const size_t distance =
        std::min<size_t>(1 + data[i + 1] * size_t{256} + data[i + 2], std::min<size_t>(text.size(), 65'535));
    repeats.push_back(
        {static_cast<uint32_t>(text.size()), static_cast<uint16_t>(distance), static_cast<uint16_t>(length)});
    for (size_t j = 0; j < length; ++j) {
      text.push_back(text[text.size() - distance]);
    }
    i += 2;
  }
  encoder.CompressKnown({}, text, 0, repeats, &stream);
  Check(stream, text);
  const size_t cut = text.size() / 3;
  const std::string rest = text.substr(cut);
  encoder.CompressKnown(plain, rest, static_cast<uint32_t>(cut), repeats, &stream);
  Check(stream, plain + rest);
  return 0;
}
