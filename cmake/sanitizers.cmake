# INGOT_SANITIZE and INGOT_FUZZ instrument the whole tree: a partly instrumented program
# reports errors that are not there.
set(sanitizers "${INGOT_SANITIZE}")
if(INGOT_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "INGOT_FUZZ needs clang: cmake --preset fuzz, after tools/setup.sh fuzz")
  endif()
  string(JOIN "," sanitizers ${sanitizers} fuzzer-no-link)
endif()

if(sanitizers)
  # Frame pointers give whole stacks; without recovery a finding fails the test that caused it.
  add_compile_options("-fsanitize=${sanitizers}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${sanitizers}")
  # The sanitizers call dlopen for the program, and a RUNPATH counts for its own calls only; an RPATH counts for all.
  add_link_options("-Wl,--disable-new-dtags")
endif()
