// Standard error: what the program says to the person, or the program, that watches it. Everything that is said goes
// through here, so that a bar, plain lines and JSON events never mix.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/progress.h"
#include "cli/error_text.h"
#include "cli/progress_line.h"

namespace ingot {

class JsonWriter;

enum class ProgressMode { kBar, kPlain, kJson, kNone };
enum class Loudness { kQuiet, kNormal, kVerbose };

// With kJson every line is one event, {"event": …}, and the last one is `end`.
class Talk final : public ProgressSink {
 public:
  struct Style {
    ProgressMode progress = ProgressMode::kNone;
    Loudness loudness = Loudness::kNormal;
    TextColor color = TextColor::kPlain;
    int width = 80;
  };

  // Does not own the descriptor.
  explicit Talk(int fd) : fd_(fd) {}
  // May be called again when more is known of what was asked for.
  void SetStyle(Style style);

  // Event `start`.
  void Begin(std::string_view verb);
  // What happened; hidden by --quiet. Event `message`.
  void Say(std::string_view text);
  // More than most want to know; shown by --verbose only. Event `message`.
  void Detail(std::string_view text);
  // A question, without a line feed behind it. Not with kJson.
  void Ask(std::string_view question);
  // Event `error`.
  void Report(const Error& error, int exit_code);
  // Who else failed as the error says that was reported; shown with --quiet too. Programs have an event for each.
  void ReportRepeats(std::string_view text);
  // A fact for programs: `fields` writes the members of the event. Nothing for people.
  void Event(std::string_view name, const std::function<void(JsonWriter&)>& fields);
  // Event `end`; only the first call counts, and nothing may be said after it.
  void End(int exit_code);

  // Ends a bar, so that others may use the line.
  void ClearBar();

  void Update(const ProgressUpdate& update) override;
  void Warn(std::string_view subject, std::string_view message) override;

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  // All below require the lock.
  void Print(std::string_view text);
  void PrintEvent(std::string_view name, const std::function<void(JsonWriter&)>& fields);
  void EraseBar();
  void ShowProgress();

  int fd_;
  std::mutex mutex_;
  Style style_;
  SteadyTime began_ = std::chrono::steady_clock::now();
  bool ended_ = false;

  ProgressState state_;
  SteadyTime stage_began_;
  SteadyTime last_shown_;
  bool bar_visible_ = false;
};

}  // namespace ingot
