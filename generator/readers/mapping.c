/* SPDX-License-Identifier: MIT */
/* mapping.c - model files in memory. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include "readers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pushes nil and "path: why". */
static bool cannot_map(lua_State *L, const char *path, const char *why)
{
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, why);
    return false;
}

enum { EXIT_UNREADABLE = 3 };

static char last_words[512];
static struct sigaction former;

/* Nothing can be saved where a mapped page is not there, and nothing has been written yet. */
static void end_unreadable(int signal)
{
    (void)signal;
    const ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));
    (void)written; /* without standard error the status says it alone */
    _exit(EXIT_UNREADABLE);
}

static size_t mapped_bytes(const Mapping *m) { return m->size < MAPPED_MOST ? m->size : MAPPED_MOST; }

bool map_file(lua_State *L, const char *path, Mapping *m)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return cannot_map(L, path, strerror(errno));
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return cannot_map(L, path, "not a regular file");
    }
    *m = (Mapping){.data = (const unsigned char *)"", .size = (size_t)st.st_size};
    if (m->size > 0) {
        void *data = mmap(NULL, mapped_bytes(m), PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) {
            int error = errno;
            close(fd);
            return cannot_map(L, path, strerror(error));
        }
        m->data = data;
    }
    close(fd);
    snprintf(last_words, sizeof last_words, "lngen: %.400s: was cut, or could not be read, while lngen read it\n",
             path);
    struct sigaction action = {.sa_handler = end_unreadable};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &former);
    return true;
}

void unmap_file(const Mapping *m)
{
    sigaction(SIGBUS, &former, NULL);
    if (m->size > 0)
        munmap((void *)(uintptr_t)m->data, mapped_bytes(m));
}

void release_pages(const Mapping *m, size_t done, size_t *released)
{
    const size_t step = (size_t)8 << 20;
    if (done < *released + 2 * step)
        return;
    size_t upto = (done - step) / step * step;
    madvise((void *)(uintptr_t)(m->data + *released), upto - *released, MADV_DONTNEED);
    *released = upto;
}
