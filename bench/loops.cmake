# loops.cmake - compiles contenders/loop.c with every compiler that is found, and writes loops.inc, the list of the
# builds.
find_program(BENCH_GCC NAMES gcc DOC "gcc for the plain loops of ln_bench")
find_program(BENCH_CLANG NAMES clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang
  DOC "clang for the plain loops of ln_bench")

set(loop_source ${CMAKE_CURRENT_SOURCE_DIR}/contenders/loop.c)
set(loop_list "/* loops.inc - written by CMake: LOOP(symbol, name, flags, kind) */\n")
set(loop_objects "")
set(loop_compilers "")

# Adds one build, unless the compiler does not know one of the flags.
function(bench_loop compiler symbol name kind)
  set(flags ${ARGN})
  execute_process(COMMAND ${compiler} ${flags} -x c -c /dev/null -o /dev/null RESULT_VARIABLE failed OUTPUT_QUIET
    ERROR_QUIET)
  if(failed)
    return()
  endif()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/loop_${symbol}.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${compiler} -std=c11 -fPIC ${flags} -DLOOP=loop_${symbol} -c ${loop_source} -o ${object}
    DEPENDS ${loop_source} contenders/loop.h contenders/loop_norm.h contender.h job.h numbers.h
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
