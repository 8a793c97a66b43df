# Warnings of our own code; third-party include directories are SYSTEM and stay silent.
# ingot_warnings(TARGET) applies them.
set(INGOT_WARNING_FLAGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Werror=unused-result) # a dropped Result is an error in every build
# GCC 12 sees overlapping copies inside std::string (its bug 105651), and uninitialised members in
# a std::variant that travels through tl::expected. Neither is there; clang-tidy, whose analysis
# follows the branches of one function only, looks for uninitialised variables instead.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND INGOT_WARNING_FLAGS -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(INGOT_WERROR)
  list(APPEND INGOT_WARNING_FLAGS -Werror)
endif()

function(ingot_warnings target)
  target_compile_options("${target}" PRIVATE ${INGOT_WARNING_FLAGS})
endfunction()
