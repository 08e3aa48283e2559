/* Sets rounding to nearest and denormals kept, whatever the caller's thread has; leave() puts back what was found. */
FN unsigned enter(void)
{
    const unsigned saved = _mm_getcsr();
    if (saved & 0xe040u) /* rounding mode, flush to zero, denormals are zero */
        _mm_setcsr(saved & ~0xe040u);
    return saved;
}

FN void leave(unsigned saved)
{
    if (saved & 0xe040u)
        _mm_setcsr(saved);
}
