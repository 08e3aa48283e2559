/* SPDX-License-Identifier: MIT */
/* processes.c - runs shell commands, several at a time, and stops them when lngen is interrupted. */
#define _POSIX_C_SOURCE 200809L
#include "host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 64 };
static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
enum { STOPPING = sizeof stopping / sizeof stopping[0] };

static volatile sig_atomic_t caught;     /* the signal that interrupted lngen, or 0 */
static volatile pid_t running[JOBS_MAX]; /* leaders of the process groups of running commands, or 0 */
static volatile sig_atomic_t at_once;    /* a signal ends lngen, which has made nothing yet, */
static char last_words[128];             /* and this is said */

static void stop_running(void)
{
    for (int i = 0; i < JOBS_MAX; i++)
        if (running[i])
            kill(-running[i], SIGTERM);
}

static void stop_all(int signal)
{
    caught = signal;
    if (at_once) {
        const ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));
        (void)written;
        _exit(128 + signal);
    }
    stop_running();
}

/* host.watch_signals([words]): from now on an interrupt ends the commands of host.run instead of lngen. With `words`,
 * which are then said, it ends lngen until host.write_set begins, and is noted from there on. A signal that was ignored
 * stays ignored. */
static int watch_signals(lua_State *L)
{
    if (lua_isstring(L, 1)) {
        snprintf(last_words, sizeof last_words, "lngen: %s\n", lua_tostring(L, 1));
        at_once = 1;
    }
    for (int i = 0; i < STOPPING; i++) {
        struct sigaction action;
        if (sigaction(stopping[i], NULL, &action) != 0 || action.sa_handler == SIG_IGN)
            continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = stop_all;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        sigaction(stopping[i], &action, NULL);
    }
    return 0;
}

int signal_caught(void) { return caught; }

void hold_signals(void) { at_once = 0; }

/* host.interrupted() -> the number of the signal that interrupted lngen, or nil */
static int interrupted(lua_State *L)
{
    if (caught)
        lua_pushinteger(L, caught);
    else
        lua_pushnil(L);
    return 1;
}

/* Makes a directory the current one and that of temporary files. Returns 0, or -1. */
static int enter(const char *directory)
{
    char path[4096];
    return chdir(directory) == 0 && getcwd(path, sizeof path) ? setenv("TMPDIR", path, 1) : -1;
}

/* Starts a command in a process group of its own, so that all its processes can be stopped. Returns 0, or an errno. */
static int start(const char *command, const char *directory, volatile pid_t *place)
{
    sigset_t held, before;
    sigemptyset(&held);
    for (int i = 0; i < STOPPING; i++)
        sigaddset(&held, stopping[i]);
    sigprocmask(SIG_BLOCK, &held, &before);
    const pid_t pid = caught ? -1 : fork();
    const int error = caught ? EINTR : errno;
    if (pid == 0) {
        setpgid(0, 0);
        sigprocmask(SIG_SETMASK, &before, NULL);
        if (!directory || enter(directory) == 0)
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    if (pid > 0) {
        setpgid(pid, pid);
        *place = pid;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid > 0 ? 0 : error;
}

/* host.run(commands, jobs [, directory]) -> true when all commands succeeded; else nil, the number of a command that
 * failed, its exit status, which is 128 + n for signal n, and why it was not started or could not be waited for, or
 * nil. Runs up to `jobs` commands at a time. After a failure or an interrupt it stops the running commands and starts
 * no others. With a directory they run there and put their temporary files there: a compiler that is stopped at the
 * wrong moment leaves one, and the directory's owner removes it. */
static int run_commands(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    const lua_Integer count = luaL_len(L, 1);
    const char *directory = luaL_optstring(L, 3, NULL);
    lua_Integer jobs = luaL_checkinteger(L, 2), number[JOBS_MAX] = {0}, next = 1, failed = 0;
    jobs = jobs < 1 ? 1 : jobs > JOBS_MAX ? JOBS_MAX : jobs;
    int alive = 0, failure = 0, error = 0;
    while (alive > 0 || (next <= count && !failed && !caught)) {
        int place = 0;
        while (place < jobs && running[place])
            place++;
        if (next <= count && !failed && !caught && place < jobs) {
            lua_rawgeti(L, 1, next);
            error = start(luaL_checkstring(L, -1), directory, &running[place]);
            lua_pop(L, 1);
            if (error) {
                failed = next;
                failure = 126;
                stop_running();
            } else {
                number[place] = next++;
                alive++;
            }
            continue;
        }
        int status;
        const pid_t pid = waitpid(-1, &status, 0);
        if (pid < 0 && errno != EINTR) { /* what runs is no child, so no status will come */
            error = failed ? error : errno;
            failure = failed ? failure : 126;
            failed = failed ? failed : next - 1;
            for (place = 0; place < jobs; place++)
                running[place] = 0;
            break;
        }
        for (place = 0; pid > 0 && place < jobs && running[place] != pid; place++)
            ;
        if (pid <= 0 || place == jobs)
            continue;
        running[place] = 0;
        alive--;
        if (status != 0 && !failed) {
            failed = number[place];
            failure = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            stop_running();
        }
    }
    if (!failed && !caught) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushinteger(L, failed);
    lua_pushinteger(L, caught ? 128 + caught : failure);
    lua_pushstring(L, error ? strerror(error) : NULL);
    return 4;
}

/* host.processors() -> the number of processors that are online */
static int processors(lua_State *L)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    lua_pushinteger(L, n > 0 ? n : 1);
    return 1;
}

/* host.on_terminal() -> whether standard error is a terminal; host.on_terminal("output"): whether standard output is */
static int on_terminal(lua_State *L)
{
    const char *which = luaL_optstring(L, 1, "error");
    lua_pushboolean(L, isatty(strcmp(which, "output") == 0 ? STDOUT_FILENO : STDERR_FILENO));
    return 1;
}

/* host.temporary_directory() -> the path of a new directory below $TMPDIR or /tmp; nil and a message */
static int temporary_directory(lua_State *L)
{
    const char *parent = getenv("TMPDIR");
    char path[4096];
    if (!parent || !*parent)
        parent = "/tmp";
    const int length = snprintf(path, sizeof path, "%s/lngen.XXXXXX", parent);
    const int fits = length > 0 && (size_t)length < sizeof path;
    if (!fits || !mkdtemp(path)) {
        const int error = fits ? errno : ENAMETOOLONG;
        lua_pushnil(L);
        lua_pushfstring(L, "%s: %s; TMPDIR may name another directory", parent, strerror(error));
        return 2;
    }
    lua_pushstring(L, path);
    return 1;
}

int open_processes(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"watch_signals", watch_signals},
        {"interrupted", interrupted},
        {"run", run_commands},
        {"processors", processors},
        {"on_terminal", on_terminal},
        {"temporary_directory", temporary_directory},
        {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
    signal(SIGCHLD, SIG_DFL); /* who starts lngen may ignore it, and then no command has a status */
    return 0;
}
