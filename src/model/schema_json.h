// Schemas as JSON, as manifests hold them:
//   [{"id": 1, "name": "symbol", "type": "string"},
//    {"id": 2, "name": "tags", "type": "map", "fields": [{"id": 3, "name": "key", "nullable": false, "type": "string"},
//    …]}]
#pragma once

#include "base/result.h"
#include "model/json_document.h"
#include "model/json_value.h"
#include "model/schema.h"

namespace ingot {

JsonValue SchemaToJson(const Schema& schema);
// Unknown members are ignored: a reader that must understand them is told so by `required_features`.
// Errors: kCorrupt, with the JSON pointer.
Result<Schema> SchemaFromJson(JsonView value);

}  // namespace ingot
