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

KeyPart PartAt(const KeyPartArray& array, size_t i) {
  if (const auto* numbers = std::get_if<std::span<const int64_t>>(&array)) {
    return (*numbers)[i];
  }
  return std::get<std::span<const std::string_view>>(array)[i];
}

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

  Result<void> Read(size_t i, KeyTuple* key) const {
    for (size_t column = 0; column < columns_->size(); ++column) {
      Result<KeyValue> value = ReadKeyPart((*columns_)[column], PartAt(arrays_[column], i));
      if (!value) {
        return std::move(value).error().In(fmt::format("key {}", i));
      }
      (*key)[column] = *value;
    }
    return {};
  }

 private:
  BatchKeys(const std::vector<KeyColumn>& columns, std::span<const KeyPartArray> arrays)
      : columns_(&columns), arrays_(arrays) {}

  const std::vector<KeyColumn>* columns_;
  std::span<const KeyPartArray> arrays_;
};

struct Slot {
  KeyTuple key;
  KeyIndex::Probes probes;
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
    for (size_t i = 0; i < count; ++i) {
      INGOT_TRY(keys.Read(begin + i, &slots[i].key));
      index.BeginFind(slots[i].key, &slots[i].probes);
    }
    for (size_t i = 0; i < count; ++i) {
      index.FollowFind(&slots[i].probes);
    }
    for (size_t i = 0; i < count; ++i) {
      KeyPlace place;
      KeyTuple* key = &slots[i].key;
      Finding finding = index.EndFind(*key, slots[i].probes, &place);
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
  const auto restart = [batch](size_t keys) {
    batch->found.clear();
    batch->found.reserve(keys);
    batch->paths.kind = KeyKind::kString;
    batch->paths.ends.clear();
    batch->paths.ends.reserve(keys);
    batch->paths.bytes.clear();
    batch->found_count = 0;
  };
  return AnswerBatch(*state_, columns, cancellation, restart,
                     [batch](const KeyIndex& index, Finding found, const KeyTuple& key, KeyPlace place) {
                       const bool is_found = found == Finding::kFound;
                       if (is_found && index.AppendPath(key, place, &batch->paths.bytes) != Finding::kFound) {
                         return Finding::kDamaged;
                       }
                       batch->found.push_back(is_found ? 1 : 0);
                       batch->paths.ends.push_back(batch->paths.bytes.size());
                       batch->found_count += is_found ? 1 : 0;
                       return Finding::kFound;
                     });
}

Result<void> Lookup::ExistsMany(std::span<const KeyPartArray> columns, std::vector<uint8_t>* found,
                                const Cancellation* cancellation) const {
  const auto restart = [found](size_t keys) {
    found->clear();
    found->reserve(keys);
  };
  return AnswerBatch(*state_, columns, cancellation, restart,
                     [found](const KeyIndex&, Finding finding, const KeyTuple&, KeyPlace) {
                       found->push_back(finding == Finding::kFound ? 1 : 0);
                       return Finding::kFound;
                     });
}

}  // namespace ingot
