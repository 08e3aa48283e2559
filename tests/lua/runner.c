/* runner.c - runs one test of the generator's Lua modules: lua_test SCRIPT
 *
 * The script finds the modules that are embedded in lngen, the table `host`, and the modules that lie beside it, such
 * as check.lua. It returns the exit status. */
#include "host.h"

#include <stdio.h>
#include <string.h>

enum { FAILED = 1, BAD_USAGE = 2 };

/* An entry of package.searchers: require "check" finds check.lua in the directory of the script, the only upvalue. */
static int searcher_beside(lua_State *L)
{
    const char *path = lua_pushfstring(L, "%s%s.lua", lua_tostring(L, lua_upvalueindex(1)), luaL_checkstring(L, 1));
    FILE *file = fopen(path, "r");
    if (!file) {
        lua_pushfstring(L, "no file '%s'", path);
        return 1;
    }
    fclose(file);
    if (luaL_loadfilex(L, path, "t") != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, path);
    return 2;
}

/* Called in protected mode with the path of the script; returns what the script returns. */
static int run(lua_State *L)
{
    const char *script = lua_tostring(L, 1);
    const char *slash = strrchr(script, '/');

    open_host(L);
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    lua_pushlstring(L, script, slash ? (size_t)(slash - script) + 1 : 0);
    lua_pushcclosure(L, searcher_beside, 1);
    lua_rawseti(L, -2, luaL_len(L, -2) + 1);

    if (luaL_loadfilex(L, script, "t") != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 1);
    if (!lua_isinteger(L, -1))
        return luaL_error(L, "%s: returned no exit status; end it with return check.status()", script);
    return 1;
}

/* Prints what stopped a script: a text, or the table of fail.lua. */
static void print_error(lua_State *L)
{
    if (lua_istable(L, -1))
        lua_getfield(L, -1, "message");
    const char *message = lua_tostring(L, -1);
    printf("%s\n", message ? message : "stopped by an error without a message");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: lua_test SCRIPT\n", stderr);
        return BAD_USAGE;
    }
    lua_State *L = new_state();
    if (!L) {
        fputs("lua_test: out of memory\n", stderr);
        return BAD_USAGE;
    }
    lua_pushcfunction(L, with_traceback);
    lua_pushcfunction(L, run);
    lua_pushstring(L, argv[1]);
    int status = FAILED;
    if (lua_pcall(L, 1, 1, 1) == LUA_OK)
        status = (int)lua_tointeger(L, -1);
    else
        print_error(L);
    close_state(L);
    return status;
}
