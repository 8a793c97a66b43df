#include "cli/verb_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "base/result_matchers.h"
#include "cli/help.h"
#include "cli/manual_pages.h"
#include "cli/unicode_text.h"
#include "model/json_document.h"

namespace ingot {
namespace {

TEST(OptionTable, IsInTheOrderOfItsEnumeration) {
  for (size_t i = 0; i < Options().size(); ++i) {
    EXPECT_EQ(static_cast<size_t>(Options()[i].id), i) << Options()[i].name;
  }
}

TEST(OptionTable, HasEveryNameOnce) {
  std::set<std::string> names;
  for (const OptionSpec& option : Options()) {
    EXPECT_TRUE(names.insert(std::string(option.name)).second) << option.name;
    EXPECT_TRUE(option.alias.empty() || names.insert(std::string(option.alias)).second) << option.alias;
    EXPECT_TRUE(option.letter == 0 || names.insert(std::string(1, option.letter)).second) << option.letter;
  }
}

TEST(OptionTable, SaysWhatValuesAre) {
  for (const OptionSpec& option : Options()) {
    EXPECT_EQ(option.shape == ValueShape::kFlag, option.value_name.empty()) << option.name;
    EXPECT_EQ(option.shape == ValueShape::kChoice, !option.choices.empty()) << option.name;
    EXPECT_FALSE(option.help.empty() || option.help.ends_with('.')) << option.name;
  }
}

TEST(OptionTable, NamesFollowFromTheOption) {
  const OptionSpec& option = Describe(OptionId::kErrorOnNoop);
  EXPECT_EQ(option.flag(), "--error-on-noop");
  EXPECT_EQ(option.environment_variable(), "INGOT_ERROR_ON_NOOP");
  EXPECT_EQ(option.config_key(), "error_on_noop");
  EXPECT_EQ(FindOption("upload"), &Describe(OptionId::kPublish));
  EXPECT_EQ(FindOption("p"), &Describe(OptionId::kProject));
  EXPECT_EQ(FindOption("proj"), nullptr);
}

TEST(VerbTable, EveryOptionIsUsedAndNoneTwice) {
  std::set<OptionId> used(CommonOptions().begin(), CommonOptions().end());
  for (const CommandSpec& command : Commands()) {
    std::set<OptionId> own(CommonOptions().begin(), CommonOptions().end());
    for (const OptionId id : command.options) {
      EXPECT_TRUE(own.insert(id).second) << command.name << " " << Describe(id).name;
      used.insert(id);
    }
  }
  EXPECT_EQ(used.size(), Options().size());
}

TEST(VerbTable, VerbsThatNeedAProjectCanBeToldWhich) {
  for (const CommandSpec& command : Commands()) {
    const bool wants_project = command.project != ProjectNeed::kNone;
    EXPECT_EQ(HasOption(command, OptionId::kProject), wants_project) << command.name;
    EXPECT_EQ(HasOption(command, OptionId::kSet), wants_project) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
  }
}

TEST(VerbTable, AnUnknownVerbGetsAHint) {
  EXPECT_THAT(RequireCommand("rnu"), IsErr(ErrorKind::kUsage, "unknown verb 'rnu'; did you mean 'run'?"));
  EXPECT_OK(RequireCommand("run"));
}

TEST(VerbTable, SynonymsOfOtherProgramsLeadToTheVerb) {
  for (const auto& [word, verb] : std::map<std::string, std::string>{
           {"build", "run"}, {"list", "ls"}, {"check", "verify"}, {"describe", "schema"}, {"sql", "query"}}) {
    const auto found = RequireCommand(word);
    ASSERT_THAT(found, IsErr(ErrorKind::kUsage, "unknown verb '" + word + "'; did you mean '" + verb + "'?"));
    EXPECT_EQ(found.error().advice(), "ingot help " + verb);
    EXPECT_OK(RequireCommand(verb));
  }
}

TEST(VerbTable, HelpOfOneVerbIsOfItsOptionsOnly) {
  for (const CommandSpec& command : Commands()) {
    for (const OptionHelp& help : command.option_help) {
      EXPECT_TRUE(HasOption(command, help.id)) << command.name;
      EXPECT_NE(help.text, Describe(help.id).help) << command.name;
    }
  }
  EXPECT_EQ(HelpText(*FindCommand("convert"), Describe(OptionId::kForce)), "overwrite OUTPUT when it exists");
}

// Commands are shown as they are typed, in one line.
size_t WidestLine(const std::string& text) {
  size_t widest = 0;
  bool is_example = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    is_example = line == "examples:" || (is_example && !line.empty());
    widest = is_example ? widest : std::max(widest, DisplayWidth(line));
  }
  return widest;
}

TEST(Help, FitsTheTerminal) {
  EXPECT_LE(WidestLine(HelpOverview(80)), 80U);
  EXPECT_LE(WidestLine(HelpOverview(60)), 60U);
  for (const CommandSpec& command : Commands()) {
    EXPECT_LE(WidestLine(HelpOf(command, 80)), 80U) << command.name;
    EXPECT_LE(WidestLine(HelpOf(command, 200)), 100U) << command.name;
  }
}

TEST(Help, TellsWhatTheManualPageSays) {
  for (const CommandSpec& command : Commands()) {
    const std::string help = HelpOf(command, 80);
    const ManualPage& page = ManualPageOf(command.name);
    ASSERT_GE(page.examples().size(), 3U) << command.name;
    EXPECT_NE(help.find("  " + page.examples()[2] + "\n"), std::string::npos) << command.name;
    EXPECT_NE(help.find("\n\n" + WrapText(page.opening(), 0, 80) + "\n\n"), std::string::npos) << command.name;
    EXPECT_TRUE(help.ends_with("\nexit codes:\n  " + WrapText(page.exit_codes(), 2, 80) + "\n")) << command.name;
    EXPECT_FALSE(page.exit_codes().empty()) << command.name;
  }
}

TEST(ManualPage, IsReadAsPlainText) {
  const ManualPage page{"x",
                        "# ingot-x(1)\n\nReads [one](a.md) and\n`two`.\n\n## Examples\n\n```\na\n\nb\n```\n\n"
                        "## Exit codes\n\n0, or\n4.\n"};
  EXPECT_EQ(page.opening(), "Reads one and `two`.");
  EXPECT_EQ(page.examples(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(page.exit_codes(), "0, or 4.");
}

TEST(Help, ListsEveryVerbAndOption) {
  const std::string overview = HelpOverview(80);
  for (const CommandSpec& command : Commands()) {
    EXPECT_NE(overview.find("  " + std::string(command.name) + " "), std::string::npos) << command.name;
    const std::string help = HelpOf(command, 80);
    const std::string listed = help.substr(0, help.find("\nexamples:\n"));
    for (const OptionSpec& option : Options()) {
      EXPECT_EQ(listed.find(" " + option.flag() + " ") != std::string::npos, HasOption(command, option.id))
          << command.name << " " << option.name;
    }
  }
}

TEST(Help, TheJsonFormIsADocument) {
  const auto json = ParseJson(HelpAsJson());
  ASSERT_OK(json);
  EXPECT_EQ(json->Find("verbs")->AsArray()->size(), Commands().size());
}

}  // namespace
}  // namespace ingot
