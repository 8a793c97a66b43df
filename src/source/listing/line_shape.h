// Lines of programs that list more than paths, recognised one by one, so that the path can be taken out of them.
//
// Each shape is one that no path has in earnest: a date, a time and a size before it, or quoted fields.
#pragma once

#include <cstdint>
#include <string_view>

#include "column/buffer.h"

namespace ingot {

enum class LineShape : uint8_t {
  kPath,         // the line is the path
  kAwsS3Ls,      // aws s3 ls --recursive: "2026-01-15 00:00:00       1234 v1/x"
  kGsutilLs,     // gsutil ls -l, gcloud storage ls -l: "1234  2026-01-15T00:00:00Z  gs://bucket/v1/x"
  kRcloneLsl,    // rclone lsl: "1234 2026-01-15 00:00:00.000000000 v1/x"
  kS3Inventory,  // CSV of an S3 inventory: "bucket","v1/x+y",…; the key is URL-coded
};
inline constexpr size_t kLineShapes = 5;
// "aws s3 ls", "gsutil ls -l", "rclone lsl", "S3 inventory"; "path".
std::string_view NameOf(LineShape shape);

struct ShapedLine {
  LineShape shape = LineShape::kPath;
  std::string_view path;  // in the line, or in `decoded`
};

// `line` is trimmed and not empty. What is decoded is appended to `decoded`, never more than the line has bytes; what
// was there stays where it is if it has room for that.
ShapedLine RecognizeLine(std::string_view line, Buffer<char>* decoded);

// Whether a path has blanks or quotes where hardly a path has them and lines of other programs do: at either end of a
// folder's or file's name, two together, or after a number at the beginning.
bool IsSuspicious(std::string_view path);

}  // namespace ingot
