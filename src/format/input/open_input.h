// Opens an input of any supported format. The bytes decide which it is; the name is held against them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/raw_reader.h"
#include "base/result.h"
#include "format/input/byte_source.h"

namespace ingot {

struct InputOptions {
  // Compressed bytes asked for at a time. A source holds this much and about 90 KiB for gzip, or for zstd the frame's
  // window and about 300 KiB.
  size_t read_bytes = size_t{256} << 10U;
  // zstd frames that need a window above 2^this bytes are refused; 10 … 31. What `zstd` itself takes without --long.
  int zstd_window_log_max = 27;
};

// The first bytes are read here, so that opening a pipe waits for its writer. Gzip (1f 8b) and zstd (28 b5 2f fd, or a
// skippable frame) are known by their magic bytes; all else is plain. A name that ends in .gz or .zst promises that
// format: other bytes, and none at all, are a damage, which Read then returns as any other.
// Errors: kNotFound, kPermission and so on from opening and reading; kInvalidData for a directory.
Result<std::unique_ptr<ByteSource>> OpenInput(const std::string& path, const InputOptions& options = {});
// Reads from where the descriptor stands, without seeking. `name` is for messages and for its ending.
Result<std::unique_ptr<ByteSource>> OpenInput(UniqueFd fd, const std::string& name, const InputOptions& options = {});
Result<std::unique_ptr<ByteSource>> OpenInput(std::unique_ptr<RawReader> reader, const std::string& name,
                                              const InputOptions& options = {});

// What stands for standard input where paths are named.
inline constexpr std::string_view kStandardInput = "-";
// Reads the process's standard input, whose descriptor stays open.
Result<std::unique_ptr<ByteSource>> OpenStandardInput(const InputOptions& options = {});

}  // namespace ingot
