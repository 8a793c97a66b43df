# Warnings of our own code; third-party include directories are SYSTEM and stay silent.
# ingot_warnings(TARGET) applies them.
set(INGOT_WARNING_FLAGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Werror=unused-result) # a dropped Result is an error in every build
# GCC 12 sees overlapping copies inside std::string that are not there (its bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND INGOT_WARNING_FLAGS -Wno-restrict)
endif()
if(INGOT_WERROR)
  list(APPEND INGOT_WARNING_FLAGS -Werror)
endif()

function(ingot_warnings target)
  target_compile_options("${target}" PRIVATE ${INGOT_WARNING_FLAGS})
endfunction()
