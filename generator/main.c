/* main.c - the program lngen: a Lua state with the Lua modules and templates embedded.
 *
 * The host does four things: it passes on the command line, makes a Lua state, runs `lua/cli.lua` in protected mode,
 * and gives Lua functions for files and processes. Lua makes every decision about kernels. */
#include "host.h"

#include <stdio.h>
#include <string.h>

#ifndef LNGEN_VERSION
#define LNGEN_VERSION "unknown"
#endif

enum { EXIT_BAD_INPUT = 2 };

const Resource *find_resource(const char *name)
{
    for (size_t i = 0; i < resource_count; i++)
        if (strcmp(resources[i].name, name) == 0)
            return &resources[i];
    return NULL;
}

/* host.resource(name) -> text, or nil */
static int resource_text(lua_State *L)
{
    const Resource *r = find_resource(luaL_checkstring(L, 1));
    if (r)
        lua_pushlstring(L, r->text, r->size);
    else
        lua_pushnil(L);
    return 1;
}

/* host.resource_names() -> list of names, in the order in which the files were embedded */
static int resource_names(lua_State *L)
{
    lua_createtable(L, (int)resource_count, 0);
    for (size_t i = 0; i < resource_count; i++) {
        lua_pushstring(L, resources[i].name);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* An entry of package.searchers: require "command.emit" finds the embedded lua/command/emit.lua, and nothing on
 * disk. */
static int embedded_searcher(lua_State *L)
{
    const char *module = luaL_checkstring(L, 1);
    const char *path = lua_pushfstring(L, "lua/%s.lua", luaL_gsub(L, module, ".", "/"));
    const Resource *r = find_resource(path);
    if (!r) {
        lua_pushfstring(L, "no embedded module '%s'", module);
        return 1;
    }
    const char *chunk = lua_pushfstring(L, "@%s", path);
    if (luaL_loadbufferx(L, r->text, r->size, chunk, "t") != LUA_OK)
        return lua_error(L);
    lua_pushstring(L, path);
    return 2;
}

static const luaL_Reg core[] = {
    {"resource", resource_text},
    {"resource_names", resource_names},
    {NULL, NULL},
};

static void add_functions(lua_State *L, lua_CFunction open)
{
    lua_pushcfunction(L, open);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
}

static int traceback(lua_State *L)
{
    const char *message = lua_tostring(L, 1);
    if (!message) /* errors for users are tables and need no traceback */
        return 1;
    luaL_traceback(L, L, message, 1);
    return 1;
}

/* Called in protected mode with argc and argv; returns the exit status. */
static int run(lua_State *L)
{
    int argc = (int)lua_tointeger(L, 1);
    char **argv = lua_touserdata(L, 2);

    luaL_openlibs(L);

    lua_getglobal(L, "package");
    lua_newtable(L);
    lua_pushcfunction(L, embedded_searcher);
    lua_rawseti(L, -2, 1);
    lua_setfield(L, -2, "searchers");
    lua_pop(L, 1);

    luaL_newlib(L, core);
    lua_pushliteral(L, LNGEN_VERSION);
    lua_setfield(L, -2, "version");
    add_functions(L, open_files);
    add_functions(L, open_readers);
    add_functions(L, open_processes);
    lua_setglobal(L, "host");

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
    lua_State *L = luaL_newstate();
    if (!L) {
        fputs("lngen: out of memory\n", stderr);
        return EXIT_BAD_INPUT;
    }
    lua_gc(L, LUA_GCINC, 400, 0, 0); /* collects garbage seldom: a run is short and makes much text */
    lua_pushcfunction(L, traceback);
    lua_pushcfunction(L, run);
    lua_pushinteger(L, argc);
    lua_pushlightuserdata(L, argv);

    int status = EXIT_BAD_INPUT;
    if (lua_pcall(L, 2, 1, 1) == LUA_OK) {
        status = (int)lua_tointeger(L, -1);
    } else {
        const char *message = lua_tostring(L, -1);
        fprintf(stderr, "lngen: internal error: %s\n", message ? message : "(no message)");
    }
    lua_close(L);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
        fputs("lngen: standard output: could not be written\n", stderr);
        status = 3;
    }
    return status;
}
