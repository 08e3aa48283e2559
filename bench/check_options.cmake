# SPDX-License-Identifier: MIT
# check_options.cmake - fails unless ln_bench refuses wrong options with status 2 and one line, and says in one line
# what it cannot write, before it measures anything where that is known by then.
function(refused said)
  execute_process(COMMAND ${BENCH} ${ARGN} OUTPUT_QUIET ERROR_VARIABLE error RESULT_VARIABLE status TIMEOUT 20)
  if(NOT status EQUAL 2 OR NOT error STREQUAL "ln_bench: ${said}; see ln_bench --help\n")
    list(JOIN ARGN " " arguments)
    message(SEND_ERROR "ln_bench ${arguments}: status ${status}, '${error}'; expected 2 and ${said}")
  endif()
endfunction()
set(bytes "a number of bytes from 1 to 1e12, which may end with K, M or G")
foreach(wrong "--rows 0:a whole number from 1 to 1000000000" "--rows ,:whole numbers"
    "--rows 1e30:a whole number from 1 to 1000000000" "--width 1.5:a whole number from 1 to 1000000000"
    "--case ,:names of cases" "--only ,:parts of names of contenders" "--rounds 5.5:a whole number from 5 to 1001"
    "--rounds 4:a whole number from 5 to 1001" "--seconds -1:a number from 0 to 3600" "--gap 100:a multiple of 64"
    "--gap -64:a whole number from 0 to 1048576" "--between 0:${bytes}" "--cold=5Q:${bytes}" "--max-bytes 1T:${bytes}"
    "--mean nan:a number from 0 to 1000000")
  string(REGEX MATCH "^((--[a-z-]+)[ =]([^:]*)):(.*)" all "${wrong}")
  set(said "${CMAKE_MATCH_2} '${CMAKE_MATCH_3}': expected ${CMAKE_MATCH_4}")
  separate_arguments(arguments UNIX_COMMAND "${CMAKE_MATCH_1}")
  refused("${said}" ${arguments})
endforeach()
foreach(option --csv --json)
  refused("${option} '': expected a file, or - for standard output" ${option}=)
endforeach()
refused("--case: no such case 'layernorm_f64'" --case layernorm_f32,layernorm_f64)
refused("--isa: no such instruction set 'avx3'" --isa avx3)
refused("unexpected '5'" --cold 5)
set(many "")
foreach(i RANGE 64)
  list(APPEND many --only x)
endforeach()
refused("--only 'too many'" ${many})
refused("--csv and --json both write to '-'" --csv - --json -)

set(brief --width 768 --rows 1 --seconds 0 --rounds 5 --only x)
function(expect status out said) # regular expressions of all of stdout, and of all of stderr
  execute_process(COMMAND ${BENCH} ${ARGN} OUTPUT_VARIABLE text ERROR_VARIABLE error RESULT_VARIABLE got)
  if(NOT got EQUAL status OR NOT error MATCHES "^${said}$" OR NOT text MATCHES "^${out}$")
    list(JOIN ARGN " " arguments)
    message(SEND_ERROR "ln_bench ${arguments}: status ${got}, '${error}', '${text}'; "
      "expected ${status}, ${said}, ${out}")
  endif()
endfunction()
set(no_directory ${CMAKE_CURRENT_BINARY_DIR}/no_such_directory/results)
expect(3 "" "ln_bench: ${no_directory}: No such file or directory\n" ${brief} --csv ${no_directory})
expect(3 "" "ln_bench: ${no_directory}: No such file or directory\n" ${brief} --json ${no_directory})
# a table begins with what repeating it takes
set(head "ln_bench [0-9.]+, 20[0-9-]+, on [^\n]+, up to (scalar|avx2|avx512), last-level cache [0-9.]+ .iB\n")
string(APPEND head "compiled by [A-Za-z]+ [0-9.]+[^\n]*; --list[^\n]*\n[^\n]*ln_bench --width 768 --rows 1 [^\n]*\n")
expect(0 "${head}\nlayernorm_f32, .*" "" ${brief})
expect(0 "case,width,rows,.*\n" "" ${brief} --csv -)
expect(0 "case,width,rows,.*\n" "" ${brief} --csv - --demo)
expect(2 "" "ln_bench: every cell has more than 1 bytes; try a larger --max-bytes\n" ${brief} --max-bytes 1)
if(EXISTS /dev/full)
  foreach(arguments --help --list "${brief}" "${brief};--csv;-")
    execute_process(COMMAND ${BENCH} ${arguments} OUTPUT_FILE /dev/full ERROR_VARIABLE error RESULT_VARIABLE got)
    if(NOT got EQUAL 3 OR NOT error STREQUAL "ln_bench: standard output: No space left on device\n")
      list(JOIN arguments " " arguments)
      message(SEND_ERROR "ln_bench ${arguments} > /dev/full: status ${got}, '${error}'")
    endif()
  endforeach()
  expect(3 ".*Figures.*" "ln_bench: /dev/full: No space left on device\n" ${brief} --csv /dev/full)
endif()
