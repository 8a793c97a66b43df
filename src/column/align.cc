#include "column/align.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace ingot {
namespace {

// Where the walk over both schemas stands: levels above the field that is looked at.
struct Position {
  // definitions[d] is the target's level for the source's level d; its size is the source's level plus one.
  std::vector<uint8_t> definitions{0};
  uint8_t definition = 0;  // the target's
  uint8_t repetition = 0;  // the same in both
  // The source leaf that can lend its levels to new leaves at this place.
  size_t lender = LeafAlignment::kNoSource;
};

bool IsInteger(TypeKind kind) {
  return kind == TypeKind::kInt16 || kind == TypeKind::kInt32 || kind == TypeKind::kInt64;
}

uint8_t Next(uint8_t level) { return static_cast<uint8_t>(level + 1); }

class AlignmentBuilder {
 public:
  explicit AlignmentBuilder(const Schema& from) : source_leaves_(EnumerateLeaves(from)) {}

  Result<void> AddFields(const std::vector<Field>& target, const std::vector<Field>& source, size_t first_leaf,
                         const Position& position) {
    for (const Field& field : target) {
      size_t leaf = first_leaf;
      const Field* match = nullptr;
      for (const Field& candidate : source) {
        if (candidate.name == field.name) {
          match = &candidate;
          break;
        }
        leaf += CountLeaves(candidate);
      }
      path_.push_back(field.name);
      INGOT_TRY(match != nullptr ? AddShared(field, *match, leaf, position) : AddNew(field, position));
      path_.pop_back();
    }
    return {};
  }

  std::vector<LeafAlignment> Take() && { return std::move(leaves_); }
  size_t source_leaf_count() const { return source_leaves_.size(); }

 private:
  Error Drift(std::string_view what) const {
    std::string path;
    for (const std::string& name : path_) {
      path += path.empty() ? name : "." + name;
    }
    return Error(ErrorKind::kSchemaDrift, "column '" + path + "' " + std::string(what));
  }

  // The field exists in the target alone.
  Result<void> AddNew(const Field& target, const Position& position) {
    if (!target.nullable) {
      return Drift("is required, and earlier rows do not have it");
    }
    AddNullLeaves(target, position);
    return {};
  }

  void AddNullLeaves(const Field& target, const Position& position) {
    if (target.type.is_nested()) {
      for (const Field& child : target.type.fields) {
        AddNullLeaves(child, position);
      }
      return;
    }
    leaves_.push_back({AlignAction::kNullLevels, position.lender, LayoutOf(target.type.kind), position.repetition,
                       position.definitions});
  }

  Result<void> AddShared(const Field& target, const Field& source, size_t leaf, const Position& parent) {
    if (source.nullable && !target.nullable) {
      return Drift("is required, and earlier rows may be null");
    }
    if (source.type.kind == TypeKind::kNull && target.type.kind != TypeKind::kNull) {
      Position position = parent;
      position.lender = leaf;
      if (target.type.kind == TypeKind::kStruct) {
        // A placeholder's own level means an object without fields: the struct is there, its fields are not.
        position.definitions.push_back(Next(position.definition));
      }
      AddNullLeaves(target, position);
      return {};
    }
    Position position = parent;
    if (source.nullable) {
      position.definition = Next(position.definition);
      position.definitions.push_back(position.definition);
    } else if (target.nullable) {
      position.definition = Next(position.definition);
      position.definitions.back() = position.definition;
    }
    return target.type.is_nested() ? AddNested(target, source, leaf, std::move(position))
                                   : AddLeaf(target, source, leaf, position);
  }

  Result<void> AddNested(const Field& target, const Field& source, size_t leaf, Position position) {
    if (target.type.kind != source.type.kind) {
      return Drift("is " + FormatType(source.type) + " in earlier rows and " + FormatType(target.type) + " now");
    }
    const size_t leaf_count = CountLeaves(source);
    if (leaf_count == 0) {
      return Drift("is a struct without fields in earlier rows");
    }
    if (target.type.kind != TypeKind::kStruct) {
      position.definition = Next(position.definition);
      position.definitions.push_back(position.definition);
      position.repetition = Next(position.repetition);
    }
    // The least repeated leaf has the fewest slots that must be dropped.
    const auto first = source_leaves_.begin() + static_cast<ptrdiff_t>(leaf);
    const auto least =
        std::min_element(first, first + static_cast<ptrdiff_t>(leaf_count),
                         [](const Leaf& a, const Leaf& b) { return a.max_repetition < b.max_repetition; });
    position.lender = static_cast<size_t>(least - source_leaves_.begin());
    return AddFields(target.type.fields, source.type.fields, leaf, position);
  }

  Result<void> AddLeaf(const Field& target, const Field& source, size_t leaf, const Position& position) {
    AlignAction action = AlignAction::kSame;
    const TypeKind to = target.type.kind;
    if (IsInteger(source.type.kind) && to == TypeKind::kDouble) {
      action = AlignAction::kWiden;
    } else if (!(source.type == target.type)) {
      if (!IsInteger(source.type.kind) || !IsInteger(to) || to < source.type.kind) {
        return Drift("is " + FormatType(source.type) + " in earlier rows and " + FormatType(target.type) + " now");
      }
      action = AlignAction::kRelabel;
    } else if (!IsIdentity(position.definitions)) {
      action = AlignAction::kRelabel;
    }
    leaves_.push_back({action, leaf, LayoutOf(to), position.repetition, position.definitions});
    return {};
  }

  static bool IsIdentity(const std::vector<uint8_t>& definitions) {
    for (size_t i = 0; i < definitions.size(); ++i) {
      if (definitions[i] != i) {
        return false;
      }
    }
    return true;
  }

  std::vector<Leaf> source_leaves_;
  std::vector<LeafAlignment> leaves_;
  std::vector<std::string> path_;
};

void AlignLevels(const Levels& source, const LeafAlignment& plan, Levels* target) {
  for (const LevelRun& run : source.runs()) {
    if (run.repetition <= plan.keep_repetition) {
      const size_t definition = std::min<size_t>(run.definition, plan.definitions.size() - 1);
      target->AppendRun(run.count, plan.definitions[definition], run.repetition);
    }
  }
}

void CopyValues(const LeafColumn& source, LeafColumn* target) {
  target->bools.AppendAll(source.bools.data(), source.bools.size());
  target->ints.AppendAll(source.ints.data(), source.ints.size());
  target->doubles.AppendAll(source.doubles.data(), source.doubles.size());
  target->ends.AppendAll(source.ends.data(), source.ends.size());
  target->bytes.AppendAll(source.bytes.data(), source.bytes.size());
}

void WidenValues(const LeafColumn& source, LeafColumn* target) {
  target->doubles.Reserve(source.ints.size());
  target->doubles.SetSize(source.ints.size());
  for (size_t i = 0; i < source.ints.size(); ++i) {
    target->doubles[i] = static_cast<double>(source.ints[i]);
  }
}

}  // namespace

LeafColumn CopyOf(const LeafColumn& column) {
  LeafColumn copy;
  copy.layout = column.layout;
  for (const LevelRun& run : column.levels.runs()) {
    copy.levels.AppendRun(run.count, run.definition, run.repetition);
  }
  CopyValues(column, &copy);
  return copy;
}

LeafColumn AlignedLeaf::Take() && { return borrowed_ != nullptr ? CopyOf(*borrowed_) : std::move(owned_); }

Result<SchemaAlignment> SchemaAlignment::Between(const Schema& from, const Schema& to) {
  AlignmentBuilder builder(from);
  INGOT_TRY(builder.AddFields(to.fields, from.fields, 0, Position{}));
  SchemaAlignment alignment;
  const size_t source_leaf_count = builder.source_leaf_count();
  alignment.leaves_ = std::move(builder).Take();
  alignment.is_identity_ = alignment.leaves_.size() == source_leaf_count;
  for (size_t i = 0; i < alignment.leaves_.size(); ++i) {
    const LeafAlignment& leaf = alignment.leaves_[i];
    alignment.is_identity_ = alignment.is_identity_ && leaf.action == AlignAction::kSame && leaf.source == i;
  }
  return alignment;
}

AlignedLeaf SchemaAlignment::Align(std::span<const LeafColumn> source, uint64_t rows, size_t target_leaf) const {
  const size_t from = leaves_[target_leaf].source;
  return AlignOne(from == LeafAlignment::kNoSource ? nullptr : &source[from], rows, target_leaf);
}

AlignedLeaf SchemaAlignment::AlignOne(const LeafColumn* source, uint64_t rows, size_t target_leaf) const {
  const LeafAlignment& plan = leaves_[target_leaf];
  if (plan.action == AlignAction::kSame) {
    return AlignedLeaf(source);
  }
  LeafColumn made;
  made.layout = plan.layout;
  if (plan.source == LeafAlignment::kNoSource) {
    made.levels.AppendRun(rows, 0, 0);
    return AlignedLeaf(std::move(made));
  }
  AlignLevels(source->levels, plan, &made.levels);
  if (plan.action == AlignAction::kWiden) {
    WidenValues(*source, &made);
  } else if (plan.action == AlignAction::kRelabel) {
    CopyValues(*source, &made);
  }
  return AlignedLeaf(std::move(made));
}

}  // namespace ingot
