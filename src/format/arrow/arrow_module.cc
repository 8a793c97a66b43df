#include "format/arrow/arrow_module.h"

#include <dlfcn.h>

#include <string>

namespace ingot {
namespace {

Error CannotLoad() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc keeps the text for each thread
  const char* why = ::dlerror();
  return {ErrorKind::kInternal, std::string("reading values needs ingot_arrow.so: ") + (why == nullptr ? "" : why),
          "install Ingot again: its libraries are missing, or of another version"};
}

// Where a host program put another Arrow before everybody's symbols, ours must look at home first. Not otherwise: that
// flag goes neither with a preloaded malloc nor with sanitizers.
int LoadFlags() {
  constexpr int kFlags = RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return kFlags;
#else
  const bool another_arrow = ::dlsym(RTLD_DEFAULT, "_ZN5arrow12GetBuildInfoEv") != nullptr;
  return another_arrow ? kFlags | RTLD_DEEPBIND : kFlags;
#endif
}

}  // namespace

Result<const ArrowModule*> LoadArrowModule() {
  // Found by the run path of the program or library that this is part of.
  void* module = ::dlopen("ingot_arrow.so", LoadFlags());
  if (module == nullptr) {
    return CannotLoad();
  }
  const auto* table = static_cast<const ArrowModule*>(::dlsym(module, INGOT_ARROW_TABLE));
  if (table == nullptr) {
    return CannotLoad();
  }
  return table;
}

}  // namespace ingot
