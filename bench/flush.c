/* SPDX-License-Identifier: MIT */
/* flush.c - sets MXCSR. */
#include "flush.h"

#if defined(__SSE2__)
#include <immintrin.h>

enum { AT_START = 0x1f80, FLUSHING = AT_START | 0x8040 }; /* all exceptions masked; FTZ and DAZ */

int can_flush(void) { return 1; }
void set_flush(int flush) { _mm_setcsr(flush ? FLUSHING : AT_START); }
#else
int can_flush(void) { return 0; }
void set_flush(int flush) { (void)flush; }
#endif
