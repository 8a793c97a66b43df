#include "cli/build_talk.h"

#include <fmt/format.h>

#include "cli/json_writer.h"
#include "pipeline/run.h"

namespace ingot {

void TellBuild(Talk& talk, const std::string& subject, const BuildReport& report) {
  for (const std::string& warning : report.warnings) {
    talk.Warn(subject, warning);
  }
  for (const CheckResult& check : report.checks) {
    talk.Detail(fmt::format("{}: {} {}: {}", subject, check.name, VerdictName(check.verdict), check.detail));
  }
  const BuildTimings& timings = report.timings;
  talk.Detail(fmt::format("{}: {}; checks {:.2f} s, write {:.2f} s, prove {:.2f} s, sync {:.2f} s", subject,
                          ResultName(report.action), timings.check_seconds, timings.write_seconds,
                          timings.prove_seconds, timings.sync_seconds));
  talk.Event("partition", [&](JsonWriter& json) {
    json.Key("subject").String(subject).Key("result").String(ResultName(report.action));
    json.Key("rows").Unsigned(report.rows).Key("bytes").Unsigned(report.bytes);
    json.Key("content_id").String(report.content_id);
    json.Key("check_seconds").Double(timings.check_seconds).Key("write_seconds").Double(timings.write_seconds);
    json.Key("prove_seconds").Double(timings.prove_seconds).Key("sync_seconds").Double(timings.sync_seconds);
  });
}

}  // namespace ingot
