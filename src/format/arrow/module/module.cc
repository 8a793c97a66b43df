// The module's one exported name. It holds the version, so that a program never calls into a module of another one.
#include "format/arrow/arrow_module.h"
#include "format/arrow/module/stream_file.h"
#include "format/arrow/module/value_reader.h"

extern "C" {

// NOLINTNEXTLINE(readability-identifier-naming): the name is the build's
extern const ingot::ArrowModule INGOT_ARROW_TABLE_NAME;
const ingot::ArrowModule INGOT_ARROW_TABLE_NAME = {ingot::OpenArrowValues, ingot::WriteArrowStreamByArrow,
                                                   ingot::WriteParquetFileByArrow};
}
