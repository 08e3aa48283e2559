% -- SPDX-License-Identifier: MIT
% -- doctor.c: asks processor, operating system and compiler what they offer; prints "key value" lines
#include <stdio.h>
#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif
% include "caller/ln_cpu.h"
#if LN_X86
#include <xmmintrin.h>
#endif

int main(void)
{
    printf("stream %lu\n", (unsigned long)ln_cpu_stream_bytes());
#if LN_X86
% for _, feature in ipairs(features) do
    printf("${feature.name} %d\n", ${feature.ask} != 0);
% end
    printf("zen4 %d\n", ln_cpu_zen4() != 0);
    const unsigned control = _mm_getcsr();
    printf("flush %d\n", (control & 0x8040u) != 0); /* FTZ and DAZ */
#endif
#ifdef _OPENMP
    int team = 0;
    printf("openmp %d\n", _OPENMP);
    fflush(stdout); /* a team of more threads than the system gives ends the program */
#pragma omp parallel
#pragma omp single
    team = omp_get_num_threads();
    printf("team %d\n", team);
#endif
#if defined(__FAST_MATH__)
    printf("fast 1\n");
#endif
    return 0;
}
