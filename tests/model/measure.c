/* SPDX-License-Identifier: MIT */
/* measure.c - runs a command several times and checks that it keeps to limits of time and memory.
 *
 * measure RUNS MILLISECONDS MEGABYTES COMMAND...   the fastest run must keep to the time, all runs to the memory
 *
 * The time is processor time, user and system, so that other work on the machine does not count; the elapsed time is
 * printed, too. The exit status is 1 when a limit is exceeded or a signal ends the command. Otherwise measure prints
 * the command's exit status and exits with 0. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double of_usage(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    int runs = atoi(argv[1]), status = 0;
    double limit = atof(argv[2]), best = 1e30, elapsed = 1e30;
    long memory = atol(argv[3]) * 1024, most = 0;
    for (int i = 0; i < runs; i++) {
        double start = milliseconds();
        pid_t child = fork();
        if (child == 0) {
            int null = open("/dev/null", O_WRONLY);
            dup2(null, 1);
            dup2(null, 2);
            execv(argv[4], argv + 4);
            _exit(127);
        }
        struct rusage usage;
        if (child < 0 || wait4(child, &status, 0, &usage) != child)
            return 2;
        double taken = milliseconds() - start;
        if (taken < elapsed)
            elapsed = taken;
        taken = of_usage(usage.ru_utime) + of_usage(usage.ru_stime);
        if (taken < best)
            best = taken;
        if (usage.ru_maxrss > most)
            most = usage.ru_maxrss;
        if (WIFSIGNALED(status)) {
            printf("died by signal %d\n", WTERMSIG(status));
            return 1;
        }
    }
    printf("%.1f ms (limit %.0f, %.1f elapsed), %.1f MB (limit %ld), exit status %d\n", best, limit, elapsed,
           (double)most / 1024, memory / 1024, WEXITSTATUS(status));
    return best > limit || most > memory || WEXITSTATUS(status) == 127;
}
