#include "operation.h"

#include <nanobind/stl/string.h>

namespace ingot_python {

Mailbox::Mailbox(nb::object on_progress, nb::object on_warning)
    : on_progress_(std::move(on_progress)), on_warning_(std::move(on_warning)) {}

void Mailbox::Put(const ingot::Progress& progress) {
  const std::lock_guard lock(mutex_);
  progress_ = progress;
}

void Mailbox::Put(const ingot::Warning& warning) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back(warning);
}

void Mailbox::Deliver() {
  std::optional<ingot::Progress> progress;
  std::vector<ingot::Warning> warnings;
  {
    const std::lock_guard lock(mutex_);
    progress = std::exchange(progress_, std::nullopt);
    warnings = std::exchange(warnings_, {});
  }
  if (progress && !on_progress_.is_none()) {
    on_progress_(progress->stage, progress->subject, progress->bytes_done, progress->bytes_total, progress->rows);
  }
  for (const ingot::Warning& warning : warnings) {
    if (!on_warning_.is_none()) {
      on_warning_(warning.subject, warning.message);
    }
  }
}

void Operation::Watch(ingot::WorkOptions& work) const {
  work.cancellation = cancellation_;
  work.on_progress = [mailbox = mailbox_.get()](const ingot::Progress& progress) { mailbox->Put(progress); };
  work.on_warning = [mailbox = mailbox_.get()](const ingot::Warning& warning) { mailbox->Put(warning); };
}

void Operation::Wait(const std::function<void()>& work) {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  std::thread worker([&] {
    work();
    const std::lock_guard lock(mutex);
    done = true;
    ended.notify_one();
  });
  std::exception_ptr raised;
  const auto hear = [&] {
    try {
      if (PyErr_CheckSignals() != 0) {
        throw nb::python_error();
      }
      mailbox_->Deliver();
    } catch (const nb::python_error&) {
      raised = std::current_exception();
      cancellation_.Request();
    }
  };
  for (bool over = false; !over;) {
    {
      const nb::gil_scoped_release released;
      std::unique_lock lock(mutex);
      over = ended.wait_for(lock, kPollInterval, [&] { return done; });
    }
    if (raised == nullptr) {
      hear();
    }
  }
  {
    const nb::gil_scoped_release released;
    worker.join();
  }
  if (raised != nullptr) {
    std::rethrow_exception(raised);
  }
}

}  // namespace ingot_python
