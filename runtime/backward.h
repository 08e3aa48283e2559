/* SPDX-License-Identifier: MIT */
/* backward.h - what ln_run and its kin do with an entry of the backward pass; entry and args are not NULL. */
#ifndef LN_BACKWARD_H
#define LN_BACKWARD_H

#include "ln.h"

/* threads as for ln_run_threads, 0 for the choice of ln_run */
ln_status ln_backward(const ln_entry *entry, const ln_args *args, size_t rows, int threads);

/* begin <= end <= rows */
ln_status ln_backward_rows(const ln_entry *entry, const ln_args *args, size_t rows, size_t begin, size_t end);

#endif
