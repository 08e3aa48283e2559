/* SPDX-License-Identifier: MIT */
/* flush.h - the floating-point mode of the calling thread: whether denormals are flushed to zero. */
#ifndef BENCH_FLUSH_H
#define BENCH_FLUSH_H

/* Whether this processor has a mode that flushes denormals and that this program can set. */
int can_flush(void);

/* Sets the mode: everything as it is when a program starts, or, with `flush`, denormals flushed to zero as inputs and
 * as results. Loading code that was linked with -ffast-math sets that mode, too. */
void set_flush(int flush);

#endif
