// Keeps docs/cli/*.md and docs/troubleshooting.md equal to the tables of the program.
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/result_matchers.h"
#include "cli/verb_table.h"
#include "pipeline/exit_code.h"

namespace ingot {
namespace {

// Tests start in the source tree.
std::string Page(const std::string& path) {
  const auto text = ReadWholeFile("docs/" + path);
  EXPECT_OK(text);
  return text ? *text : std::string();
}

// The options that a page lists: lines such as "- `-p, --project DIR`: …".
std::set<std::string> ListedOptions(const std::string& page) {
  static const std::regex kItem(R"re(^- `(?:-\w, )?--([a-z-]+)(?: [^`]*)?`)re", std::regex::multiline);
  std::set<std::string> names;
  for (auto match = std::sregex_iterator(page.begin(), page.end(), kItem); match != std::sregex_iterator(); ++match) {
    names.insert((*match)[1]);
  }
  return names;
}

class VerbPage : public testing::TestWithParam<CommandSpec> {};

TEST_P(VerbPage, OpensWithItsNameAndSummary) {
  const CommandSpec& command = GetParam();
  const std::string name(command.name);
  const std::string page = Page("cli/" + name + ".md");
  EXPECT_TRUE(page.starts_with("# ingot-" + name + "(1)\n")) << page.substr(0, page.find('\n'));
  EXPECT_NE(page.find("ingot " + UsageOf(command) + "\n"), std::string::npos) << "usage: ingot " << UsageOf(command);
  for (const std::string_view section : {"\n## Synopsis\n", "\n## Options\n", "\n## Examples\n", "\n## Exit codes\n"}) {
    EXPECT_NE(page.find(section), std::string::npos) << section;
  }
}

TEST_P(VerbPage, ListsTheOptionsOfTheTable) {
  const CommandSpec& command = GetParam();
  std::set<std::string> expected;
  for (const OptionId id : command.options) {
    expected.insert(std::string(Describe(id).name));
  }
  EXPECT_EQ(ListedOptions(Page("cli/" + std::string(command.name) + ".md")), expected);
}

INSTANTIATE_TEST_SUITE_P(Verbs, VerbPage, testing::ValuesIn(Commands().begin(), Commands().end()),
                         [](const auto& verb) { return std::string(verb.param.name); });

TEST(OverviewPage, ListsVerbsCommonOptionsAndExitCodes) {
  const std::string page = Page("cli/ingot.md");
  for (const CommandSpec& command : Commands()) {
    const std::string row = "| [" + std::string(command.name) + "](" + std::string(command.name) + ".md) |";
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  std::set<std::string> expected;
  for (const OptionId id : CommonOptions()) {
    expected.insert(std::string(Describe(id).name));
  }
  EXPECT_EQ(ListedOptions(page), expected);
  std::set<int> codes{kExitNoop, kExitMixed};
  for (const ErrorKindInfo& info : ErrorKinds()) {
    codes.insert(info.exit_code);
  }
  for (const int code : codes) {
    EXPECT_NE(page.find("\n| " + std::to_string(code)), std::string::npos) << "exit code " << code;
  }
}

TEST(TroubleshootingPage, HasAHeadingForEveryKindOfError) {
  const std::string page = Page("troubleshooting.md");
  for (const ErrorKindInfo& info : ErrorKinds()) {
    const std::string ending = ": `" + std::string(info.name) + "`, exit " + std::to_string(info.exit_code);
    const std::regex heading("(^|\n)### [^\n]*" + ending + "[^\n]*\n");
    EXPECT_TRUE(std::regex_search(page, heading)) << "a heading that ends with '" << ending << "'";
  }
}

TEST(TroubleshootingPage, NamesOnlyKindsThatExist) {
  const std::string page = Page("troubleshooting.md");
  static const std::regex kHeading("\n### [^\n]*: `(\\w+)`, exit");
  for (auto match = std::sregex_iterator(page.begin(), page.end(), kHeading); match != std::sregex_iterator();
       ++match) {
    const std::string name = (*match)[1];
    bool known = false;
    for (const ErrorKindInfo& info : ErrorKinds()) {
      known = known || info.name == name;
    }
    EXPECT_TRUE(known) << name;
  }
}

// A reader searches the page for what stands on the screen.
TEST(TroubleshootingPage, QuotesOnlyWhatTheProgramSays) {
  std::string said;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("src")) {
    const std::string name = entry.path().string();
    if (name.ends_with(".cc") && !name.ends_with("_test.cc")) {
      const auto text = ReadWholeFile(name);
      ASSERT_OK(text);
      said += *text;
    }
  }
  for (const int number : {EACCES, EAGAIN, EFBIG, EIO, ENOENT, ENOSPC}) {
    said += std::generic_category().message(number) + '\n';
  }
  const std::string page = Page("troubleshooting.md");
  static const std::regex kHeading("\n### (.*): `\\w+`, exit");
  static const std::regex kQuoted("\"([^\"]*)\"");
  for (auto heading = std::sregex_iterator(page.begin(), page.end(), kHeading); heading != std::sregex_iterator();
       ++heading) {
    const std::string phrases = (*heading)[1];
    for (auto phrase = std::sregex_iterator(phrases.begin(), phrases.end(), kQuoted); phrase != std::sregex_iterator();
         ++phrase) {
      EXPECT_NE(said.find((*phrase)[1].str()), std::string::npos) << "nothing says " << phrase->str();
    }
  }
}

}  // namespace
}  // namespace ingot
