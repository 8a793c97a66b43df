// DuckDB's C API as one table of functions, loaded on first use. A function that is used stands in the list below.
#pragma once

#include <duckdb.h>

#include <memory>

#include "base/result.h"

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): names, types and symbols are made from one list.
#define INGOT_DUCKDB_FUNCTIONS(ENTRY) \
  ENTRY(library_version)              \
  ENTRY(create_config)                \
  ENTRY(set_config)                   \
  ENTRY(destroy_config)               \
  ENTRY(open_ext)                     \
  ENTRY(close)                        \
  ENTRY(connect)                      \
  ENTRY(disconnect)                   \
  ENTRY(interrupt)                    \
  ENTRY(query_progress)               \
  ENTRY(free)                         \
  ENTRY(query)                        \
  ENTRY(extract_statements)           \
  ENTRY(extract_statements_error)     \
  ENTRY(destroy_extracted)            \
  ENTRY(prepare_extracted_statement)  \
  ENTRY(prepare_error)                \
  ENTRY(prepared_statement_type)      \
  ENTRY(destroy_prepare)              \
  ENTRY(nparams)                      \
  ENTRY(parameter_name)               \
  ENTRY(param_type)                   \
  ENTRY(bind_value)                   \
  ENTRY(execute_prepared_streaming)   \
  ENTRY(execute_prepared)             \
  ENTRY(result_error)                 \
  ENTRY(result_error_type)            \
  ENTRY(destroy_result)               \
  ENTRY(column_count)                 \
  ENTRY(column_name)                  \
  ENTRY(column_logical_type)          \
  ENTRY(destroy_logical_type)         \
  ENTRY(fetch_chunk)                  \
  ENTRY(data_chunk_get_size)          \
  ENTRY(data_chunk_get_column_count)  \
  ENTRY(data_chunk_get_vector)        \
  ENTRY(vector_get_data)              \
  ENTRY(vector_get_validity)          \
  ENTRY(string_t_length)              \
  ENTRY(string_t_data)                \
  ENTRY(destroy_data_chunk)           \
  ENTRY(result_get_arrow_options)     \
  ENTRY(destroy_arrow_options)        \
  ENTRY(to_arrow_schema)              \
  ENTRY(data_chunk_to_arrow)          \
  ENTRY(error_data_has_error)         \
  ENTRY(error_data_message)           \
  ENTRY(error_data_error_type)        \
  ENTRY(destroy_error_data)           \
  ENTRY(create_null_value)            \
  ENTRY(create_bool)                  \
  ENTRY(create_int64)                 \
  ENTRY(create_double)                \
  ENTRY(create_varchar_length)        \
  ENTRY(create_date)                  \
  ENTRY(create_timestamp_tz)          \
  ENTRY(destroy_value)

namespace ingot {

struct DuckdbApi {
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage,bugprone-macro-parentheses): as above; a name that is declared
#define INGOT_DUCKDB_MEMBER(name) decltype(&duckdb_##name) name = nullptr;
  INGOT_DUCKDB_FUNCTIONS(INGOT_DUCKDB_MEMBER)
#undef INGOT_DUCKDB_MEMBER
};

// Loads libduckdb.so from where the program was installed, else from the system; about 10 ms, once per process. The
// library stays loaded. Errors: kUnsupported when it is not there or lacks a function.
Result<std::shared_ptr<const DuckdbApi>> LoadDuckdb();

}  // namespace ingot
