// A folder for what does not fit into memory, gone with the object.
#pragma once

#include <string>

namespace ingot {

class ScratchFolder {
 public:
  ScratchFolder() = default;
  // Makes a folder of its own below `parent`, which may be empty: then, and where it cannot be made, there is none.
  ScratchFolder(const std::string& parent, const std::string& prefix);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&& other) noexcept;
  ~ScratchFolder();

  // Empty: there is none.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ingot
