# SPDX-License-Identifier: MIT
# check_opponents.cmake - fails unless ln_bench times the loops with a constant width (LOOPS) in every case of the file
# CASES, and pairs of files in the main cases, all of them with and without flush-to-zero; and in far cases our kernel on
# rows near zero, too.
execute_process(COMMAND ${BENCH} --rows 8 --seconds 0 --rounds 5 --flush --csv - --case all OUTPUT_VARIABLE text
  RESULT_VARIABLE status)
if(status)
  message(FATAL_ERROR "ln_bench: exit status ${status}")
endif()
function(expect case contender)
  if(NOT text MATCHES "\n${case},[0-9]+,8,1,${contender},[^\n]*,[0-9.]+\n")
    message(FATAL_ERROR "ln_bench: ${case}: no line with both times of '${contender}' in\n${text}")
  endif()
endfunction()
file(STRINGS ${CASES} lines REGEX "^(CASE|FAR)\\(")
foreach(line ${lines})
  string(REGEX REPLACE "^[A-Z]+\\(([a-z0-9_]+),.*" "\\1" case "${line}")
  foreach(loop ${LOOPS})
    expect(${case} "${loop}")
  endforeach()
  if(case MATCHES "_far")
    expect(${case} "lngen [a-z0-9]+ near rows")
  endif()
endforeach()
foreach(case layernorm_f32 rmsnorm_f32 layernorm_bf16 rmsnorm_bf16 layernorm_backward_f32 rmsnorm_backward_f32)
  expect(${case} pair)
endforeach()
expect(rmsnorm_f32 "pair heads")
