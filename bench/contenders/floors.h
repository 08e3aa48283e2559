/* floors.h - the loops of floors_loops.h, once for each instruction set. */
#ifndef BENCH_FLOORS_H
#define BENCH_FLOORS_H

#include "../job.h"

JobFunction copy_avx2, copy_1_avx2, copy_nt_avx2, affine_1_avx2, affine_2_avx2, affine_4_avx2, affine_nt_1_avx2,
    affine_nt_2_avx2, affine_nt_4_avx2, affine_flat_avx2, affine_nt_flat_avx2, read_avx2;
JobFunction copy_avx512, copy_1_avx512, copy_nt_avx512, affine_1_avx512, affine_2_avx512, affine_4_avx512,
    affine_nt_1_avx512, affine_nt_2_avx512, affine_nt_4_avx512, affine_flat_avx512, affine_nt_flat_avx512, read_avx512;

extern volatile float read_sink; /* keeps reads of y from being optimised away */

#endif
