/* kill_at.c - a library to preload: it kills the program, as kill -9 does, before the call number LN_KILL_AT of those
 * that change files, counted from the first that makes one. With LN_KILL_AT=count it prints how many there are instead.
 * Part of scripts/kills.sh. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int calls; /* 0 before a file has been made */

static void count(void)
{
    const char *at = getenv("LN_KILL_AT");
    if (at && strcmp(at, "count") != 0 && calls == atoi(at))
        kill(getpid(), SIGKILL);
    calls++;
}

static void count_if_begun(void)
{
    if (calls > 0)
        count();
}

__attribute__((destructor)) static void tell(void)
{
    const char *at = getenv("LN_KILL_AT");
    if (at && strcmp(at, "count") == 0)
        fprintf(stderr, "%d calls\n", calls);
}

/* Finds the function of libc whose place one of this file takes; `function` is the address of a pointer to it. */
static void find(const char *name, void *function)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        abort();
    memcpy(function, &found, sizeof found);
}

int open(const char *path, int flags, ...)
{
    int (*real)(const char *, int, ...);
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (flags & O_CREAT)
        count();
    find("open", &real);
    return real(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    ssize_t (*real)(int, const void *, size_t);
    count_if_begun();
    find("write", &real);
    return real(fd, bytes, size);
}

static int with_descriptor(const char *name, int fd)
{
    int (*real)(int);
    count_if_begun();
    find(name, &real);
    return real(fd);
}

int fsync(int fd) { return with_descriptor("fsync", fd); }

int close(int fd) { return with_descriptor("close", fd); }

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    count_if_begun();
    find("rename", &real);
    return real(from, to);
}

int unlink(const char *path)
{
    int (*real)(const char *);
    count_if_begun();
    find("unlink", &real);
    return real(path);
}
