#include "format/parquet/value_reader.h"

#include "format/arrow/arrow_module.h"

namespace ingot {

Result<std::unique_ptr<ValueReader>> OpenValueReader(const FileBytes& bytes) {
  INGOT_ASSIGN(const ArrowModule* const module, LoadArrowModule());
  return module->open_value_reader(bytes);
}

}  // namespace ingot
