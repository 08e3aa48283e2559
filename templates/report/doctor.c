% -- SPDX-License-Identifier: MIT
% -- doctor.c: asks processor, operating system and compiler what they offer; prints "key value" lines
#include <stdio.h>
#include <stdlib.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#endif

int main(void)
{
#if defined(__x86_64__) || defined(__i386__)
% for _, feature in ipairs(features) do
    printf("${feature} %d\n", __builtin_cpu_supports("${feature}") != 0);
% end
    const unsigned control = _mm_getcsr();
    printf("flush %d\n", (control & 0x8040u) != 0); /* FTZ and DAZ */
#endif
#ifdef _OPENMP
    int team = 0;
#pragma omp parallel
#pragma omp single
    team = omp_get_num_threads();
    printf("openmp %d\nteam %d\n", _OPENMP, team);
#endif
#if defined(__FAST_MATH__)
    printf("fast 1\n");
#endif
    return 0;
}
