/* SPDX-License-Identifier: MIT */
/* readers.c - the readers of model files, as functions for Lua. On failure each returns nil and a message of one line.
 *
 * host.json(text)          value, remarks. The message has line and column. Objects become tables with string keys,
 *                          arrays tables with 1..n and n in field "n", null becomes host.null. A key that stands twice
 *                          in one object is refused, since two readers of such a file could see two different models.
 * host.gguf(path)          { version, big_endian, count, keys = {key = value}, tensors = {...} }
 * host.safetensors(path)   { cut, tensors = {...} }
 * host.index(path)         { tensors = {...} } with the shard of each tensor
 * host.head(path, n)       the first n bytes, fewer when the file is shorter
 *
 * When a file cannot be opened or mapped, gguf, safetensors and index return true after the message.
 *
 * `tensors` lists the tensors whose names look like gamma or beta of a norm, and those of one dimension whose layer has
 * only a number for a name: { name=, dtype=, n_dims=, and the n_dims dimensions }. The width of a row is the first
 * dimension in GGUF and the last one in safetensors. */
#define _POSIX_C_SOURCE 200809L
#include "readers.h"

#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int json(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    return parse_json(L, text, size);
}

/* Maps the file that argument 1 names, runs `parse`, and puts the path in front of its message. */
static int parse_mapped(lua_State *L, int (*parse)(lua_State *, const Mapping *))
{
    const char *path = luaL_checkstring(L, 1);
    Mapping m;
    if (!map_file(L, path, &m)) {
        lua_pushboolean(L, 1);
        return 3;
    }
    int results = parse(L, &m);
    unmap_file(&m);
    if (lua_isnil(L, -results)) {
        lua_pushfstring(L, "%s: %s", path, lua_tostring(L, -1));
        lua_replace(L, -2);
    }
    return results;
}

static int gguf(lua_State *L) { return parse_mapped(L, parse_gguf); }
static int safetensors(lua_State *L) { return parse_mapped(L, parse_safetensors); }
static int shard_index(lua_State *L) { return parse_mapped(L, parse_index); }

static int head(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    lua_Integer n = luaL_checkinteger(L, 2);
    char bytes[512];
    luaL_argcheck(L, n > 0 && n <= (lua_Integer)sizeof bytes, 2, "1 to 512");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t got = fd < 0 ? -1 : read(fd, bytes, (size_t)n);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (got < 0) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: %s", path, strerror(error));
        return 2;
    }
    lua_pushlstring(L, bytes, (size_t)got);
    return 1;
}

int open_readers(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"json", json},         {"gguf", gguf}, {"safetensors", safetensors},
        {"index", shard_index}, {"head", head}, {NULL, NULL},
    };
    luaL_setfuncs(L, functions, 0);
    push_json_null(L);
    lua_setfield(L, -2, "null");
    return 0;
}
