#include "base/local_path.h"

#include <algorithm>
#include <string>

namespace ingot {

Result<void> CheckLocalPath(std::string_view path) {
  const std::string_view scheme = path.substr(0, std::min(path.find("://"), path.size()));
  const bool is_scheme =
      scheme.size() > 1 && scheme.size() < path.size() &&
      std::all_of(
          scheme.begin(), scheme.end(),
          [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+';
          });
  if (!is_scheme) {
    return {};
  }
  if (scheme == "file") {
    return Error(ErrorKind::kUnsupported, "'" + std::string(path) + "' is a URL, not a path",
                 "write the path without file://");
  }
  return Error(ErrorKind::kUnsupported,
               "'" + std::string(path) + "' is remote; only files on a local disk are read and written yet",
               "copy it to a local folder first");
}

}  // namespace ingot
