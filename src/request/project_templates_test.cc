#include "request/project_templates.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/project_file.h"

namespace ingot {
namespace {

TEST(ProjectTemplates, AreTheExamples) {
  ASSERT_EQ(ProjectTemplates().size(), 3U);
  for (const ProjectTemplate& entry : ProjectTemplates()) {
    EXPECT_OK(ParseProject(entry.project_file()));
    for (const TemplateFile& written : entry.files) {
      const auto file = ReadWholeFile(fmt::format("examples/{}/{}", entry.name, written.path), 1 << 20);
      ASSERT_OK(file);
      EXPECT_EQ(written.text, *file) << "configure again";
    }
    EXPECT_NE(entry.project_file().find("  # "), std::string_view::npos) << "a template explains itself";
  }
}

}  // namespace
}  // namespace ingot
