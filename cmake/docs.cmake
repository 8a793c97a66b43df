# Manual pages from docs/cli/*.md, and completions that the program itself prints.
#   docs/cli/verify.md -> share/man/man1/ingot-verify.1, docs/cli/ingot.md -> ingot.1
# Only a build that will be installed needs them.
option(INGOT_DOCS "Build manual pages and completions" OFF)
if(NOT INGOT_DOCS)
  return()
endif()

set(INGOT_MAN_FOLDER "${PROJECT_BINARY_DIR}/share/man/man1")
set(manual_pages "")
find_program(INGOT_PANDOC pandoc)
if(INGOT_PANDOC)
  # New pages are noticed without running cmake by hand.
  file(GLOB page_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/cli/*.md")
  set(filter "${PROJECT_SOURCE_DIR}/cmake/man_page.lua")
  file(MAKE_DIRECTORY "${INGOT_MAN_FOLDER}")
  foreach(source IN LISTS page_sources)
    get_filename_component(verb "${source}" NAME_WE)
    if(verb STREQUAL "ingot")
      set(page ingot)
    else()
      set(page "ingot-${verb}")
    endif()
    set(output "${INGOT_MAN_FOLDER}/${page}.1")
    add_custom_command(OUTPUT "${output}"
        COMMAND "${INGOT_PANDOC}" --standalone --from gfm --to man "--lua-filter=${filter}"
                --metadata "page=${page}" --metadata section=1 --metadata "footer=Ingot ${PROJECT_VERSION}"
                --metadata "header=Ingot manual" --output "${output}" "${source}"
        DEPENDS "${source}" "${filter}"
        COMMENT "Writing the manual page ${page}.1"
        VERBATIM)
    list(APPEND manual_pages "${output}")
  endforeach()
endif()
add_custom_target(manual ALL DEPENDS ${manual_pages})

set(INGOT_COMPLETIONS_FOLDER "${PROJECT_BINARY_DIR}/share/completions")
set(completions "")
if(TARGET ingot)
  file(MAKE_DIRECTORY "${INGOT_COMPLETIONS_FOLDER}")
  foreach(shell bash zsh fish)
    set(output "${INGOT_COMPLETIONS_FOLDER}/ingot.${shell}")
    # Written beside and renamed: a program that fails leaves no empty file for the next build.
    add_custom_command(OUTPUT "${output}"
        COMMAND ingot completions ${shell} > "${output}.new"
        COMMAND "${CMAKE_COMMAND}" -E rename "${output}.new" "${output}"
        DEPENDS ingot
        COMMENT "Writing the ${shell} completion"
        VERBATIM)
    list(APPEND completions "${output}")
  endforeach()
endif()
add_custom_target(completions ALL DEPENDS ${completions})
