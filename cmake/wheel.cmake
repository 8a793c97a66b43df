# What a Python wheel carries (scikit-build-core, pyproject.toml): the extension module, the program, and all libraries that
# they need, under names that no other package's libraries have.
#   ingot/_ingot.*.so, ingot/_bin/ingot, ingot/_lib/ingot_arrow.so, ingot/_lib/ing*.so*
set_target_properties(ingot PROPERTIES INSTALL_RPATH "$ORIGIN/../_lib")
set_target_properties(_ingot PROPERTIES INSTALL_RPATH "$ORIGIN/_lib")
# RPATH, not RUNPATH: libraries of the system have no path of their own, and find theirs by that of who loads them.
target_link_options(ingot PRIVATE -Wl,--disable-new-dtags)
target_link_options(_ingot PRIVATE -Wl,--disable-new-dtags)
target_link_options(ingot_arrow PRIVATE -Wl,--disable-new-dtags)
install(TARGETS ingot RUNTIME_DEPENDENCY_SET wheel_libraries RUNTIME DESTINATION ingot/_bin COMPONENT python)
install(TARGETS _ingot RUNTIME_DEPENDENCY_SET wheel_libraries LIBRARY DESTINATION ingot COMPONENT python)
install(TARGETS ingot_arrow RUNTIME_DEPENDENCY_SET wheel_libraries LIBRARY DESTINATION ingot/_lib COMPONENT python)
install(RUNTIME_DEPENDENCY_SET wheel_libraries PRE_EXCLUDE_REGEXES ${INGOT_SYSTEM_LIBRARIES}
        LIBRARY DESTINATION ingot/_lib COMPONENT python)
if(INGOT_DUCKDB_FILE)
  install(FILES "${INGOT_DUCKDB_FILE}" DESTINATION ingot/_lib COMPONENT python)
endif()
foreach(name ARROW DUCKDB)
  if(INGOT_${name}_LICENSES)
    string(TOLOWER "${name}" folder)
    install(DIRECTORY "${INGOT_${name}_LICENSES}/" DESTINATION "ingot/_lib/licenses/${folder}" COMPONENT python)
  endif()
endforeach()
install(CODE "execute_process(
    COMMAND \"${Python3_EXECUTABLE}\" \"${PROJECT_SOURCE_DIR}/tools/private_libraries.py\"
            \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/ingot\"
    COMMAND_ERROR_IS_FATAL ANY)" COMPONENT python)
