# SPDX-License-Identifier: MIT
# lngen_add_kernels(target [CONFIG config.json] [WIDTH 768 1024] [ISA avx2 avx512] [PREFIX gpt2] [SELF_TEST] ...)
#
# When `target` is built, runs `lngen emit --single-file` to make PREFIX.h and PREFIX.c, and adds PREFIX.c to the
# sources of `target` and the directory of PREFIX.h to its include directories. The build makes the files again when a
# file named here or in a directory named here, or lngen, changes. One of CONFIG, GGUF, MODEL and WIDTH must say which
# kernels to make.
#
# You may give every option of `lngen emit`, in capitals and with _ for -: OP rmsnorm is --op rmsnorm, DTYPE f32 bf16 is
# --dtype f32,bf16, FOR ggml is --for ggml, ACCEPT_GUESS is --accept-guess. Paths are relative to the current source
# directory. SELF_TEST also adds the program PREFIX_test and a test of this name.
#
# The lngen that runs is LNGEN_EXECUTABLE, if it is set; otherwise the one found with the package or built by this
# build; otherwise one on the PATH, for instance when this build builds lngen for another machine.
include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.22)

# Sets `command` to the command that runs lngen, and `depends` to the target or file on which its output depends.
function(lngen_find_tool command depends)
  if(NOT LNGEN_EXECUTABLE AND TARGET lngen::lngen)
    get_target_property(imported lngen::lngen IMPORTED)
    if(imported OR NOT CMAKE_CROSSCOMPILING)
      set(${command} lngen::lngen PARENT_SCOPE)
      set(${depends} lngen::lngen PARENT_SCOPE)
      return()
    endif()
  endif()
  find_program(LNGEN_EXECUTABLE lngen NO_CMAKE_FIND_ROOT_PATH DOC "The lngen that emits kernels during the build")
  if(NOT LNGEN_EXECUTABLE)
    message(FATAL_ERROR "lngen_add_kernels: no lngen that runs here; set LNGEN_EXECUTABLE to one")
  endif()
  set(${command} "${LNGEN_EXECUTABLE}" PARENT_SCOPE)
  set(${depends} "${LNGEN_EXECUTABLE}" PARENT_SCOPE)
endfunction()

function(lngen_add_kernels target)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "lngen_add_kernels: '${target}' is not a target; add it first")
  endif()
  foreach(property ALIASED_TARGET TYPE IMPORTED SOURCE_DIR)
    get_target_property(${property} ${target} ${property})
  endforeach()
  if(ALIASED_TARGET)
    message(FATAL_ERROR "lngen_add_kernels: '${target}' is an alias; name what it stands for, ${ALIASED_TARGET}")
  elseif(IMPORTED OR NOT TYPE MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
    message(FATAL_ERROR "lngen_add_kernels: '${target}' compiles nothing; name a library or program of this build")
  endif()
  lngen_find_tool(lngen depends)

  # A word in capitals is an option; the words after it are its values. The first may be in capitals, too, where an
  # option must have one.
  set(flags ACCEPT_GUESS CHECK FORCE SELF_TEST SINGLE_FILE)
  set(options "")
  unset(option)
  foreach(word IN LISTS ARGN)
    if(word MATCHES "^[A-Z][A-Z_]+$"
        AND (NOT DEFINED option OR option IN_LIST flags OR NOT values_${option} STREQUAL ""))
      set(option ${word})
      if(option IN_LIST options)
        message(FATAL_ERROR "lngen_add_kernels: ${option} is given twice; give all its values at once")
      endif()
      list(APPEND options ${option})
      set(values_${option} "")
    elseif(NOT DEFINED option)
      message(FATAL_ERROR "lngen_add_kernels: '${word}' follows no option; expected for instance WIDTH 768")
    else()
      list(APPEND values_${option} "${word}")
    endif()
  endforeach()
  set(prefix norms)
  set(self_test FALSE)
  set(arguments "")
  foreach(option IN LISTS options)
    if(option MATCHES "^(OUTPUT|ONLY|CHECK|SINGLE_FILE)$")
      message(FATAL_ERROR "lngen_add_kernels: ${option} is set by lngen_add_kernels itself; leave it out")
    elseif(option STREQUAL "PREFIX")
      set(prefix "${values_PREFIX}")
      if(NOT prefix MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
        message(FATAL_ERROR "lngen_add_kernels: PREFIX '${prefix}' is not an identifier of C")
      endif()
      continue()
    elseif(option STREQUAL "SELF_TEST")
      set(self_test TRUE)
    elseif(option MATCHES "^(CONFIG|GGUF|PLAN|TEMPLATES)$")
      set(paths "")
      foreach(value IN LISTS values_${option})
        get_filename_component(file "${value}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
        get_property(generated SOURCE "${file}" PROPERTY GENERATED)
        if(NOT generated AND NOT EXISTS "${file}")
          message(FATAL_ERROR "lngen_add_kernels: ${option} ${file}: no such file")
        endif()
        if(NOT IS_DIRECTORY "${file}")
          list(APPEND depends "${file}")
        else()
          set(patterns "${file}/*.json" "${file}/*.safetensors")
          if(option STREQUAL "TEMPLATES")
            set(patterns "${file}/*")
          endif()
          file(GLOB_RECURSE within CONFIGURE_DEPENDS ${patterns})
          list(APPEND depends ${within})
        endif()
        list(APPEND paths "${file}")
      endforeach()
      set(values_${option} "${paths}")
    endif()
    string(TOLOWER "--${option}" name)
    string(REPLACE "_" "-" name "${name}")
    list(APPEND arguments ${name})
    if(NOT values_${option} STREQUAL "")
      list(JOIN values_${option} "," values)
      list(APPEND arguments "${values}")
    endif()
  endforeach()

  if(TARGET ${target}_${prefix}_kernels OR (self_test AND TARGET ${prefix}_test))
    message(FATAL_ERROR "lngen_add_kernels: PREFIX ${prefix} is taken; give another one")
  endif()
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/lngen/${target}")
  set(files "${dir}/${prefix}.c" "${dir}/${prefix}.h")
  if(self_test)
    list(APPEND files "${dir}/${prefix}_test.c")
  endif()
  # lngen does not write files that have not changed, but the build compares their times.
  add_custom_command(OUTPUT ${files}
    COMMAND ${lngen} emit --single-file --prefix ${prefix} -o "${dir}" ${arguments}
    COMMAND "${CMAKE_COMMAND}" -E touch ${files}
    DEPENDS ${depends} COMMENT "Making kernels: ${prefix}.h, ${prefix}.c" VERBATIM)
  add_custom_target(${target}_${prefix}_kernels DEPENDS ${files})

  foreach(scope "${SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}") # of the target and of the self-test
    set_source_files_properties(${files} DIRECTORY "${scope}" PROPERTIES GENERATED TRUE)
    get_directory_property(compiles_c DIRECTORY "${scope}" DEFINITION CMAKE_C_COMPILE_OBJECT)
    if(NOT compiles_c)
      set_source_files_properties(${files} DIRECTORY "${scope}" PROPERTIES LANGUAGE CXX)
    endif()
  endforeach()
  set(tested "")
  if(self_test)
    set(tested ${prefix}_test)
    add_executable(${tested} "${dir}/${prefix}_test.c") # includes PREFIX.c
    add_test(NAME ${tested} COMMAND ${tested})
  endif()
  target_sources(${target} PRIVATE "${dir}/${prefix}.c")
  if("FOR" IN_LIST options) # the headers for engines take in PREFIX.h alone then
    string(TOUPPER ${prefix} upper)
    target_compile_definitions(${target} PUBLIC ${upper}_SEPARATE)
  endif()
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${dir}>")
  foreach(user ${target} ${tested})
    add_dependencies(${user} ${target}_${prefix}_kernels)
    if(UNIX) # by properties, since target_link_libraries has two forms, which must not be mixed for one target
      set_property(TARGET ${user} APPEND PROPERTY LINK_LIBRARIES m)
      set_property(TARGET ${user} APPEND PROPERTY INTERFACE_LINK_LIBRARIES "$<LINK_ONLY:m>")
    endif()
  endforeach()
endfunction()

cmake_policy(POP)
