#include "commit/partition_lock.h"

#include <fcntl.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "commit/store_fixture.h"

namespace ingot {
namespace {

class PartitionLockTest : public StoreFixture {
 protected:
  LockRequest Request(std::string run_id = "run-1") const {
    LockRequest request;
    request.slot = "daily/2026-01-15";
    request.run_id = std::move(run_id);
    request.started = clock_.Now();
    return request;
  }

  // A child that holds the lock until told to go; `kill` ends it the hard way.
  class Holder {
   public:
    explicit Holder(const PartitionLockTest& test) {
      int ready[2];
      int go[2];
      EXPECT_EQ(::pipe(ready), 0);
      EXPECT_EQ(::pipe(go), 0);
      pid_ = ::fork();
      if (pid_ == 0) {
        ::close(go[1]);
        const LocalRoot root = test.OpenRoot();
        const auto lock = PartitionLock::Acquire(root, test.Request("run-of-child"));
        char byte = lock ? 'y' : 'n';
        static_cast<void>(!::write(ready[1], &byte, 1));
        static_cast<void>(!::read(go[0], &byte, 1));
        ::_exit(0);
      }
      ::close(ready[1]);
      ::close(go[0]);
      char byte = 0;
      EXPECT_EQ(::read(ready[0], &byte, 1), 1);
      EXPECT_EQ(byte, 'y');
      ::close(ready[0]);
      go_ = UniqueFd(go[1]);
    }
    void Kill() {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    void Release() {
      go_ = UniqueFd();
      ::waitpid(pid_, nullptr, 0);
    }
    pid_t pid() const { return pid_; }

   private:
    pid_t pid_ = 0;
    UniqueFd go_;
  };
};

TEST_F(PartitionLockTest, LeavesNothingBehind) {
  const LocalRoot root = OpenRoot();
  {
    ASSERT_OK(PartitionLock::Acquire(root, Request()));
  }
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(PartitionLockTest, TheSecondHolderLearnsWhoTheFirstIs) {
  const LocalRoot root = OpenRoot();
  const auto first = PartitionLock::Acquire(root, Request("01JHW8"));
  ASSERT_OK(first);
  const auto second = PartitionLock::Acquire(root, Request());
  ASSERT_THAT(second, IsErr(ErrorKind::kConflict, "'daily/2026-01-15' is locked by run 01JHW8, pid " +
                                                      std::to_string(::getpid()) + ", host "));
  EXPECT_NE(second.error().message().find("since 2026-01-15T00:00:00"), std::string::npos);
  EXPECT_EQ(Describe(second.error().kind()).exit_code, 11);
  LockRequest other = Request();
  other.slot = "daily/2026-01-16";
  ASSERT_OK(PartitionLock::Acquire(root, other));
}

TEST_F(PartitionLockTest, ExcludesAnotherProcessUntilItEnds) {
  Holder holder(*this);
  const LocalRoot root = OpenRoot();
  EXPECT_THAT(PartitionLock::Acquire(root, Request()),
              IsErr(ErrorKind::kConflict, "run run-of-child, pid " + std::to_string(holder.pid())));
  EXPECT_TRUE(PartitionLock::IsHeld(root, SlotId("daily/2026-01-15")).value());
  EXPECT_FALSE(PartitionLock::TryAcquire(root, SlotId("daily/2026-01-15")).value().has_value());
  holder.Release();
  ASSERT_OK(PartitionLock::Acquire(root, Request()));
}

TEST_F(PartitionLockTest, DiesWithItsProcess) {
  Holder holder(*this);
  holder.Kill();
  EXPECT_EQ(StateFiles().size(), 1U);  // the file is left, the lock is not
  const LocalRoot root = OpenRoot();
  EXPECT_FALSE(PartitionLock::IsHeld(root, SlotId("daily/2026-01-15")).value());
  {
    ASSERT_OK(PartitionLock::Acquire(root, Request()));
  }
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(PartitionLockTest, WaitsForTheHolderWhenAskedTo) {
  Holder holder(*this);
  const LocalRoot root = OpenRoot();
  LockRequest request = Request();
  request.when_held = WhenHeld::kWait;
  std::optional<Result<PartitionLock>> lock;
  std::thread waiter([&] { lock.emplace(PartitionLock::Acquire(root, request)); });
  holder.Release();
  waiter.join();
  EXPECT_OK(*lock);
}

TEST_F(PartitionLockTest, RecoveryIsWaitedForAndNotAConflict) {
  const LocalRoot root = OpenRoot();
  auto passing = PartitionLock::TryAcquire(root, SlotId("daily/2026-01-15"));
  ASSERT_OK(passing);
  ASSERT_TRUE(passing->has_value());
  std::optional<Result<PartitionLock>> lock;
  std::thread waiter([&] { lock.emplace(PartitionLock::Acquire(root, Request())); });
  passing->reset();
  waiter.join();
  EXPECT_OK(*lock);
}

// The race around removal: a descriptor opened before the holder removed the file locks a file without a name.
TEST_F(PartitionLockTest, NeverTwoHoldersAtOnce) {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 300;
  const LocalRoot root = OpenRoot();
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(::fork());
    if (children.back() == 0) {
      const LocalRoot own = OpenRoot();
      LockRequest request = Request();
      request.when_held = WhenHeld::kWait;
      for (int round = 0; round < kRounds; ++round) {
        const auto lock = PartitionLock::Acquire(own, request);
        // Exclusive creation fails if anybody else is inside.
        if (!lock || !own.tree().OpenAt("inside", O_WRONLY | O_CREAT | O_EXCL) || !own.tree().RemoveFile("inside")) {
          ::_exit(1);
        }
      }
      ::_exit(0);
    }
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(StateFiles().empty());
}

TEST_F(PartitionLockTest, NeverRemovesALockThatIsNotItsOwn) {
  const LocalRoot root = OpenRoot();
  auto first = PartitionLock::Acquire(root, Request());
  ASSERT_OK(first);
  std::filesystem::remove_all(Path(kLocksFolder));  // by hand, while it is held
  std::filesystem::create_directory(Path(kLocksFolder));
  const auto second = PartitionLock::Acquire(root, Request());
  ASSERT_OK(second);
  {
    const PartitionLock ending = *std::move(first);
  }
  EXPECT_THAT(PartitionLock::Acquire(root, Request()), IsErr(ErrorKind::kConflict));
}

TEST_F(PartitionLockTest, AHostileHolderCannotSpeakToTheTerminal) {
  const LocalRoot root = OpenRoot();
  const auto first = PartitionLock::Acquire(root, Request("\x1b[31mred\nhost evil"));
  ASSERT_OK(first);
  const auto second = PartitionLock::Acquire(root, Request());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message().find('\x1b'), std::string::npos);
  EXPECT_EQ(second.error().message().find('\n'), std::string::npos);
}

TEST_F(PartitionLockTest, RefusesSlotsThatLeadOut) {
  const LocalRoot root = OpenRoot();
  LockRequest request = Request();
  request.slot = "../other";
  EXPECT_THAT(PartitionLock::Acquire(root, request), IsErr(ErrorKind::kInvalidData));
}

}  // namespace
}  // namespace ingot
