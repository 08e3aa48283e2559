/* SPDX-License-Identifier: MIT */
/* limits.c - how long Lua code of a user may run and how much memory it may take. Neither limit can be passed in a
 * function of C, such as string.rep and string.find. */
#define _XOPEN_SOURCE 700
#include "host.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { EXIT_BAD_INPUT = 2, MEGABYTE = 1 << 20 };

/* What a state has of the heap, and may have. */
typedef struct {
    size_t used, most;
    int refused; /* whether anything was, for the sake of `most` */
} Memory;

/* The lua_Alloc of every state. */
static void *allocate(void *user, void *block, size_t before, size_t after)
{
    Memory *memory = user;
    if (!block)
        before = 0; /* Lua says there what the block is for */
    if (after == 0) {
        free(block);
        memory->used -= before;
        return NULL;
    }
    if (after > before && (memory->used > memory->most || after - before > memory->most - memory->used)) {
        memory->refused = 1;
        return NULL;
    }
    void *moved = realloc(block, after);
    if (moved)
        memory->used = memory->used - before + after;
    return moved;
}

lua_State *new_state(void)
{
    Memory *memory = malloc(sizeof *memory);
    if (!memory)
        return NULL;
    *memory = (Memory){.most = SIZE_MAX};
    lua_State *L = lua_newstate(allocate, memory);
    if (!L) {
        free(memory);
        return NULL;
    }
    lua_gc(L, LUA_GCINC, 400, 0, 0); /* collects garbage seldom: a run is short and makes much text */
    return L;
}

void close_state(lua_State *L)
{
    void *memory;
    lua_getallocf(L, &memory);
    lua_close(L);
    free(memory);
}

/* Pushes "file:line: " of what a hook has found running, or "" in a function of C. */
static void push_place(lua_State *L, lua_Debug *where)
{
    lua_getinfo(L, "Sl", where);
    if (where->currentline > 0)
        lua_pushfstring(L, "%s:%d: ", where->short_src, where->currentline);
    else
        lua_pushliteral(L, "");
}

/* ==== Time: what the timer finds running, while a limit is set ==== */

static lua_State *volatile watched; /* NULL when no limit is set */
static volatile sig_atomic_t told;  /* the limit has passed, and the state has been told to stop */
static double limit;                /* in seconds */
static char last_words[512];        /* what is said of a function of C that does not return */

static void stop_lua(lua_State *L, lua_Debug *where)
{
    lua_sethook(L, NULL, 0, 0);
    push_place(L, where);
    lua_pushfstring(L, "runs longer than %f s", limit);
    lua_concat(L, 2);
    lua_error(L);
}

/* The first signal stops Lua code at its next instruction. A second one, a second later, says that a function of C has
 * not come back to it: nothing can be saved then, and nothing has been written. */
static void time_is_up(int signal)
{
    (void)signal;
    if (told) {
        const ssize_t written = write(STDERR_FILENO, last_words, strlen(last_words));
        _exit(written < 0 ? EXIT_BAD_INPUT + 1 : EXIT_BAD_INPUT);
    }
    told = 1;
    if (watched)
        lua_sethook(watched, stop_lua, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

/* Time that this process computes, not time that passes: other work on the machine does not count. */
static void set_timer(double seconds)
{
    const struct timeval first = {(time_t)seconds, (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6)};
    const struct itimerval timer = {.it_interval = {.tv_sec = seconds > 0}, .it_value = first};
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

/* host.limited(name, seconds, megabytes, f, ...) -> what pcall(f, ...) returns
 *
 * f may compute for so long, and its state may grow by so much; Lua code that does more is stopped by the error "runs
 * longer than ..." or "not enough memory". Where that cannot be, in a function of C that runs on, lngen ends with one
 * line about `name`, so f must leave nothing half done. Within f, further calls set no limits of their own. */
static int limited(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    const double seconds = luaL_checknumber(L, 2);
    const lua_Integer megabytes = luaL_checkinteger(L, 3);
    luaL_argcheck(L, seconds > 0 && seconds < 1e6, 2, "a number of seconds expected");
    luaL_argcheck(L, megabytes > 0 && megabytes < 1 << 20, 3, "a number of megabytes expected");
    if (watched) {
        const int status = lua_pcall(L, lua_gettop(L) - 4, LUA_MULTRET, 0);
        lua_pushboolean(L, status == LUA_OK);
        lua_replace(L, 3);
        return lua_gettop(L) - 2;
    }
    void *user;
    const lua_Alloc allocator = lua_getallocf(L, &user);
    Memory *memory = allocator == allocate ? user : NULL;
    struct sigaction action = {.sa_handler = time_is_up, .sa_flags = SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    snprintf(last_words, sizeof last_words,
             "lngen: %.400s: runs longer than %g s, in a function that does not come back, as string.find may\n", name,
             seconds);
    told = 0;
    limit = seconds;
    watched = L;
    sigaction(SIGVTALRM, &action, &before);
    if (memory)
        *memory = (Memory){.used = memory->used, .most = memory->used + (size_t)megabytes * MEGABYTE};
    set_timer(seconds);
    const int status = lua_pcall(L, lua_gettop(L) - 4, LUA_MULTRET, 0);
    set_timer(0);
    sigaction(SIGVTALRM, &before, NULL);
    watched = NULL;
    if (told)
        lua_sethook(L, NULL, 0, 0);
    if (memory)
        memory->most = SIZE_MAX;
    lua_pushboolean(L, status == LUA_OK);
    lua_replace(L, 3);
    return lua_gettop(L) - 2;
}

/* host.at_limit() -> whether "not enough memory" came from the limit that was set last, not from the system */
static int at_limit(lua_State *L)
{
    void *user;
    lua_pushboolean(L, lua_getallocf(L, &user) == allocate && ((Memory *)user)->refused);
    return 1;
}

/* ==== Data: a Lua table as a file, read without any library ==== */

enum { STEPS = 10000000, DATA_MEGABYTES = 256, DEPTH_MAX = 16, VALUES_MAX = 1000000 };

static void too_many_steps(lua_State *L, lua_Debug *where)
{
    push_place(L, where);
    lua_pushliteral(L, "runs too long for a table of data");
    lua_concat(L, 2);
    lua_error(L);
}

/* Copies the value on top of `from` to the top of `to`: nil, or text, number, boolean, and tables of these. Returns
 * NULL, or what is wrong with the value; then `to` may hold parts of it. */
static const char *copy_value(lua_State *from, lua_State *to, int depth, int *values)
{
    if (++*values > VALUES_MAX)
        return "holds too many values";
    if (depth > DEPTH_MAX || !lua_checkstack(from, 4) || !lua_checkstack(to, 4))
        return "holds tables too deep in each other";
    size_t size;
    const char *text;
    switch (lua_type(from, -1)) {
    case LUA_TNIL:
        lua_pushnil(to);
        return NULL;
    case LUA_TBOOLEAN:
        lua_pushboolean(to, lua_toboolean(from, -1));
        return NULL;
    case LUA_TNUMBER:
        if (lua_isinteger(from, -1))
            lua_pushinteger(to, lua_tointeger(from, -1));
        else
            lua_pushnumber(to, lua_tonumber(from, -1));
        return NULL;
    case LUA_TSTRING:
        text = lua_tolstring(from, -1, &size);
        lua_pushlstring(to, text, size);
        return NULL;
    case LUA_TTABLE:
        break;
    default:
        return "holds a function; it may hold texts, numbers, true, false and tables of these";
    }
    lua_newtable(to);
    for (lua_pushnil(from); lua_next(from, -2); lua_pop(from, 1)) {
        lua_pushvalue(from, -2);
        const char *problem = lua_istable(from, -1) ? "has a table for a key" : copy_value(from, to, depth + 1, values);
        lua_pop(from, 1);
        if (!problem)
            problem = copy_value(from, to, depth + 1, values);
        if (problem)
            return problem;
        lua_rawset(to, -3);
    }
    return NULL;
}

/* host.data(text, name) -> the value that a Lua chunk returns, or nil and a message "name:line: why"
 *
 * The chunk runs in a state of its own, in which there is no name and no method of texts, for a bounded number of
 * steps, in bounded memory. */
static int read_data(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *name = luaL_checkstring(L, 2);
    const char *chunk = lua_pushfstring(L, "@%s", name);
    lua_State *own = new_state();
    const char *problem = "not enough memory";
    int values = 0;
    if (own) {
        void *user;
        lua_getallocf(own, &user);
        Memory *memory = user;
        memory->most = (size_t)DATA_MEGABYTES * MEGABYTE;
        int status = luaL_loadbufferx(own, text, size, chunk, "t");
        if (status == LUA_OK) {
            lua_newtable(own);
            lua_setupvalue(own, -2, 1); /* _ENV */
            lua_sethook(own, too_many_steps, LUA_MASKCOUNT, STEPS);
            status = lua_pcall(own, 0, 1, 0);
        }
        const int top = lua_gettop(L);
        if (status == LUA_OK) {
            problem = copy_value(own, L, 0, &values);
            if (problem)
                lua_settop(L, top);
        } else if (status == LUA_ERRMEM) {
            problem = memory->refused ? "takes too much memory for a table of data" : "not enough memory";
        } else {
            const char *message = lua_isstring(own, -1) ? lua_tostring(own, -1) : "stopped by an error that is no text";
            const int has_place = strncmp(message, name, strlen(name)) == 0;
            lua_pushnil(L);
            lua_pushfstring(L, "%s%s%s", has_place ? "" : name, has_place ? "" : ": ", message);
            close_state(own);
            return 2;
        }
        close_state(own);
    }
    if (!problem)
        return 1;
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", name, problem);
    return 2;
}

int open_limits(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"limited", limited}, {"at_limit", at_limit}, {"data", read_data}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
    return 0;
}
