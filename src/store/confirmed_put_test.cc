#include "store/confirmed_put.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/result_matchers.h"
#include "store/faulty_store_fixture.h"
#include "store/memory_store.h"
#include "store/object_fixture.h"

namespace ingot {
namespace {

class ConfirmedPut : public testing::Test {
 protected:
  // Puts "new" once, under `fault`; later calls are as `later` says.
  Result<ObjectInfo> PutUnder(StoreFault fault, const Precondition& precondition,
                              StoreFault later = StoreFault::kNone) {
    bool first = true;
    FaultyStore faulty(*store_, [&](StoreCall call, std::string_view) {
      const StoreFault now = first && call == StoreCall::kPut ? fault : later;
      first = first && call != StoreCall::kPut;
      return now;
    });
    const MemoryAccess bytes("new", "body");
    return PutConfirmed(faulty, "k", {&bytes, Sha256Hex("new")}, precondition);
  }

  std::unique_ptr<Store> store_ = OpenMemoryStore();
};

TEST_F(ConfirmedPut, FindsThatALostReplyWasASuccess) {
  const auto put = PutUnder(StoreFault::kLostReply, Precondition::Absent());
  ASSERT_OK(put);
  EXPECT_EQ(put->etag, store_->Head("k")->etag);
}

TEST_F(ConfirmedPut, StaysInDoubtWhereNothingWasStored) {
  EXPECT_THAT(PutUnder(StoreFault::kLostRequest, Precondition::Absent()), IsErr(ErrorKind::kUnknownOutcome));
  ASSERT_OK(PutText(*store_, "k", "old"));
  // The request may still be under way.
  EXPECT_THAT(PutUnder(StoreFault::kLostRequest, Precondition::None()), IsErr(ErrorKind::kUnknownOutcome));
  EXPECT_EQ(GetText(*store_, "k").value(), "old");
}

TEST_F(ConfirmedPut, StaysInDoubtWhereTheStoreCannotBeRead) {
  EXPECT_THAT(PutUnder(StoreFault::kLostReply, Precondition::None(), StoreFault::kUnavailable),
              IsErr(ErrorKind::kUnknownOutcome));
  EXPECT_EQ(GetText(*store_, "k").value(), "new");
}

// A client that repeats its request may meet its own first write.
TEST_F(ConfirmedPut, TakesItsOwnContentForNoConflict) {
  ASSERT_OK(PutText(*store_, "k", "new"));
  EXPECT_OK(PutUnder(StoreFault::kNone, Precondition::Absent()));
  ASSERT_OK(PutText(*store_, "k", "not"));
  EXPECT_THAT(PutUnder(StoreFault::kNone, Precondition::Absent()), IsErr(ErrorKind::kConflict));
  EXPECT_EQ(GetText(*store_, "k").value(), "not");
}

TEST_F(ConfirmedPut, DoesNotRepeatWhatIsKnownToHaveFailed) {
  EXPECT_THAT(PutUnder(StoreFault::kUnavailable, Precondition::None()), IsErr(ErrorKind::kUnavailable));
  EXPECT_THAT(store_->Head("k"), IsErr(ErrorKind::kNotFound));
}

// The wrapper itself: what it spoils is not the store.
TEST_F(ConfirmedPut, FaultsAreTheWrappersOwn) {
  const ObjectInfo info = PutText(*store_, "k", "text").value();
  StoreFault fault = StoreFault::kNone;
  FaultyStore faulty(*store_, [&](StoreCall call, std::string_view) {
    return call == StoreCall::kRead || fault == StoreFault::kUnavailable ? fault : StoreFault::kNone;
  });
  const auto bytes = faulty.Open(info).value();
  EXPECT_EQ(ReadAll(*bytes).value(), "text");
  fault = StoreFault::kFlippedBit;
  EXPECT_NE(ReadAll(*bytes).value(), "text");
  EXPECT_NE(ReadAll(*faulty.OpenStream(info).value()).value(), "text");
  fault = StoreFault::kTruncated;
  EXPECT_THAT(ReadAll(*bytes), IsErr(ErrorKind::kCorrupt));
  EXPECT_THAT(ReadAll(*faulty.OpenStream(info).value()), IsErr(ErrorKind::kCorrupt));
  fault = StoreFault::kUnavailable;
  EXPECT_THAT(faulty.Head("k"), IsErr(ErrorKind::kUnavailable));
  EXPECT_THAT(ListKeys(faulty, ""), IsErr(ErrorKind::kUnavailable));
  EXPECT_THAT(faulty.Delete("k", Precondition::None()), IsErr(ErrorKind::kUnavailable));
  EXPECT_EQ(GetText(*store_, "k").value(), "text");
}

}  // namespace
}  // namespace ingot
