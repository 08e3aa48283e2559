/* readers.c - model file formats for the Lua side: JSON through cJSON.
 *
 * host.json(text) -> value, or nil and a message with line and column
 *
 * Objects become tables with string keys, arrays tables with 1..n and n in field "n", null the value host.null.
 * A key that stands twice in one object is refused: two readers of such a file would see two different models. */
#include "host.h"

#include <cjson/cJSON.h>
#include <string.h>

static char null_value;

static const char *push_json(lua_State *L, const cJSON *item);

static const char *push_object(lua_State *L, const cJSON *object)
{
    lua_newtable(L);
    for (const cJSON *c = object->child; c; c = c->next) {
        lua_pushstring(L, c->string);
        lua_pushvalue(L, -1);
        int type = lua_rawget(L, -3);
        lua_pop(L, 1);
        if (type != LUA_TNIL)
            return c->string;
        const char *twice = push_json(L, c);
        if (twice)
            return twice;
        lua_rawset(L, -3);
    }
    return NULL;
}

/* Pushes one value; returns a duplicate key when there is one (the stack is then unbalanced, the caller resets it). */
static const char *push_json(lua_State *L, const cJSON *item)
{
    luaL_checkstack(L, 4, "JSON nested too deeply");
    if (cJSON_IsObject(item))
        return push_object(L, item);
    if (cJSON_IsArray(item)) {
        lua_newtable(L);
        lua_Integer n = 0;
        for (const cJSON *c = item->child; c; c = c->next) {
            const char *twice = push_json(L, c);
            if (twice)
                return twice;
            lua_rawseti(L, -2, ++n);
        }
        lua_pushinteger(L, n);
        lua_setfield(L, -2, "n");
    } else if (cJSON_IsString(item)) {
        lua_pushstring(L, item->valuestring);
    } else if (cJSON_IsNumber(item)) {
        lua_pushnumber(L, item->valuedouble);
    } else if (cJSON_IsBool(item)) {
        lua_pushboolean(L, cJSON_IsTrue(item));
    } else {
        lua_pushlightuserdata(L, &null_value);
    }
    return NULL;
}

static int json(lua_State *L)
{
    size_t size;
    const char *text = luaL_checklstring(L, 1, &size);
    const char *end = NULL;
    cJSON *root = strlen(text) == size ? cJSON_ParseWithLengthOpts(text, size + 1, &end, 1) : NULL;
    if (!root) {
        if (!end)
            end = text + strlen(text);
        int line = 1, column = 1;
        for (const char *p = text; p < end; p++) {
            column = *p == '\n' ? 1 : column + 1;
            line += *p == '\n';
        }
        lua_pushnil(L);
        lua_pushfstring(L, "line %d, column %d: not JSON", line, column);
        return 2;
    }
    int top = lua_gettop(L);
    const char *twice = push_json(L, root);
    if (twice) {
        lua_settop(L, top);
        lua_pushnil(L);
        lua_pushfstring(L, "key \"%s\" stands twice in one object", twice);
    }
    cJSON_Delete(root);
    return twice ? 2 : 1;
}

int open_readers(lua_State *L)
{
    lua_pushlightuserdata(L, &null_value);
    lua_setfield(L, -2, "null");
    lua_pushcfunction(L, json);
    lua_setfield(L, -2, "json");
    return 0;
}
