/* floors.c - what no backward pass can be faster than: x and dy read once, dx written once. Built with AVX-512 where
 * the compiler has it. */
#include "job.h"

#if defined(__AVX512F__)
#include <immintrin.h>
enum { LANES = 16 };
static inline void sum(float *to, const float *a, const float *b, int past)
{
    const __m512 v = _mm512_add_ps(_mm512_loadu_ps(a), _mm512_loadu_ps(b));
    if (past)
        _mm512_stream_ps(to, v);
    else
        _mm512_storeu_ps(to, v);
}
static inline void fence(void) { _mm_sfence(); }
#else
enum { LANES = 1 };
static inline void sum(float *to, const float *a, const float *b, int past)
{
    (void)past;
    *to = *a + *b;
}
static inline void fence(void) {}
#endif

static inline void all(const Job *job, int past)
{
    const size_t n = job->width * job->rows;
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        for (size_t k = 0; k < 4; k++)
            sum(job->dx + i + k * LANES, job->x + i + k * LANES, job->dy + i + k * LANES, past);
    for (; i < n; i++)
        job->dx[i] = job->x[i] + job->dy[i];
    if (past)
        fence();
}

void floor_cached(const Job *job) { all(job, 0); }
void floor_streamed(const Job *job) { all(job, 1); }
