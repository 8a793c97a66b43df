// Threads that run short tasks, most urgent first; the thread that waits helps.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ingot {

// Encoding frees memory, so it goes before decoding more; the head file's next block goes before later files'.
enum class TaskPriority { kEncode, kHead, kAhead };

// `threads` counts the caller: with 1 no thread is started and every task runs inside HelpUntil, in submission order
// within its priority. Tasks must not throw and must not wait for other tasks.
class TaskPool {
 public:
  explicit TaskPool(unsigned threads);
  // Tasks that no thread has begun are dropped; running ones are waited for.
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  void Submit(TaskPriority priority, std::function<void()> task);

  // Runs tasks on this thread until `done` is true. `done` is evaluated under the pool's lock after each finished task:
  // it must be cheap and must not call the pool. Returns at once when it is true already.
  void HelpUntil(const std::function<bool()>& done);

  // For use inside a task: changes state that `done` reads, under the pool's lock.
  template <typename Function>
  void Locked(Function&& function) {
    const std::lock_guard lock(mutex_);
    std::forward<Function>(function)();
  }

  unsigned threads() const { return static_cast<unsigned>(workers_.size()) + 1; }

 private:
  void WorkerLoop();
  // Takes and runs one task. Requires: the lock is held by `lock`; it is held again on return.
  bool RunOne(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<std::deque<std::function<void()>>, 3> queues_;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace ingot
