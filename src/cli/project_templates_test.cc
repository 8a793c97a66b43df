#include "cli/project_templates.h"

#include <gtest/gtest.h>

#include <string>

#include "base/file.h"
#include "base/result_matchers.h"
#include "model/project_file.h"

namespace ingot {
namespace {

TEST(ProjectTemplates, AreTheExamples) {
  ASSERT_EQ(ProjectTemplates().size(), 2U);
  for (const ProjectTemplate& entry : ProjectTemplates()) {
    const auto file = ReadWholeFile("examples/" + std::string(entry.name) + "/ingot.toml");
    ASSERT_OK(file);
    EXPECT_EQ(entry.text, *file) << "configure again";
    EXPECT_OK(ParseProject(entry.text));
    EXPECT_NE(entry.text.find("  # "), std::string_view::npos) << "a template explains itself";
  }
}

}  // namespace
}  // namespace ingot
