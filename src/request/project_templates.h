// The examples' files, as `ingot init` writes them.
#pragma once

#include <span>
#include <string_view>

namespace ingot {

struct TemplateFile {
  std::string_view path;  // below the project's folder
  std::string_view text;
};

struct ProjectTemplate {
  std::string_view name;  // of the folder in examples/
  std::span<const TemplateFile> files;

  // The text of its ingot.toml.
  std::string_view project_file() const;
};

std::span<const ProjectTemplate> ProjectTemplates();

}  // namespace ingot
