/* SPDX-License-Identifier: MIT */
/* streams.h - stands before a kernel, by the compiler's -include, and counts every store past the caches that it makes.
 * STREAMS_VOCABULARY is the header of its instruction set. A macro is not expanded within itself: the names on the
 * right are those of the vocabulary. */
#ifndef STREAMS_H
#define STREAMS_H

#include STREAMS_VOCABULARY

extern unsigned long streams;

#define stream(p, v)                   (streams++, stream(p, v))
#define stream_bf16(p, v)              (streams++, stream_bf16(p, v))
#define stream_f16(p, v)               (streams++, stream_f16(p, v))
#define stream_int8(p, v)              (streams++, stream_int8(p, v))
#define stream_pair_bf16(p, even, odd) (streams++, stream_pair_bf16(p, even, odd))

#endif
