/* arguments.h - the arrays of a call of any spec, over an arena: where each is in ln_args, and inputs for them. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "inputs.h"
#include "ln.h"

enum { ARRAYS_MAX = 24 };

typedef struct Array {
    const char *name;
    size_t member;         /* where its address is in ln_args */
    size_t stride_member;  /* arrays of rows: where its stride is; 0 for others */
    size_t bytes, element; /* of a row, or of the whole array */
    int output;
} Array;

/* Lists the arrays that `args`, as ln_arena_norm made it for this spec, has. Returns how many: at most ARRAYS_MAX. */
size_t list_arrays(const ln_spec *spec, const ln_args *args, size_t rows, Array *arrays);

void *array_at(const ln_args *args, const Array *array);
size_t array_stride(const ln_args *args, const Array *array); /* of an array of rows, in bytes */

/* Fills all inputs, with rows of several classes so that they take different ways; sets eps and static_scale. */
void fill_arguments(Random *r, const ln_spec *spec, ln_args *args, size_t rows);

#endif
