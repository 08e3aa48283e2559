/* SPDX-License-Identifier: MIT */
/* fork.c - a child of fork calls what its parent has called on several threads, which libgomp's threads do not survive:
 * the child must come to an end, with the same bits. So must a child whose parent had threads of other OpenMP regions,
 * if it sets the number of threads to 1 as ln.h says. Each way of running must wake threads, or there is nothing to
 * survive. With PAIR defined, of the pair of files vend.c, else of the runtime. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef PAIR
#include "vend.c"
#define ARGS  vend_args
#define HEADS vend_heads
#else
#include "ln.h"
#define ARGS  ln_args
#define HEADS ln_heads
#endif

enum { WIDTH = 768, ROWS = 4096, HEAD = 64, THREADS = 3, PATIENCE = 30 /* seconds */, SKIPPED = 77 };

static float x[ROWS * WIDTH], gamma_[WIDTH], beta_[WIDTH];

/* Ways of running a batch that may wake threads. */
enum { BATCH, HEADS_OF_TOKENS, WAYS };

static int run(int way, float *y)
{
    ARGS a;
    HEADS h = {0};
    memset(&a, 0, sizeof a);
    a.width = way == BATCH ? WIDTH : HEAD;
    a.x_stride = a.y_stride = WIDTH;
    a.x = x;
    a.y = y;
    a.gamma = gamma_;
    a.beta = beta_;
    a.eps = 1e-5f;
    h.heads = WIDTH / HEAD;
    h.x_head = h.y_head = HEAD;
#ifdef PAIR
    return way == BATCH ? vend_layernorm_f32_batch(&a, ROWS) : vend_layernorm_f32_heads(&a, &h, ROWS);
#else
    const ln_entry *entry = ln_find((ln_spec){.width = a.width}, NULL);
    return (int)(way == BATCH ? ln_run(entry, &a, ROWS) : ln_run_heads(entry, &a, &h, ROWS));
#endif
}

/* Runs a batch and compares it. */
static int differs(int way, const float *expected)
{
    float *y = malloc(sizeof x);
    const int found = !y || run(way, y) != 0 || memcmp(y, expected, sizeof x) != 0;
    free(y);
    return found;
}

#ifdef _OPENMP
/* Threads of this process, or 0 where the system does not tell. */
static int living_threads(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks)
        return 0;
    for (const struct dirent *entry; (entry = readdir(tasks)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/* Forks children, before the parent has any other thread, that run each way and count their threads. Returns how many
 * have no more than one though OpenMP gives more. */
static int asleep(float *const *y)
{
    int failures = 0;
    if (living_threads() == 0) {
        puts("no /proc/self/task: that batches wake threads is not tested");
        return 0;
    }
    for (int way = 0; way < WAYS; way++) {
        fflush(stdout);
        const pid_t pid = fork();
        if (pid == 0) {
            alarm(PATIENCE);
            omp_set_num_threads(THREADS);
            const int wrong = differs(way, y[way]), threads = living_threads();
            int met = 0;
#pragma omp parallel reduction(+ : met)
            met += 1;
            if (met == 1)
                puts("OpenMP has one thread: that batches wake threads is not tested");
            fflush(stdout);
            _exit(wrong || (met > 1 && threads < 2));
        }
        int status;
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
            return WAYS;
        if (status != 0)
            printf("FAILED: way %d: no thread was woken\n", way);
        failures += status != 0;
    }
    return failures;
}

/* Forks children that run each way; `threads` is how many they set, or 0. Returns how many of them failed. */
static int children(float *const *y, int threads)
{
    int failures = 0;
    for (int way = 0; way < WAYS; way++) {
        const pid_t pid = fork();
        if (pid == 0) {
            alarm(PATIENCE);
            if (threads > 0)
                omp_set_num_threads(threads);
            _exit(differs(way, y[way]));
        }
        int status;
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
            return WAYS;
        if (WIFSIGNALED(status))
            printf("FAILED: way %d: the child was ended by signal %d%s\n", way, WTERMSIG(status),
                   WTERMSIG(status) == SIGALRM ? ", it waits for ever" : "");
        else if (WEXITSTATUS(status) != 0)
            printf("FAILED: way %d: the child has other bits\n", way);
        failures += status != 0;
    }
    return failures;
}
#endif

int main(void)
{
#ifndef _OPENMP
    puts("skipped: not compiled with OpenMP");
    return SKIPPED;
#else
    float *y[WAYS];
    int failures = 0;
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = (float)(i * 37 % 1001) / 64;
    for (int i = 0; i < WIDTH; i++) {
        gamma_[i] = (float)(i % 5);
        beta_[i] = (float)(i % 3);
    }
    omp_set_num_threads(1); /* the parent computes on one thread, then wakes threads in a region of its own */
    for (int way = 0; way < WAYS; way++) {
        y[way] = malloc(sizeof x);
        if (!y[way] || run(way, y[way]) != 0)
            return 1;
    }
    failures += asleep(y);
    omp_set_num_threads(THREADS);
    int met = 0;
#pragma omp parallel num_threads(2) reduction(+ : met)
    met += 1;
    failures += met != 2;
    failures += children(y, 1);

    for (int way = 0; way < WAYS; way++) /* the parent wakes its threads here */
        failures += differs(way, y[way]);
    failures += children(y, 0);
    for (int way = 0; way < WAYS; way++) /* and the parent goes on */
        failures += differs(way, y[way]);
    printf("%d ways, %d failed\n", WAYS, failures);
    return failures != 0;
#endif
}
