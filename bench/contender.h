/* SPDX-License-Identifier: MIT */
/* contender.h - the contenders: one list for each case. The harness, the reports and the figures only walk the list. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include "job.h"

#include <ln_spec.h>

typedef enum Kind {
    KIND_FLOOR,      /* only the reads and writes that the case cannot avoid: a copy, an addition, ... */
    KIND_AFFINE,     /* floor: y = x*gamma + beta, y = x*gamma */
    KIND_OURS,       /* specialised kernel, with the kind of store that the runtime would choose */
    KIND_NEAR,       /* the same on rows near zero, in cases with rows far from it */
    KIND_SAME,       /* the same with y at the same place within 4 KB as x, where --apart laid y elsewhere */
    KIND_PAIR,       /* our kernel, called through the public function of a pair of files */
    KIND_FORCED,     /* specialised kernel, with a given kind of store */
    KIND_LIBRARY,    /* our kernel, called through ln_run */
    KIND_AWAKE,      /* the same, told that threads are awake */
    KIND_RIVAL,      /* our kernel from another directory, with another schedule for instance */
    KIND_GENERIC,    /* our kernel for any width */
    KIND_UNFUSED,    /* our kernels without what the case fuses: an addition, then the norm; f32 instead of int8 */
    KIND_COMPETITOR, /* not ours, part of the figures */
    KIND_HEADS,      /* rows as heads of tokens: ours, */
    KIND_HEADS_LOOP, /* and not ours */
    KIND_EXTRA,      /* shown, part of no figure */
} Kind;

/* The instruction set that the compiler of a file may use. */
#if defined(__AVX512F__)
#define ISA_OF_COMPILER LN_ISA_AVX512
#elif defined(__AVX2__)
#define ISA_OF_COMPILER LN_ISA_AVX2
#else
#define ISA_OF_COMPILER LN_ISA_SCALAR
#endif

/* How several threads share a job. */
typedef enum Sharing {
    BY_HARNESS, /* the harness divides the rows */
    BY_ITSELF,  /* the contender uses as many threads as OpenMP was told */
    ONE_THREAD, /* the rows cannot be divided */
} Sharing;

/* name     the name that is shown; unique
 * note     how it was built, or what it does
 * wide     it writes f32 to job->wide instead of y
 * near     it reads job->near instead of x
 * same     it writes y job->to_same bytes later
 * prepare  makes the state for run: all that does not change from call to call; NULL when it cannot do this job
 * place    changes the state to other addresses of the arrays of rows; NULL when the state holds no addresses
 * run      one call, for rows begin .. end - 1; several threads may call it at the same time
 * function called instead of run, without state, when not NULL
 * function_of  the same for contenders whose function depends on the job; NULL when it cannot do this job */
typedef struct Contender Contender;
struct Contender {
    char name[40];
    const char *note;
    Kind kind;
    ln_isa isa;
    Sharing sharing;
    int wide, near, same;
    void *(*prepare)(const Contender *self, const Job *job);
    void (*place)(void *state, const Job *job);
    void (*run)(void *state, const Job *job, size_t begin, size_t end);
    void (*release)(void *state);
    JobFunction *function;
    JobFunction *(*function_of)(const Contender *self, const Job *job);
    const void *data;
};

enum { CONTENDERS_MAX = 96 };

typedef struct Contenders {
    const struct Case *of;
    size_t count;
    Contender at[CONTENDERS_MAX];
} Contenders;

void contenders_add(Contenders *list, const Contender *contender);

/* Adds the kernels of a library made by kernels.sh; exits with a message when the file is no such library. */
void add_kernel_file(Contenders *list, const char *path);

/* Adds all contenders that this build and these files have for the case, with instruction sets up to `cap`. */
void contenders_all(Contenders *list, const struct Case *of, ln_isa cap, const char *const *kernel_files,
                    size_t kernel_file_count);

/* One function for each file in contenders/; it adds the contenders of that file for the list's case. */
void add_floors(Contenders *list, ln_isa cap);
void add_kernels(Contenders *list);
void add_unfused(Contenders *list);
void add_loops(Contenders *list);
void add_fixed_loops(Contenders *list);
void add_pairs(Contenders *list, ln_isa cap);
void add_heads(Contenders *list, ln_isa cap);
void add_three_sweeps(Contenders *list);
void add_library(Contenders *list, ln_isa cap);
void add_onednn(Contenders *list, ln_isa cap);

int is_floor(Kind kind);

/* Whether there is any kernel for the case; and the widths that have specialised kernels, ascending, at most `max`. */
int has_kernels(const struct Case *of);
size_t kernel_widths(const struct Case *of, size_t *widths, size_t max);

/* The name of the kernel that this contender calls at this width, "" when it calls none. */
const char *kernel_name(const Contender *contender, const struct Case *of, size_t width);

/* The function that reads all of y once, as fast as this processor can. */
JobFunction *reader(void);

/* The best instruction set that this machine supports, whatever LN_ISA says. */
ln_isa isa_of_cpu(void);

/* The `prepare` of contenders without state, which can do every job. */
void *prepare_nothing(const Contender *self, const Job *job);

#endif
