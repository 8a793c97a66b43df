// The pages of docs/cli/, which are in the program: `ingot help VERB` tells what they say.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ingot {

struct ManualPage {
  std::string_view verb;
  std::string_view text;  // Markdown

  // The paragraph below the title.
  std::string opening() const;
  // The lines of the first block of code below "## Examples".
  std::vector<std::string> examples() const;
  // The text below "## Exit codes", as one paragraph.
  std::string exit_codes() const;
};

std::span<const ManualPage> ManualPages();
// Requires: the verb has a page, as the lint and a test demand of all.
const ManualPage& ManualPageOf(std::string_view verb);

// A paragraph of Markdown without line feeds, and with the text of links only.
std::string PlainParagraph(std::string_view markdown);

}  // namespace ingot
