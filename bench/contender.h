/* contender.h - who takes part. One list; the harness, the reports and the figures only ever walk it. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include "job.h"

typedef enum Kind {
    KIND_COPY,       /* floor: read x once, write y once */
    KIND_AFFINE,     /* floor: y = x*gamma + beta */
    KIND_OURS,       /* specialised kernel, stores as the driver would choose */
    KIND_FORCED,     /* specialised kernel with the store kind forced */
    KIND_LIBRARY,    /* ours through the public entry */
    KIND_RIVAL,      /* ours from another directory, other schedules for instance */
    KIND_GENERIC,    /* our kernel for any width */
    KIND_COMPETITOR, /* counts in the figures */
    KIND_EXTRA,      /* shown, counts in no figure */
} Kind;

typedef enum Isa { ISA_SCALAR, ISA_AVX2, ISA_AVX512 } Isa;

/* name     shown; unique
 * note     how it was built or what it does
 * threads  nonzero: divides the rows among OpenMP's threads itself; the harness divides them for the others
 * prepare  returns the state for run, NULL when it cannot serve this job; `function` contenders may leave it out
 * run      one call on the whole job; x, y and rows may differ from those prepared for unless `threads` is set, then
 *          only x and y may
 * function used instead of run when set */
typedef struct Contender Contender;
struct Contender {
    char name[40];
    const char *note;
    Kind kind;
    Isa isa;
    int threads;
    void *(*prepare)(const Contender *self, const Job *job);
    void (*run)(void *state, const Job *job);
    void (*release)(void *state);
    JobFunction *function;
    const void *data;
};

enum { CONTENDERS_MAX = 96 };

typedef struct Contenders {
    size_t count;
    Contender at[CONTENDERS_MAX];
} Contenders;

void contenders_add(Contenders *list, const Contender *contender);

/* The kernels of a library made by kernels.sh; exits with a message when it is none. */
void add_kernel_file(Contenders *list, const char *path);

/* Everyone that this build and these files have, up to `cap`. */
void contenders_all(Contenders *list, Isa cap, const char *const *kernel_files, size_t kernel_file_count);

/* One function for each file of contenders/; an absent library adds nothing. */
void add_floors(Contenders *list);
void add_kernels(Contenders *list);
void add_loops(Contenders *list);
void add_three_sweeps(Contenders *list);
void add_library(Contenders *list, Isa cap);
void add_onednn(Contenders *list, Isa cap);

/* Widths that specialised kernels exist for, ascending; at most max. */
size_t kernel_widths(size_t *widths, size_t max);

/* The emitted name behind a kernel contender at this width, "" when there is none. */
const char *kernel_name(const Contender *contender, size_t width);

/* Bytes of y from which the runtime library writes past the caches. */
size_t stream_bytes(void);

/* Reads all of y once, as fast as this CPU can. */
JobFunction *reader(void);

Isa isa_of_cpu(void);
const char *isa_name(Isa isa);

/* For contenders without state: serves every job. */
void *prepare_nothing(const Contender *self, const Job *job);

#endif
