# Every third-party library, as a target ingot::<name>. A room names those that it may use.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
set(INGOT_SETUP_HINT "run tools/setup.sh, which installs every dependency")

# Declares ingot::<name> as another name for what a package provides.
function(ingot_dependency name)
  add_library("ingot_dependency_${name}" INTERFACE)
  target_link_libraries("ingot_dependency_${name}" INTERFACE ${ARGN})
  add_library("ingot::${name}" ALIAS "ingot_dependency_${name}")
endfunction()

# A library that only pkg-config knows.
macro(ingot_pkg_dependency name module)
  pkg_check_modules("ingot_pc_${name}" QUIET IMPORTED_TARGET "${module}")
  if(NOT ingot_pc_${name}_FOUND)
    message(FATAL_ERROR "${module} was not found: ${INGOT_SETUP_HINT}")
  endif()
  ingot_dependency("${name}" "PkgConfig::ingot_pc_${name}")
endmacro()

# A library with a CMake package.
macro(ingot_cmake_dependency name package target)
  find_package("${package}" QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} was not found: ${INGOT_SETUP_HINT}")
  endif()
  ingot_dependency("${name}" "${target}")
endmacro()

ingot_pkg_dependency(isal libisal)
ingot_pkg_dependency(deflate libdeflate)
ingot_pkg_dependency(xxhash libxxhash)
ingot_pkg_dependency(re2 re2)
ingot_pkg_dependency(zstd libzstd)
ingot_pkg_dependency(edit libedit)
ingot_cmake_dependency(simdjson simdjson simdjson::simdjson)
ingot_cmake_dependency(openssl OpenSSL OpenSSL::Crypto)
ingot_cmake_dependency(tomlplusplus tomlplusplus tomlplusplus::tomlplusplus)
ingot_cmake_dependency(json nlohmann_json nlohmann_json::nlohmann_json)
ingot_cmake_dependency(fmt fmt fmt::fmt)
ingot_cmake_dependency(expected tl-expected tl::expected)
ingot_cmake_dependency(cli11 CLI11 CLI11::CLI11)
ingot_cmake_dependency(zlib ZLIB ZLIB::ZLIB)
if(INGOT_TESTS)
  ingot_cmake_dependency(gtest GTest GTest::gmock)
  ingot_cmake_dependency(rapidcheck rapidcheck rapidcheck)
endif()

# Arrow and Parquet: a system installation that is new enough, else the pinned wheel.
set(INGOT_ARROW_MINIMUM 26)
find_package(Arrow QUIET)
find_package(Parquet QUIET)
if(Arrow_FOUND AND Parquet_FOUND AND Arrow_VERSION VERSION_GREATER_EQUAL INGOT_ARROW_MINIMUM)
  ingot_dependency(parquet Parquet::parquet_shared Arrow::arrow_shared)
  set(INGOT_ARROW_VERSION "${Arrow_VERSION}")
  set(INGOT_ARROW_ORIGIN "system, version ${Arrow_VERSION}")
else()
  file(STRINGS "${PROJECT_SOURCE_DIR}/tools/requirements/arrow.txt" arrow_pin REGEX "^pyarrow==")
  string(REGEX REPLACE "^pyarrow==([0-9.]+).*" "\\1" arrow_version "${arrow_pin}")
  set(arrow_folder "${PROJECT_SOURCE_DIR}/.deps/arrow-${arrow_version}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               "${PROJECT_SOURCE_DIR}/tools/requirements/arrow.txt")
  # The wheel has no unversioned link: the file with the soname is the library.
  foreach(library arrow parquet)
    file(GLOB library_file "${arrow_folder}/lib/lib${library}.so.*")
    if(NOT library_file)
      message(FATAL_ERROR "Arrow ${arrow_version} is not in .deps/: ${INGOT_SETUP_HINT}")
    endif()
    get_filename_component(soname "${library_file}" NAME)
    add_library("ingot_wheel_${library}" SHARED IMPORTED)
    set_target_properties("ingot_wheel_${library}" PROPERTIES
        IMPORTED_LOCATION "${library_file}"
        IMPORTED_SONAME "${soname}"
        INTERFACE_INCLUDE_DIRECTORIES "${arrow_folder}/include")
  endforeach()
  ingot_dependency(parquet ingot_wheel_parquet ingot_wheel_arrow)
  set(INGOT_ARROW_VERSION "${arrow_version}")
  set(INGOT_ARROW_ORIGIN "pinned wheel, version ${arrow_version}")
  set(INGOT_ARROW_LICENSES "${arrow_folder}/licenses")
endif()

# Where programs of the build tree find what they load on first use: ingot_arrow.so, DuckDB.
list(APPEND CMAKE_BUILD_RPATH "${PROJECT_BINARY_DIR}")

# DuckDB's C library: a system installation that fits, else the pinned one. Only its header is used at build time; the
# program loads the library when a query needs it, because linking it costs 10 ms at every start.
set(INGOT_DUCKDB_INCLUDE "" CACHE PATH "Folder of a duckdb.h to use instead of the one that is found")
set(INGOT_DUCKDB_LIBRARY "" CACHE FILEPATH "libduckdb.so that belongs to it")
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             "${PROJECT_SOURCE_DIR}/tools/requirements/duckdb.txt")
execute_process(
    COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/system_duckdb.py"
            "${INGOT_DUCKDB_INCLUDE}" "${INGOT_DUCKDB_LIBRARY}"
    OUTPUT_VARIABLE system_duckdb OUTPUT_STRIP_TRAILING_WHITESPACE)
add_library(ingot_dependency_duckdb INTERFACE)
add_library(ingot::duckdb ALIAS ingot_dependency_duckdb)
if(system_duckdb)
  list(GET system_duckdb 0 duckdb_include)
  list(GET system_duckdb 1 duckdb_library)
  list(GET system_duckdb 2 duckdb_version)
  set(INGOT_DUCKDB_ORIGIN "system, version ${duckdb_version}")
elseif(INGOT_DUCKDB_INCLUDE OR INGOT_DUCKDB_LIBRARY)
  message(FATAL_ERROR "INGOT_DUCKDB_INCLUDE and INGOT_DUCKDB_LIBRARY name no DuckDB that fits")
else()
  file(STRINGS "${PROJECT_SOURCE_DIR}/tools/requirements/duckdb.txt" duckdb_pin REGEX "^header ")
  string(REGEX REPLACE "^header [^ ]+ ([0-9.]+) .*" "\\1" duckdb_version "${duckdb_pin}")
  set(duckdb_folder "${PROJECT_SOURCE_DIR}/.deps/duckdb-${duckdb_version}")
  set(duckdb_include "${duckdb_folder}/include")
  set(duckdb_library "${duckdb_folder}/lib/libduckdb.so")
  set(INGOT_DUCKDB_ORIGIN "pinned library, version ${duckdb_version}")
  if(NOT EXISTS "${duckdb_include}/duckdb.h")
    message(FATAL_ERROR "DuckDB ${duckdb_version} is not in .deps/: ${INGOT_SETUP_HINT}")
  elseif(NOT EXISTS "${duckdb_library}")
    set(INGOT_DUCKDB_ORIGIN "header only, version ${duckdb_version}; the library is missing")
    set(duckdb_library "")
  else()
    # Libraries of the system stay where they are; ours goes with the program.
    set(INGOT_DUCKDB_FILE "${duckdb_library}")
    set(INGOT_DUCKDB_LICENSES "${duckdb_folder}/licenses")
  endif()
endif()
target_include_directories(ingot_dependency_duckdb SYSTEM INTERFACE "${duckdb_include}")
if(duckdb_library)
  get_filename_component(duckdb_library_folder "${duckdb_library}" DIRECTORY)
  list(APPEND CMAKE_BUILD_RPATH "${duckdb_library_folder}")
endif()
