// Files of partitions as one relation of an engine: its columns, its key fields, and what names say.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "dataset/partition_place.h"
#include "engine/engine.h"
#include "model/dataset_spec.h"
#include "model/manifest.h"
#include "model/partition_key.h"
#include "model/schema.h"

namespace ingot {

// More files may be open than the soft limit says. Returns how many can be held.
uint64_t AllowOpenFiles(uint64_t wanted);

// Ids tell fields apart within one lock file; between partitions names do.
Schema WithoutIds(Schema schema);

// Names of the columns that a dataset's key fields become: their own, or `partition_NAME` where the rows have a column
// of that name already.
std::vector<KeyFieldSpec> KeyColumns(const KeySpec& key, const Schema& schema);

// What the names of a partition's own files say, as `date` in a Hive layout; a number that only tells them apart is no
// column. For datasets without a key: then a file is chosen as a partition is elsewhere.
// Empty for others.
KeySpec FieldsOfNames(const DatasetSpec& dataset);

// The values in the name of one file of a manifest. Errors: kConfig for a name that the dataset does not give.
Result<FieldValues> ValuesOfName(const DatasetSpec& dataset, const PartitionPlace& place, const ManifestFile& file,
                                 const KeySpec& fields);

// The values that a key's window is not made of: partitions with other ones hold other rows, whatever their windows.
FieldValues ValuesBesideWindow(const PartitionKey& key);

// Errors: kUsage, naming the first two partitions that share a moment and the values of all other key fields: their
// rows would count twice.
Result<void> CheckDisjoint(const DatasetSpec& dataset, std::span<const PartitionKey> keys);

// Unites the relation's schema with that of a file. Returns the index of the file's schema in the relation. Errors:
// kSchemaDrift.
Result<size_t> AddFileSchema(const Schema& schema, EngineRelation& relation);

}  // namespace ingot
