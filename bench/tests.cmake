# SPDX-License-Identifier: MIT
# tests.cmake - tests that ln_bench runs and that the results of all contenders are right; no test looks at a time.
add_test(NAME bench.smoke COMMAND ln_bench --rows 1,5 --seconds 0 --rounds 5 --stores)
add_test(NAME bench.variants COMMAND ln_bench --width 768 --rows 1,5 --seconds 0 --rounds 5 --cold --read --gap 64)
add_test(NAME bench.apart COMMAND ln_bench --width 768 --rows 5 --seconds 0 --rounds 5 --cold --apart --small-pages)
add_test(NAME bench.demo COMMAND ln_bench --demo --rows 3 --seconds 0)
add_test(NAME bench.json
  COMMAND ${CMAKE_COMMAND} -DBENCH=$<TARGET_FILE:ln_bench> -P ${CMAKE_CURRENT_SOURCE_DIR}/check_json.cmake)
add_test(NAME bench.options
  COMMAND ${CMAKE_COMMAND} -DBENCH=$<TARGET_FILE:ln_bench> -P ${CMAKE_CURRENT_SOURCE_DIR}/check_options.cmake)
add_test(NAME bench.absent COMMAND ln_bench --case rmsnorm_bf16)
set_tests_properties(bench.smoke bench.variants bench.apart bench.demo PROPERTIES FAIL_REGULAR_EXPRESSION "left out")
set_tests_properties(bench.absent PROPERTIES PASS_REGULAR_EXPRESSION "ln_bench: rmsnorm_bf16: no kernels in this build")

# Every case, with small kernels that are emitted for these tests.
if(TARGET lngen)
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/cases)
  add_custom_command(OUTPUT ${dir}.a BYPRODUCTS ${dir}/kernels.inc
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/emit_cases.sh $<TARGET_FILE:lngen> ${dir}
      ${bench_test_width} ${bench_test_width}
    COMMAND ${CMAKE_COMMAND} -E env "CFLAGS=${CMAKE_C_FLAGS}" sh ${PROJECT_SOURCE_DIR}/tests/archive.sh
      ${CMAKE_C_COMPILER} ${dir} ${dir}.a
    DEPENDS lngen cases.inc emit_cases.sh ${PROJECT_SOURCE_DIR}/tests/archive.sh
    COMMENT "Emitting and compiling a kernel of every case" VERBATIM)
  add_custom_target(bench_case_kernels DEPENDS ${dir}.a)
  set(runtime "")
  foreach(source arena backward cpu heads merge run status table)
    list(APPEND runtime ${PROJECT_SOURCE_DIR}/runtime/${source}.c)
  endforeach()
  add_executable(ln_bench_cases ${parts} ${runtime})
  add_dependencies(ln_bench_cases bench_case_kernels bench_loops)
  target_include_directories(ln_bench_cases BEFORE PRIVATE ${dir} ${PROJECT_SOURCE_DIR}/runtime)
  set(pairs ${dir}_pairs)
  add_custom_command(OUTPUT ${pairs}/pair_f32.c ${pairs}/pair_f32.h ${pairs}/pair_bf16.c ${pairs}/pair_bf16.h
      ${pairs}/pairs.inc
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/emit_pairs.sh $<TARGET_FILE:lngen> ${pairs} ${bench_test_width}
    DEPENDS lngen emit_pairs.sh
    COMMENT "Emitting pairs of files for ln_bench" VERBATIM)
  add_custom_target(bench_case_pairs DEPENDS ${pairs}/pairs.inc)
  bench_pairs(ln_bench_cases ${pairs})
  add_dependencies(ln_bench_cases bench_case_pairs)
  add_dependencies(ln_bench_cases_pairs bench_case_pairs)
  target_link_libraries(ln_bench_cases PRIVATE ${dir}.a lngen_warnings ${libraries})
  add_test(NAME bench.kernels
    COMMAND ${CMAKE_COMMAND} -DBENCH=$<TARGET_FILE:ln_bench> -DLNGEN=$<TARGET_FILE:lngen> -DCC=${CMAKE_C_COMPILER}
      -DKERNELS=${CMAKE_CURRENT_SOURCE_DIR}/kernels.sh -P ${CMAKE_CURRENT_SOURCE_DIR}/check_kernels.cmake)
  add_test(NAME bench.ablation
    COMMAND ${CMAKE_COMMAND} -E env WIDTHS=768 ROWS=5 ISA=avx2 "CC=${CMAKE_C_COMPILER}"
      sh ${CMAKE_CURRENT_SOURCE_DIR}/ablation.sh --seconds 0 --rounds 5
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
  set_tests_properties(bench.ablation PROPERTIES PASS_REGULAR_EXPRESSION "no-barrier avx2")
  add_test(NAME bench.cases COMMAND ln_bench_cases --case all --rows 1,40 --seconds 0 --rounds 5 --stores)
  add_test(NAME bench.cases_threads
    COMMAND ln_bench_cases --case all --rows 8 --seconds 0 --rounds 5 --read --threads 2 --apart)
  add_test(NAME bench.cases_cold COMMAND ln_bench_cases --case
    rmsnorm_f32_int8,layernorm_f32_pre,layernorm_f32_two,rmsnorm_stats_f32,layernorm_apply_f32,layernorm_backward_f32
    --only lngen,gcc,pair,oneDNN --rows 64 --seconds 0 --rounds 5 --cold)
  # rows of one element, whose statistics and dgamma are 0
  add_test(NAME bench.narrow COMMAND ln_bench_cases --case layernorm_f32,layernorm_stats_f32,layernorm_backward_f32
    --width 1 --rows 1,3 --seconds 0 --rounds 5)
  # wider than the plain loops that keep a row on the stack
  add_test(NAME bench.wide COMMAND ln_bench_cases --case rmsnorm_f32_int8,layernorm_f32_post --width 65537 --rows 1
    --seconds 0 --rounds 5)
  list(TRANSFORM fixed_compilers APPEND " fixed" OUTPUT_VARIABLE names)
  add_test(NAME bench.opponents
    COMMAND ${CMAKE_COMMAND} -DBENCH=$<TARGET_FILE:ln_bench_cases> "-DLOOPS=${names}"
      -DCASES=${CMAKE_CURRENT_SOURCE_DIR}/cases.inc
      -P ${CMAKE_CURRENT_SOURCE_DIR}/check_opponents.cmake)
  set_tests_properties(bench.cases bench.cases_threads bench.cases_cold bench.narrow bench.wide PROPERTIES
    FAIL_REGULAR_EXPRESSION "left out" ENVIRONMENT OMP_WAIT_POLICY=passive)
endif()
