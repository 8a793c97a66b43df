// The examples' project files, as `ingot init` writes them.
#pragma once

#include <span>
#include <string_view>

namespace ingot {

struct ProjectTemplate {
  std::string_view name;  // of the folder in examples/
  std::string_view text;  // of its ingot.toml
};

std::span<const ProjectTemplate> ProjectTemplates();

}  // namespace ingot
