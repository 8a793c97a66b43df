#include "cli/talk.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "cli/json_writer.h"
#include "cli/unicode_text.h"

namespace ingot {
namespace {

using std::chrono::steady_clock;

// A bar is redrawn so often; a log gets a line now and then.
constexpr auto kBarInterval = std::chrono::milliseconds(80);
constexpr auto kEventInterval = std::chrono::milliseconds(200);
constexpr auto kPlainInterval = std::chrono::seconds(5);

constexpr std::string_view kEraseLine = "\r\x1B[K";
constexpr std::string_view kYellow = "\x1B[33m";
constexpr std::string_view kReset = "\x1B[0m";

double SecondsSince(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

}  // namespace

void Talk::SetStyle(Style style) {
  const std::lock_guard lock(mutex_);
  EraseBar();
  style_ = style;
}

void Talk::Begin(std::string_view verb) {
  Event("start", [verb](JsonWriter& json) { json.Key("verb").String(verb); });
}

void Talk::Say(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (style_.progress == ProgressMode::kJson) {
    PrintEvent("message", [text](JsonWriter& json) { json.Key("text").String(text); });
  } else if (style_.loudness != Loudness::kQuiet) {
    Print(PrintableText(text) + '\n');
  }
}

void Talk::Detail(std::string_view text) {
  bool wanted = false;
  {
    const std::lock_guard lock(mutex_);
    wanted = style_.loudness == Loudness::kVerbose;
  }
  if (wanted) {
    Say(text);
  }
}

void Talk::Ask(std::string_view question) {
  const std::lock_guard lock(mutex_);
  if (style_.progress != ProgressMode::kJson) {
    Print(PrintableText(question));
  }
}

void Talk::Report(const Error& error, int exit_code) {
  const std::lock_guard lock(mutex_);
  if (style_.progress == ProgressMode::kJson) {
    PrintEvent("error", [&](JsonWriter& json) {
      json.Key("error");
      WriteError(json, error, exit_code);
    });
  } else {
    Print(ErrorForPeople(error, style_.color));
  }
}

void Talk::ReportRepeats(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (style_.progress != ProgressMode::kJson) {
    Print(ErrorLine(text, style_.color));
  }
}

void Talk::Event(std::string_view name, const std::function<void(JsonWriter&)>& fields) {
  const std::lock_guard lock(mutex_);
  if (style_.progress == ProgressMode::kJson) {
    PrintEvent(name, fields);
  }
}

void Talk::End(int exit_code) {
  const std::lock_guard lock(mutex_);
  EraseBar();
  if (style_.progress == ProgressMode::kJson) {
    PrintEvent("end", [&](JsonWriter& json) {
      json.Key("exit_code").Signed(exit_code).Key("seconds").Double(SecondsSince(began_));
    });
  }
  ended_ = true;
}

void Talk::ClearBar() {
  const std::lock_guard lock(mutex_);
  EraseBar();
}

void Talk::Update(const ProgressUpdate& update) {
  const std::lock_guard lock(mutex_);
  if (style_.progress == ProgressMode::kNone || style_.loudness == Loudness::kQuiet) {
    return;
  }
  const bool new_stage = state_.stage != update.stage || state_.subject != update.subject;
  if (new_stage) {
    state_.stage = update.stage;
    state_.subject = update.subject;
    stage_began_ = steady_clock::now();
  }
  state_.bytes_done = update.bytes_done;
  state_.bytes_total = update.bytes_total;
  state_.rows = update.rows;
  const auto interval = style_.progress == ProgressMode::kBar    ? std::chrono::milliseconds(kBarInterval)
                        : style_.progress == ProgressMode::kJson ? std::chrono::milliseconds(kEventInterval)
                                                                 : std::chrono::milliseconds(kPlainInterval);
  if (new_stage || steady_clock::now() - last_shown_ >= interval) {
    last_shown_ = steady_clock::now();
    state_.seconds = SecondsSince(stage_began_);
    ShowProgress();
  }
}

void Talk::ShowProgress() {
  switch (style_.progress) {
    case ProgressMode::kBar: {
      const size_t width = style_.width > 1 ? static_cast<size_t>(style_.width) - 1 : 1;
      bar_visible_ = false;  // erased and drawn in one write: nothing flickers
      Print(std::string(kEraseLine) + ProgressBarLine(state_, width));
      bar_visible_ = true;
      return;
    }
    case ProgressMode::kPlain:
      Print(ProgressPlainLine(state_) + '\n');
      return;
    case ProgressMode::kJson:
      PrintEvent("progress", [this](JsonWriter& json) {
        json.Key("stage").String(state_.stage).Key("subject").String(state_.subject);
        json.Key("bytes_done").Unsigned(state_.bytes_done).Key("bytes_total").Unsigned(state_.bytes_total);
        json.Key("rows").Unsigned(state_.rows).Key("seconds").Double(state_.seconds);
      });
      return;
    case ProgressMode::kNone:
      return;
  }
}

void Talk::Warn(std::string_view subject, std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (style_.progress == ProgressMode::kJson) {
    PrintEvent("warning",
               [&](JsonWriter& json) { json.Key("subject").String(subject).Key("message").String(message); });
    return;
  }
  if (style_.loudness == Loudness::kQuiet) {
    return;
  }
  const bool colored = style_.color == TextColor::kColored;
  Print(fmt::format("{}warning:{} {}{}{}\n", colored ? kYellow : "", colored ? kReset : "", PrintableText(subject),
                    subject.empty() ? "" : ": ", PrintableText(message)));
}

void Talk::PrintEvent(std::string_view name, const std::function<void(JsonWriter&)>& fields) {
  JsonWriter json(JsonLayout::kOneLine);
  json.BeginObject().Key("event").String(name);
  fields(json);
  json.EndObject();
  Print(json.text() + '\n');
}

void Talk::EraseBar() {
  if (bar_visible_) {
    bar_visible_ = false;
    Print(kEraseLine);
  }
}

void Talk::Print(std::string_view text) {
  if (ended_) {
    return;
  }
  EraseBar();
  // Nobody can be told that standard error is gone; the work goes on.
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return;
    }
    text.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
  }
}

}  // namespace ingot
