// A program that embeds Ingot: builds what is missing of a week, proves it, and asks a question. It is also what
// docs/cpp.md shows, and what install_test.py compiles against an installed tree.
#include <ingot/ingot.h>

#include <cstdio>

int main(int argc, char** argv) {
  ingot::OpenOptions where;
  where.folder = argc > 1 ? argv[1] : "";
  ingot::Result<ingot::Project> project = ingot::Project::Open(where);
  if (!project) {
    std::fprintf(stderr, "%s\n  try: %s\n", project.error().ToString().c_str(), project.error().advice.c_str());
    return ingot::Describe(project.error().kind).exit_code;
  }

  ingot::RunOptions options;
  options.partitions.date = {"2026-01-15"};
  const ingot::RunResult run = project->Run("daily", options).OrThrow();
  for (const ingot::PartitionRun& partition : run.partitions) {
    std::printf("%s %s %llu\n", partition.key.c_str(), partition.result.c_str(),
                static_cast<unsigned long long>(partition.rows));
  }

  ArrowArrayStream stream;
  project->Query("SELECT count(*) AS readings FROM daily", {}).OrThrow().ExportStream(&stream).OrThrow();
  ArrowArray batch;
  while (stream.get_next(&stream, &batch) == 0 && batch.release != nullptr) {
    const auto* counts = static_cast<const int64_t*>(batch.children[0]->buffers[1]);
    std::printf("%lld readings\n", static_cast<long long>(counts[0]));
    batch.release(&batch);
  }
  stream.release(&stream);
  return 0;
}
