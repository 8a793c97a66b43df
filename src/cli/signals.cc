#include "cli/signals.h"

#include <atomic>
#include <csignal>

namespace ingot {
namespace {

// A handler gets no argument of ours, so the place must be known to it: the one global variable of the program.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): as said
std::atomic<Cancellation*> g_cancellation{nullptr};

extern "C" void OnSignal(int signal_number) {
  if (Cancellation* cancellation = g_cancellation.load()) {
    cancellation->Request(signal_number);
  }
}

void Catch(int signal_number) {
  struct sigaction current{};
  if (sigaction(signal_number, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) {
    return;
  }
  struct sigaction action{};
  action.sa_handler = OnSignal;
  // Without SA_RESTART, so that a read from a terminal or a pipe ends too.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

void HandleSignals(Cancellation& cancellation) {
  g_cancellation.store(&cancellation);
  Catch(SIGINT);
  Catch(SIGTERM);
  Catch(SIGHUP);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigemptyset(&ignore.sa_mask);
  sigaction(SIGPIPE, &ignore, nullptr);
  // A bound on the size of files is then an error of the write, which is told and cleaned up after.
  sigaction(SIGXFSZ, &ignore, nullptr);
}

SignalScope::SignalScope(Cancellation& cancellation) : before_(g_cancellation.load()) { HandleSignals(cancellation); }

SignalScope::~SignalScope() {
  if (before_ != nullptr) {
    HandleSignals(*before_);
  }
}

}  // namespace ingot
