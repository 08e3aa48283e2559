# SPDX-License-Identifier: MIT
# buildTests.cmake - the target build_tests: everything that the tests need. The target check also runs them.
add_custom_target(build_tests COMMENT "The tests are built; run them with ctest"
  COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/tests_are_built VERBATIM)

# Makes build_tests depend on the targets of a directory and of those below it, as far as `all` would have them.
function(lngen_tests_need directory)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(on_request ${target} EXCLUDE_FROM_ALL)
    get_target_property(imported ${target} IMPORTED)
    if(NOT on_request AND NOT imported)
      add_dependencies(build_tests ${target})
    endif()
  endforeach()
  get_property(below DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
  foreach(subdirectory IN LISTS below)
    lngen_tests_need(${subdirectory})
  endforeach()
endfunction()
lngen_tests_need(${PROJECT_SOURCE_DIR}) # with what is installed, which tests install

# ctest says what to build when nothing is. It stops where all tests would run; to list them or to run some that were
# built is right. Only Linux tells which.
file(WRITE ${PROJECT_BINARY_DIR}/tests_are_built.cmake "if(NOT EXISTS \"${PROJECT_BINARY_DIR}/tests_are_built\")
  set(mode \"\")
  if(EXISTS /proc/self/cmdline)
    file(STRINGS /proc/self/cmdline words)
    if(NOT words MATCHES \";-+([NRLI]|show-only|tests-|label-|rerun)\")
      set(mode FATAL_ERROR)
    endif()
  endif()
  message(\${mode}
    \"The tests are not built yet; build them first: cmake --build ${PROJECT_BINARY_DIR} --target build_tests\")
endif()
")
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY TEST_INCLUDE_FILES
  ${PROJECT_BINARY_DIR}/tests_are_built.cmake)

add_custom_target(check COMMAND ${CMAKE_CTEST_COMMAND} --output-on-failure USES_TERMINAL VERBATIM)
add_dependencies(check build_tests)
