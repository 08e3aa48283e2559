/* contender.h - who takes part. One list for each case; the harness, the reports and the figures only ever walk it. */
#ifndef BENCH_CONTENDER_H
#define BENCH_CONTENDER_H

#include "job.h"

typedef enum Kind {
    KIND_FLOOR,      /* reads and writes what the case must, once: a copy, an addition, ... */
    KIND_AFFINE,     /* floor: y = x*gamma + beta, y = x*gamma */
    KIND_OURS,       /* specialised kernel, stores as the driver would choose */
    KIND_FORCED,     /* specialised kernel with the store kind forced */
    KIND_LIBRARY,    /* ours through the public entry */
    KIND_RIVAL,      /* ours from another directory, other schedules for instance */
    KIND_GENERIC,    /* our kernel for any width */
    KIND_UNFUSED,    /* our kernels without what the case fuses: an addition, then the norm; f32 instead of int8 */
    KIND_COMPETITOR, /* counts in the figures */
    KIND_EXTRA,      /* shown, counts in no figure */
} Kind;

typedef enum Isa { ISA_SCALAR, ISA_AVX2, ISA_AVX512 } Isa;

/* How several threads share a job. */
typedef enum Sharing {
    BY_HARNESS, /* it divides the rows */
    BY_ITSELF,  /* OpenMP's threads, as many as were set */
    ONE_THREAD, /* all rows belong together */
} Sharing;

/* name     shown; unique
 * note     how it was built or what it does
 * wide     writes f32 to job->wide instead of y
 * prepare  makes the state for run: all that does not change from call to call; NULL when it cannot serve this job
 * place    the same job with arrays of rows elsewhere; left out by those whose state keeps no addresses
 * run      one call, rows begin .. end - 1; several threads may be in it
 * function used instead of run, without state, when set */
typedef struct Contender Contender;
struct Contender {
    char name[40];
    const char *note;
    Kind kind;
    Isa isa;
    Sharing sharing;
    int wide;
    void *(*prepare)(const Contender *self, const Job *job);
    void (*place)(void *state, const Job *job);
    void (*run)(void *state, const Job *job, size_t begin, size_t end);
    void (*release)(void *state);
    JobFunction *function;
    const void *data;
};

enum { CONTENDERS_MAX = 96 };

typedef struct Contenders {
    const struct Case *of;
    size_t count;
    Contender at[CONTENDERS_MAX];
} Contenders;

void contenders_add(Contenders *list, const Contender *contender);

/* The kernels of a library made by kernels.sh; exits with a message when it is none. */
void add_kernel_file(Contenders *list, const char *path);

/* Everyone that this build and these files have for the case, up to `cap`. */
void contenders_all(Contenders *list, const struct Case *of, Isa cap, const char *const *kernel_files,
                    size_t kernel_file_count);

/* One function for each file of contenders/; each adds those that serve the list's case. */
void add_floors(Contenders *list, Isa cap);
void add_kernels(Contenders *list);
void add_unfused(Contenders *list);
void add_loops(Contenders *list);
void add_three_sweeps(Contenders *list);
void add_library(Contenders *list, Isa cap);
void add_onednn(Contenders *list, Isa cap);

int is_floor(Kind kind);

/* Whether there is any kernel for the case; widths that specialised ones exist for, ascending; at most max. */
int has_kernels(const struct Case *of);
size_t kernel_widths(const struct Case *of, size_t *widths, size_t max);

/* The emitted name behind a kernel contender at this width, "" when there is none. */
const char *kernel_name(const Contender *contender, const struct Case *of, size_t width);

/* Reads all of y once, as fast as this CPU can. */
JobFunction *reader(void);

Isa isa_of_cpu(void);
const char *isa_name(Isa isa);

/* For contenders without state: serves every job. */
void *prepare_nothing(const Contender *self, const Job *job);

#endif
