#include "records.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "errors.h"

namespace ingot_python {
namespace {

nb::list Checks(const std::vector<ingot::Check>& checks) {
  nb::list tuples;
  for (const ingot::Check& check : checks) {
    tuples.append(nb::make_tuple(check.name, check.verdict, check.detail));
  }
  return tuples;
}

nb::list Findings(const std::vector<ingot::Finding>& findings) {
  nb::list tuples;
  for (const ingot::Finding& finding : findings) {
    tuples.append(nb::make_tuple(finding.check, finding.message));
  }
  return tuples;
}

}  // namespace

nb::dict ToDict(const ingot::PartitionRun& run) {
  nb::dict dict;
  dict["dataset"] = run.dataset;
  dict["key"] = run.key;
  dict["result"] = run.result;
  dict["error"] = ToPython(run.error);
  dict["seconds"] = run.seconds;
  dict["rows"] = run.rows;
  dict["rejects"] = run.rejects;
  dict["duplicates"] = run.duplicates;
  dict["files"] = run.files;
  dict["bytes"] = run.bytes;
  dict["input_bytes"] = run.input_bytes;
  dict["path"] = run.path;
  dict["manifest_path"] = run.manifest_path;
  dict["rejects_path"] = run.rejects_path;
  dict["content_id"] = run.content_id;
  dict["checks"] = Checks(run.checks);
  dict["warnings"] = run.warnings;
  return dict;
}

nb::dict ToDict(const ingot::RefreshedLayer& layer) {
  nb::dict dict;
  dict["name"] = layer.name;
  dict["result"] = layer.result;
  dict["rows_in"] = layer.rows_in;
  dict["rows_out"] = layer.rows_out;
  dict["rows_rejected"] = layer.rows_rejected;
  dict["path"] = layer.path;
  dict["sha256"] = layer.sha256;
  return dict;
}

nb::dict ToDict(const ingot::RefreshResult& result) {
  nb::dict dict;
  dict["nothing_new"] = result.nothing_new;
  dict["database"] = result.database;
  dict["layers"] = ToDicts(result.layers);
  dict["warnings"] = result.warnings;
  return dict;
}

nb::dict ToDict(const ingot::LookupIndex& index) {
  nb::dict dict;
  dict["origin"] = index.origin;
  dict["path"] = index.path;
  dict["bytes"] = index.bytes;
  dict["rows"] = index.rows;
  dict["keys"] = index.keys;
  dict["manifest_sha256"] = index.manifest_sha256;
  return dict;
}

nb::dict ToDict(const ingot::PartitionPlan& plan) {
  nb::dict dict;
  dict["dataset"] = plan.dataset;
  dict["key"] = plan.key;
  dict["action"] = plan.action;
  dict["reason"] = plan.reason;
  dict["error"] = ToPython(plan.error);
  dict["inputs_present"] = plan.inputs_present;
  dict["inputs_expected"] = plan.inputs_expected;
  dict["input_bytes"] = plan.input_bytes;
  dict["missing"] = plan.missing;
  dict["target"] = plan.target;
  dict["checks"] = Checks(plan.checks);
  return dict;
}

nb::dict ToDict(const ingot::PartitionProof& proof) {
  nb::dict dict;
  dict["subject"] = proof.subject;
  dict["passed"] = proof.passed;
  dict["error"] = ToPython(proof.error);
  dict["dataset"] = proof.dataset;
  dict["key"] = proof.key;
  dict["level"] = proof.level;
  dict["rows"] = proof.rows;
  dict["bytes"] = proof.bytes;
  dict["sha256"] = proof.sha256;
  dict["content_id"] = proof.content_id;
  dict["manifest_path"] = proof.manifest_path;
  dict["proven"] = proof.proven;
  dict["errors"] = Findings(proof.errors);
  dict["warnings"] = Findings(proof.warnings);
  nb::list nulls;
  for (const ingot::NullRatio& column : proof.top_nulls) {
    nulls.append(nb::make_tuple(column.column, column.nulls, column.values));
  }
  dict["top_nulls"] = nulls;
  return dict;
}

nb::dict ToDict(const ingot::Partition& partition) {
  nb::dict dict;
  dict["dataset"] = partition.dataset;
  dict["key"] = partition.key;
  dict["start"] = partition.start;
  dict["end"] = partition.end;
  dict["rows"] = partition.rows;
  dict["bytes"] = partition.bytes;
  dict["files"] = partition.files;
  dict["sha256"] = partition.sha256;
  dict["path"] = partition.path;
  dict["manifest_path"] = partition.manifest_path;
  dict["content_id"] = partition.content_id;
  dict["generation"] = partition.generation;
  dict["built"] = partition.built;
  dict["error"] = ToPython(partition.error);
  return dict;
}

nb::dict ToDict(const ingot::PartitionStatus& status) {
  nb::dict dict;
  dict["dataset"] = status.dataset;
  dict["key"] = status.key;
  dict["state"] = status.state;
  dict["reason"] = status.reason;
  dict["rows"] = status.rows;
  dict["bytes"] = status.bytes;
  dict["rejects"] = status.rejects;
  dict["generation"] = status.generation;
  dict["built"] = status.built;
  return dict;
}

nb::dict ToDict(const ingot::Dataset& dataset) {
  nb::dict dict;
  dict["name"] = dataset.name;
  dict["source"] = dataset.source;
  dict["description"] = dataset.description;
  dict["partitions"] = dataset.partitions;
  dict["unreadable"] = dataset.unreadable;
  dict["rows"] = dataset.rows;
  dict["bytes"] = dataset.bytes;
  dict["newest"] = dataset.newest;
  return dict;
}

}  // namespace ingot_python
