// The floor of a conversion from .gz files to one Parquet file: inflate every input, and compress every page of the
// output with zstd 1. Whoever does the job does at least this, so it is what a time has to be compared with.
//
//   bench_floor THREADS OUTPUT.parquet INPUT.gz...
//   bench_floor THREADS --pages snappy|zstd OUTPUT.parquet...    only the pages, for jobs without inputs
//
// Prints one JSON object: wall and CPU seconds of both halves, and the bytes on each side. The pages are read and
// decompressed before the clocks start.
#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <zstd.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace ingot {
namespace {

constexpr int kZstdLevel = 1;
constexpr size_t kWindowBytes = size_t{256} << 10U;  // inflated bytes stay in the L2 cache, as they would for a parser

double Seconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Times {
  double wall = 0;
  double cpu = 0;
};

// Runs `work` on every thread at once, and waits for all. Each takes numbers below `count` from `next` until none is
// left.
Times Measure(unsigned threads, size_t count,
              const std::function<void(std::atomic<size_t>& next, size_t count)>& work) {
  const Times begin{Seconds(CLOCK_MONOTONIC), Seconds(CLOCK_PROCESS_CPUTIME_ID)};
  std::atomic<size_t> next{0};
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < threads; ++i) {
    workers.emplace_back([&] { work(next, count); });
  }
  work(next, count);
  for (std::thread& worker : workers) {
    worker.join();
  }
  return {Seconds(CLOCK_MONOTONIC) - begin.wall, Seconds(CLOCK_PROCESS_CPUTIME_ID) - begin.cpu};
}

// Inflates all members of a file and forgets the bytes. Returns their number.
Result<uint64_t> InflateFile(const std::string& path) {
  INGOT_ASSIGN(std::string bytes, ReadWholeFile(path));
  std::vector<uint8_t> window(kWindowBytes);
  inflate_state state{};
  ::isal_inflate_init(&state);
  state.crc_flag = ISAL_GZIP;
  state.next_in = reinterpret_cast<uint8_t*>(bytes.data());
  state.avail_in = static_cast<uint32_t>(bytes.size());
  uint64_t total = 0;
  while (state.avail_in > 0 || state.block_state != ISAL_BLOCK_FINISH) {
    if (state.block_state == ISAL_BLOCK_FINISH) {
      ::isal_inflate_reset(&state);  // the next member
      state.crc_flag = ISAL_GZIP;
    }
    state.next_out = window.data();
    state.avail_out = static_cast<uint32_t>(window.size());
    if (const int code = ::isal_inflate(&state); code != ISAL_DECOMP_OK) {
      return Error(ErrorKind::kInvalidData, fmt::format("cannot inflate '{}': code {}", path, code));
    }
    const uint64_t written = window.size() - state.avail_out;
    total += written;
    if (written == 0 && state.avail_in == 0 && state.block_state != ISAL_BLOCK_FINISH) {
      return Error(ErrorKind::kInvalidData, fmt::format("'{}' is cut", path));
    }
  }
  return total;
}

// The uncompressed bytes of every page of every column chunk. Throws what Parquet throws.
std::vector<std::string> ReadPages(const std::string& path) {
  std::vector<std::string> pages;
  const std::unique_ptr<parquet::ParquetFileReader> file = parquet::ParquetFileReader::OpenFile(path);
  for (int group = 0; group < file->metadata()->num_row_groups(); ++group) {
    const std::shared_ptr<parquet::RowGroupReader> row_group = file->RowGroup(group);
    for (int column = 0; column < file->metadata()->num_columns(); ++column) {
      const std::unique_ptr<parquet::PageReader> reader = row_group->GetColumnPageReader(column);
      while (const std::shared_ptr<parquet::Page> page = reader->NextPage()) {
        pages.emplace_back(reinterpret_cast<const char*>(page->data()), static_cast<size_t>(page->size()));
      }
    }
  }
  return pages;
}

struct Compressed {
  Times times;
  std::atomic<uint64_t> raw_bytes{0};
  std::atomic<uint64_t> bytes{0};
};

// Compresses one page into `out` and returns its size.
using PageCodec = std::function<size_t(const std::string& page, std::string& out)>;
// One for each thread.
using MakeCodec = std::function<PageCodec()>;

PageCodec ZstdCodec() {
  const std::shared_ptr<ZSTD_CCtx> context(::ZSTD_createCCtx(), ::ZSTD_freeCCtx);
  return [context](const std::string& page, std::string& out) {
    out.resize(::ZSTD_compressBound(page.size()));
    return ::ZSTD_compressCCtx(context.get(), out.data(), out.size(), page.data(), page.size(), kZstdLevel);
  };
}

PageCodec SnappyCodec() {
  const std::shared_ptr<arrow::util::Codec> codec = arrow::util::Codec::Create(arrow::Compression::SNAPPY).ValueOrDie();
  return [codec](const std::string& page, std::string& out) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(page.data());
    const auto size = static_cast<int64_t>(page.size());
    out.resize(static_cast<size_t>(codec->MaxCompressedLen(size, bytes)));
    return static_cast<size_t>(
        codec->Compress(size, bytes, static_cast<int64_t>(out.size()), reinterpret_cast<uint8_t*>(out.data()))
            .ValueOrDie());
  };
}

void CompressPages(unsigned threads, const std::vector<std::string>& pages, const MakeCodec& make, Compressed& result) {
  result.times = Measure(threads, pages.size(), [&](std::atomic<size_t>& next, size_t count) {
    const PageCodec codec = make();
    std::string out;
    for (size_t i = next++; i < count; i = next++) {
      result.bytes += codec(pages[i], out);
      result.raw_bytes += pages[i].size();
    }
  });
}

int RunPages(unsigned threads, const std::string& codec, const std::vector<std::string>& outputs) {
  std::vector<std::string> pages;
  for (const std::string& output : outputs) {
    std::vector<std::string> more = ReadPages(output);
    pages.insert(pages.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  Compressed compressed;
  CompressPages(threads, pages, codec == "snappy" ? SnappyCodec : ZstdCodec, compressed);
  fmt::print("{{\"compress_wall\": {:.4f}, \"compress_cpu\": {:.4f}, \"page_bytes\": {}, \"compressed_bytes\": {}}}\n",
             compressed.times.wall, compressed.times.cpu, compressed.raw_bytes.load(), compressed.bytes.load());
  return 0;
}

int Run(unsigned threads, const std::string& output, const std::vector<std::string>& inputs) {
  const std::vector<std::string> pages = ReadPages(output);
  std::atomic<uint64_t> inflated{0};
  std::atomic<bool> failed{false};
  const Times inflate = Measure(threads, inputs.size(), [&](std::atomic<size_t>& next, size_t count) {
    for (size_t i = next++; i < count; i = next++) {
      const Result<uint64_t> bytes = InflateFile(inputs[i]);
      if (bytes) {
        inflated += *bytes;
      } else {
        failed = true;
        fmt::print(stderr, "{}\n", bytes.error().ToString());
      }
    }
  });
  Compressed compressed;
  CompressPages(threads, pages, ZstdCodec, compressed);
  fmt::print(
      "{{\"inflate_wall\": {:.4f}, \"inflate_cpu\": {:.4f}, \"compress_wall\": {:.4f}, \"compress_cpu\": {:.4f}, "
      "\"inflated_bytes\": {}, \"page_bytes\": {}, \"compressed_bytes\": {}}}\n",
      inflate.wall, inflate.cpu, compressed.times.wall, compressed.times.cpu, inflated.load(),
      compressed.raw_bytes.load(), compressed.bytes.load());
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace ingot

int main(int argc, char** argv) {
  const std::string count = argc > 3 ? argv[1] : "";
  unsigned threads = 0;
  std::from_chars(count.data(), count.data() + count.size(), threads);
  if (threads == 0) {
    fmt::print(stderr,
               "usage: bench_floor THREADS OUTPUT.parquet INPUT.gz...\n"
               "       bench_floor THREADS --pages snappy|zstd OUTPUT.parquet...\n");
    return 2;
  }
  try {
    if (argc > 4 && std::string(argv[2]) == "--pages") {
      return ingot::RunPages(threads, argv[3], {argv + 4, argv + argc});
    }
    return ingot::Run(threads, argv[2], {argv + 3, argv + argc});
  } catch (const std::exception& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    return 1;
  }
}
