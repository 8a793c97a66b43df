# A room is a folder below src/: one static library, one test program, and its fuzz targets.
#
#   ingot_room(<room> [DEPS <rooms>...] [LINK <libraries>...] [TEST_LINK <libraries>...] [EXCLUDE <regex>])
#   ingot_program(<name> <source> ROOM <room> [LINK <libraries>...])
#   ingot_test_program(<name> <source> ROOM <room> [LINK <libraries>...])
#
# Files are found by globbing, because a room's folder *is* its list of files: a new file
# needs no second entry that can be forgotten. CONFIGURE_DEPENDS makes the build check the
# folders again, so that new and removed files are noticed without running cmake by hand.
include(GoogleTest)

# Errors and formatting are in the vocabulary of every header.
set(INGOT_VOCABULARY ingot::expected ingot::fmt Threads::Threads)

function(ingot_room room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXCLUDE" "DEPS;LINK;TEST_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ingot_room(${room}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  # What is built in another way.
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
    list(FILTER headers EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cc$")

  list(TRANSFORM arg_DEPS PREPEND ingot_)
  if(sources)
    add_library("ingot_${room}" STATIC ${sources} ${headers})
    target_link_libraries("ingot_${room}" PUBLIC ${arg_DEPS} ${INGOT_VOCABULARY}
                                          PRIVATE ${arg_LINK})
    target_include_directories("ingot_${room}" PUBLIC "${PROJECT_SOURCE_DIR}/src")
    ingot_warnings("ingot_${room}")
  else()
    add_library("ingot_${room}" INTERFACE)
    target_link_libraries("ingot_${room}" INTERFACE ${arg_DEPS} ${INGOT_VOCABULARY})
    target_include_directories("ingot_${room}" INTERFACE "${PROJECT_SOURCE_DIR}/src")
  endif()

  ingot_room_headers("${room}" "${headers}" "${arg_LINK}")
  if(INGOT_TESTS AND tests)
    ingot_room_tests("${room}" "${tests}" "${arg_TEST_LINK};${arg_LINK}")
  endif()
  if(INGOT_FUZZ OR INGOT_TESTS)
    ingot_room_fuzzers("${room}" "${fuzzers}" "${arg_TEST_LINK};${arg_LINK}")
  endif()
endfunction()

# One program per room, every test case known to ctest. Suites whose name holds "Slow" carry
# the label `slow` and stay out of `make test`; the rest are `unit`.
function(ingot_room_tests room tests libraries)
  add_executable("${room}_test" ${tests} "${PROJECT_SOURCE_DIR}/tests/test_main.cc")
  # Libraries of the tests come first, in the order that they have there.
  target_link_libraries("${room}_test" PRIVATE ${libraries} "ingot_${room}" ingot::gtest
                                               ingot::rapidcheck)
  ingot_warnings("${room}_test")
  # Listing the cases is left to ctest's start: a build does not run what it has just built.
  # Tests start in the source tree, where their example files are.
  gtest_discover_tests("${room}_test" TEST_FILTER "-*Slow*" TEST_LIST "${room}_unit_tests"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS unit TIMEOUT 300)
  gtest_discover_tests("${room}_test" TEST_FILTER "*Slow*" TEST_LIST "${room}_slow_tests"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS slow TIMEOUT 3600)
endfunction()

# Target `headers` compiles every header alone: one that forgets an include does not pass.
add_custom_target(headers)
function(ingot_room_headers room headers libraries)
  if(NOT headers)
    return()
  endif()
  set(units "")
  foreach(header IN LISTS headers)
    file(RELATIVE_PATH include_path "${PROJECT_SOURCE_DIR}/src" "${header}")
    string(REPLACE "/" "__" unit "${include_path}")
    set(unit "${CMAKE_CURRENT_BINARY_DIR}/headers/${unit}.cc")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include \"@include_path@\"\n" @ONLY)
    list(APPEND units "${unit}")
  endforeach()
  add_library("${room}_headers" OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries("${room}_headers" PRIVATE "ingot_${room}" ${libraries})
  if(INGOT_TESTS)
    target_link_libraries("${room}_headers" PRIVATE ingot::gtest ingot::rapidcheck)
  endif()
  ingot_warnings("${room}_headers")
  add_dependencies(headers "${room}_headers")
endfunction()

# src/<room>/**/x_fuzz.cc becomes the libFuzzer program fuzzers/x_fuzz with INGOT_FUZZ, else
# x_fuzz_replay, which ctest runs over the inputs kept in tests/fuzz/x_fuzz/.
function(ingot_room_fuzzers room fuzzers libraries)
  foreach(source IN LISTS fuzzers)
    get_filename_component(name "${source}" NAME_WE)
    set(program "${name}")
    if(INGOT_FUZZ)
      add_executable("${program}" "${source}")
      target_link_options("${program}" PRIVATE -fsanitize=fuzzer)
      set_target_properties("${program}" PROPERTIES
          RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzzers")
    else()
      set(program "${name}_replay")
      add_executable("${program}" "${source}" "${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cc")
      add_test(NAME "fuzz.${name}" COMMAND "${program}" "${PROJECT_SOURCE_DIR}/tests/fuzz/${name}")
      set_tests_properties("fuzz.${name}" PROPERTIES LABELS fuzz TIMEOUT 300)
    endif()
    target_link_libraries("${program}" PRIVATE ${libraries} "ingot_${room}")
    ingot_warnings("${program}")
  endforeach()
endfunction()

# A program at the top of the build tree, where a user looks for it: build/<preset>/<name>.
function(ingot_program name source)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "ROOM" "LINK")
  add_executable("${name}" "${source}")
  target_link_libraries("${name}" PRIVATE "ingot_${arg_ROOM}" ${arg_LINK})
  set_target_properties("${name}" PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  ingot_warnings("${name}")
endfunction()

# A program that only tests start, beside the others; builds without tests do not have it.
function(ingot_test_program name source)
  if(INGOT_TESTS)
    ingot_program("${name}" "${source}" ${ARGN})
  endif()
endfunction()
