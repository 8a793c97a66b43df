// For tests: zstd frames by libzstd, one field at a time.
#pragma once

#include <zstd.h>

#include <string>
#include <string_view>

#include "format/input/gzip_bytes.h"

namespace ingot {

struct ZstdFrameOptions {
  bool checksum = true;
  bool content_size = true;
  int window_log = 0;
  int level = 3;
};

// One frame.
inline std::string ZstdFrame(std::string_view plain, const ZstdFrameOptions& options = {}) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, options.checksum ? 1 : 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, options.content_size ? 1 : 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, options.level);
  if (options.window_log > 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, options.window_log);
  }
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  ZSTD_outBuffer made{out.data(), out.size(), 0};
  // An unknown size keeps the window as asked for: it would otherwise shrink to the content.
  if (options.content_size) {
    made.pos = ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size());
  } else {
    ZSTD_inBuffer in{plain.data(), plain.size(), 0};
    ZSTD_compressStream2(context, &made, &in, ZSTD_e_continue);
    ZSTD_compressStream2(context, &made, &in, ZSTD_e_end);
  }
  ZSTD_freeCCtx(context);
  out.resize(made.pos);
  return out;
}

inline std::string SkippableFrame(std::string_view content, unsigned variant = 0) {
  return LittleEndianBytes(ZSTD_MAGIC_SKIPPABLE_START + variant, 4) + LittleEndianBytes(content.size(), 4) +
         std::string(content);
}

}  // namespace ingot
