// The smallest project files, for the tests of what stands in them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/result_matchers.h"
#include "model/project_file.h"

namespace ingot {

// The smallest project; `dataset` is put behind its required keys, `more` behind everything.
inline std::string Text(std::string_view source = "", std::string_view more = "", std::string_view dataset = "") {
  return std::string(
             "[project]\nname = \"p\"\n[vars]\nroot = \"in\"\n[dataset.d]\nkey = \"date\"\npath = "
             "\"d/{date}/x.parquet\"\n") +
         std::string(dataset) + "\n[dataset.d.source]\ntype = \"jsonl\"\n" +
         (source.find("path =") == std::string_view::npos ? "path = \"{root}/{date}.jsonl\"\n" : "") +
         std::string(source) + "\n" + std::string(more) + "\n";
}

inline DatasetSpec Only(const std::string& text) {
  auto project = ParseProject(text);
  EXPECT_OK(project);
  return project.ok() ? project->datasets.at(0) : DatasetSpec();
}

inline void Refused(const std::string& text, const std::string& part) {
  EXPECT_THAT(ParseProject(text), IsErr(ErrorKind::kConfig, part)) << text;
}

// The smallest project whose rows are generated.
inline std::string Generated(std::string_view source = "", std::string_view dataset = "",
                             std::string_view path = "e/{date}/{part:int32}") {
  return "[project]\nname = \"p\"\n[dataset.d]\npath = \"" + std::string(path) + "\"\n" + std::string(dataset) +
         "\n[dataset.d.source]\ntype = \"synthetic\"\n" + std::string(source) + "\n";
}

inline std::string Listing(std::string_view source = "", std::string_view more = "") {
  return "[project]\nname = \"p\"\n[dataset.d]\npath = \"m.parquet\"\n[dataset.d.source]\ntype = \"listing\"\n"
         "path = \"paths.txt\"\ntemplate = \"v1/{x}\"\n" +
         std::string(source) + "\n" + std::string(more);
}

}  // namespace ingot
