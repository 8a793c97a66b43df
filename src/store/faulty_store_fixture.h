// A store whose calls fail as networks and services make them fail. For *_test.cc.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "store/store.h"

namespace ingot {

enum class StoreCall { kHead, kOpen, kRead, kStream, kList, kPut, kDelete };

enum class StoreFault {
  kNone,
  kUnavailable,  // nothing happens, and that is known
  kLostRequest,  // nothing happens, and that is not known
  kLostReply,    // it happens, and that is not known
  kTruncated,    // reads: the bytes end too early
  kFlippedBit,   // reads: one bit is wrong, and nothing says so
};

// What happens to a call. Called for each, also for each read of an opened object, from the thread of the caller.
using FaultPlan = std::function<StoreFault(StoreCall call, std::string_view key)>;

// Passes everything on to `store`, which must outlive it, but for what the plan does to it.
class FaultyStore final : public Store {
 public:
  FaultyStore(Store& store, FaultPlan plan) : store_(store), plan_(std::move(plan)) {}

  const StoreTraits& traits() const override { return store_.traits(); }

  Result<ObjectInfo> Head(std::string_view key) override {
    return Reading<ObjectInfo>(StoreCall::kHead, key, [&] { return store_.Head(key); });
  }

  Result<std::unique_ptr<RandomAccess>> Open(const ObjectInfo& info) override {
    INGOT_ASSIGN(auto bytes,
                 Reading<std::unique_ptr<RandomAccess>>(StoreCall::kOpen, info.key, [&] { return store_.Open(info); }));
    return std::unique_ptr<RandomAccess>(std::make_unique<Access>(*this, std::move(bytes), info.key));
  }

  Result<std::unique_ptr<RawReader>> OpenStream(const ObjectInfo& info) override {
    INGOT_ASSIGN(auto reader, Reading<std::unique_ptr<RawReader>>(StoreCall::kStream, info.key,
                                                                  [&] { return store_.OpenStream(info); }));
    return std::unique_ptr<RawReader>(std::make_unique<Reader>(*this, std::move(reader), info.key));
  }

  Result<void> List(std::string_view prefix, const ObjectVisitor& visit) override {
    return Reading<void>(StoreCall::kList, prefix, [&] { return store_.List(prefix, visit); });
  }

  Result<ObjectInfo> Put(std::string_view key, const UploadBody& body, const Precondition& precondition) override {
    return Changing<ObjectInfo>(StoreCall::kPut, key, [&] { return store_.Put(key, body, precondition); });
  }

  Result<void> Delete(std::string_view key, const Precondition& precondition) override {
    return Changing<void>(StoreCall::kDelete, key, [&] { return store_.Delete(key, precondition); });
  }

 private:
  class Access final : public RandomAccess {
   public:
    Access(const FaultyStore& store, std::unique_ptr<RandomAccess> bytes, std::string key)
        : store_(store), bytes_(std::move(bytes)), key_(std::move(key)) {}
    Result<void> ReadAt(uint64_t offset, std::span<char> out) const override {
      const StoreFault fault = store_.plan_(StoreCall::kRead, key_);
      if (fault != StoreFault::kNone && fault != StoreFault::kFlippedBit) {
        return store_.Failure(fault, key_);
      }
      INGOT_TRY(bytes_->ReadAt(offset, out));
      Spoil(fault, out);
      return {};
    }
    uint64_t bytes() const override { return bytes_->bytes(); }
    const std::string& name() const override { return bytes_->name(); }

   private:
    const FaultyStore& store_;
    std::unique_ptr<RandomAccess> bytes_;
    std::string key_;
  };

  class Reader final : public RawReader {
   public:
    Reader(const FaultyStore& store, std::unique_ptr<RawReader> reader, std::string key)
        : store_(store), reader_(std::move(reader)), key_(std::move(key)) {}
    Result<size_t> ReadSome(std::span<char> out) override {
      const StoreFault fault = store_.plan_(StoreCall::kRead, key_);
      if (fault != StoreFault::kNone && fault != StoreFault::kFlippedBit) {
        return store_.Failure(fault, key_);
      }
      INGOT_ASSIGN(const size_t count, reader_->ReadSome(out));
      Spoil(fault, out.first(count));
      return count;
    }

   private:
    const FaultyStore& store_;
    std::unique_ptr<RawReader> reader_;
    std::string key_;
  };

  static void Spoil(StoreFault fault, std::span<char> bytes) {
    if (fault == StoreFault::kFlippedBit && !bytes.empty()) {
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    }
  }

  static Error Failure(StoreFault fault, std::string_view key) {
    const std::string object(key);
    switch (fault) {
      case StoreFault::kLostRequest:
      case StoreFault::kLostReply:
        return Error(ErrorKind::kUnknownOutcome, "the connection was lost before the reply for '" + object + "'");
      case StoreFault::kTruncated:
        return Error(ErrorKind::kCorrupt, "'" + object + "' ends too early");
      default:
        return Error(ErrorKind::kUnavailable, "the service is not available for '" + object + "'");
    }
  }

  template <typename T, typename Call>
  Result<T> Reading(StoreCall call, std::string_view key, Call go) {
    const StoreFault fault = plan_(call, key);
    // A read whose reply is lost has changed nothing: that is known.
    return fault == StoreFault::kNone ? go() : Result<T>(Failure(StoreFault::kUnavailable, key));
  }

  template <typename T, typename Call>
  Result<T> Changing(StoreCall call, std::string_view key, Call go) {
    const StoreFault fault = plan_(call, key);
    if (fault == StoreFault::kNone) {
      return go();
    }
    if (fault == StoreFault::kLostReply) {
      IgnoreFailure(go());  // the caller does not learn of a refusal either
    }
    return Failure(fault, key);
  }

  Store& store_;
  FaultPlan plan_;
};

}  // namespace ingot
