# completion.cmake - writes OUT, what `LNGEN completion SHELL` prints.
# Run as: cmake -DLNGEN=lngen -DSHELL=bash -DOUT=file -P completion.cmake
execute_process(COMMAND ${LNGEN} completion ${SHELL} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${OUT} "${text}")
