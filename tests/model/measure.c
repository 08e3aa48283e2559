/* SPDX-License-Identifier: MIT */
/* measure.c - runs a command several times and checks that it keeps to limits of time and memory.
 *
 * measure RUNS LIMIT MEGABYTES COMMAND...   the fastest run must keep to the time, all runs to the memory
 *
 * LIMIT is a number of milliseconds, or, as in 2.2x, of times that `COMMAND --version` takes, its fastest of as many
 * runs, each before one of the command: such a limit holds on slow machines, too. The time is processor time, user and
 * system, so that other work on the machine does not count; the elapsed time is printed, too. The exit status is 1 when
 * a limit is exceeded or a signal ends the command. Otherwise measure prints the command's exit status and exits
 * with 0. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The best and the worst of some runs: milliseconds, kilobytes. */
typedef struct {
    double used, elapsed;
    long memory;
    int status;
} Runs;

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double of_usage(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

static void run_once(char **command, Runs *runs)
{
    const double start = milliseconds();
    const pid_t child = fork();
    if (child == 0) {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execv(command[0], command);
        _exit(127);
    }
    struct rusage usage;
    int status;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        exit(2);
    if (WIFSIGNALED(status)) {
        printf("died by signal %d\n", WTERMSIG(status));
        exit(1);
    }
    const double elapsed = milliseconds() - start, used = of_usage(usage.ru_utime) + of_usage(usage.ru_stime);
    runs->status = WEXITSTATUS(status);
    if (elapsed < runs->elapsed)
        runs->elapsed = elapsed;
    if (used < runs->used)
        runs->used = used;
    if (usage.ru_maxrss > runs->memory)
        runs->memory = usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    char *start[] = {argv[4], "--version", NULL};
    const int count = atoi(argv[1]), relative = strchr(argv[2], 'x') != NULL;
    const long most = atol(argv[3]) * 1024;
    Runs starts = {.used = 1e30, .elapsed = 1e30}, runs = starts;
    for (int i = 0; i < count; i++) {
        if (relative)
            run_once(start, &starts);
        run_once(argv + 4, &runs);
    }
    const double limit = atof(argv[2]) * (relative ? starts.used : 1);
    printf("%.1f ms (limit %.1f, %.1f elapsed), %.1f MB (limit %ld), exit status %d\n", runs.used, limit, runs.elapsed,
           (double)runs.memory / 1024, most / 1024, runs.status);
    return runs.used > limit || runs.memory > most || runs.status == 127;
}
