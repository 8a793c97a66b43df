#include "cli/talk.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "base/result_matchers.h"
#include "cli/data_output.h"
#include "cli/json_writer.h"
#include "model/json_document.h"

namespace ingot {
namespace {

// A pipe whose written bytes can be read back; what is said must fit the pipe's buffer.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    Close(ends_[0]);
    CloseWriter();
  }
  int writer() const { return ends_[1]; }

  std::string ReadAll() {
    CloseWriter();
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t count = 0; (count = ::read(ends_[0], piece.data(), piece.size())) > 0;) {
      text.append(piece.data(), static_cast<size_t>(count));
    }
    return text;
  }

 private:
  void CloseWriter() { Close(ends_[1]); }
  static void Close(int& fd) {
    if (fd >= 0) {
      ::close(fd);
    }
    fd = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

Talk::Style StyleOf(ProgressMode progress, Loudness loudness = Loudness::kNormal) {
  return {progress, loudness, TextColor::kPlain, 80};
}

void SayEverything(Talk& talk) {
  talk.Begin("run");
  talk.Say("building");
  talk.Detail("step");
  talk.Warn("tier3@2026-01-15", "hour 17 is missing");
  talk.Update({"write", "tier3@2026-01-15", 1, 2, 3});
  talk.Report(Error(ErrorKind::kCheckFailed, "Incomplete day: missing hours 17", "wait").In("tier3"), 6);
  talk.End(6);
  talk.Say("too late");
  talk.End(0);
}

TEST(Talk, SpeaksToPeople) {
  Pipe pipe;
  Talk talk(pipe.writer());
  talk.SetStyle(StyleOf(ProgressMode::kPlain));
  SayEverything(talk);
  EXPECT_EQ(pipe.ReadAll(),
            "building\n"
            "warning: tier3@2026-01-15: hour 17 is missing\n"
            "write tier3@2026-01-15: 1 B of 2 B (50 %), 3 rows\n"
            "error: tier3: Incomplete day: missing hours 17\n"
            "  try: wait\n");
}

TEST(Talk, QuietSaysErrorsOnly) {
  Pipe pipe;
  Talk talk(pipe.writer());
  talk.SetStyle(StyleOf(ProgressMode::kPlain, Loudness::kQuiet));
  SayEverything(talk);
  EXPECT_EQ(pipe.ReadAll(), "error: tier3: Incomplete day: missing hours 17\n  try: wait\n");
}

TEST(Talk, JsonIsOneEventPerLineWithOneEnd) {
  Pipe pipe;
  Talk talk(pipe.writer());
  talk.SetStyle(StyleOf(ProgressMode::kJson, Loudness::kVerbose));
  SayEverything(talk);
  std::vector<std::string> events;
  const std::string text = pipe.ReadAll();
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    const auto event = ParseJson(text.substr(start, end - start));
    ASSERT_OK(event);
    events.push_back(*event->Find("event")->AsString());
    start = end + 1;
  }
  EXPECT_EQ(events, (std::vector<std::string>{"start", "message", "message", "warning", "progress", "error", "end"}));
}

TEST(Talk, ABarIsErasedBeforeOthersSpeak) {
  Pipe pipe;
  Talk talk(pipe.writer());
  talk.SetStyle(StyleOf(ProgressMode::kBar));
  talk.Update({"write", "x", 1, 2, 0});
  talk.Say("done");
  talk.End(0);
  const std::string text = pipe.ReadAll();
  EXPECT_TRUE(text.ends_with("\r\x1B[Kdone\n")) << text;
}

TEST(Talk, SurvivesAStreamThatCannotBeWritten) {
  Talk talk(-1);
  talk.SetStyle(StyleOf(ProgressMode::kJson));
  SayEverything(talk);
}

TEST(DataOutput, AReaderThatLeavesIsNoFailure) {
  Pipe pipe;
  DataOutput out(pipe.writer());
  out.Line("a");
  EXPECT_OK(out.Finish());
  EXPECT_EQ(pipe.ReadAll(), "a\n");
}

TEST(DataOutput, AFailedWriteIsTold) {
  DataOutput out(-1);
  out.Line("a");
  EXPECT_THAT(out.Finish(), IsErr(ErrorKind::kUnavailable, "standard output"));
}

}  // namespace
}  // namespace ingot
