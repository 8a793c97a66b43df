// Many keys at once.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "lookup/lookup.h"
#include "lookup/lookup_state.h"

namespace ingot {
namespace {

// So many searches are under way together: enough to hide the wait for memory, few enough for the first cache.
constexpr size_t kTogether = 32;

size_t SizeOf(const KeyPartArray& array) {
  return std::visit([](const auto& values) { return values.size(); }, array);
}

// The keys of a batch, read into the kinds of their columns.
class BatchKeys {
 public:
  static Result<BatchKeys> Open(const std::vector<KeyColumn>& columns, std::span<const KeyPartArray> arrays) {
    if (arrays.size() != columns.size()) {
      return Error(ErrorKind::kUsage, fmt::format("a key has {} columns, not {}", columns.size(), arrays.size()));
    }
    for (const KeyPartArray& array : arrays) {
      if (SizeOf(array) != SizeOf(arrays[0])) {
        return Error(ErrorKind::kUsage, "the columns of a batch have different lengths");
      }
    }
    return BatchKeys(columns, arrays);
  }

  size_t size() const { return SizeOf(arrays_[0]); }

  // Reads `count` keys from `begin` on, one column after the other. `key_at(i)` is where key begin + i goes to.
  template <typename KeyAt>
  Result<void> Read(size_t begin, size_t count, const KeyAt& key_at) const {
    for (size_t column = 0; column < columns_->size(); ++column) {
      auto read = std::visit([&](const auto& values) { return ReadColumn(column, values, begin, count, key_at); },
                             arrays_[column]);
      if (!read) {
        return std::move(read).error();
      }
    }
    return {};
  }

 private:
  BatchKeys(const std::vector<KeyColumn>& columns, std::span<const KeyPartArray> arrays)
      : columns_(&columns), arrays_(arrays) {}

  template <typename Values, typename KeyAt>
  Result<void> ReadColumn(size_t column, const Values& values, size_t begin, size_t count, const KeyAt& key_at) const {
    const KeyKind kind = (*columns_)[column].kind;
    for (size_t i = 0; i < count; ++i) {
      const KeyPart part(values[begin + i]);
      KeyValue* value = &(*key_at(i))[column];
      if (!ReadPlainKeyPart(kind, part, value)) [[unlikely]] {
        INGOT_TRY(ReadPart(column, part, begin + i, value));
      }
    }
    return {};
  }

  Result<void> ReadPart(size_t column, const KeyPart& part, size_t i, KeyValue* value) const {
    Result<KeyValue> read = ReadKeyPart((*columns_)[column], part);
    if (!read) {
      return std::move(read).error().In(fmt::format("key {}", i));
    }
    *value = *read;
    return {};
  }

  const std::vector<KeyColumn>* columns_;
  std::span<const KeyPartArray> arrays_;
};

struct Slot {
  KeyTuple key;
  KeyIndex::Probe probe;
};

// Finds every key and calls `take(finding, key, place)` in their order, the key in the meaning that was found. Returns
// kDamaged as soon as anything is. `look_again` is asked for keys that are absent as they were given.
template <typename LookAgain, typename Take>
Result<Finding> ForEachKey(const BatchKeys& keys, const KeyIndex& index, const Cancellation* cancellation,
                           const LookAgain& look_again, const Take& take) {
  std::array<Slot, kTogether> slots;
  for (size_t begin = 0; begin < keys.size(); begin += kTogether) {
    if (cancellation != nullptr) {
      INGOT_TRY(cancellation->Check());
    }
    const size_t count = std::min(kTogether, keys.size() - begin);
    INGOT_TRY(keys.Read(begin, count, [&slots](size_t i) { return &slots[i].key; }));
    for (size_t i = 0; i < count; ++i) {
      index.BeginFind(slots[i].key, &slots[i].probe);
    }
    for (size_t i = 0; i < count; ++i) {
      index.FollowFind(&slots[i].probe);
    }
    for (size_t i = 0; i < count; ++i) {
      KeyPlace place;
      KeyTuple* key = &slots[i].key;
      Finding finding = index.EndFind(*key, slots[i].probe, &place);
      if (finding == Finding::kAbsent) {
        finding = look_again(key, &place);
      }
      if (finding == Finding::kDamaged || take(finding, *key, place) == Finding::kDamaged) {
        return Finding::kDamaged;
      }
    }
  }
  return Finding::kFound;
}

// Answers for the whole batch from one index: when it turns out to be damaged, from the beginning with another.
template <typename State, typename Restart, typename Take>
Result<void> AnswerBatch(const State& state, std::span<const KeyPartArray> columns, const Cancellation* cancellation,
                         const Restart& restart, const Take& take) {
  INGOT_ASSIGN(const BatchKeys keys, BatchKeys::Open(state.columns(), columns));
  std::optional<Error> failure;
  INGOT_ASSIGN(const Finding finding, state.Answer([&](const KeyIndex& index) {
    restart(keys.size());
    const auto look_again = [&](KeyTuple* key, KeyPlace* place) {
      if (!state.ambiguous()) {
        return Finding::kAbsent;
      }
      const KeyTuple given = *key;
      return state.FirstMeaning(given, [&](const KeyTuple& meaning) {
        *key = meaning;
        return index.Find(meaning, place);
      });
    };
    Result<Finding> done =
        ForEachKey(keys, index, cancellation, look_again,
                   [&](Finding found, const KeyTuple& key, KeyPlace place) { return take(index, found, key, place); });
    if (!done) {
      failure = std::move(done).error();
      return Finding::kAbsent;
    }
    return *done;
  }));
  static_cast<void>(finding);
  return failure ? Result<void>(*failure) : Result<void>();
}

}  // namespace

Result<void> Lookup::FindMany(std::span<const KeyPartArray> columns, LookupBatch* batch,
                              const Cancellation* cancellation) const {
  std::optional<PathBytes> paths;
  size_t next = 0;
  const auto restart = [&](size_t keys) {
    next = 0;
    batch->found.assign(keys, 0);
    batch->paths.kind = KeyKind::kString;
    batch->paths.ends.assign(keys, 0);
    batch->paths.bytes.clear();
    batch->found_count = 0;
    paths.emplace(&batch->paths.bytes, kTogether);
  };
  Result<void> done = AnswerBatch(*state_, columns, cancellation, restart,
                                  [&](const KeyIndex& index, Finding found, const KeyTuple& key, KeyPlace place) {
                                    if (found == Finding::kFound) {
                                      found = index.AppendPath(key, place, &*paths);
                                      batch->found[next] = 1;
                                      ++batch->found_count;
                                    }
                                    batch->paths.ends[next++] = paths->size();
                                    return found;
                                  });
  if (paths) {
    paths->Finish();
  }
  return done;
}

Result<void> Lookup::ExistsMany(std::span<const KeyPartArray> columns, std::vector<uint8_t>* found,
                                const Cancellation* cancellation) const {
  size_t next = 0;
  const auto restart = [&](size_t keys) {
    next = 0;
    found->assign(keys, 0);
  };
  return AnswerBatch(*state_, columns, cancellation, restart,
                     [&](const KeyIndex&, Finding finding, const KeyTuple&, KeyPlace) {
                       (*found)[next++] = finding == Finding::kFound ? 1 : 0;
                       return Finding::kFound;
                     });
}

}  // namespace ingot
