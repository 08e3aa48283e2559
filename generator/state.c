/* state.c - what the Lua modules of lngen find in a Lua state: the libraries of Lua, `require` for embedded modules,
 * and the table `host`. */
#include "host.h"

#include <string.h>

#ifndef LNGEN_VERSION
#define LNGEN_VERSION "unknown"
#endif

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

/* An entry of package.searchers: require "command.emit" finds the embedded lua/command/emit.lua, which embed.c has
 * compiled, and nothing on disk. */
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
    if (luaL_loadbufferx(L, r->text, r->size, chunk, "b") != LUA_OK)
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

void open_host(lua_State *L)
{
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
    add_functions(L, open_limits);
    lua_setglobal(L, "host");
}

int with_traceback(lua_State *L)
{
    const char *message = lua_tostring(L, 1);
    if (!message) /* errors for users are tables and need no traceback */
        return 1;
    luaL_traceback(L, L, message, 1);
    return 1;
}
