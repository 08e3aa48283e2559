/* SPDX-License-Identifier: MIT */
/* poisoned.h - POISONED where AddressSanitizer watches, which poisons what an arena has not given out; READABLE(p, n)
 * lets a test read it all the same. */
#ifndef TESTS_POISONED_H
#define TESTS_POISONED_H

#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#define READABLE(p, n) __asan_unpoison_memory_region(p, n)
#else
#define READABLE(p, n) ((void)(p), (void)(n))
#endif

#endif
