/* SPDX-License-Identifier: MIT */
/* kill_at.c - a library to preload: it kills the program, as kill -9 does, before the call number LN_KILL_AT of those
 * that change files, counted from the first that makes one. With LN_FAIL_WITH=ERRNO this call fails instead, with
 * LN_SIGNAL=NUMBER that signal comes before it, and with LN_KILL_AT=count the library prints how many there are,
 * and how many calls of fsync come before the first of rename. Part of scripts/kills.sh. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int calls; /* 0 before a file has been made */
static int synced;
static bool renames; /* whether a file has been renamed */

/* Whether this call shall fail; errno says why. */
static bool count(void)
{
    const char *at = getenv("LN_KILL_AT"), *with = getenv("LN_FAIL_WITH"), *signal = getenv("LN_SIGNAL");
    const bool now = at && strcmp(at, "count") != 0 && calls == atoi(at);
    calls++;
    if (now && with)
        errno = atoi(with);
    else if (now)
        kill(getpid(), signal ? atoi(signal) : SIGKILL);
    return now && with;
}

static bool count_if_begun(void) { return calls > 0 && count(); }

__attribute__((destructor)) static void tell(void)
{
    const char *at = getenv("LN_KILL_AT");
    if (at && strcmp(at, "count") == 0)
        fprintf(stderr, "%d calls, %d of fsync\n", calls, synced);
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
    if ((flags & O_CREAT) && count())
        return -1;
    find("open", &real);
    return real(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    ssize_t (*real)(int, const void *, size_t);
    if (count_if_begun())
        return -1;
    find("write", &real);
    return real(fd, bytes, size);
}

static int with_descriptor(const char *name, int fd)
{
    int (*real)(int);
    const bool fails = count_if_begun();
    const int why = errno;
    find(name, &real);
    const int result = real(fd); /* in any case: a descriptor is closed, whatever close says */
    if (fails)
        errno = why;
    return fails ? -1 : result;
}

int fsync(int fd)
{
    synced += !renames;
    return with_descriptor("fsync", fd);
}

int close(int fd) { return with_descriptor("close", fd); }

static int with_names(const char *name, const char *from, const char *to)
{
    int (*real)(const char *, const char *);
    if (count_if_begun())
        return -1;
    find(name, &real);
    return real(from, to);
}

int link(const char *from, const char *to) { return with_names("link", from, to); }

int rename(const char *from, const char *to)
{
    renames = true;
    return with_names("rename", from, to);
}

int unlink(const char *path)
{
    int (*real)(const char *);
    if (count_if_begun())
        return -1;
    find("unlink", &real);
    return real(path);
}
