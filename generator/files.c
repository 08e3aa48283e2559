/* SPDX-License-Identifier: MIT */
/* files.c - the file functions of the host: they read whole files, and write sets of files completely or not at all.
 *
 * On failure every function returns nil and a message ("path: reason"); no error of the file system raises a Lua
 * error. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int failed(lua_State *L, const char *path, const char *why)
{
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", *path ? path : "''", why);
    return 2;
}

/* Why something in the file system is no file; NULL where it is one, or a pipe. */
static const char *no_file(const struct stat *st)
{
    if (S_ISDIR(st->st_mode))
        return "is a directory, expected a file";
    if (S_ISBLK(st->st_mode) || S_ISCHR(st->st_mode))
        return "is a device, expected a file";
    return NULL;
}

enum { WRITER_MAX = 20, DATA_MAX = 600 }; /* tenths of a second to wait for the other end of a pipe, and for its data */

/* Reads from a file, or from a pipe that was opened without waiting; `some`: whether anything has come before. Returns
 * how many bytes, 0 at the end, or -1 with errno; ETIMEDOUT for a pipe through which nothing comes. */
static ssize_t read_some(int fd, bool pipe, bool some, char *bytes, size_t size)
{
    for (int waited = 0;; waited++) {
        const ssize_t n = read(fd, bytes, size);
        if (n > 0 || (n == 0 && (!pipe || some)))
            return n;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            return n;
        if (waited >= (n == 0 ? WRITER_MAX : DATA_MAX)) {
            errno = ETIMEDOUT;
            return -1;
        }
        struct pollfd end = {.fd = fd, .events = POLLIN};
        poll(&end, n == 0 ? 0 : 1, 100); /* a pipe that nobody has opened for writing would be ready at once */
    }
}

/* host.read(path [, limit]) -> text, or nil and a message. Refuses a file of more than `limit` bytes. */
static int read_file(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    const lua_Integer limit = luaL_optinteger(L, 2, 64 << 20);
    struct stat st;
    if (stat(path, &st) == 0 && no_file(&st)) /* before it is opened, which does something to some devices */
        return failed(L, path, no_file(&st));
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return failed(L, path, strerror(errno));
    const bool pipe = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    lua_Integer total = 0;
    ssize_t n;
    do {
        char *part = luaL_prepbuffer(&text);
        n = read_some(fd, pipe, total > 0, part, LUAL_BUFFERSIZE);
        if (n > 0) {
            luaL_addsize(&text, (size_t)n);
            total += n;
        }
    } while (n > 0 && total <= limit);
    const int error = n < 0 ? errno : 0;
    close(fd);
    luaL_pushresult(&text);
    if (error)
        return failed(L, path, error == ETIMEDOUT ? "is a pipe through which nothing comes" : strerror(error));
    if (total > limit) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: larger than %I bytes", path, limit);
        return 2;
    }
    return 1;
}

/* host.exists(path) -> "file", "directory" or "other"; nil, a message, and whether nothing is there, when it cannot be
 * found */
static int exists(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    struct stat st;
    if (stat(path, &st) != 0) {
        const bool nothing = errno == ENOENT || errno == ENOTDIR;
        failed(L, path, strerror(errno));
        lua_pushboolean(L, nothing);
        return 3;
    }
    lua_pushstring(L, S_ISREG(st.st_mode) ? "file" : S_ISDIR(st.st_mode) ? "directory" : "other");
    return 1;
}

/* host.writable(path) -> true where the user may write to a file; nil and a message */
static int writable(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    if (access(path, W_OK) != 0)
        return failed(L, path, strerror(errno));
    lua_pushboolean(L, 1);
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

/* What an errno says; ENOLINK and EINTR are of this file's own. */
static const char *reason(int error)
{
    return error == ENOLINK ? "a symbolic link leads to nothing" : error == EINTR ? "interrupted" : strerror(error);
}

/* Pops a string, which the table at `kept` holds from now on. */
static const char *keep(lua_State *L, int kept)
{
    const char *text = lua_tostring(L, -1);
    lua_rawseti(L, kept, (lua_Integer)lua_rawlen(L, kept) + 1);
    return text;
}

/* Creates the directory `path` and its parents, and adds those that were not there to the list at `made`. Returns 0, or
 * the errno of what failed. */
static int make_directories(lua_State *L, const char *path, int made)
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
            if (mkdir(copy, 0777) != 0) {
                error = errno;
            } else {
                lua_pushstring(L, copy);
                keep(L, made);
            }
            if (error == EEXIST) /* what is there and cannot be found is a link */
                error = stat(copy, &st) != 0 ? (errno == ENOENT ? ENOLINK : errno) : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
            if (error)
                break;
            if (last)
                break;
            *p = '/';
        }
    }
    free(copy);
    return error;
}

/* Removes the directories of a list that make_directories has filled, but for those that hold something. */
static void remove_directories(lua_State *L, int made)
{
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, made); i > 0; i--) {
        lua_rawgeti(L, made, i);
        rmdir(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
}

static int write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t n = write(fd, text, size);
        if (n > 0) {
            text += n;
            size -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            return n == 0 ? EIO : errno;
        }
    }
    return 0;
}

/* A file of a set: its path, its new contents, and where they and its former ones are while the set is written. */
typedef struct {
    const char *path, *text, *new, *old;
    size_t size;
    bool replaces, mine; /* whether there is a former file, and whether the user owns it */
    mode_t mode;         /* of the former file, as its owner and group */
    uid_t owner;
    gid_t group;
    bool written, kept,
        placed; /* whether `new` has been made, the former file is `old`, and the new one has its place */
} Place;

/* Gives a new file what the former one has: its group and owner, as far as the user may, and its permissions. */
static void take_after(int fd, const Place *place)
{
    bool given = fchown(fd, (uid_t)-1, place->group) == 0;
    given = fchown(fd, place->owner, (gid_t)-1) == 0 && given;
    (void)given; /* what may not be given stays the user's */
    fchmod(fd, place->mode & 0777);
}

/* Writes the new contents beside the file, with its permissions as far as the file system has any. */
static int write_one(Place *place)
{
    int fd = open(place->new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, place->replaces ? place->mode & 0666 : 0666);
    if (fd < 0)
        return errno;
    place->written = true;
    int error = write_all(fd, place->text, place->size);
    if (place->replaces)
        take_after(fd, place);
    if (!error && fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        error = errno;
    if (close(fd) != 0 && !error)
        error = errno;
    return error;
}

/* A directory that is being written to, or where this was interrupted, holds the file MARK, locked by its writer. New
 * files have names like .1.lngen-new until all are there, and former ones like .1.lngen-old until all have gone. */
#define MARK ".lngen-writes"
#define NEW  ".lngen-new"
#define OLD  ".lngen-old"

static const char mark_text[] =
    "lngen writes these files, or was interrupted. If it does not run any more, some of them may be "
    "old and some new; give it the same command again.\n";

enum { LOCK_TRIES = 600 }; /* at intervals of 50 ms */

/* Takes the lock of a directory; `path` is that of its mark. Returns a descriptor, or -1 with errno, EBUSY where
 * another lngen has been writing for half a minute, EINTR where a signal ends the waiting. *interrupted: whether a
 * former writer has not come to its end. */
static int take_lock(const char *path, bool *interrupted)
{
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            return -1;
        if (fd < 0)
            fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 && errno != ENOENT) /* its writer may just have removed it */
            return -1;
        const bool locked = fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK); /* or cannot be */
        struct stat mine, there;
        if (locked && fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
            mine.st_dev == there.st_dev) { /* and not one that its writer has just removed */
            *interrupted = mine.st_size > 0;
            const int error = *interrupted ? 0 : write_all(fd, mark_text, sizeof mark_text - 1);
            if (!error)
                return fd;
            unlink(path);
            close(fd);
            errno = error;
            return -1;
        }
        if (fd >= 0)
            close(fd);
        if (signal_caught()) {
            errno = EINTR;
            return -1;
        }
        if (!locked && fd >= 0)
            nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    errno = EBUSY;
    return -1;
}

/* What the errno says with which take_lock fails. */
static const char *unlocked(int error)
{
    if (error == EBUSY)
        return "another lngen has been writing here for half a minute";
    if (error == ENOENT) /* a directory that has been removed, or one of the kernel's */
        return "no files can be made in this directory; name another";
    return reason(error);
}

/* host.unfinished(dir) -> "running" while an lngen writes there, "interrupted" where one has not come to its end; nil
 */
static int unfinished(lua_State *L)
{
    const char *path = lua_pushfstring(L, "%s/" MARK, luaL_checkstring(L, 1));
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;
    lua_pushnil(L);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
        lua_pushstring(L, flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK ? "running" : "interrupted");
    if (fd >= 0)
        close(fd);
    return 1;
}

/* Whether the list of files at `index` has one of this name. */
static bool has_file(lua_State *L, int index, const char *name, size_t length)
{
    bool found = false;
    for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, index); i <= n && !found; i++) {
        lua_rawgeti(L, index, i);
        lua_rawgeti(L, -1, 1);
        size_t size = 0;
        const char *here = lua_tolstring(L, -1, &size);
        found = here && size == length && memcmp(here, name, length) == 0;
        lua_pop(L, 2);
    }
    return found;
}

/* Whether a mark names files, each in a line that begins with a blank, that are not in the list at `index`. */
static bool names_others(lua_State *L, int lock, int index)
{
    luaL_Buffer text;
    char part[4096];
    luaL_buffinit(L, &text);
    off_t at = 0;
    for (ssize_t n; (n = pread(lock, part, sizeof part, at)) > 0; at += n)
        luaL_addlstring(&text, part, (size_t)n);
    luaL_pushresult(&text);
    bool others = false;
    for (const char *line = strstr(lua_tostring(L, -1), "\n "); line && !others; line = strstr(line + 2, "\n "))
        others = !has_file(L, index, line + 2, strcspn(line + 2, "\n"));
    lua_pop(L, 1);
    return others;
}

/* Adds the names of the list at index 2 to a mark: to its end, so that what it says of former writers stays. A single
 * file is never half written. Returns 0 or an errno. */
static int add_names(lua_State *L, int lock)
{
    luaL_Buffer names;
    const lua_Integer n = (lua_Integer)lua_rawlen(L, 2);
    luaL_buffinit(L, &names);
    for (lua_Integer i = 1; i <= n && n > 1; i++) {
        luaL_addstring(&names, " ");
        lua_rawgeti(L, 2, i);
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
        luaL_addvalue(&names);
        luaL_addstring(&names, "\n");
    }
    luaL_pushresult(&names);
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    const int error = lseek(lock, 0, SEEK_END) < 0 ? errno : write_all(lock, text, size);
    lua_pop(L, 1);
    return error;
}

/* Removes what interrupted writers have left in a directory. */
static void sweep(lua_State *L, const char *dir)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));) {
        const size_t length = strlen(e->d_name), size = sizeof NEW - 1;
        const char *end = length > size + 1 ? e->d_name + length - size : "";
        if (e->d_name[0] == '.' && (strcmp(end, NEW) == 0 || strcmp(end, OLD) == 0)) {
            unlink(lua_pushfstring(L, "%s/%s", dir, e->d_name));
            lua_pop(L, 1);
        }
    }
    closedir(d);
}

/* A directory that is written to while its lock is held. */
typedef struct {
    dev_t device;
    ino_t inode;
    int lock;
    bool interrupted;
    const char *mark;
} Locked;

/* The directories of a set: the first is that of the set itself, whose lock others hold and give back. */
typedef struct {
    Locked *list;
    size_t count;
} Locks;

/* Locks a directory unless it is one of `locks`, and sweeps it. Returns NULL, or what is wrong. */
static const char *lock_too(lua_State *L, const char *dir, int kept, Locks *locks)
{
    struct stat st;
    if (stat(dir, &st) != 0)
        return reason(errno);
    for (size_t i = 0; i < locks->count; i++)
        if (locks->list[i].device == st.st_dev && locks->list[i].inode == st.st_ino)
            return NULL;
    lua_pushfstring(L, "%s/" MARK, dir);
    Locked new = {.device = st.st_dev, .inode = st.st_ino, .mark = keep(L, kept)};
    new.lock = take_lock(new.mark, &new.interrupted);
    if (new.lock < 0)
        return unlocked(errno);
    locks->list[locks->count++] = new;
    sweep(L, dir);
    return NULL;
}

/* Gives back all locks but the first. `within`: the directory of the set, to which an interrupted writer of those below
 * it belonged; what such a one has left elsewhere is for the set of that place to mend. `half` is as for write_files.
 */
static void unlock(const Locks *locks, const char *within, bool half)
{
    const size_t length = strlen(within);
    for (size_t i = 1; i < locks->count; i++) {
        const Locked *l = &locks->list[i];
        const bool below = strncmp(l->mark, within, length) == 0 && l->mark[length] == '/';
        if (!half && (!l->interrupted || below))
            unlink(l->mark);
        close(l->lock);
    }
}

/* Finds the place of file `i` of the list at index 2, whose directory it makes, as make_directories does, and locks
 * where that is not one of `locks`. A link that names a file stays, and the file is replaced. Returns NULL, or what is
 * wrong. */
static const char *find_place(lua_State *L, const char *dir, lua_Integer i, int kept, int made, Locks *locks,
                              Place *place)
{
    lua_rawgeti(L, 2, i);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    const char *name = lua_tostring(L, -2);
    place->text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &place->size) : NULL;
    lua_pushfstring(L, "%s/%s", dir, name ? name : "?");
    place->path = keep(L, kept);
    lua_pop(L, 3);
    if (!name || !place->text)
        return reason(EINVAL);

    struct stat st;
    if (lstat(place->path, &st) == 0 && S_ISLNK(st.st_mode)) {
        char *end = realpath(place->path, NULL);
        if (!end)
            return reason(errno == ENOENT ? ENOLINK : errno);
        lua_pushstring(L, end);
        free(end);
        place->path = keep(L, kept);
    }
    const char *slash = strrchr(place->path, '/');
    lua_pushlstring(L, place->path, slash == place->path ? 1 : (size_t)(slash - place->path));
    const char *parent = keep(L, kept);
    if (strcmp(parent, dir) != 0) {
        const int error = make_directories(L, parent, made);
        const char *problem = error ? reason(error) : lock_too(L, parent, kept, locks);
        if (problem)
            return problem;
    }
    lua_pushfstring(L, "%s/.%d" NEW, parent, (int)i);
    place->new = keep(L, kept);
    lua_pushfstring(L, "%s/.%d" OLD, parent, (int)i);
    place->old = keep(L, kept);

    place->replaces = stat(place->path, &st) == 0;
    if (!place->replaces)
        return NULL;
    place->mine = st.st_uid == geteuid() || geteuid() == 0;
    place->mode = st.st_mode;
    place->owner = st.st_uid;
    place->group = st.st_gid;
    return S_ISREG(st.st_mode) ? NULL : no_file(&st) ? no_file(&st) : "is no file; move it away";
}

/* Gives a new file its own name. keeps: whether the former one gets another; until the new one is there it has its own,
 * too, where the file system has links. Returns 0 or an errno. */
static int put(Place *place, bool keeps)
{
    keeps = keeps && place->replaces;
    if (keeps && (!place->mine || link(place->path, place->old) != 0) && rename(place->path, place->old) != 0)
        return errno;
    place->kept = keeps;
    place->placed = rename(place->new, place->path) == 0;
    return place->placed ? 0 : errno;
}

/* Takes away what write_one and put have made; returns whether the former file is there, or none as before. */
static bool take_back(const Place *place)
{
    if (place->written && !place->placed)
        unlink(place->new);
    if (!place->kept)
        return !place->placed || unlink(place->path) == 0;
    if (rename(place->old, place->path) != 0)
        return false;
    unlink(place->old); /* still there where both are links to one file, which rename leaves alone */
    return true;
}

typedef struct {
    const char *path;
    bool link, there;
    dev_t device;
    ino_t inode;
} Identity;

/* Finds two files of the list at `index` that are one, since a symbolic link leads from one to the other: one of their
 * texts would be lost. Returns the path of the link, or NULL. */
static const char *find_shared(lua_State *L, const char *dir, int index)
{
    const size_t n = lua_rawlen(L, index);
    Identity *files = memset(lua_newuserdatauv(L, n * sizeof *files + 1, 0), 0, n * sizeof *files);
    lua_newtable(L);
    const int kept = lua_gettop(L);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        lua_rawgeti(L, -1, 1);
        const char *name = lua_tostring(L, -1);
        lua_pushfstring(L, "%s/%s", dir, name ? name : "?");
        files[i].path = keep(L, kept);
        lua_pop(L, 2);
        struct stat st = {0};
        files[i].link = lstat(files[i].path, &st) == 0 && S_ISLNK(st.st_mode);
        files[i].there = stat(files[i].path, &st) == 0;
        files[i].device = st.st_dev;
        files[i].inode = st.st_ino;
        for (size_t k = 0; k < i; k++)
            if (files[i].there && files[k].there && (files[i].link || files[k].link) &&
                files[i].device == files[k].device && files[i].inode == files[k].inode)
                return files[files[i].link ? i : k].path;
    }
    return NULL;
}

/* Whether a signal stops the writing of n files. A single file takes no time and is written in any case. */
static bool stopped(size_t n) { return n > 1 && signal_caught(); }

/* Writes the files of the list at index 2 into a directory whose lock is held; `made` is as for make_directories.
 * Returns 0, or the number of results that say where it failed and why. *half: whether something is left for the next
 * writer: former files that could not be put back, so some files are new and some old, or that could not be removed. */
static int write_files(lua_State *L, const char *dir, int made, bool *half)
{
    const size_t n = lua_rawlen(L, 2);
    Place *places = memset(lua_newuserdatauv(L, n * sizeof *places + 1, 0), 0, n * sizeof *places);
    lua_newtable(L);
    const int kept = lua_gettop(L);
    Locks locks = {.list = lua_newuserdatauv(L, (n + 1) * sizeof(Locked), 0), .count = 1};
    struct stat own = {0};
    stat(dir, &own);
    locks.list[0] = (Locked){.device = own.st_dev, .inode = own.st_ino};
    const char *problem = NULL, *at = dir;
    for (size_t i = 0; i < n && !problem; i++) {
        problem = find_place(L, dir, (lua_Integer)i + 1, kept, made, &locks, &places[i]);
        at = places[i].path;
    }
    for (size_t i = 0; i < n && !problem; i++) {
        const int error = stopped(n) ? EINTR : write_one(&places[i]);
        problem = error ? reason(error) : NULL;
        at = error == EEXIST ? places[i].new : places[i].path;
    }
    if (!problem && stopped(n)) /* the last look: what has begun to be renamed comes to its end */
        problem = reason(EINTR);
    for (size_t i = 0; i < n && !problem; i++) {
        const int error = put(&places[i], n > 1); /* a single file is never half written */
        problem = error ? reason(error) : NULL;
        at = places[i].path;
    }
    for (size_t i = n; problem && i-- > 0;)
        *half = !take_back(&places[i]) || *half;
    for (size_t i = 0; i < n && !problem; i++)
        if (places[i].kept && unlink(places[i].old) != 0)
            *half = true;
    unlock(&locks, dir, *half);
    if (*half && problem)
        problem = lua_pushfstring(L, "%s; some files are new now, and some are old: emit them again", problem);
    return problem ? failed(L, at, problem) : 0;
}

/* Makes a directory, marks it, and writes what host.write_set was called with. *half is as for write_files. */
static int write_marked(lua_State *L, bool *half)
{
    const char *dir = lua_tostring(L, 1);
    lua_newtable(L); /* the directories that are made */
    const int made = lua_gettop(L);
    int error = make_directories(L, dir, made);
    if (error) {
        remove_directories(L, made);
        return failed(L, dir, reason(error));
    }
    const char *mark = lua_pushfstring(L, "%s/" MARK, dir);
    bool interrupted = false, left = false;
    int lock = take_lock(mark, &interrupted);
    if (lock < 0 && errno == ENOENT && make_directories(L, dir, made) == 0) /* another lngen had made it, and failed */
        lock = take_lock(mark, &interrupted);
    if (lock < 0) {
        error = errno;
        remove_directories(L, made);
        /* for the mark itself, or for anything that could be made in the directory */
        const bool of_mark = error == ENOSPC || error == EISDIR || error == ELOOP;
        return failed(L, of_mark ? mark : dir, unlocked(error));
    }
    sweep(L, dir);
    int status = LUA_OK, results = 0;
    if (lua_isfunction(L, 2)) {
        lua_pushvalue(L, 2);
        status = lua_pcall(L, 0, 1, 0);
        if (status == LUA_OK)
            lua_replace(L, 2);
    }
    if (status == LUA_OK) {
        const int whole = lua_istable(L, 3) ? 3 : 2;
        const char *shared = find_shared(L, dir, whole);
        left = names_others(L, lock, whole);
        error = shared ? 0 : add_names(L, lock);
        results = shared  ? failed(L, shared, "is a symbolic link to another file that is written here; remove it")
                  : error ? failed(L, mark, strerror(error))
                          : write_files(L, dir, made, half);
    }
    const bool done = status == LUA_OK && results == 0;
    if (!*half && !left && (done || !interrupted))
        unlink(mark);
    close(lock);
    if (!done)
        remove_directories(L, made);
    if (status != LUA_OK)
        return lua_error(L);
    if (results)
        return results;
    lua_pushboolean(L, 1);
    lua_pushstring(L, left ? "left" : interrupted ? "mended" : NULL);
    return 2;
}

/* host.write_set(dir, {{name, text}, ...} [, whole]) -> true and what became of a former set that was interrupted:
 * "mended", "left" or nil; nil, a message, and true where a signal that is watched has interrupted lngen and the files
 * are as they were
 *
 * Makes `dir`, and directories within it that names have, and writes every file under a temporary name beside its own.
 * When all files are completely on the disk, it gives each its own name, and if one cannot have it, the former files
 * are put back: a failure leaves the files in the directory as they were, and no directory that it has made.
 * Permissions of files stay, and links to files, too. Meanwhile the directory is locked for other lngens, and marked,
 * so that host.unfinished tells when this was interrupted. The mark goes when all files that it names belong to the
 * list `whole`, of which only those are written that have changed; else it is left.
 *
 * In place of the list stands a function that returns it, if what is to be written depends on what is there: it is
 * called when the lock is held. */
static int write_set(lua_State *L)
{
    luaL_checkstring(L, 1);
    luaL_argexpected(L, lua_istable(L, 2) || lua_isfunction(L, 2), 2, "table or function");
    lua_settop(L, 3);
    hold_signals();
    bool half = false;
    const int results = write_marked(L, &half);
    if (!lua_isnil(L, -results) || half || !signal_caught())
        return results;
    lua_pushboolean(L, 1);
    return results + 1;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st, (void)kind, (void)place;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1; /* a process that ends removes its files itself */
}

/* host.remove_tree(path): removes a directory with all that is in it, even if processes that are being stopped still
 * make files there for a second; links are not followed. Returns true, or nil and a message. */
static int remove_tree(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    for (int tries = 1; nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0; tries++) {
        if ((errno != ENOTEMPTY && errno != EEXIST) || tries == 20)
            return failed(L, path, strerror(errno));
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
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
        {"read", read_file},          {"exists", exists},       {"writable", writable},
        {"list", list_directory},     {"write_set", write_set}, {"unfinished", unfinished},
        {"remove_tree", remove_tree}, {"hash", hash_text},      {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
    return 0;
}
