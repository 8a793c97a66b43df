#include "base/task_pool.h"

#include <gtest/gtest.h>

#include <string>

namespace ingot {
namespace {

TEST(TaskPool, OneThreadRunsByPriorityThenOrder) {
  TaskPool pool(1);
  std::string order;
  pool.Submit(TaskPriority::kAhead, [&] { order += 'a'; });
  pool.Submit(TaskPriority::kHead, [&] { order += 'h'; });
  pool.Submit(TaskPriority::kEncode, [&] { order += '1'; });
  pool.Submit(TaskPriority::kEncode, [&] { order += '2'; });
  EXPECT_EQ(order, "");
  pool.HelpUntil([&] { return order.size() == 4; });
  EXPECT_EQ(order, "12ha");
}

TEST(TaskPool, ManyThreadsFinishEverything) {
  TaskPool pool(8);
  int sum = 0;
  for (int i = 1; i <= 1000; ++i) {
    pool.Submit(TaskPriority::kAhead, [&pool, &sum, i] { pool.Locked([&] { sum += i; }); });
  }
  pool.HelpUntil([&] { return sum == 500'500; });
  EXPECT_EQ(sum, 500'500);
}

TEST(TaskPool, TasksMaySubmitTasks) {
  TaskPool pool(3);
  bool done = false;
  pool.Submit(TaskPriority::kAhead,
              [&] { pool.Submit(TaskPriority::kEncode, [&] { pool.Locked([&] { done = true; }); }); });
  pool.HelpUntil([&] { return done; });
  EXPECT_TRUE(done);
}

TEST(TaskPool, DropsWhatWasNotBegun) {
  bool ran = false;
  {
    TaskPool pool(1);
    pool.Submit(TaskPriority::kHead, [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace ingot
