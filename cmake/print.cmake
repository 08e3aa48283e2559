# print.cmake - writes OUT, what `lngen WORDS` prints.
# Run as: cmake -DLNGEN=lngen -DWORDS="completion bash" -DOUT=file -P print.cmake
separate_arguments(words NATIVE_COMMAND "${WORDS}")
execute_process(COMMAND ${LNGEN} ${words} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${OUT} "${text}")
