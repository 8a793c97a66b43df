#include "format/input/decoder.h"

namespace ingot {
namespace {

class PlainDecoder final : public Decoder {
 public:
  explicit PlainDecoder(CompressedInput& input) : input_(input) {}

  Result<DecodeStep> Decode(std::span<char> out) override {
    DecodeStep step;
    INGOT_ASSIGN(step.bytes, input_.ReadInto(out));
    step.ended = step.bytes == 0;
    return step;
  }

 private:
  CompressedInput& input_;
};

}  // namespace

std::unique_ptr<Decoder> NewPlainDecoder(CompressedInput& input) { return std::make_unique<PlainDecoder>(input); }

}  // namespace ingot
