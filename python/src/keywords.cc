#include "keywords.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <typeinfo>

namespace ingot_python {
namespace {

class Keywords {
 public:
  explicit Keywords(const nb::dict& keywords) { left_.update(keywords); }

  // Takes the entry of that name, if there is one.
  template <typename Value>
  Keywords& Take(const char* name, Value& value) {
    if (left_.contains(name)) {
      try {
        value = nb::cast<Value>(left_[name]);
      } catch (const std::bad_cast&) {
        throw nb::type_error((std::string(name) + " has a wrong type or range").c_str());
      }
      nb::del(left_[name]);
    }
    return *this;
  }
  Keywords& Take(ingot::PartitionChoice& choice) {
    Take("date", choice.date).Take("from_", choice.from).Take("to", choice.to).Take("last", choice.last);
    return Take("end_day", choice.end_day).Take("days", choice.days).Take("previous_week", choice.previous_week);
  }
  Keywords& Take(ingot::WorkOptions& work) { return Take("threads", work.threads).Take("memory", work.memory); }
  void Finish() const {
    for (const auto entry : left_) {
      throw nb::type_error(("unknown keyword " + nb::cast<std::string>(nb::str(entry.first))).c_str());
    }
  }

 private:
  nb::dict left_;
};

}  // namespace

ingot::RunOptions RunOptionsFrom(const nb::dict& keywords) {
  ingot::RunOptions options;
  Keywords left(keywords);
  left.Take(options.partitions).Take(options.work).Take("output_dir", options.output_dir);
  left.Take("force", options.force).Take("locked", options.locked).Take("dry_run", options.dry_run);
  left.Take("publish", options.publish).Take("allow_incomplete", options.allow_incomplete);
  left.Take("allow_drift", options.allow_drift).Take("allow_empty", options.allow_empty);
  left.Take("allow_shrink", options.allow_shrink).Take("replace_foreign", options.replace_foreign);
  left.Take("reason", options.reason);
  left.Take("min_inputs", options.min_inputs).Take("max_rejects", options.max_rejects).Finish();
  return options;
}

ingot::VerifyOptions VerifyOptionsFrom(const nb::dict& keywords) {
  ingot::VerifyOptions options;
  Keywords left(keywords);
  left.Take(options.partitions).Take(options.work).Take("output_dir", options.output_dir);
  left.Take("quick", options.quick).Take("deep", options.deep).Finish();
  return options;
}

ingot::ListOptions ListOptionsFrom(const nb::dict& keywords) {
  ingot::ListOptions options;
  Keywords(keywords).Take(options.partitions).Take("output_dir", options.output_dir).Finish();
  return options;
}

ingot::QueryOptions QueryOptionsFrom(const nb::dict& keywords) {
  ingot::QueryOptions options;
  Keywords left(keywords);
  left.Take(options.work).Take("output_dir", options.output_dir).Take("parameters", options.parameters);
  left.Take("limit", options.limit).Take("timeout", options.timeout).Take("prove", options.prove).Finish();
  return options;
}

ingot::GenerateOptions GenerateOptionsFrom(const nb::dict& keywords) {
  ingot::GenerateOptions options;
  Keywords left(keywords);
  left.Take(options.work).Take("output_dir", options.output_dir).Take("rows", options.rows);
  left.Take("seed", options.seed).Take("start", options.start).Take("end", options.end);
  left.Take("codec", options.codec).Take("level", options.level).Take("file_size", options.file_size);
  left.Take("layout", options.layout).Finish();
  return options;
}

ingot::IndexOptions IndexOptionsFrom(const nb::dict& keywords) {
  ingot::IndexOptions options;
  Keywords left(keywords);
  left.Take(options.work).Take("template", options.path_template).Take("base", options.base);
  left.Take("strict", options.strict).Take("duplicates", options.duplicates).Take("codec", options.codec);
  left.Take("level", options.level).Take("force", options.force).Take("allow_incomplete", options.allow_incomplete);
  left.Take("allow_empty", options.allow_empty).Take("allow_shrink", options.allow_shrink);
  left.Take("replace_foreign", options.replace_foreign).Take("reason", options.reason).Finish();
  return options;
}

ingot::LookupOptions LookupOptionsFrom(const nb::dict& keywords) {
  ingot::LookupOptions options;
  Keywords(keywords).Take("memory", options.work.memory).Take("template", options.path_template).Finish();
  return options;
}

ingot::RefreshOptions RefreshOptionsFrom(const nb::dict& keywords) {
  ingot::RefreshOptions options;
  Keywords(keywords).Take(options.work).Take("force", options.force).Finish();
  return options;
}

}  // namespace ingot_python
