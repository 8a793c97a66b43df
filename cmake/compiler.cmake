# Language, optimisation and the compiler cache.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# ccache when present. With a base directory it sees relative paths, so that build trees in other
# folders, and other clones, share its results.
find_program(INGOT_CCACHE ccache)
if(INGOT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${INGOT_CCACHE}")
  file(RELATIVE_PATH source_prefix "${PROJECT_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
else()
  set(source_prefix "${PROJECT_SOURCE_DIR}")
endif()

# __FILE__ starts at the source tree: no machine's path inside a program, and test failures that
# name files as the reader knows them.
string(REGEX REPLACE "/$" "" source_prefix "${source_prefix}")
add_compile_options("-fmacro-prefix-map=${source_prefix}/=")
