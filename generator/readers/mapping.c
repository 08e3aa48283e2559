/* mapping.c - model files in memory. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include "readers.h"

#include <errno.h>
#include <fcntl.h>
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
        void *data = mmap(NULL, m->size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) {
            int error = errno;
            close(fd);
            return cannot_map(L, path, strerror(error));
        }
        m->data = data;
    }
    close(fd);
    return true;
}

void unmap_file(Mapping *m)
{
    if (m->size > 0)
        munmap((void *)(uintptr_t)m->data, m->size);
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
