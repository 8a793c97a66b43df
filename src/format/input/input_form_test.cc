#include "format/input/input_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/result_matchers.h"
#include "base/sha256.h"
#include "format/input/read_input.h"

namespace ingot {
namespace {

void CheckDamage(const InputForm& form, const BuiltInput& built, const ReadOutcome& outcome) {
  const InputDamage& damage = *outcome.digest->damage;
  EXPECT_EQ(DamageName(damage.kind), DamageName(*form.damage));
  EXPECT_EQ(outcome.error->kind(), ErrorKind::kInvalidData);
  const std::string text = outcome.error->ToString();
  for (const std::string& part : {"'" + form.name + "' is damaged (" + std::string(DamageName(*form.damage)) + ")",
                                  "compressed byte " + std::to_string(damage.compressed_offset),
                                  std::to_string(built.plain.size()) + " bytes were decompressed"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
  EXPECT_LE(damage.compressed_offset, built.stored.size());
  if (built.damage_offset) {
    EXPECT_EQ(damage.compressed_offset, *built.damage_offset);
  }
}

void CheckOutcome(const InputForm& form, const BuiltInput& built, const ReadOutcome& outcome) {
  ASSERT_EQ(outcome.broken_promise, "");
  ASSERT_EQ(outcome.bytes.size(), built.plain.size());
  ASSERT_TRUE(outcome.bytes == built.plain);
  ASSERT_EQ(outcome.error.has_value(), form.damage.has_value()) << (outcome.error ? outcome.error->ToString() : "");
  ASSERT_TRUE(outcome.digest.has_value());
  const InputDigest& digest = *outcome.digest;
  EXPECT_EQ(digest.compressed_bytes, built.stored.size());
  EXPECT_EQ(digest.sha256, Sha256Hex(built.stored));
  EXPECT_EQ(digest.bytes, built.plain.size());
  EXPECT_EQ(digest.members, built.members);
  EXPECT_EQ(digest.unchecked_members, built.unchecked);
  EXPECT_EQ(digest.newlines, static_cast<uint64_t>(std::count(built.plain.begin(), built.plain.end(), '\n')));
  EXPECT_EQ(digest.ends_mid_line, !built.plain.empty() && built.plain.back() != '\n');
  ASSERT_EQ(digest.damage.has_value(), form.damage.has_value());
  if (form.damage) {
    CheckDamage(form, built, outcome);
  } else if (built.unchecked == 0) {
    EXPECT_EQ(digest.proven_bytes, digest.bytes);
  } else {
    EXPECT_LT(digest.proven_bytes, digest.bytes);
  }
}

void CheckForms(const std::vector<InputForm>& forms) {
  constexpr size_t kLarge = size_t{256} << 10U;
  constexpr std::array<std::pair<size_t, size_t>, 8> kSizes{{{kLarge, kLarge},
                                                             {1, kLarge},
                                                             {kLarge, 1},
                                                             {13, 4096},
                                                             {4096, 13},
                                                             {13, 1},
                                                             {65536, 100000},
                                                             {kLarge, 4 * kLarge}}};
  for (const InputForm& form : forms) {
    const BuiltInput built = form.build();
    for (const auto& [read_bytes, block_bytes] : kSizes) {
      SCOPED_TRACE(form.form + ", read by " + std::to_string(read_bytes) + " into " + std::to_string(block_bytes));
      CheckOutcome(form, built, ReadInput(built.stored, form.name, read_bytes, block_bytes));
      if (testing::Test::HasFatalFailure()) {
        return;
      }
    }
  }
}

void CheckDocumentation(const std::vector<InputForm>& forms) {
  std::string table = "| form | outcome | remark |\n|---|---|---|\n";
  for (const InputForm& form : forms) {
    const std::string outcome = form.damage ? "refused: `" + std::string(DamageName(*form.damage)) + "`" : "read";
    table += "| " + form.form + " | " + outcome + " | " + form.remark + " |\n";
  }
  const auto page = ReadWholeFile("docs/formats/input.md");
  ASSERT_OK(page);
  EXPECT_NE(page->find(table), std::string::npos) << "docs/formats/input.md should hold this table:\n\n" << table;
}

TEST(InputForms, EveryGzipFormHasItsOutcomeWhateverTheBufferSizes) { CheckForms(GzipForms()); }
TEST(InputForms, EveryZstdFormHasItsOutcomeWhateverTheBufferSizes) { CheckForms(ZstdForms()); }
TEST(InputForms, GzipIsDocumentedAsItIsTested) { CheckDocumentation(GzipForms()); }
TEST(InputForms, ZstdIsDocumentedAsItIsTested) { CheckDocumentation(ZstdForms()); }

}  // namespace
}  // namespace ingot
