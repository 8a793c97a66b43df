// Templates and values that mean harm: whatever compiles can only make paths that stay below their root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/result_matchers.h"
#include "model/hostile_texts.h"
#include "model/path_template.h"

namespace ingot {
namespace {

constexpr int kTemplates = 20'000;

// Says by other means than the template's own rules that a path is what any file system takes for one below a root.
bool StaysBelow(std::string_view path) {
  if (path.empty() || path.size() > 4096) {
    return false;
  }
  size_t begin = 0;
  while (begin <= path.size()) {
    const size_t end = std::min(path.find('/', begin), path.size());
    std::string name(path.substr(begin, end - begin));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return 'A' <= c && c <= 'Z' ? c + 32 : c; });
    if (name.empty() || name.size() > 255 || name == "." || name == ".." || name == ".ingot") {
      return false;
    }
    begin = end + 1;
  }
  return std::none_of(path.begin(), path.end(), [](char c) { return (0 <= c && c < 0x20) || c == 0x7F; });
}

std::string HostileTemplate(std::mt19937_64& random) {
  constexpr std::array<std::string_view, 9> kHonest{
      "v1/ad/", "{gene_id}", "/model_tissue_", "{tissue_id:int32}", ".tl", "/", "{date}", "{hour}", "x"};
  std::string text;
  for (uint64_t left = 1 + random() % 5; left > 0; --left) {
    text += random() % 4 == 0 ? HostileText(random) : std::string(kHonest[random() % kHonest.size()]);
  }
  return text;
}

FieldValue HostileValue(FieldKind kind, std::mt19937_64& random) {
  switch (kind) {
    case FieldKind::kString:
      return random() % 3 == 0 ? std::string("sample") + std::to_string(random() % 100) : HostileText(random);
    case FieldKind::kDate:
      return UtcDay{static_cast<int32_t>(random() % 4'000'000) - 1'000'000};
    case FieldKind::kHour:
      return static_cast<int64_t>(random() % 26) - 1;
    default:
      return static_cast<int64_t>(random()) >> random() % 64;
  }
}

TEST(PathTemplateHostile, NothingThatCompilesLeavesItsRoot) {
  std::mt19937_64 random(31);
  int compiled_count = 0;
  int formatted_count = 0;
  for (int i = 0; i < kTemplates; ++i) {
    const std::string text = HostileTemplate(random);
    const auto compiled = PathTemplate::Compile(text);
    // Where a root may stand before it, the template behind it is held to the same rules.
    const auto rooted = SplitRoot(text);
    if (!compiled) {
      ASSERT_EQ(compiled.error().kind(), ErrorKind::kConfig) << text;
      ASSERT_TRUE(rooted.ok() || rooted.error().kind() == ErrorKind::kConfig) << text;
      continue;
    }
    ++compiled_count;
    for (int round = 0; round < 5; ++round) {
      FieldValues values;
      for (const TemplateField& field : compiled->fields()) {
        values.push_back({field.name, HostileValue(field.kind, random)});
      }
      const auto path = compiled->Format(values);
      if (!path) {
        ASSERT_EQ(path.error().kind(), ErrorKind::kInvalidData) << text;
        continue;
      }
      ++formatted_count;
      ASSERT_TRUE(StaysBelow(*path)) << text << " made " << *path;
      ASSERT_EQ(compiled->Parse(*path), values) << text << " on " << *path;
    }
  }
  // Enough of both, or nothing was tried.
  EXPECT_GT(compiled_count, kTemplates / 10);
  EXPECT_LT(compiled_count, kTemplates * 9 / 10);
  EXPECT_GT(formatted_count, kTemplates / 10);
}

TEST(PathTemplateHostile, NoPathGivesAValueThatLeavesItsRoot) {
  const auto genes = PathTemplate::Compile("v1/ad/{gene_id}/model_tissue_{tissue_id:int32}.tl");
  ASSERT_OK(genes);
  std::mt19937_64 random(37);
  int matched = 0;
  for (int i = 0; i < kTemplates; ++i) {
    const std::string path = (random() % 2 == 0 ? HostileText(random) + "/" : "") + "v1/ad/" + HostileText(random) +
                             "/model_tissue_" + (random() % 2 == 0 ? HostileText(random) : "21") + ".tl";
    const auto values = genes->Parse(path, PathPrefix::kImplied);
    // Names of others may be longer than those that are written here.
    if (values && std::get<std::string>((*values)[0].value).size() <= 255) {
      ++matched;
      const auto again = genes->Format(*values);
      ASSERT_OK(again) << path;
      ASSERT_TRUE(path.ends_with(*again)) << path;
      ASSERT_TRUE(StaysBelow(*again)) << path;
    }
  }
  EXPECT_GT(matched, kTemplates / 100);
}

}  // namespace
}  // namespace ingot
