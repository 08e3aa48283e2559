# SPDX-License-Identifier: MIT
# check_kernels.cmake - fails unless ln_bench (BENCH) times the kernels of a library that kernels.sh (KERNELS) made of
# what LNGEN emitted, under a name that fits into CSV, and refuses two libraries with one name.
set(dir ${CMAKE_CURRENT_BINARY_DIR}/check_kernels)
set(library "${dir}/a,\"b\".so")
execute_process(COMMAND ${LNGEN} emit -o ${dir} --width 48 --isa scalar OUTPUT_QUIET RESULT_VARIABLE status)
if(NOT status)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env CC=${CC} sh ${KERNELS} ${dir} ${library} RESULT_VARIABLE status)
endif()
if(status)
  message(FATAL_ERROR "no library: status ${status}")
endif()
set(arguments --width 48 --rows 3 --seconds 0 --rounds 5 --only scalar --csv - --kernels ${library})
execute_process(COMMAND ${BENCH} ${arguments} OUTPUT_VARIABLE text RESULT_VARIABLE status)
if(status OR NOT text MATCHES "\nlayernorm_f32,48,3,1,a__b_ scalar,rival,scalar,")
  message(FATAL_ERROR "ln_bench --kernels: status ${status}, no line of a__b_ in\n${text}")
endif()
execute_process(COMMAND ${BENCH} ${arguments} --kernels ${library} OUTPUT_QUIET ERROR_VARIABLE error
  RESULT_VARIABLE status)
if(NOT status EQUAL 2 OR
   NOT error STREQUAL "ln_bench: two contenders are 'a__b_ avx512'; give the files of --kernels other names\n")
  message(FATAL_ERROR "ln_bench with a library twice: status ${status}, '${error}'")
endif()
