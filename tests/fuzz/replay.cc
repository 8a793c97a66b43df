// Runs a fuzz target without libFuzzer: over every kept input, and over seeded mutations of each,
// so that `make test` exercises the targets with any compiler.
//
//   x_fuzz_replay FOLDER      every file below the folder, and the empty input
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kMutationsPerInput = 200;
constexpr uint32_t kSeed = 1;

void RunOne(const std::string& input) {
  // A buffer of exactly this size lets a sanitizer see the first byte read beyond it.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

// One to four changes of the kinds that break parsers: a bit, a byte, a cut, a repetition.
std::string Mutate(std::string input, std::mt19937& random) {
  const auto draw = [&](size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random); };
  for (size_t changes = draw(4) + 1; changes > 0 && !input.empty(); --changes) {
    const size_t at = draw(input.size());
    switch (draw(4)) {
      case 0:
        input[at] = static_cast<char>(input[at] ^ static_cast<char>(1U << draw(8)));
        break;
      case 1:
        input[at] = static_cast<char>(draw(256));
        break;
      case 2:
        input.erase(at, draw(input.size() - at) + 1);
        break;
      default:
        input.insert(at, input.substr(at, draw(std::min<size_t>(input.size() - at, 64)) + 1));
        break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "keep at least one input in the folder: %s\n", argc > 1 ? argv[1] : "(none given)");
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());

  RunOne({});
  std::mt19937 random(kSeed);
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string input((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);  // the last name printed is the input that crashed
    RunOne(input);
    for (int i = 0; i < kMutationsPerInput; ++i) {
      RunOne(Mutate(input, random));
    }
  }
  std::printf("%zu inputs, %d mutations of each\n", files.size(), kMutationsPerInput);
  return files.empty() ? 2 : 0;
}
