/* SPDX-License-Identifier: MIT */
/* check.h - CHECK(condition) counts checks, and prints a condition that does not hold; main returns check_status(). */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static unsigned check_count, check_failures;

static inline int check_that(int holds, const char *what, const char *file, int line)
{
    check_count++;
    if (!holds) {
        check_failures++;
        printf("%s:%d: does not hold: %s\n", file, line, what);
    }
    return holds;
}
#define CHECK(condition) check_that(!!(condition), #condition, __FILE__, __LINE__)

static inline int check_status(void)
{
    printf("%u checks, %u failed\n", check_count, check_failures);
    return check_failures || check_count == 0;
}

#endif
