// One call that works for longer: the library's part runs on a thread of its own without the GIL, and the calling
// thread waits for it, hears signals, and hands progress to Python.
#pragma once

#include <ingot/ingot.h>
#include <nanobind/nanobind.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace ingot_python {

namespace nb = nanobind;

// What the library told and Python has not heard yet. Any thread.
class Mailbox {
 public:
  // Callables or None.
  Mailbox(nb::object on_progress, nb::object on_warning);
  // Needs no GIL.
  void Put(const ingot::Progress& progress);
  void Put(const ingot::Warning& warning);
  // Calls the callables. Needs the GIL. Throws nb::python_error when one raises.
  void Deliver();

 private:
  nb::object on_progress_;
  nb::object on_warning_;
  std::mutex mutex_;
  std::optional<ingot::Progress> progress_;  // only the last one counts
  std::vector<ingot::Warning> warnings_;
};

// How often signals are heard and progress is told.
inline constexpr std::chrono::milliseconds kPollInterval{50};

class Operation {
 public:
  Operation(nb::object on_progress, nb::object on_warning, const ingot::Cancellation& cancellation)
      : mailbox_(std::make_shared<Mailbox>(std::move(on_progress), std::move(on_warning))),
        cancellation_(cancellation) {}

  // Sets the observers of the options. What is begun with them may tell of itself after the call: it keeps the mailbox.
  void Watch(ingot::WorkOptions& work) const;
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  // For calls that take it by itself.
  const ingot::Cancellation& cancellation() const { return cancellation_; }

  // Needs the GIL and releases it while `function` works. Throws ingot::Exception for its error; nb::python_error when
  // a signal handler or a callback raised, after the work has stopped.
  template <typename Function>
  auto Run(Function&& function) {
    using Value = std::decay_t<decltype(*function())>;
    std::optional<ingot::Result<Value>> result;
    Wait([&] { result.emplace(std::forward<Function>(function)()); });
    return std::move(*result).OrThrow();
  }

 private:
  void Wait(const std::function<void()>& work);

  std::shared_ptr<Mailbox> mailbox_;
  ingot::Cancellation cancellation_;
};

}  // namespace ingot_python
