/* files.c - the file functions of the host: they read whole files, and write sets of files completely or not at all.
 *
 * On failure every function returns nil and a message ("path: reason"); no error of the file system raises a Lua
 * error. */
#define _POSIX_C_SOURCE 200809L
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(lua_State *L, const char *path, const char *why)
{
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, why);
    return 2;
}

/* host.read(path [, limit]) -> text, or nil and a message. Refuses a file of more than `limit` bytes. */
static int read_file(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    lua_Integer limit = luaL_optinteger(L, 2, 64 << 20);
    FILE *f = fopen(path, "rb");
    if (!f)
        return failed(L, path, strerror(errno));
    struct stat st;
    if (fstat(fileno(f), &st) != 0 || !S_ISREG(st.st_mode)) {
        bool directory = S_ISDIR(st.st_mode);
        if (directory || S_ISBLK(st.st_mode)) {
            fclose(f);
            return failed(L, path, directory ? "is a directory, expected a file" : "is a device, expected a file");
        }
    }
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    lua_Integer total = 0;
    for (;;) {
        char *part = luaL_prepbuffer(&text);
        size_t n = fread(part, 1, LUAL_BUFFERSIZE, f);
        luaL_addsize(&text, n);
        total += (lua_Integer)n;
        if (n == 0 || total > limit)
            break;
    }
    bool bad = ferror(f) != 0;
    fclose(f);
    luaL_pushresult(&text);
    if (bad)
        return failed(L, path, "could not be read");
    if (total > limit) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: larger than %I bytes", path, limit);
        return 2;
    }
    return 1;
}

/* host.exists(path) -> "file", "directory", "other" or nil */
static int exists(lua_State *L)
{
    struct stat st;
    if (stat(luaL_checkstring(L, 1), &st) != 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, S_ISREG(st.st_mode) ? "file" : S_ISDIR(st.st_mode) ? "directory" : "other");
    return 1;
}

/* host.list(dir) -> names without "." and "..", not sorted; nil and a message when `dir` cannot be read */
static int list_directory(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    DIR *d = opendir(path);
    if (!d)
        return failed(L, path, strerror(errno));
    lua_newtable(L);
    lua_Integer n = 0;
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        lua_pushstring(L, e->d_name);
        lua_rawseti(L, -2, ++n);
    }
    closedir(d);
    return 1;
}

/* Creates the directory `path` and its parents. Returns 0, or the errno of what failed. */
static int make_directories(const char *path)
{
    if (!*path)
        return ENOENT;
    char *copy = strdup(path);
    if (!copy)
        return ENOMEM;
    int error = 0;
    for (char *p = copy + 1;; p++) {
        bool last = *p == '\0';
        if (*p == '/' || last) {
            *p = '\0';
            struct stat st;
            if (mkdir(copy, 0777) != 0 && (errno != EEXIST || stat(copy, &st) != 0 || !S_ISDIR(st.st_mode))) {
                error = errno == EEXIST ? ENOTDIR : errno;
                break;
            }
            if (last)
                break;
            *p = '/';
        }
    }
    free(copy);
    return error;
}

static int write_one(const char *path, const char *text, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    int error = 0;
    while (size > 0 && !error) {
        ssize_t n = write(fd, text, size);
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            error = n == 0 ? EIO : errno;
        }
    }
    if (!error && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        error = errno;
    if (close(fd) != 0 && !error)
        error = errno;
    return error;
}

/* Creates the directory in which `path` names a file, and its parents. */
static int make_directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *parent = strndup(path, (size_t)(slash - path));
    if (!parent)
        return ENOMEM;
    int error = make_directories(parent);
    free(parent);
    return error;
}

/* host.write_set(dir, {{name, text}, ...}) -> true, or nil and a message
 *
 * Makes `dir`, and directories within it that names have, and writes every file under a temporary name. When all files are completely on the disk, it gives each
 * its own name. A failure before that leaves the files in the directory as they were. */
static int write_set(lua_State *L)
{
    const char *dir = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_Integer n = luaL_len(L, 2);

    int error = make_directories(dir);
    if (error)
        return failed(L, dir, strerror(error));

    lua_createtable(L, (int)n, 0); /* index 3: temporary paths */
    lua_createtable(L, (int)n, 0); /* index 4: final paths */
    lua_Integer written = 0;
    const char *at = dir;
    for (lua_Integer i = 1; i <= n && !error; i++) {
        lua_rawgeti(L, 2, i);
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        const char *name = luaL_checkstring(L, -2);
        size_t size;
        const char *text = luaL_checklstring(L, -1, &size);
        const char *final = lua_pushfstring(L, "%s/%s", dir, name);
        lua_rawseti(L, 4, i);
        const char *base = strrchr(final, '/') + 1;
        lua_pushlstring(L, final, (size_t)(base - final));
        const char *beside = lua_pushfstring(L, "%s.%s.%d.tmp", lua_tostring(L, -1), base, (int)getpid());
        lua_rawseti(L, 3, i);
        lua_pop(L, 1);
        at = final;
        error = strchr(name, '/') ? make_directory_of(final) : 0;
        if (!error)
            error = write_one(beside, text, size);
        written = i;
        lua_pop(L, 3);
    }
    lua_Integer placed = 0;
    for (lua_Integer i = 1; i <= n && !error; i++) {
        lua_rawgeti(L, 3, i);
        lua_rawgeti(L, 4, i);
        at = lua_tostring(L, -1);
        if (rename(lua_tostring(L, -2), at) != 0)
            error = errno;
        else
            placed = i;
        lua_pop(L, 2);
    }
    for (lua_Integer i = placed + 1; i <= written; i++) {
        lua_rawgeti(L, 3, i);
        unlink(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    if (error)
        return failed(L, at, strerror(error));
    lua_pushboolean(L, 1);
    return 1;
}

/* host.remove(path) -> true, or nil and a message */
static int remove_file(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    if (unlink(path) != 0)
        return failed(L, path, strerror(errno));
    lua_pushboolean(L, 1);
    return 1;
}

/* host.hash(text) -> sixteen hexadecimal digits: FNV-1a of 64 bits. It shows changes; it does not protect from
 * attacks. */
static int hash_text(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    unsigned long long hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = ((hash ^ (unsigned char)text[i]) * 0x100000001b3u) & 0xffffffffffffffffu;
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", hash);
    lua_pushstring(L, digits);
    return 1;
}

int open_files(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"read", read_file},
        {"exists", exists},
        {"list", list_directory},
        {"write_set", write_set},
        {"remove", remove_file},
        {"hash", hash_text},
        {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
    return 0;
}
