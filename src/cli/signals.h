// Signals: the first interrupt asks for a clean end, a second one ends at once.
#pragma once

#include "base/cancellation.h"

namespace ingot {

// SIGINT, SIGTERM and SIGHUP request `cancellation`; a second one meets the system's default. A signal that the parent
// ignores stays ignored, as nohup wants it. SIGPIPE is ignored: a reader that leaves must not kill a build, and writes
// report it. To be called once; `cancellation` must live until the process ends.
void HandleSignals(Cancellation& cancellation);

// The same for a part of the work: while it lives, signals ask `cancellation`; afterwards, again, what was asked
// before.
class SignalScope {
 public:
  explicit SignalScope(Cancellation& cancellation);
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;
  ~SignalScope();

 private:
  Cancellation* before_;
};

}  // namespace ingot
