#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/similar_name.h"
#include "cli/commands.h"
#include "cli/data_output.h"
#include "cli/output.h"
#include "cli/talk.h"
#include "cli/work.h"
#include "commit/atomic_file.h"
#include "commit/relative_path.h"
#include "request/project_templates.h"
#include "request/settings.h"
#include "source/synthetic/archive_generator.h"
#include "source/synthetic/sample_listing.h"

namespace ingot {
namespace {

namespace fs = std::filesystem;

// A sample day that passes the example's own verification, in about a second.
constexpr uint32_t kSampleRowsPerHour = 10;
// Some 24,000 paths.
constexpr uint32_t kSampleGenes = 500;
constexpr std::string_view kListing = "paths.txt";

Result<void> CreateFolder(const std::string& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  return failure ? Result<void>(ErrnoError(failure.value(), "create the folder", folder)) : Result<void>();
}

// Never over a project that is there.
Result<void> CheckFree(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(path, ignored))) {
    return Error(ErrorKind::kAlreadyExists, fmt::format("there is a project already: '{}'", path),
                 "name another folder, or remove it");
  }
  return {};
}

Result<void> WriteTextFile(const std::string& path, std::string_view text) {
  INGOT_ASSIGN(AtomicFile file, AtomicFile::Create(path));
  INGOT_TRY(file.sink().Write(text));
  INGOT_TRY(file.SyncData());
  return file.Commit();
}

Result<void> WriteSampleDay(const Invocation& invocation, const std::string& folder) {
  const Program& program = invocation.program;
  ArchiveSpec spec;
  spec.folder = JoinPath(folder, "archive");
  spec.day = program.clock.Now().day() - 1;
  spec.rows_per_hour = kSampleRowsPerHour;
  INGOT_ASSIGN(spec.hazards, HazardSet::Parse("none"));
  INGOT_TRY(GenerateArchive(spec, ThreadsOf(invocation.settings), program.cancellation, program.talk));
  program.talk.ClearBar();
  return {};
}

std::string NextSteps(std::string_view name, const std::string& folder, const std::string& day) {
  const std::string enter = folder == "." ? "" : fmt::format("  cd {}\n", folder);
  if (name == "events") {
    return enter +
           "  ingot generate events      # a million rows, a folder for each day\n"
           "  ingot refresh              # the models into micro_warehouse.duckdb, gold into exports\n"
           "  ingot query \"select event_name, count(*) n from silver_events group by 1 order by n desc\"\n";
  }
  if (name == "genes") {
    return enter + fmt::format(
                       "  ingot index {0} manifest.parquet    # from the sample listing\n"
                       "  ingot lookup manifest.parquet gene_id={1} tissue_id=tissue_21\n"
                       "  jupyter lab lookup_demo.ipynb             # the same from Python\n",
                       kListing, kSampleGene);
  }
  return enter + fmt::format(
                     "  ingot run tier3 --date {0}    # from the sample archive\n"
                     "  ingot verify tier3 --date {0}\n"
                     "  ingot explain tier3@{0}\n",
                     day);
}

}  // namespace

Result<int> InitCommand(const Invocation& invocation) {
  const std::string folder = invocation.arguments.empty() ? "." : invocation.arguments[0];
  const std::string name = invocation.settings.Text(OptionId::kTemplate).value_or("instrumetriq");
  const auto templates = ProjectTemplates();
  const auto chosen = std::find_if(templates.begin(), templates.end(),
                                   [&](const ProjectTemplate& candidate) { return candidate.name == name; });
  if (chosen == templates.end()) {
    std::vector<std::string_view> names;
    for (const ProjectTemplate& known : templates) {
      names.push_back(known.name);
    }
    return Error(
        ErrorKind::kUsage,
        fmt::format("--template: '{}' is not one of {}{}", name, fmt::join(names, ", "), DidYouMean(name, names)),
        "--template NAME");
  }
  INGOT_TRY(CreateFolder(folder));
  for (const TemplateFile& file : chosen->files) {
    INGOT_TRY(CheckFree(JoinPath(folder, file.path)));
  }
  if (name == "genes") {
    INGOT_TRY(CheckFree(JoinPath(folder, kListing)));
  }
  for (const TemplateFile& file : chosen->files) {
    const std::string path = JoinPath(folder, file.path);
    INGOT_TRY(CreateFolder(std::string(ParentPath(path))));
    INGOT_TRY(WriteTextFile(path, file.text));
  }
  if (name == "instrumetriq") {
    INGOT_TRY(WriteSampleDay(invocation, folder));
  } else if (name == "genes") {
    INGOT_TRY(WriteTextFile(JoinPath(folder, kListing), SampleListing(kSampleGenes)));
  }
  if (IsTalkative(invocation)) {
    const std::string day = FormatUtcDay(invocation.program.clock.Now().day() - 1);
    std::string text;
    for (const TemplateFile& file : chosen->files) {
      text += fmt::format("wrote {}\n", JoinPath(folder, file.path));
    }
    if (name == "instrumetriq") {
      text += fmt::format("wrote {}, a sample of {}\n", JoinPath(folder, "archive"), day);
    } else if (name == "genes") {
      text += fmt::format("wrote {}, a sample\n", JoinPath(folder, kListing));
    }
    text += "next:\n" + NextSteps(name, folder, day);
    invocation.program.out.Write(text);
  }
  return kExitOk;
}

}  // namespace ingot
