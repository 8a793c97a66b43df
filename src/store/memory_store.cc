#include "store/memory_store.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "commit/relative_path.h"

namespace ingot {
namespace {

struct MemoryObject {
  std::shared_ptr<const std::string> content;  // shared with those who read it
  ObjectInfo info;
};

// Readers keep the version that they opened.
class HeldAccess final : public RandomAccess {
 public:
  HeldAccess(std::shared_ptr<const std::string> content, std::string key)
      : content_(std::move(content)), view_(*content_, std::move(key)) {}
  Result<void> ReadAt(uint64_t offset, std::span<char> out) const override { return view_.ReadAt(offset, out); }
  uint64_t bytes() const override { return view_.bytes(); }
  const std::string& name() const override { return view_.name(); }

 private:
  std::shared_ptr<const std::string> content_;
  MemoryAccess view_;
};

class MemoryStore final : public Store {
 public:
  const StoreTraits& traits() const override { return traits_; }

  Result<ObjectInfo> Head(std::string_view key) override {
    INGOT_TRY(CheckObjectKey(key, traits_));
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto found = objects_.find(key);
    if (found == objects_.end()) {
      return Error(ErrorKind::kNotFound, fmt::format("there is no object '{}'", PrintablePath(key)));
    }
    return found->second.info;
  }

  Result<std::unique_ptr<RandomAccess>> Open(const ObjectInfo& info) override {
    INGOT_ASSIGN(auto content, Pinned(info));
    return std::unique_ptr<RandomAccess>(std::make_unique<HeldAccess>(std::move(content), info.key));
  }

  Result<std::unique_ptr<RawReader>> OpenStream(const ObjectInfo& info) override {
    INGOT_ASSIGN(auto bytes, Open(info));
    return StreamOf(std::move(bytes));
  }

  Result<void> List(std::string_view prefix, const ObjectVisitor& visit) override {
    // The visitor may call the store.
    for (const ObjectInfo& info : Below(prefix)) {
      INGOT_TRY(visit(info));
    }
    return {};
  }

  Result<ObjectInfo> Put(std::string_view key, const UploadBody& body, const Precondition& precondition) override {
    INGOT_TRY(CheckObjectKey(key, traits_));
    auto content = std::make_shared<std::string>(body.bytes->bytes(), '\0');
    INGOT_TRY(body.bytes->ReadAt(0, *content));
    const std::string sha256 = Sha256Hex(*content);
    if (sha256 != body.sha256) {
      return Error(ErrorKind::kCorrupt,
                   fmt::format("the bytes for '{}' have sha256 {}, not {}", PrintablePath(key), sha256, body.sha256));
    }
    const std::lock_guard<std::mutex> guard(mutex_);
    INGOT_TRY(CheckPrecondition(key, precondition, EtagOf(key)));
    ObjectInfo info{std::string(key), content->size(), std::to_string(++versions_), sha256, std::nullopt};
    objects_.insert_or_assign(info.key, MemoryObject{std::move(content), info});
    return info;
  }

  Result<void> Delete(std::string_view key, const Precondition& precondition) override {
    INGOT_TRY(CheckObjectKey(key, traits_));
    const std::lock_guard<std::mutex> guard(mutex_);
    INGOT_TRY(CheckPrecondition(key, precondition, EtagOf(key)));
    const auto found = objects_.find(key);
    if (found != objects_.end()) {
      objects_.erase(found);
    }
    return {};
  }

 private:
  // Requires: the mutex.
  std::optional<std::string> EtagOf(std::string_view key) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? std::nullopt : std::optional<std::string>(found->second.info.etag);
  }

  Result<std::shared_ptr<const std::string>> Pinned(const ObjectInfo& info) {
    INGOT_TRY(CheckObjectKey(info.key, traits_));
    const std::lock_guard<std::mutex> guard(mutex_);
    const auto found = objects_.find(info.key);
    if (found == objects_.end() || found->second.info.etag != info.etag) {
      return ReplacedError(info.key);
    }
    return found->second.content;
  }

  std::vector<ObjectInfo> Below(std::string_view prefix) {
    const std::lock_guard<std::mutex> guard(mutex_);
    std::vector<ObjectInfo> found;
    for (auto object = objects_.lower_bound(prefix);
         object != objects_.end() && std::string_view(object->first).starts_with(prefix); ++object) {
      found.push_back(object->second.info);
    }
    return found;
  }

  StoreTraits traits_{"memory", true, false, true};
  std::mutex mutex_;
  std::map<std::string, MemoryObject, std::less<>> objects_;
  uint64_t versions_ = 0;
};

}  // namespace

std::unique_ptr<Store> OpenMemoryStore() { return std::make_unique<MemoryStore>(); }

}  // namespace ingot
