# SPDX-License-Identifier: MIT
# check_json.cmake - fails unless ln_bench --json writes valid JSON that holds the cells asked for.
execute_process(COMMAND ${BENCH} --width 768 --rows 2,3 --seconds 0 --rounds 5 --json - OUTPUT_VARIABLE text
  RESULT_VARIABLE status)
if(status)
  message(FATAL_ERROR "ln_bench: exit status ${status}")
endif()
string(JSON cells LENGTH "${text}" cells)
string(JSON case GET "${text}" cells 1 case)
string(JSON rows GET "${text}" cells 1 rows)
foreach(name version date processor isa compiled) # what repeating it takes
  string(JSON told GET "${text}" ${name})
  if(NOT told MATCHES "...")
    message(SEND_ERROR "ln_bench --json: ${name} is '${told}'")
  endif()
endforeach()
string(JSON first GET "${text}" cells 1 results 0 ns_per_row)
if(NOT cells EQUAL 2 OR NOT case STREQUAL "layernorm_f32" OR NOT rows EQUAL 3 OR NOT first GREATER 0)
  message(FATAL_ERROR "ln_bench --json: ${cells} cells, case ${case}, ${rows} rows, first time ${first}; "
    "expected 2 cells, case layernorm_f32, 3 rows, a first time above 0")
endif()
