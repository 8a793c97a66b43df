// The extension module ingot._ingot. What it offers is private to the package, which documents and types it for users.
#include <ingot/ingot.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <utility>
#include <vector>

#include "errors.h"
#include "keywords.h"
#include "lookup.h"
#include "operation.h"
#include "records.h"
#include "stream.h"
#include "watch.h"

namespace ingot_python {
namespace {

// A result together with the callables that its streams tell of.
struct WatchedResult {
  std::shared_ptr<Mailbox> mailbox;  // outlives what tells it
  ingot::QueryResult result;
};

ingot::Project Open(std::string folder, Texts set, Texts environment) {
  const nb::gil_scoped_release released;
  return ingot::Project::Open({std::move(folder), std::move(set), std::move(environment)}).OrThrow();
}

nb::list Plan(const ingot::Project& project, const std::string& reference, const nb::dict& keywords,
              const Watch& watch) {
  ingot::RunOptions options = RunOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDicts(operation.Run([&] { return project.Plan(reference, options); }));
}

nb::tuple Run(const ingot::Project& project, const std::string& reference, const nb::dict& keywords,
              const Watch& watch) {
  ingot::RunOptions options = RunOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  const ingot::RunResult result = operation.Run([&] { return project.Run(reference, options); });
  return nb::make_tuple(ToDicts(result.partitions), result.warnings);
}

nb::list Verify(const ingot::Project& project, const std::string& reference, const nb::dict& keywords,
                const Watch& watch) {
  ingot::VerifyOptions options = VerifyOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDicts(operation.Run([&] { return project.Verify(reference, options); }));
}

nb::list VerifyPaths(const std::vector<std::string>& paths, const nb::dict& keywords, const Watch& watch,
                     const Texts& environment) {
  ingot::VerifyOptions options = VerifyOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDicts(operation.Run([&] { return ingot::VerifyPaths(paths, options, environment); }));
}

WatchedResult Query(const ingot::Project& project, const std::string& sql, const nb::dict& keywords,
                    const Watch& watch) {
  ingot::QueryOptions options = QueryOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return {operation.mailbox(), operation.Run([&] { return project.Query(sql, options); })};
}

nb::dict GenerateIn(const ingot::Project& project, const std::string& name, const nb::dict& keywords,
                    const Watch& watch) {
  ingot::GenerateOptions options = GenerateOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDict(operation.Run([&] { return project.Generate(name, options); }));
}

nb::dict Generate(const std::string& name, const nb::dict& keywords, const Watch& watch, const Texts& environment) {
  ingot::GenerateOptions options = GenerateOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDict(operation.Run([&] { return ingot::Generate(name, options, environment); }));
}

nb::dict IndexIn(const ingot::Project& project, const std::string& source, const std::string& output,
                 const nb::dict& keywords, const Watch& watch) {
  ingot::IndexOptions options = IndexOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDict(operation.Run([&] { return project.Index(source, output, options); }));
}

nb::dict Index(const std::string& source, const std::string& output, const nb::dict& keywords, const Watch& watch,
               const Texts& environment) {
  ingot::IndexOptions options = IndexOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDict(operation.Run([&] { return ingot::Index(source, output, options, environment); }));
}

nb::dict Refresh(const ingot::Project& project, const nb::dict& keywords, const Watch& watch) {
  ingot::RefreshOptions options = RefreshOptionsFrom(keywords);
  Operation operation = OperationOf(watch);
  operation.Watch(options.work);
  return ToDict(operation.Run([&] { return project.Refresh(options); }));
}

// Listings read manifests, of which there may be thousands.
template <typename Function>
nb::list Listed(Function&& function) {
  Operation operation = QuietOperation();
  return ToDicts(operation.Run(std::forward<Function>(function)));
}

void BindProject(nb::module_& module) {
  nb::class_<ingot::Cancellation>(module, "Cancellation")
      .def(nb::init<>())
      .def("request", &ingot::Cancellation::Request)
      .def_prop_ro("requested", &ingot::Cancellation::requested);
  nb::class_<Watch>(module, "Watch")
      .def(
          "__init__",
          [](Watch* self, nb::object on_progress, nb::object on_warning, const ingot::Cancellation& cancellation) {
            new (self) Watch{std::move(on_progress), std::move(on_warning), cancellation};
          },
          nb::arg("on_progress").none(), nb::arg("on_warning").none(), nb::arg("cancellation"));
  nb::class_<ingot::Project>(module, "Project")
      .def_prop_ro("folder", &ingot::Project::folder)
      .def("plan", &Plan)
      .def("run", &Run)
      .def("verify", &Verify)
      .def("query", &Query)
      .def("generate", &GenerateIn)
      .def("index", &IndexIn)
      .def("refresh", &Refresh)
      .def("datasets", [](const ingot::Project& project) { return Listed([&] { return project.Datasets(); }); })
      .def("partitions",
           [](const ingot::Project& project, const std::string& reference, const nb::dict& keywords) {
             const ingot::ListOptions options = ListOptionsFrom(keywords);
             return Listed([&] { return project.Partitions(reference, options); });
           })
      .def("status", [](const ingot::Project& project, const std::string& reference, const nb::dict& keywords) {
        const ingot::ListOptions options = ListOptionsFrom(keywords);
        return Listed([&] { return project.Status(reference, options); });
      });
  module.def("open", &Open);
  module.def("verify_paths", &VerifyPaths);
  module.def("generate", &Generate);
  module.def("index", &Index);
}

void BindResult(const nb::module_& module) {
  nb::class_<WatchedResult>(module, "QueryResult")
      .def("stream", [](const WatchedResult& self) { return StreamCapsule(self.result, self.mailbox); })
      .def("schema", [](const WatchedResult& self) { return SchemaCapsule(self.result); })
      .def("columns", [](const WatchedResult& self) { return ColumnNames(self.result); })
      .def("failure", [](const WatchedResult& self) { return ToPython(self.result.failure()); })
      .def("explain",
           [](const WatchedResult& self) {
             Operation operation = QuietOperation();
             return operation.Run([&] { return self.result.Explain(); });
           })
      .def("cancel", [](const WatchedResult& self) { self.result.Cancel(); });
}

}  // namespace
}  // namespace ingot_python

NB_MODULE(_ingot, module) {
  module.def("version", [] { return ingot::Version(); });
  ingot_python::RegisterErrors(module);
  ingot_python::BindProject(module);
  ingot_python::BindResult(module);
  ingot_python::BindLookup(module);
}
