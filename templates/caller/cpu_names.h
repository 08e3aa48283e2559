% -- SPDX-License-Identifier: MIT
% -- cpu_names.h: the names of instruction sets, as in LN_ISA; part of ln_cpu.h and of single.c
% local sets, names = {}, {}
% for i, t in ipairs(targets) do
%   sets[i], names[i] = "LN_CPU_" .. t.name:upper(), ('"%s"'):format(t.name)
% end
% item "LN_CPU_SETS ln_cpu_names"
/* Instruction sets, best first. */
enum { ${table.concat(sets, ", ")}, LN_CPU_SETS };
static const char *const ln_cpu_names[LN_CPU_SETS] = {${table.concat(names, ", ")}};
% if not pair then
#define LN_CPU_LISTED "${table.concat(names, ", "):gsub('"', "")}" /* for messages */
% end

% item "ln_cpu_named"
/* The set with this name, in small letters or capitals; -1 without one. */
${static} int ln_cpu_named(const char *text)
{
    for (int set = 0; set < LN_CPU_SETS; set++) {
        size_t n = 0;
        while (ln_cpu_names[set][n] && (text[n] | 32) == ln_cpu_names[set][n])
            n++;
        if (text[n] == ln_cpu_names[set][n])
            return set;
    }
    return -1;
}
