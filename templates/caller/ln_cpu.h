% -- SPDX-License-Identifier: MIT
% -- ln_cpu.h: what callers ask of the processor; part of single.c for x86-64 and gcc or clang
% if not pair then
#ifndef LN_CPU_H
#define LN_CPU_H

/* What callers ask of the processor: instruction sets, and the size of the last-level cache. */

#include <stddef.h>
#include <string.h>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define LN_X86 1
#include <cpuid.h>
#else
#define LN_X86 0
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#if LN_X86
#define LN_ON_X86(...) __VA_ARGS__
#else
#define LN_ON_X86(...)
#endif
#define LN_ON_ANY(...) __VA_ARGS__
/* What is compiled for the processors that an instruction set belongs to, and nothing elsewhere. */
%   for _, t in ipairs(targets) do
#define LN_ON_${t.name:upper()}(...) LN_ON_${t.arch:upper()}(__VA_ARGS__)
%   end

% end
% if not pair then
% include "caller/cpu_names.h"

% end
% item "ln_cpu_has"
% local f16c = false
% for _, t in ipairs(targets) do
%   for _, ask in ipairs(t.asks) do f16c = f16c or ask == "ln_cpu_f16c()" end
% end
% if f16c then
% if not pair then
#if LN_X86
% end
/* Asked by cpuid, since __builtin_cpu_supports of clang 14 does not know f16c. */
${static} int ln_cpu_f16c(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c >> 29 & 1u);
}
% if not pair then
#endif
% end

% end
/* Whether processor and operating system support everything that the kernels of a set use. */
${static} int ln_cpu_has(int set)
{
% if not pair then
#if LN_X86
% end
    __builtin_cpu_init(); /* the checks include whether the system saves the registers */
% for i, t in ipairs(targets) do
%   if #t.needs > 0 then
%     local lines, line = {}, "        return"
%     for n, ask in ipairs(t.asks) do
%       local more = line .. " " .. ask .. (n < #t.asks and " &&" or ";")
%       if #more > columns - 8 then lines[#lines + 1], more = line, (" "):rep(15) .. more:sub(#line + 2) end
%       line = more
%     end
%     lines[#lines + 1] = line
    if (set == LN_CPU_${t.name:upper()})
%     for _, l in ipairs(lines) do
${l}
%     end
%   end
% end
% if not pair then
#endif
% end
    return set == LN_CPU_SCALAR;
}

% item "ln_cpu_best"
/* The best set that this machine supports, up to the one that `cap` names. */
${static} int ln_cpu_best(const char *cap)
{
    int set = cap ? ln_cpu_named(cap) : 0;
    while (set < 0 || !ln_cpu_has(set))
        set++;
    return set;
}

% if not pair or has.narrower then
% item "ln_cpu_zen4"
/* Whether the processor is a Zen 4: one of AMD's with AVX-512, without an instruction that Zen 5 has. */
${static} int ln_cpu_zen4(void)
{
%   local on_x86 = pair and "" or "LN_X86 && "
#if ${on_x86}(defined(__clang__) || __GNUC__ > 9)
    __builtin_cpu_init();
    return __builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") &&
           !__builtin_cpu_supports("avx512vp2intersect");
#else
    return 0;
#endif
}

/* Whether some kernels of AVX2 run in place of those of AVX-512: on a Zen 4, unless `cap` names a set. */
${static} int ln_cpu_narrower(const char *cap)
{
    return (!cap || ln_cpu_named(cap) < 0) && ln_cpu_zen4();
}

% end
% item "ln_cpu_stream_bytes"
/* From so many bytes of outputs on, a batch goes past the caches: a quarter of the last-level cache, as the processor
 * or else the system tells it, else 16 MiB; at most ${cache_most} MiB a processor, as virtual machines share it. */
${static} size_t ln_cpu_stream_bytes(void)
{
    size_t size = 0;
% if not pair then
#if LN_X86
% end
    const unsigned leaves[] = {4, 0x8000001d}; /* Intel's, AMD's */
    unsigned level = 2, a, b, c, d;
    for (unsigned i = 0; i < 2; i++)
        for (unsigned sub = 0; sub < 16 && __get_cpuid_count(leaves[i], sub, &a, &b, &c, &d) && a & 31u; sub++) {
            if ((a & 31u) == 2 || (a >> 5 & 7u) < level) /* code, or a lower level */
                continue;
            level = a >> 5 & 7u;
            size = ((size_t)c + 1) * ((b >> 22) + 1) * ((b >> 12 & 0x3ffu) + 1) * ((b & 0xfffu) + 1);
        }
    if (size == 0 && __get_cpuid_count(leaves[1], 0, &a, &b, &c, &d)) /* AMD's, hidden */
        size = (size_t)32 << 20; /* of some cores; the system counts all */
% if not pair then
#endif
% end
#if defined(_SC_LEVEL3_CACHE_SIZE) && defined(_SC_LEVEL2_CACHE_SIZE)
    for (int second = 0; second < 2 && size == 0; second++) {
        const long told = sysconf(second ? _SC_LEVEL2_CACHE_SIZE : _SC_LEVEL3_CACHE_SIZE);
        size = told > 0 ? (size_t)told : 0;
    }
#endif
#if defined(_SC_NPROCESSORS_ONLN)
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (processors > 0 && size / (size_t)processors > (size_t)${cache_most} << 20)
        size = (size_t)processors * ((size_t)${cache_most} << 20);
#endif
    return (size ? size : (size_t)16 << 20) / 4;
}

% if not pair then
#endif
% end
