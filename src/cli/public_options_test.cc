// The public interface, and with it the Python package, takes what the verbs take.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "api/given_options.h"
#include "cli/verb_table.h"

namespace ingot {
namespace {

// What only a process has: where it works, what it prints, and how it ends.
constexpr std::array kOfTheProcess{OptionId::kProject, OptionId::kSet,      OptionId::kOutput,
                                   OptionId::kReport,  OptionId::kProgress, OptionId::kErrorOnNoop,
                                   OptionId::kFile,    OptionId::kList,     OptionId::kExplain};
// Of `ingot generate archive`, which writes inputs, not a dataset.
constexpr std::array kOfArchives{OptionId::kDate,  OptionId::kFrom,        OptionId::kTo,      OptionId::kLast,
                                 OptionId::kShape, OptionId::kRowsPerHour, OptionId::kSamples, OptionId::kHazards};

// A call has other ways to say what is asked.
constexpr std::array kOfQuestions{OptionId::kUnique, OptionId::kBatch};

bool Holds(std::span<const OptionId> ids, OptionId id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

void ExpectOffered(std::string_view verb, const OptionSet& offered, std::span<const OptionId> apart = {}) {
  for (const OptionId id : FindCommand(verb)->options) {
    if (!Holds(kOfTheProcess, id) && !Holds(apart, id)) {
      EXPECT_TRUE(offered.Has(id)) << verb << " " << Describe(id).flag();
    }
  }
  for (const OptionId id : offered.own) {
    EXPECT_TRUE(verb == "plan" || HasOption(*FindCommand(verb), id)) << verb << " has no " << Describe(id).flag();
  }
}

TEST(PublicOptions, AreThoseOfTheVerbs) {
  ExpectOffered("run", RunOptionSet());
  ExpectOffered("plan", RunOptionSet());
  ExpectOffered("verify", VerifyOptionSet());
  ExpectOffered("ls", ListOptionSet());
  ExpectOffered("status", ListOptionSet());
  ExpectOffered("query", QueryOptionSet());
  ExpectOffered("generate", GenerateOptionSet(), kOfArchives);
  ExpectOffered("index", IndexOptionSet());
  ExpectOffered("lookup", LookupOptionSet(), kOfQuestions);
  ExpectOffered("refresh", RefreshOptionSet());
}

}  // namespace
}  // namespace ingot
