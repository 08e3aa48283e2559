/* SPDX-License-Identifier: MIT */
/* kernels_begin.hpp - comes before the kernels of a prover: the vocabularies, and what makes a kernel C++. */
/* Kernels are compiled without optimisation, which is fastest in all; what they call with. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize("O1")
#endif
#include "c_source.hpp"

#include "kernels.hpp"
#include "ln_batch.h"

#define LANES 16
namespace lanes_16
{
#include "vocabulary.hpp"
}
#undef LANES
#define LANES 8
namespace lanes_8
{
#include "vocabulary.hpp"
}
#undef LANES
#define LANES 1
namespace lanes_1
{
#include "vocabulary.hpp"
}
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif

/* These have replaced the vocabularies of processors. */
#define LN_AVX512_H
#define LN_AVX2_H
#define LN_SCALAR_H
#define FN       static inline
#define NOINLINE static
#define KERNEL
#define UNROLL

/* `ln_kernel a, b;` declares kernels; each is in a namespace of its own and calls others by name. */
typedef ln_kernel kernel_type;
#define ln_kernel extern "C" kernel_type
typedef ln_write_row write_row_type;
#define ln_write_row extern "C" write_row_type
