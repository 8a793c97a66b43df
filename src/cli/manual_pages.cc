#include "cli/manual_pages.h"

#include <algorithm>

namespace ingot {
namespace {

constexpr std::string_view kFence = "```";

// What is below the heading, up to the next one of its level; empty without it.
std::string_view Section(std::string_view text, std::string_view title) {
  const std::string heading = "\n## " + std::string(title) + "\n";
  const size_t at = text.find(heading);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view below = text.substr(at + heading.size());
  return below.substr(0, below.find("\n## "));
}

}  // namespace

std::string PlainParagraph(std::string_view markdown) {
  std::string plain;
  for (size_t i = 0; i < markdown.size(); ++i) {
    const char c = markdown[i] == '\n' ? ' ' : markdown[i];
    const size_t end = c == ']' ? markdown.find(')', i) : std::string_view::npos;
    if (c == ']' && end != std::string_view::npos && markdown.substr(i + 1).starts_with('(')) {
      plain.erase(plain.rfind('['), 1);
      i = end;
    } else if (c != ' ' || (!plain.empty() && plain.back() != ' ')) {
      plain += c;
    }
  }
  while (plain.ends_with(' ')) {
    plain.pop_back();
  }
  return plain;
}

std::string ManualPage::opening() const {
  const std::string_view below = text.substr(std::min(text.find("\n\n"), text.size() - 2) + 2);
  return PlainParagraph(below.substr(0, below.find("\n\n")));
}

std::vector<std::string> ManualPage::examples() const {
  std::vector<std::string> lines;
  std::string_view block = Section(text, "Examples");
  block.remove_prefix(std::min(block.find(kFence), block.size()));
  block.remove_prefix(std::min(block.find('\n'), block.size()));
  block = block.substr(0, block.find(kFence));
  while (!block.empty()) {
    block.remove_prefix(1);
    const std::string_view line = block.substr(0, block.find('\n'));
    if (!line.empty()) {
      lines.emplace_back(line);
    }
    block.remove_prefix(line.size());
  }
  return lines;
}

std::string ManualPage::exit_codes() const { return PlainParagraph(Section(text, "Exit codes")); }

const ManualPage& ManualPageOf(std::string_view verb) {
  const std::span<const ManualPage> pages = ManualPages();
  return *std::find_if(pages.begin(), pages.end(), [verb](const ManualPage& page) { return page.verb == verb; });
}

}  // namespace ingot
