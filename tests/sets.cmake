# SPDX-License-Identifier: MIT
# sets.cmake - sets of kernels for tests: the lngen of this build emits them, and a chosen compiler compiles them with
# chosen options, so that tests can compare the bits of different compilers and options.

# Precompiles the headers of kernels once for all sets with the same compiler and flags. Sets `directory` to where the
# files ln_<isa>.h.gch are, and `target` to the target that makes them.
function(lngen_precompiled directory target compiler)
  string(MD5 key "${compiler} ${ARGN}")
  set(out ${CMAKE_CURRENT_BINARY_DIR}/headers/${key})
  set(${directory} ${out} PARENT_SCOPE)
  set(${target} headers_${key} PARENT_SCOPE)
  if(TARGET headers_${key})
    return()
  endif()
  add_custom_command(OUTPUT ${out}/ln_avx512.h.gch ${out}/ln_avx2.h.gch
    COMMAND lngen emit -o ${out} --width 1 --isa avx512,avx2
    COMMAND ${compiler} ${ARGN} -x c-header ${out}/ln_avx512.h -o ${out}/ln_avx512.h.gch
    COMMAND ${compiler} ${ARGN} -x c-header ${out}/ln_avx2.h -o ${out}/ln_avx2.h.gch
    DEPENDS lngen COMMENT "Precompiling headers: ${compiler} ${ARGN}" VERBATIM)
  add_custom_target(headers_${key} DEPENDS ${out}/ln_avx512.h.gch ${out}/ln_avx2.h.gch)
endfunction()

# lngen_test_set(<name> WIDTHS n... [EMIT option...] [COMPILER path] [KIND id] [FLAGS flag...]) emits the kernels of
# these widths and options, links them into the program harness_<name>, and adds a test for each instruction set.
# Kernel files are compiled one by one. With gcc their headers are precompiled, which changes no object file.
function(lngen_test_set name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "COMPILER;KIND" "WIDTHS;EMIT;FLAGS")
  if(NOT arg_COMPILER)
    set(arg_COMPILER ${CMAKE_C_COMPILER})
    set(arg_KIND ${CMAKE_C_COMPILER_ID})
  endif()
  list(JOIN arg_WIDTHS "," widths)
  list(JOIN LNGEN_ISAS_HERE "," isa_list)

  cmake_parse_arguments(emit "" "--plan" "" ${arg_EMIT})
  string(MD5 key "${widths} ${arg_EMIT}")
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/sets/${key})
  set(files ${dir}/ln_layernorm_f32_slow.c)
  foreach(isa IN LISTS LNGEN_ISAS_HERE)
    foreach(width IN LISTS arg_WIDTHS ITEMS any)
      list(APPEND files ${dir}/ln_layernorm_f32_${width}_${isa}.c)
    endforeach()
  endforeach()
  get_property(known GLOBAL PROPERTY lngen_test_set_${key})
  if(NOT known)
    set_property(GLOBAL PROPERTY lngen_test_set_${key} TRUE)
    set(headers ${dir}/ln_kernel.h ${dir}/ln_scalar.h)
    if(LNGEN_X86)
      list(APPEND headers ${dir}/ln_avx2.h ${dir}/ln_avx512.h)
    endif()
    add_custom_command(OUTPUT ${files} ${headers} ${dir}/kernels.inc
      COMMAND lngen emit -o ${dir} --width ${widths} --isa ${isa_list} ${arg_EMIT}
      DEPENDS lngen ${emit_--plan} COMMENT "Emitting kernels for ${name}" VERBATIM)
    add_custom_target(emit_${key} DEPENDS ${files} ${headers} ${dir}/kernels.inc)
  endif()

  set(flags -std=c11 ${arg_FLAGS})
  if(arg_COMPILER STREQUAL CMAKE_C_COMPILER)
    separate_arguments(own NATIVE_COMMAND "${CMAKE_C_FLAGS}") # sanitizers, for instance
    list(APPEND flags ${own})
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/sets/${name})
  file(MAKE_DIRECTORY ${out})
  set(precompiled FALSE)
  if(arg_KIND STREQUAL "GNU" AND LNGEN_X86)
    set(precompiled TRUE)
    lngen_precompiled(headers make_headers ${arg_COMPILER} ${flags})
  endif()
  set(objects "")
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "^.*_" "" isa ${stem})
    set(object ${out}/${stem}.o)
    set(header ${dir}/ln_scalar.h)
    set(with "")
    if(isa MATCHES "^avx")
      set(header ${dir}/ln_${isa}.h)
      if(precompiled)
        set(with -include ${headers}/ln_${isa}.h)
        set(header ${headers}/ln_${isa}.h.gch)
      endif()
    endif()
    add_custom_command(OUTPUT ${object}
      COMMAND ${arg_COMPILER} ${flags} ${with} -c ${file} -o ${object}
      DEPENDS ${file} ${header} COMMENT "Compiling ${stem} for ${name}" VERBATIM)
    list(APPEND objects ${object})
  endforeach()

  add_executable(harness_${name} $<TARGET_OBJECTS:harness_parts> ${LNGEN_TABLED} ${objects})
  add_dependencies(harness_${name} emit_${key})
  if(precompiled)
    add_dependencies(harness_${name} ${make_headers})
  endif()
  target_include_directories(harness_${name} PRIVATE ${PROJECT_SOURCE_DIR}/runtime ${dir})
  target_link_libraries(harness_${name} PRIVATE lngen_warnings ${LNGEN_TEST_LIBRARIES})
  lngen_add_harness_tests(${name} harness_${name} ${dir}/kernels.inc --any few)
endfunction()

# Adds a test for each instruction set, and one that fails when a kernel of kernels.inc did not run.
function(lngen_add_harness_tests name program kernels)
  set(ran "")
  set(entries "")
  foreach(isa IN LISTS LNGEN_ISAS)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/ran/${name}_${isa})
    add_test(NAME bits.${name}.${isa} COMMAND ${program} ${isa} --ran ${file} ${ARGN})
    set_tests_properties(bits.${name}.${isa} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 900 FIXTURES_SETUP ran_${name}
      ENVIRONMENT "${LNGEN_TEST_THREADS}")
    list(APPEND ran ${file})
  endforeach()
  add_test(NAME ran.${name} COMMAND ${CMAKE_COMMAND} -DKERNELS=${kernels} "-DRAN=${ran}"
    -P ${CMAKE_CURRENT_SOURCE_DIR}/ran.cmake)
  set_tests_properties(ran.${name} PROPERTIES FIXTURES_REQUIRED ran_${name})
endfunction()
