# SPDX-License-Identifier: MIT
# loops.cmake - compiles contenders/loop.c with every compiler that is found, and contenders/fixed.c for every width,
# too. It writes loops.inc and fixed.inc, the lists of the builds.
find_program(BENCH_GCC NAMES gcc DOC "gcc for the plain loops of ln_bench")
find_program(BENCH_CLANG NAMES clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang
  DOC "clang for the plain loops of ln_bench")

set(loop_headers ${LNGEN_KERNELS_DIR}/ln_spec.h contender.h job.h numbers.h)
set(loop_source ${CMAKE_CURRENT_SOURCE_DIR}/contenders/loop.c)
set(loop_list "/* loops.inc - written by CMake: LOOP(symbol, name, flags, kind) */\n")
set(loop_objects "")
set(loop_compilers "")

# Sets `failed` to 0 if the compiler knows all of the flags.
function(bench_try compiler)
  execute_process(COMMAND ${compiler} ${ARGN} -x c -c /dev/null -o /dev/null RESULT_VARIABLE failed OUTPUT_QUIET
    ERROR_QUIET)
  set(failed ${failed} PARENT_SCOPE)
endfunction()

# Adds one build, unless the compiler does not know one of the flags.
function(bench_loop compiler symbol name kind)
  set(flags ${ARGN})
  bench_try(${compiler} ${flags})
  if(failed)
    return()
  endif()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/loop_${symbol}.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${compiler} -std=c11 -fPIC ${flags} -DLOOP=loop_${symbol} -I ${LNGEN_KERNELS_DIR}
      -c ${loop_source} -o ${object}
    DEPENDS ${loop_source} contenders/loop.h contenders/loop_norm.h ${loop_headers}
    COMMENT "Compiling the plain loop: ${name}"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set(loop_objects ${loop_objects} ${object} PARENT_SCOPE)
  list(JOIN flags " " shown)
  get_filename_component(short ${compiler} NAME)
  set(loop_list "${loop_list}LOOP(loop_${symbol}, \"${name}\", \"${short} ${shown}\", ${kind})\n" PARENT_SCOPE)
endfunction()

foreach(compiler gcc clang)
  string(TOUPPER ${compiler} upper)
  set(path ${BENCH_${upper}})
  if(NOT path)
    continue()
  endif()
  get_filename_component(short ${path} NAME)
  list(APPEND loop_compilers ${short})
  set(fast -O3 -march=native -ffast-math)
  bench_loop(${path} ${compiler}_o3 "${compiler} -O3" KIND_COMPETITOR -O3)
  bench_loop(${path} ${compiler}_fast "${compiler} fast" KIND_COMPETITOR ${fast})
  bench_loop(${path} ${compiler}_fast_512 "${compiler} fast 512" KIND_COMPETITOR ${fast} -mprefer-vector-width=512)
  bench_loop(${path} ${compiler}_fast_avx2 "${compiler} fast avx2" KIND_COMPETITOR -O3 -mavx2 -mfma -mf16c -ffast-math)
  bench_loop(${path} ${compiler}_sums "${compiler} fast 512 one-sweep" KIND_EXTRA ${fast} -mprefer-vector-width=512
    -DLOOP_SUMS)
endforeach()
list(JOIN loop_compilers ", " loop_compilers)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/loops.inc CONTENT "${loop_list}" @ONLY)

# The loops with a constant width: for the widths of LNGEN_BENCH_FIXED that the kernels have, and for that of the tests;
# compiled by gcc, by the newest clang, and by the system's, if that is another.
find_program(BENCH_CLANG_OF_SYSTEM NAMES clang DOC "the system's clang for the loops with a constant width of ln_bench")
file(STRINGS ${LNGEN_KERNELS_DIR}/kernels.inc kernel_rows REGEX "^LN_KERNEL\\(")
string(REPLACE "," ";" asked "${LNGEN_BENCH_FIXED}")
set(fixed_widths "")
foreach(width ${asked})
  if(kernel_rows MATCHES "_${width}_(avx512|avx2|scalar),")
    list(APPEND fixed_widths ${width})
  endif()
endforeach()
if(TARGET lngen AND BUILD_TESTING)
  list(APPEND fixed_widths ${bench_test_width})
endif()
set(fixed_source ${CMAKE_CURRENT_SOURCE_DIR}/contenders/fixed.c)
set(fixed_list "/* fixed.inc - written by CMake: FIXED(symbol), FIXED_COMPILER(name, flags, symbols) */\n")
set(real_paths "")
set(fixed_compilers "")
foreach(path ${BENCH_GCC} ${BENCH_CLANG} ${BENCH_CLANG_OF_SYSTEM})
  if(NOT path OR NOT fixed_widths)
    continue()
  endif()
  set(flags -O3 -march=native -ffast-math)
  bench_try(${path} ${flags})
  get_filename_component(short ${path} NAME)
  file(REAL_PATH ${path} real)
  if(failed OR real IN_LIST real_paths)
    continue()
  endif()
  list(APPEND real_paths ${real})
  list(APPEND fixed_compilers ${short})
  string(MAKE_C_IDENTIFIER ${short} compiler)
  set(symbols "")
  foreach(width ${fixed_widths})
    set(symbol fixed_${compiler}_${width})
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.o)
    add_custom_command(OUTPUT ${object}
      COMMAND ${path} -std=c11 -fPIC ${flags} -DWIDTH=${width} -DFIXED=${symbol} -I ${LNGEN_KERNELS_DIR}
        -c ${fixed_source} -o ${object}
      DEPENDS ${fixed_source} contenders/fixed.h contenders/fixed_norm.h ${loop_headers}
      COMMENT "Compiling the loops of width ${width}: ${short}"
      VERBATIM)
    set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
    list(APPEND loop_objects ${object})
    list(APPEND symbols ${symbol})
    string(APPEND fixed_list "FIXED(${symbol})\n")
  endforeach()
  list(TRANSFORM symbols PREPEND "&")
  list(JOIN symbols ", " symbols)
  list(JOIN flags " " shown)
  string(APPEND fixed_list "FIXED_COMPILER(\"${short}\", \"${short} ${shown}, constant width\", ${symbols})\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/fixed.inc CONTENT "${fixed_list}" @ONLY)
