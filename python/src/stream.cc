#include "stream.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "capsules.h"

namespace ingot_python {
namespace {

// Lets go of the GIL, whether the calling thread holds it or not, and afterwards is as it was. The stable ABI cannot be
// asked who holds it: a thread that Python knows takes it first.
class WithoutGil {
 public:
  WithoutGil() {
    if (PyGILState_GetThisThreadState() != nullptr) {
      before_ = PyGILState_Ensure();
      thread_ = PyEval_SaveThread();
    }
  }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() {
    if (thread_ != nullptr) {
      PyEval_RestoreThread(thread_);
      PyGILState_Release(before_);
    }
  }

 private:
  PyGILState_STATE before_{};
  PyThreadState* thread_ = nullptr;
};

// Pulls batches of one stream on a thread of its own, when it is asked to.
class Puller {
 public:
  Puller(const ingot::QueryResult& result, std::shared_ptr<Mailbox> mailbox)
      : result_(result), mailbox_(std::move(mailbox)) {
    result_.ExportStream(&inner_).OrThrow();
  }
  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;
  ~Puller() {
    if (thread_.joinable()) {
      {
        const std::lock_guard lock(mutex_);
        order_ = Order::kLeave;
      }
      changed_.notify_all();
      thread_.join();
    }
    inner_.release(&inner_);
  }

  ArrowArrayStream& inner() { return inner_; }

  // With or without the GIL.
  int Next(ArrowArray* out) {
    if (!thread_.joinable()) {
      thread_ = std::thread([this] { Loop(); });
    }
    {
      const std::lock_guard lock(mutex_);
      order_ = Order::kPull;
    }
    changed_.notify_all();
    const WithoutGil released;
    bool heard = false;
    while (!WaitDone()) {
      heard = heard || HearSignals();
    }
    *out = batch_;
    return status_;
  }

 private:
  enum class Order { kNone, kPull, kLeave };

  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return order_ != Order::kNone; });
      if (order_ == Order::kLeave) {
        return;
      }
      lock.unlock();
      ArrowArray batch{};
      const int status = inner_.get_next(&inner_, &batch);
      lock.lock();
      batch_ = batch;
      status_ = status;
      order_ = Order::kNone;
      changed_.notify_all();
    }
  }

  bool WaitDone() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPollInterval, [this] { return order_ == Order::kNone; });
  }

  // True when the work was asked to stop.
  bool HearSignals() {
    if (Py_IsInitialized() == 0) {
      return true;
    }
    const PyGILState_STATE state = PyGILState_Ensure();
    bool stop = false;
    if (PyErr_CheckSignals() != 0) {
      // The consumer is about to raise an error of its own; the interrupt is raised behind it.
      PyErr_Clear();
      PyErr_SetInterrupt();
      stop = true;
    }
    try {
      mailbox_->Deliver();
    } catch (nb::python_error& error) {
      error.discard_as_unraisable("a progress callback of ingot");
      stop = true;
    }
    PyGILState_Release(state);
    if (stop) {
      result_.Cancel();
    }
    return stop;
  }

  ingot::QueryResult result_;
  std::shared_ptr<Mailbox> mailbox_;
  ArrowArrayStream inner_{};
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Order order_ = Order::kNone;
  ArrowArray batch_{};
  int status_ = 0;
};

Puller& PullerOf(ArrowArrayStream* stream) { return *static_cast<Puller*>(stream->private_data); }

// Needs the GIL when the last reference to a mailbox goes; consumers may release a stream without it.
void Release(ArrowArrayStream* stream) {
  std::unique_ptr<Puller> puller(&PullerOf(stream));
  stream->release = nullptr;
  if (Py_IsInitialized() == 0) {
    // NOLINTNEXTLINE(bugprone-unused-return-value): the process ends, and its callables are gone
    static_cast<void>(puller.release());
    return;
  }
  const PyGILState_STATE state = PyGILState_Ensure();
  puller.reset();
  PyGILState_Release(state);
}

}  // namespace

nb::object StreamCapsule(const ingot::QueryResult& result, const std::shared_ptr<Mailbox>& mailbox) {
  ArrowArrayStream stream{};
  stream.private_data = std::make_unique<Puller>(result, mailbox).release();
  stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
    ArrowArrayStream& inner = PullerOf(self).inner();
    return inner.get_schema(&inner, out);
  };
  stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) { return PullerOf(self).Next(out); };
  stream.get_last_error = [](ArrowArrayStream* self) {
    ArrowArrayStream& inner = PullerOf(self).inner();
    return inner.get_last_error(&inner);
  };
  stream.release = Release;
  return ToCapsule(stream);
}

nb::object SchemaCapsule(const ingot::QueryResult& result) {
  ArrowSchema schema{};
  result.ExportSchema(&schema).OrThrow();
  return ToCapsule(schema);
}

std::vector<std::string> ColumnNames(const ingot::QueryResult& result) {
  ArrowSchema schema;
  result.ExportSchema(&schema).OrThrow();
  std::vector<std::string> names;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    names.emplace_back(schema.children[i]->name);
  }
  schema.release(&schema);
  return names;
}

}  // namespace ingot_python
