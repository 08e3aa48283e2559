% -- SPDX-License-Identifier: MIT
% -- ln_spec.h: what a spec consists of, as a header of a directory
#ifndef LN_SPEC_H
#define LN_SPEC_H

% include "caller/float_control.h"

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

% local function bits(field, values)
%   local list = {}
%   for i, value in ipairs(values) do list[i] = ("1u << LN_%s_%s"):format(field, value:upper()) end
%   return "(" .. table.concat(list, " | ") .. ")"
% end
/* The ops that subtract the mean, and the affine forms that have a beta, as bits. */
#define LN_OPS_CENTRED ${bits("OP", spec.field.op.centred)}
#define LN_AFFINES_WITH_BETA ${bits("AFFINE", spec.field.affine.beta)}

% local usual, forms = spec.field.affine.usual, ""
% for i, u in ipairs(usual) do
%   if i < #usual then forms = forms .. ("(%s) == LN_%s_%s ? "):format(u[1], u[1]:upper(), u[2]:upper()) end
%   forms = forms .. "LN_AFFINE_" .. u[3]:upper() .. (i < #usual and " : " or "")
% end
/* What LN_AFFINE_DEFAULT stands for. */
#define LN_USUAL_AFFINE(op, pass) \
    (${forms})

% local sets = {}
% for i = #targets, 1, -1 do sets[#sets + 1] = "LN_ISA_" .. targets[i].name:upper() end
/* Instruction sets; a higher one is better. */
typedef enum ln_isa { ${table.concat(sets, ", ")} } ln_isa;
#define LN_ISA_COUNT ${#sets}

#endif
