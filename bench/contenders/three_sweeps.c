/* SPDX-License-Identifier: MIT */
/* three_sweeps.c - LayerNorm written by hand for AVX-512, as is usual in inference code in C: it reads a row three
 * times, for the mean, the variance and the output, with four accumulators for each sum, one row after the other. */
#include "../case.h"
#include "../contender.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>

#define AVX512 __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma")))

static inline AVX512 __mmask16 first(size_t n) { return (__mmask16)(n < 16 ? (1u << n) - 1u : 0xffffu); }

AVX512 static float sum(const float *x, size_t width)
{
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= width; i += 64) {
        s0 = _mm512_add_ps(s0, _mm512_loadu_ps(x + i));
        s1 = _mm512_add_ps(s1, _mm512_loadu_ps(x + i + 16));
        s2 = _mm512_add_ps(s2, _mm512_loadu_ps(x + i + 32));
        s3 = _mm512_add_ps(s3, _mm512_loadu_ps(x + i + 48));
    }
    for (; i < width; i += 16)
        s0 = _mm512_add_ps(s0, _mm512_maskz_loadu_ps(first(width - i), x + i));
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

AVX512 static float squares(const float *x, size_t width, float mean)
{
    const __m512 m = _mm512_set1_ps(mean);
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 64 <= width; i += 64) {
        const __m512 d0 = _mm512_sub_ps(_mm512_loadu_ps(x + i), m);
        const __m512 d1 = _mm512_sub_ps(_mm512_loadu_ps(x + i + 16), m);
        const __m512 d2 = _mm512_sub_ps(_mm512_loadu_ps(x + i + 32), m);
        const __m512 d3 = _mm512_sub_ps(_mm512_loadu_ps(x + i + 48), m);
        s0 = _mm512_fmadd_ps(d0, d0, s0);
        s1 = _mm512_fmadd_ps(d1, d1, s1);
        s2 = _mm512_fmadd_ps(d2, d2, s2);
        s3 = _mm512_fmadd_ps(d3, d3, s3);
    }
    for (; i < width; i += 16) {
        const __mmask16 k = first(width - i);
        const __m512 d = _mm512_maskz_sub_ps(k, _mm512_maskz_loadu_ps(k, x + i), m);
        s0 = _mm512_fmadd_ps(d, d, s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(s0, s1), _mm512_add_ps(s2, s3)));
}

AVX512 static void run(const Job *job, size_t begin, size_t end)
{
    const size_t width = job->width;
    const float *gamma = job->gamma, *beta = job->beta;
    for (size_t row = begin; row < end; row++) {
        const float *x = (const float *)job->x + row * width;
        float *y = (float *)job->y + row * width;
        const float mean = sum(x, width) / (float)width;
        const float rstd = 1.0f / sqrtf(squares(x, width, mean) / (float)width + job->eps);
        const __m512 m = _mm512_set1_ps(mean), r = _mm512_set1_ps(rstd);
        size_t i = 0;
        for (; i + 16 <= width; i += 16) {
            const __m512 d = _mm512_mul_ps(_mm512_sub_ps(_mm512_loadu_ps(x + i), m), r);
            _mm512_storeu_ps(y + i, _mm512_fmadd_ps(d, _mm512_loadu_ps(gamma + i), _mm512_loadu_ps(beta + i)));
        }
        if (i < width) {
            const __mmask16 k = first(width - i);
            const __m512 d = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(k, x + i), m), r);
            const __m512 g = _mm512_maskz_loadu_ps(k, gamma + i), b = _mm512_maskz_loadu_ps(k, beta + i);
            _mm512_mask_storeu_ps(y + i, k, _mm512_fmadd_ps(d, g, b));
        }
    }
}

void add_three_sweeps(Contenders *list)
{
    static const Contender c = {
        .name = "three sweeps avx512",
        .note = "hand-written, one row at a time",
        .kind = KIND_COMPETITOR,
        .isa = LN_ISA_AVX512,
        .function = run,
    };
    if (is_plain(&list->of->spec) && is_layernorm(list->of) && list->of->spec.dtype == LN_DTYPE_F32)
        contenders_add(list, &c);
}
#else
void add_three_sweeps(Contenders *list) { (void)list; }
#endif
