# `cmake --install` (make install PREFIX=…) writes a tree that can be moved as a whole:
#   bin/ingot, lib/ingot/*.so, share/man/man1, completions, share/doc/ingot
#   include/ingot/*.h, lib/libingot.so, lib/cmake/ingot, lib/pkgconfig/ingot.pc for programs that embed it
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
if(NOT TARGET ingot)
  return()
endif()

set(INGOT_LIBRARY_FOLDER "${CMAKE_INSTALL_LIBDIR}/ingot")
# lib/x86_64-linux-gnu is for packages of the distribution; ours is found relative to bin/.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(INGOT_LIBRARY_FOLDER lib/ingot)
endif()
file(RELATIVE_PATH library_from_program "/${CMAKE_INSTALL_BINDIR}" "/${INGOT_LIBRARY_FOLDER}")
set_target_properties(ingot PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_program}")

file(RELATIVE_PATH libraries_from_library "/${CMAKE_INSTALL_LIBDIR}" "/${INGOT_LIBRARY_FOLDER}")
set_target_properties(libingot PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries_from_library}")

install(TARGETS ingot RUNTIME_DEPENDENCY_SET ingot_libraries
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS libingot EXPORT ingot-targets RUNTIME_DEPENDENCY_SET ingot_libraries
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
# Loaded by name on first use: the program does not need it to start.
install(TARGETS ingot_arrow RUNTIME_DEPENDENCY_SET ingot_libraries LIBRARY DESTINATION "${INGOT_LIBRARY_FOLDER}")
# The libraries that a machine without our build packages lacks.
install(RUNTIME_DEPENDENCY_SET ingot_libraries
        PRE_EXCLUDE_REGEXES ${INGOT_SYSTEM_LIBRARIES}
        LIBRARY DESTINATION "${INGOT_LIBRARY_FOLDER}")

# For programs that embed Ingot.
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/ingot")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/ingot" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT ingot-targets NAMESPACE ingot:: DESTINATION "${package_folder}" FILE ingot-config.cmake)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ingot-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/ingot-config-version.cmake" DESTINATION "${package_folder}")
file(RELATIVE_PATH prefix_from_pkgconfig "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file("${PROJECT_SOURCE_DIR}/cmake/ingot.pc.in" "${PROJECT_BINARY_DIR}/ingot.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ingot.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# Loaded by name when a query needs it, so no link tells of it.
if(INGOT_DUCKDB_FILE)
  install(FILES "${INGOT_DUCKDB_FILE}" DESTINATION "${INGOT_LIBRARY_FOLDER}")
endif()

if(INGOT_DOCS)
  install(DIRECTORY "${INGOT_MAN_FOLDER}/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
          FILES_MATCHING PATTERN "*.1")
  install(FILES "${INGOT_COMPLETIONS_FOLDER}/ingot.bash" RENAME ingot
          DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
  install(FILES "${INGOT_COMPLETIONS_FOLDER}/ingot.zsh" RENAME _ingot
          DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
  install(FILES "${INGOT_COMPLETIONS_FOLDER}/ingot.fish"
          DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
if(INGOT_ARROW_LICENSES)
  install(DIRECTORY "${INGOT_ARROW_LICENSES}/" DESTINATION "${CMAKE_INSTALL_DOCDIR}/arrow")
endif()
if(INGOT_DUCKDB_LICENSES)
  install(DIRECTORY "${INGOT_DUCKDB_LICENSES}/" DESTINATION "${CMAKE_INSTALL_DOCDIR}/duckdb")
endif()
