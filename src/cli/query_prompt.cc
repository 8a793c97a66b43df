#include "cli/query_prompt.h"

#include <fmt/format.h>
#include <histedit.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/data_output.h"
#include "cli/query_run.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "dataset/relation.h"
#include "model/lock_file.h"
#include "pipeline/workspace.h"

namespace ingot {
namespace {

constexpr int kHistoryLines = 1000;
constexpr std::string_view kKeywords[] = {"SELECT", "FROM",     "WHERE", "GROUP BY", "ORDER BY", "LIMIT",    "HAVING",
                                          "JOIN",   "USING",    "AS",    "AND",      "BETWEEN",  "DISTINCT", "count(*)",
                                          "WITH",   "DESCRIBE", "CASE",  "WHEN",     "THEN",     "END"};

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

// "scores" and "scores.final": names of columns, and of the fields of structs below them.
void CollectColumns(const std::vector<Field>& fields, const std::string& prefix, std::set<std::string>& words) {
  for (const Field& field : fields) {
    words.insert(prefix + field.name);
    if (field.type.kind == TypeKind::kStruct) {
      CollectColumns(field.type.fields, prefix + field.name + ".", words);
    }
  }
}

std::set<std::string> WordsOf(const Workspace* workspace) {
  std::set<std::string> words(std::begin(kKeywords), std::end(kKeywords));
  if (workspace != nullptr) {
    for (const DatasetSpec& dataset : workspace->project().datasets) {
      words.insert(dataset.name);
      const LockedSchema* locked = workspace->lock().Find(dataset.name);
      const Schema schema = locked == nullptr ? Schema() : locked->schema;
      CollectColumns(schema.fields, "", words);
      for (const KeySpec& key : {dataset.key, FieldsOfNames(dataset)}) {
        for (const KeyFieldSpec& column : KeyColumns(key, schema)) {
          words.insert(column.name);
        }
      }
    }
    for (const SqlModel& model : workspace->project().models) {
      words.insert(model.name);
    }
  }
  return words;
}

// Where programs keep what they remember between runs: the XDG base directory specification.
std::string HistoryPath(const Environment& environment) {
  const auto value = [&environment](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  };
  const std::string state = value("XDG_STATE_HOME");
  const std::string home = value("HOME");
  if (state.empty() && home.empty()) {
    return {};
  }
  return (state.empty() ? home + "/.local/state" : state) + "/ingot/query_history";
}

// The line editor. Its callbacks find it by libedit's client data.
class LineEditor {
 public:
  LineEditor(std::set<std::string> words, std::string history_path)
      : words_(std::move(words)), history_path_(std::move(history_path)) {
    editor_ = el_init("ingot", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event{};
    history(history_, &event, H_SETSIZE, kHistoryLines);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!history_path_.empty()) {
      history(history_, &event, H_LOAD, history_path_.c_str());
    }
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &LineEditor::Prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_ADDFN, "ingot-complete", "complete a name", &LineEditor::Complete);
    el_set(editor_, EL_ADDFN, "ingot-drop", "drop the line", &LineEditor::Drop);
    el_set(editor_, EL_BIND, "^I", "ingot-complete", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    // While a line is edited Ctrl-C is a key like others.
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor_, EL_BIND, "^C", "ingot-drop", nullptr);
  }
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor() {
    if (!history_path_.empty()) {
      std::error_code ignored;
      const std::filesystem::path folder = std::filesystem::path(history_path_).parent_path();
      std::filesystem::create_directories(folder, ignored);
      HistEvent event{};
      // libedit makes the file with mode 0600.
      history(history_, &event, H_SAVE, history_path_.c_str());
    }
    history_end(history_);
    el_end(editor_);
  }

  enum class Outcome { kLine, kDropped, kEnd };
  // One line without its line feed. `first`: whether a statement begins with it.
  Outcome Read(bool first, std::string& line) {
    first_ = first;
    dropped_ = false;
    int count = 0;
    const char* text = el_gets(editor_, &count);
    if (dropped_) {
      return Outcome::kDropped;
    }
    if (text == nullptr || count <= 0) {
      return Outcome::kEnd;
    }
    line.assign(text, static_cast<size_t>(count));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) {
      line.pop_back();
    }
    return Outcome::kLine;
  }

  void Remember(const std::string& statement) {
    HistEvent event{};
    history(history_, &event, H_ENTER, statement.c_str());
  }

 private:
  static LineEditor& Of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<LineEditor*>(self);
  }

  static char* Prompt(EditLine* editor) {
    static char first[] = "ingot> ";
    static char more[] = "   ...> ";
    return Of(editor).first_ ? first : more;
  }

  static unsigned char Drop(EditLine* editor, int) {
    Of(editor).dropped_ = true;
    return CC_NEWLINE;
  }

  // The only word that continues what stands before the cursor, or as much as all of them share.
  static unsigned char Complete(EditLine* editor, int) {
    const LineInfo* info = el_line(editor);
    const char* begin = info->cursor;
    while (begin > info->buffer && IsWordCharacter(begin[-1])) {
      --begin;
    }
    const std::string_view typed(begin, static_cast<size_t>(info->cursor - begin));
    std::vector<std::string_view> found;
    for (const std::string& word : Of(editor).words_) {
      if (StartsWith(word, typed)) {
        found.push_back(word);
      }
    }
    if (typed.empty() || found.empty()) {
      return CC_REFRESH_BEEP;
    }
    std::string_view shared = found[0];
    for (const std::string_view word : found) {
      const auto differs = std::mismatch(shared.begin(), shared.end(), word.begin(), word.end()).first;
      shared = shared.substr(0, static_cast<size_t>(differs - shared.begin()));
    }
    if (shared.size() > typed.size()) {
      el_insertstr(editor, std::string(shared.substr(typed.size())).c_str());
      return CC_REFRESH;
    }
    if (found.size() == 1) {
      return CC_NORM;
    }
    std::string list = "\n";
    for (const std::string_view word : found) {
      list += fmt::format("{}  ", word);
    }
    std::fputs((list + "\n").c_str(), stdout);
    return CC_REDISPLAY;
  }

  std::set<std::string> words_;
  std::string history_path_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  bool first_ = true;
  bool dropped_ = false;
};

std::string Trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) {
    text.remove_prefix(1);
  }
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.remove_suffix(1);
  }
  return std::string(text);
}

// Runs one statement under a cancellation of its own, so that Ctrl-C ends it and nothing else.
void RunOne(const Invocation& invocation, const std::string& statement) {
  Program& outer = invocation.program;
  Cancellation cancellation;
  const SignalScope signals(cancellation);
  Program program{outer.environment, outer.terminal, outer.out, outer.talk, outer.clock, cancellation};
  const Result<int> outcome =
      RunQuery({invocation.command, invocation.arguments, invocation.settings, invocation.workspace, program},
               EngineStatement{statement, {}});
  outer.out.Flush();
  if (!outcome) {
    outer.talk.Report(outcome.error(), ExitCodeOf(outcome.error(), cancellation));
  }
}

void ListTables(const Invocation& invocation) {
  if (invocation.workspace != nullptr) {
    for (const DatasetSpec& dataset : invocation.workspace->project().datasets) {
      invocation.program.out.Line(dataset.name);
    }
    for (const SqlModel& model : invocation.workspace->project().models) {
      invocation.program.out.Line(model.name);
    }
  }
  invocation.program.out.Flush();
}

}  // namespace

Result<int> PromptForQueries(const Invocation& invocation) {
  invocation.program.talk.Say("SQL ends with `;`. \\d lists the tables, \\q or Ctrl-D leaves.");
  LineEditor editor(WordsOf(invocation.workspace), HistoryPath(invocation.program.environment));
  std::string statement;
  std::string line;
  while (true) {
    const LineEditor::Outcome outcome = editor.Read(statement.empty(), line);
    if (outcome == LineEditor::Outcome::kEnd) {
      invocation.program.out.Line("");
      return kExitOk;
    }
    const std::string word = Trimmed(line);
    if (outcome == LineEditor::Outcome::kDropped) {
      invocation.program.out.Line("^C");
      invocation.program.out.Flush();
      statement.clear();
    } else if (statement.empty() && (word == "\\q" || word == "exit" || word == "quit")) {
      return kExitOk;
    } else if (statement.empty() && word == "\\d") {
      ListTables(invocation);
    } else if (!word.empty()) {
      statement += (statement.empty() ? "" : "\n") + line;
      if (word.ends_with(';')) {
        editor.Remember(statement);
        RunOne(invocation, statement);
        statement.clear();
      }
    }
  }
}

}  // namespace ingot
