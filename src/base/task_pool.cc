#include "base/task_pool.h"

#include <utility>

namespace ingot {

TaskPool::TaskPool(unsigned threads) {
  for (unsigned i = 1; i < threads; ++i) {
    workers_.emplace_back([this] { WorkerLoop(); });
  }
}

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) {
    worker.join();
  }
}

void TaskPool::Submit(TaskPriority priority, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    queues_.at(static_cast<size_t>(priority)).push_back(std::move(task));
  }
  changed_.notify_one();
}

bool TaskPool::RunOne(std::unique_lock<std::mutex>& lock) {
  for (auto& queue : queues_) {
    if (queue.empty()) {
      continue;
    }
    {
      const std::function<void()> task = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      task();
      // The task and what it holds are gone before anyone is told that it is done.
    }
    lock.lock();
    changed_.notify_all();
    return true;
  }
  return false;
}

void TaskPool::HelpUntil(const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  while (!done()) {
    if (!RunOne(lock)) {
      changed_.wait(lock);
    }
  }
}

void TaskPool::WorkerLoop() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!RunOne(lock)) {
      changed_.wait(lock);
    }
  }
}

}  // namespace ingot
