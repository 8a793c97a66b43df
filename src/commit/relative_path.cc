#include "commit/relative_path.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

#include "base/sha256.h"

namespace ingot {
namespace {

constexpr size_t kMaxComponentBytes = 255;
// Leaves room below PATH_MAX for the root's own path.
constexpr size_t kMaxPathBytes = 4000;
constexpr size_t kSlotIdTextBytes = 100;
constexpr size_t kSlotIdHexDigits = 32;

Error BadPath(std::string_view path, std::string_view why) {
  return Error(ErrorKind::kInvalidData,
               fmt::format("'{}' is not a path below the store's root: {}", PrintablePath(path.substr(0, 300)), why));
}

Result<void> CheckComponent(std::string_view path, std::string_view component) {
  if (component.empty()) {
    return BadPath(path, "it has an empty part");
  }
  if (component == "." || component == "..") {
    return BadPath(path, fmt::format("it has the part '{}'", component));
  }
  if (component.size() > kMaxComponentBytes) {
    return BadPath(path, fmt::format("one part is longer than {} bytes", kMaxComponentBytes));
  }
  return {};
}

}  // namespace

Result<void> CheckRelativePath(std::string_view path) {
  if (path.empty()) {
    return BadPath(path, "it is empty");
  }
  if (path.size() > kMaxPathBytes) {
    return BadPath(path, fmt::format("it is longer than {} bytes", kMaxPathBytes));
  }
  if (path.find('\0') != std::string_view::npos) {
    return BadPath(path, "it holds a NUL byte");
  }
  size_t start = 0;
  while (true) {
    const size_t slash = path.find('/', start);
    INGOT_TRY(CheckComponent(path, path.substr(start, slash - start)));
    if (slash == std::string_view::npos) {
      return {};
    }
    start = slash + 1;
  }
}

Result<void> CheckPublishedPath(std::string_view path) {
  INGOT_TRY(CheckRelativePath(path));
  const std::string first(path.substr(0, path.find('/')));
  if (::strcasecmp(first.c_str(), std::string(kStateFolder).c_str()) == 0) {
    return BadPath(path, "the folder '.ingot' is reserved");
  }
  return {};
}

std::string_view ParentPath(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!folder.empty() && !name.empty()) {
    path += '/';
  }
  path += name;
  return path;
}

bool IsBelow(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.size() > folder.size() && path[folder.size()] == '/' && path.substr(0, folder.size()) == folder);
}

std::string PrintablePath(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

std::string SlotId(std::string_view slot) {
  std::string id;
  for (const char c : slot.substr(0, kSlotIdTextBytes)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '=' ||
                       c == '-' || (c == '.' && !id.empty());
    id += plain ? c : '_';
  }
  return id + "-" + Sha256Hex(slot).substr(0, kSlotIdHexDigits);
}

}  // namespace ingot
