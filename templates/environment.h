/* Whether the calling thread rounds to nearest and keeps denormals. One addition tells: reading MXCSR would wait for every
 * operation before it, and a row of 64 takes little longer than that. Lanes: up; down or towards zero; a denormal result;
 * a denormal operand. */
FN int usual_environment(void)
{
    __m128 a = _mm_setr_ps(1.0f, 1.0f, 0x1.8p-126f, 0x1p-127f), b = _mm_setr_ps(0x1p-24f, 0x1.8p-24f, -0x1p-126f, 0.0f);
    const __m128 nearest = _mm_setr_ps(1.0f, 0x1.000002p0f, 0x1p-127f, 0x1p-127f);
    __asm__("" : "+x"(a)); /* not at compile time */
    a = _mm_add_ps(a, b);
    return _mm_movemask_epi8(_mm_cmpeq_epi32(_mm_castps_si128(a), _mm_castps_si128(nearest))) == 0xffff;
}

/* Sets rounding to nearest and denormals kept, whatever the caller's thread has; leave() puts back what was found: the
 * value returned, 0 where nothing had to be set. */
FN unsigned enter(void)
{
    unsigned saved;
    if (usual_environment())
        return 0;
    saved = _mm_getcsr();
    _mm_setcsr(saved & ~0xe040u); /* rounding mode, flush to zero, denormals are zero */
    return saved;
}

FN void leave(unsigned saved)
{
    if (saved)
        _mm_setcsr(saved);
}
