% -- SPDX-License-Identifier: MIT
% -- glue.h: llm.c's names for the functions of a pair
#ifndef ${U}_LLMC_H
#define ${U}_LLMC_H

#include "${P}.h"

% for _, name in ipairs { "forward", "backward" } do
#define layernorm_${name} ${P}_layernorm_${name}
% end

#endif
