% -- SPDX-License-Identifier: MIT
% -- ln_spec.h: what a spec consists of, as a header of a directory
#ifndef LN_SPEC_H
#define LN_SPEC_H

#include <stddef.h>
% for _, name in ipairs(spec.members) do
%   local field = spec.field[name]
%   if field then

/* ${field.help} */
typedef enum ln_${name} {
%     local values = spec.c_values(field)
%     for i, value in ipairs(values) do
%       local note = field.notes and field.notes[value]
    LN_${name:upper()}_${value:upper()}${i < #values and "," or ""}${note and (" /* %s */"):format(note) or ""}
%     end
} ln_${name};
%   end
% end

/* What is computed. Zero in a field is the usual choice: {.width = 768} is LayerNorm forward in f32. Fields that make
 * no sense together have a status of their own, LN_PAIR_... */
typedef struct ln_spec {
% for _, name in ipairs(spec.members) do
%   if spec.field[name] then
    ln_${name} ${name};
%   else
    size_t ${name}; /* elements of a row, >= 1; in an entry of the table, 0 is any width */
%   end
% end
} ln_spec;

% local with_beta = {}
% for i, form in ipairs(spec.field.affine.beta) do with_beta[i] = "1u << LN_AFFINE_" .. form:upper() end
/* The affine forms that have a beta, as bits. */
#define LN_AFFINES_WITH_BETA (${table.concat(with_beta, " | ")})

% local sets = {}
% for i = #targets, 1, -1 do sets[#sets + 1] = "LN_ISA_" .. targets[i].name:upper() end
/* Instruction sets; a higher one is better. */
typedef enum ln_isa { ${table.concat(sets, ", ")} } ln_isa;
#define LN_ISA_COUNT ${#sets}

#endif
