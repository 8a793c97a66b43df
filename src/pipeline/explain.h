// The story of one partition, told from its manifest.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"

namespace ingot {

// A paragraph, a list, or commands to paste.
struct StoryPart {
  enum class Form { kProse, kList, kCommands };

  Form form = Form::kProse;
  std::vector<std::string> lines;
};

struct StorySection {
  std::string title;  // "From what it was built"
  std::vector<StoryPart> parts;
};

struct Story {
  std::string title;  // "tier3@2026-01-15"
  std::vector<StorySection> sections;
};

// `folder` is where the manifest lies, `manifest_path` its file: they are named in the commands.
Story Explain(const DatasetSpec& dataset, const Manifest& manifest, const std::string& folder,
              const std::string& manifest_path);

}  // namespace ingot
