/* SPDX-License-Identifier: MIT */
/* main.c - the program lngen: a Lua state with the Lua modules and templates embedded.
 *
 * The host does four things: it passes on the command line, makes a Lua state, runs `lua/cli.lua` in protected mode,
 * and gives Lua functions for files and processes. Lua makes every decision about kernels. */
#include "host.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

enum { EXIT_FAULT = 70 }; /* as in fail.lua */
static const char no_memory[] = "lngen: not enough memory\n";

/* Called in protected mode with argc and argv; returns the exit status. */
static int run(lua_State *L)
{
    int argc = (int)lua_tointeger(L, 1);
    char **argv = lua_touserdata(L, 2);

    open_host(L);

    lua_getglobal(L, "require");
    lua_pushliteral(L, "cli");
    lua_call(L, 1, 1);
    lua_createtable(L, argc, 0);
    for (int i = 1; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i);
    }
    lua_call(L, 1, 1);
    return 1;
}

int main(int argc, char **argv)
{
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN); /* a file larger than allowed (ulimit -f) is an error like a full disk */
#endif
    lua_State *L = new_state();
    if (!L) {
        fputs(no_memory, stderr);
        return EXIT_FAULT;
    }
    lua_pushcfunction(L, with_traceback);
    lua_pushcfunction(L, run);
    lua_pushinteger(L, argc);
    lua_pushlightuserdata(L, argv);

    int status = EXIT_FAULT;
    const int result = lua_pcall(L, 2, 1, 1);
    if (result == LUA_OK) {
        status = (int)lua_tointeger(L, -1);
    } else if (result == LUA_ERRMEM) {
        fputs(no_memory, stderr);
    } else {
        const char *message = lua_tostring(L, -1);
        fprintf(stderr, "lngen: internal error: %s\n", message ? message : "(no message)");
    }
    close_state(L);
    const bool unwritten = fflush(stdout) != 0 || ferror(stdout);
    if (unwritten && signal_caught()) { /* nobody reads any more */
        status = 128 + signal_caught();
    } else if (unwritten && status <= 1) { /* what a check found is lost, too */
        fputs("lngen: standard output: could not be written\n", stderr);
        status = 3;
    }
    return status;
}
