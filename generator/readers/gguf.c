/* SPDX-License-Identifier: MIT */
/* gguf.c - reads the header of a GGUF file: versions 1, 2 and 3, in either byte order. It never reads tensor data. */
#include "readers.h"

#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GGUF_U8,
    GGUF_I8,
    GGUF_U16,
    GGUF_I16,
    GGUF_U32,
    GGUF_I32,
    GGUF_F32,
    GGUF_BOOL,
    GGUF_STRING,
    GGUF_ARRAY,
    GGUF_U64,
    GGUF_I64,
    GGUF_F64,
    GGUF_TYPES
};

static const unsigned char scalar_size[GGUF_TYPES] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

enum { MAX_HEADER = MAPPED_MOST, MAX_KEPT = 20000, MAX_NAME = 256, MAX_STRING = 256, MAX_ARRAY = 4096 };

typedef struct {
    const Mapping *file;
    size_t at, released;
    bool swap, wide; /* wide: counts and lengths have 64 bits (versions 2 and 3) */
    int kept;
    char why[160];
} Reader;

static bool fail_at(Reader *r, const char *why)
{
    if (!r->why[0])
        snprintf(r->why, sizeof r->why, "byte %zu: %s", r->at, why);
    return false;
}

static bool need(Reader *r, uint64_t n)
{
    if (n > r->file->size - r->at)
        return fail_at(r, "the file ends inside its header");
    if (r->at + n > MAX_HEADER)
        return fail_at(r, "a header of more than 256 MB");
    return true;
}

static bool get_uint(Reader *r, unsigned bytes, uint64_t *value)
{
    if (!need(r, bytes))
        return false;
    const unsigned char *p = r->file->data + r->at;
    uint64_t v = 0;
    for (unsigned i = 0; i < bytes; i++)
        v |= (uint64_t)p[r->swap ? bytes - 1 - i : i] << (8 * i);
    r->at += bytes;
    *value = v;
    return true;
}

static bool get_count(Reader *r, uint64_t *value) { return get_uint(r, r->wide ? 8 : 4, value); }

static bool get_string(Reader *r, const char **text, size_t *length)
{
    uint64_t n;
    if (!get_count(r, &n) || !need(r, n))
        return false;
    *text = (const char *)r->file->data + r->at;
    *length = (size_t)n;
    r->at += (size_t)n;
    if (!r->wide && n > 0 && (*text)[n - 1] == '\0') /* in version 1 the length includes a closing NUL */
        --*length;
    return true;
}

/* The shortest decimal that rounds to this float, as a double: 1e-05 instead of 9.99999974e-06. */
static double shortest(float f)
{
    char text[40];
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)f);
        if (strtof(text, NULL) == f)
            return strtod(text, NULL);
    }
    return (double)f; /* NaN */
}

static bool push_scalar(lua_State *L, Reader *r, uint64_t type)
{
    uint64_t v;
    if (!get_uint(r, scalar_size[type], &v))
        return false;
    switch (type) {
    case GGUF_I8:
        lua_pushinteger(L, (int8_t)v);
        break;
    case GGUF_I16:
        lua_pushinteger(L, (int16_t)v);
        break;
    case GGUF_I32:
        lua_pushinteger(L, (int32_t)v);
        break;
    case GGUF_BOOL:
        lua_pushboolean(L, v != 0);
        break;
    case GGUF_F32: {
        uint32_t bits = (uint32_t)v;
        float f;
        memcpy(&f, &bits, sizeof f);
        lua_pushnumber(L, shortest(f));
        break;
    }
    case GGUF_F64: {
        double d;
        memcpy(&d, &v, sizeof d);
        lua_pushnumber(L, d);
        break;
    }
    case GGUF_U64:
        if (v > INT64_MAX) {
            lua_pushnumber(L, (double)v);
            break;
        }
        /* fallthrough */
    default:
        lua_pushinteger(L, (lua_Integer)v);
    }
    return true;
}

/* Pushes a short array of numbers as a table, and any other array as false. */
static bool push_array(lua_State *L, Reader *r)
{
    uint64_t type, count;
    if (!get_uint(r, 4, &type) || !get_count(r, &count))
        return false;
    if (type >= GGUF_TYPES || type == GGUF_ARRAY)
        return fail_at(r, "an array of an unknown element type");
    if (type == GGUF_STRING) {
        if (count > (r->file->size - r->at) / (r->wide ? 8 : 4))
            return fail_at(r, "an array longer than the file");
        for (uint64_t i = 0; i < count; i++) {
            const char *text;
            size_t length;
            if (!get_string(r, &text, &length))
                return false;
            release_pages(r->file, r->at, &r->released);
        }
        lua_pushboolean(L, 0);
        return true;
    }
    if (count > (r->file->size - r->at) / scalar_size[type])
        return fail_at(r, "an array longer than the file");
    if (count > MAX_ARRAY || r->kept + (int)count > MAX_KEPT) {
        if (!need(r, count * scalar_size[type]))
            return false;
        r->at += (size_t)(count * scalar_size[type]);
        lua_pushboolean(L, 0);
        return true;
    }
    lua_createtable(L, (int)count, 1);
    for (uint64_t i = 1; i <= count; i++) {
        if (!push_scalar(L, r, type))
            return false;
        lua_rawseti(L, -2, (lua_Integer)i);
    }
    lua_pushinteger(L, (lua_Integer)count);
    lua_setfield(L, -2, "n");
    r->kept += (int)count;
    return true;
}

/* Reads one key and its value into the table on top of the stack. */
static bool read_key(lua_State *L, Reader *r)
{
    const char *key, *text;
    size_t length;
    uint64_t type;
    size_t start = r->at;
    if (!get_string(r, &key, &length))
        return false;
    if (length > MAX_NAME || !is_plain_name(key, length)) {
        r->at = start;
        return fail_at(r, "a key that is empty, longer than 256 bytes or not plain text");
    }
    if (++r->kept > MAX_KEPT)
        return fail_at(r, "more keys than any model has");
    lua_pushlstring(L, key, length);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -3) != LUA_TNIL) {
        snprintf(r->why, sizeof r->why, "key \"%.100s\" stands twice", lua_tostring(L, -2));
        return false;
    }
    lua_pop(L, 1);
    if (!get_uint(r, 4, &type))
        return false;
    if (type >= GGUF_TYPES) {
        snprintf(r->why, sizeof r->why, "key \"%.60s\": value type %u, expected 0 to 12", lua_tostring(L, -1),
                 (unsigned)type);
        return false;
    }
    if (type == GGUF_ARRAY) {
        if (!push_array(L, r))
            return false;
    } else if (type == GGUF_STRING) {
        if (!get_string(r, &text, &length))
            return false;
        if (length <= MAX_STRING)
            lua_pushlstring(L, text, length);
        else
            lua_pushboolean(L, 0);
    } else if (!push_scalar(L, r, type)) {
        return false;
    }
    lua_rawset(L, -3);
    return true;
}

static const char *ggml_type(uint64_t type)
{
    return type == 0 ? "f32" : type == 1 ? "f16" : type == 30 ? "bf16" : type == 28 ? "f64" : "other";
}

/* Reads one tensor's entry in the header, and appends it to the table on top of the stack if it belongs to a norm. */
static bool read_tensor(lua_State *L, Reader *r)
{
    const char *name;
    size_t length, start = r->at;
    uint64_t n_dims, type, offset, dims[4];
    if (!get_string(r, &name, &length))
        return false;
    if (length == 0 || length > MAX_NAME) {
        r->at = start;
        return fail_at(r, "a tensor name that is empty or longer than 256 bytes");
    }
    if (!get_uint(r, 4, &n_dims))
        return false;
    if (n_dims > 4)
        return fail_at(r, "a tensor of more than 4 dimensions");
    for (uint64_t i = 0; i < n_dims; i++) {
        if (!get_count(r, &dims[i]))
            return false;
        if (dims[i] == 0 || dims[i] > INT64_MAX)
            return fail_at(r, "a tensor dimension that is 0 or too large");
    }
    if (!get_uint(r, 4, &type) || !get_uint(r, 8, &offset))
        return false;
    release_pages(r->file, r->at, &r->released);
    if (n_dims == 0 || !is_plain_name(name, length))
        return true;
    if (!is_norm_name(name, length) && !(n_dims == 1 && is_numbered_name(name, length)))
        return true;
    if (++r->kept > MAX_KEPT)
        return fail_at(r, "more norm tensors than any model has");
    lua_createtable(L, (int)n_dims, 3);
    for (uint64_t i = 0; i < n_dims; i++) {
        lua_pushinteger(L, (lua_Integer)dims[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushlstring(L, name, length);
    lua_setfield(L, -2, "name");
    lua_pushinteger(L, (lua_Integer)n_dims);
    lua_setfield(L, -2, "n_dims");
    lua_pushstring(L, ggml_type(type));
    lua_setfield(L, -2, "dtype");
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    return true;
}

static bool read_start(Reader *r, uint64_t *version)
{
    static const char *const old[] = {"lmgg", "tjgg", "fmgg", "algg"};
    if (r->file->size < 4)
        return fail_at(r, "the file ends inside its header");
    const char *magic = (const char *)r->file->data;
    for (size_t i = 0; i < sizeof old / sizeof old[0]; i++)
        if (memcmp(magic, old[i], 4) == 0)
            return fail_at(r, "a GGML file from before GGUF; convert it to GGUF first");
    if (memcmp(magic, "GGUF", 4) != 0)
        return fail_at(r, "not a GGUF file, expected the bytes GGUF");
    r->at = 4;
    if (!get_uint(r, 4, version))
        return false;
    if ((*version & 0xFFFF) == 0 && *version != 0) {
        r->swap = true;
        r->at = 4;
        if (!get_uint(r, 4, version))
            return false;
    }
    if (*version < 1 || *version > 3 || (r->swap && *version < 3)) {
        snprintf(r->why, sizeof r->why, "GGUF version %u, expected 1, 2 or 3", (unsigned)*version);
        return false;
    }
    r->wide = *version > 1;
    return true;
}

static bool read_header(lua_State *L, Reader *r)
{
    uint64_t version, tensors, keys;
    if (!read_start(r, &version) || !get_count(r, &tensors) || !get_count(r, &keys))
        return false;
    uint64_t left = r->file->size - r->at, length_size = r->wide ? 8 : 4;
    if (keys > left / (length_size + 6) || tensors > left / (length_size + 17))
        return fail_at(r, "counts more keys or tensors than the file can hold");
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, (lua_Integer)version);
    lua_setfield(L, -2, "version");
    lua_pushboolean(L, r->swap);
    lua_setfield(L, -2, "big_endian");
    lua_pushinteger(L, (lua_Integer)tensors);
    lua_setfield(L, -2, "count");
    lua_newtable(L);
    for (uint64_t i = 0; i < keys; i++)
        if (!read_key(L, r))
            return false;
    lua_setfield(L, -2, "keys");
    lua_newtable(L);
    for (uint64_t i = 0; i < tensors; i++)
        if (!read_tensor(L, r))
            return false;
    lua_setfield(L, -2, "tensors");
    return true;
}

int parse_gguf(lua_State *L, const Mapping *m)
{
    Reader r = {.file = m};
    int top = lua_gettop(L);
    luaL_checkstack(L, 12, NULL);
    if (read_header(L, &r))
        return 1;
    lua_settop(L, top);
    lua_pushnil(L);
    lua_pushstring(L, r.why);
    return 2;
}
