#include "base/scratch_folder.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ingot {

ScratchFolder::ScratchFolder(const std::string& parent, const std::string& prefix) {
  if (!parent.empty()) {
    std::string path = parent + "/" + prefix + "-XXXXXX";
    path_ = ::mkdtemp(path.data()) == nullptr ? std::string() : path;
  }
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

ScratchFolder& ScratchFolder::operator=(ScratchFolder&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

ScratchFolder::~ScratchFolder() {
  if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace ingot
