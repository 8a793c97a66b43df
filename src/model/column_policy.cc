#include "model/column_policy.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ingot {
namespace {

class Projection {
 public:
  Projection(const ColumnPolicy& policy, ProjectedSchema* out) : policy_(policy), out_(out) {}

  std::optional<Field> Take(const Field& field, const std::string& name, bool kept) {
    path_.push_back(name);
    const bool keeps = kept || MatchesAny(policy_.keep);
    std::optional<Field> taken = MatchesAny(policy_.drop) ? Skip(field) : TakeBelow(field, keeps);
    path_.pop_back();
    return taken;
  }

 private:
  bool MatchesAny(const std::vector<ColumnPathPattern>& patterns) const {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const ColumnPathPattern& pattern) { return pattern.Matches(path_); });
  }

  // Leaves that are passed over still count.
  std::optional<Field> Skip(const Field& field) {
    if (!field.type.is_nested()) {
      ++next_leaf_;
    }
    for (const Field& child : field.type.fields) {
      Skip(child);
    }
    return std::nullopt;
  }

  std::optional<Field> TakeBelow(const Field& field, bool kept) {
    if (!field.type.is_nested()) {
      if (kept) {
        out_->source_leaves.push_back(next_leaf_);
      }
      ++next_leaf_;
      return kept ? std::optional<Field>(field) : std::nullopt;
    }
    if (field.type.kind == TypeKind::kMap) {
      return TakeMap(field, kept);
    }
    Field taken = field;
    taken.type.fields.clear();
    for (const Field& child : field.type.fields) {
      const std::string name = field.type.kind == TypeKind::kList ? "[]" : child.name;
      if (auto below = Take(child, name, kept)) {
        taken.type.fields.push_back(*std::move(below));
      }
    }
    return taken.type.fields.empty() ? std::nullopt : std::optional<Field>(std::move(taken));
  }

  // A map's keys go where its values go.
  std::optional<Field> TakeMap(const Field& field, bool kept) {
    const size_t key_leaf = next_leaf_++;
    const size_t taken_before = out_->source_leaves.size();
    std::optional<Field> value = Take(field.type.fields.at(1), "{}", kept);
    if (!value) {
      return std::nullopt;
    }
    out_->source_leaves.insert(out_->source_leaves.begin() + static_cast<ptrdiff_t>(taken_before), key_leaf);
    Field taken = field;
    taken.type.fields[1] = *std::move(value);
    return taken;
  }

  const ColumnPolicy& policy_;
  ProjectedSchema* out_;
  std::vector<std::string> path_;
  size_t next_leaf_ = 0;
};

}  // namespace

ProjectedSchema ProjectSchema(const Schema& whole, const ColumnPolicy& policy) {
  ProjectedSchema out;
  Projection projection(policy, &out);
  for (const Field& field : whole.fields) {
    if (auto taken = projection.Take(field, field.name, policy.keep.empty())) {
      out.schema.fields.push_back(*std::move(taken));
    } else {
      out.dropped.push_back(field.name);
    }
  }
  return out;
}

}  // namespace ingot
