// The program: what the process was given goes in, an exit code comes out.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "base/cancellation.h"
#include "cli/program.h"
#include "cli/signals.h"

namespace {

ingot::Environment ReadEnvironment(char** variables) {
  ingot::Environment environment;
  for (char** variable = variables; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const size_t equals = text.find('=');
    if (equals != std::string::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

// What COLUMNS asks for; 0 without a number there.
int ColumnsOf(const ingot::Environment& environment) {
  const auto found = environment.find("COLUMNS");
  int columns = 0;
  if (found != environment.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), columns);
  }
  return columns;
}

ingot::Terminal DetectTerminal(const ingot::Environment& environment) {
  ingot::Terminal terminal;
  terminal.input_is_terminal = isatty(STDIN_FILENO) == 1;
  terminal.output_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.talk_is_terminal = isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (const int columns = ColumnsOf(environment); columns > 0) {
    terminal.width = columns;
  } else if ((ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) &&
             size.ws_col > 0) {
    terminal.width = size.ws_col;
  }
  return terminal;
}

}  // namespace

int main(int argc, char** argv, char** variables) {
  ingot::Cancellation cancellation;
  ingot::HandleSignals(cancellation);
  ingot::ProcessStart start;
  start.words.assign(argv + std::min(argc, 1), argv + argc);
  start.environment = ReadEnvironment(variables);
  start.terminal = DetectTerminal(start.environment);
  return ingot::RunProgram(start, cancellation);
}
