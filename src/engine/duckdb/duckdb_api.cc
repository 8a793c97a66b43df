#include "engine/duckdb/duckdb_api.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

namespace ingot {
namespace {

constexpr const char* kLibrary = INGOT_DUCKDB_NAME;

Error CannotLoad() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc keeps the text for each thread
  const char* why = ::dlerror();
  return Error(ErrorKind::kUnsupported, fmt::format("SQL needs DuckDB's library: {}", why == nullptr ? kLibrary : why),
               "install Ingot with `make install`, or DuckDB's libduckdb.so into the system's library path");
}

template <typename Function>
bool Find(void* library, const char* symbol, Function*& out) {
  // POSIX lets a pointer to an object hold a function.
  out = reinterpret_cast<Function*>(::dlsym(library, symbol));
  return out != nullptr;
}

}  // namespace

Result<std::shared_ptr<const DuckdbApi>> LoadDuckdb() {
  // Found by the program's own run path first. Never unloaded: its threads may outlive the last database.
  void* library = ::dlopen(kLibrary, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    return CannotLoad();
  }
  auto api = std::make_shared<DuckdbApi>();
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): see the list
#define INGOT_DUCKDB_FIND(name)                     \
  if (!Find(library, "duckdb_" #name, api->name)) { \
    return CannotLoad();                            \
  }
  INGOT_DUCKDB_FUNCTIONS(INGOT_DUCKDB_FIND)
#undef INGOT_DUCKDB_FIND
  return std::shared_ptr<const DuckdbApi>(std::move(api));
}

}  // namespace ingot
