/* SPDX-License-Identifier: MIT */
/* safetensors.c - reads the headers of safetensors files, and the index of a model in shards.
 *
 * Both are JSON of one fixed form, and can be far larger than any config.json (up to 100 MB). So they are scanned in
 * the mapped file, and only the tensors that belong to norms are kept. */
#define _POSIX_C_SOURCE 200809L
#include "readers.h"

#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_HEADER = 100000000, MAX_TENSORS = 1000000, MAX_KEPT = 20000, MAX_NAME = 512, MAX_DEPTH = 64 };

typedef struct {
    const Mapping *file;
    const unsigned char *base, *p, *end;
    size_t released;
    uint64_t *seen; /* a hash table of names, by their hashes, with open addressing; its size is a power of two */
    size_t seen_size, seen_count;
    uint64_t seed; /* nobody can make up names that share a place in the table */
    int kept;
    char why[200];
} Scan;

static bool fail_at(Scan *s, const char *why)
{
    if (!s->why[0])
        snprintf(s->why, sizeof s->why, "byte %zu: %s", (size_t)(s->p - s->base), why);
    return false;
}

static void skip_space(Scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
}

static bool next_is(Scan *s, char c)
{
    skip_space(s);
    if (s->p >= s->end || *s->p != (unsigned char)c)
        return false;
    s->p++;
    return true;
}

static bool expect(Scan *s, char c)
{
    if (next_is(s, c))
        return true;
    char why[40];
    snprintf(why, sizeof why, s->p >= s->end ? "ends early, expected %c" : "expected %c", c);
    return fail_at(s, why);
}

static bool hex4(Scan *s, unsigned *code)
{
    *code = 0;
    if (s->end - s->p < 4)
        return fail_at(s, "a string that is not closed");
    for (int i = 0; i < 4; i++, s->p++) {
        unsigned c = *s->p;
        unsigned digit = c >= '0' && c <= '9'   ? c - '0'
                         : c >= 'a' && c <= 'f' ? c - 'a' + 10
                         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                : 16;
        if (digit == 16)
            return fail_at(s, "an escape JSON does not have");
        *code = *code * 16 + digit;
    }
    return *code != 0 || fail_at(s, "\\u0000 in a string");
}

/* Decodes a string into `out`, which has MAX_NAME bytes, and refuses longer strings. If `out` is NULL it skips the
 * string. The two code units of a surrogate pair become two sequences of three bytes: such names are compared, but
 * never shown. */
static bool string(Scan *s, char *out, size_t *length)
{
    static const char escapes[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    size_t n = 0;
    if (!expect(s, '"'))
        return false;
    while (s->p < s->end) {
        unsigned c = *s->p;
        if (c == '"') {
            s->p++;
            if (length)
                *length = n;
            return true;
        }
        if (c < 0x20)
            return fail_at(s, "a control character in a string");
        s->p++;
        char bytes[3];
        size_t count = 1;
        bytes[0] = (char)c;
        if (c == '\\') {
            if (s->p >= s->end)
                break;
            const char *e = strchr(escapes, (char)*s->p);
            if (e && *s->p) {
                bytes[0] = values[e - escapes];
                s->p++;
            } else if (*s->p == 'u') {
                unsigned code;
                s->p++;
                if (!hex4(s, &code))
                    return false;
                count = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
                if (count == 1) {
                    bytes[0] = (char)code;
                } else if (count == 2) {
                    bytes[0] = (char)(0xC0 | code >> 6);
                    bytes[1] = (char)(0x80 | (code & 63));
                } else {
                    bytes[0] = (char)(0xE0 | code >> 12);
                    bytes[1] = (char)(0x80 | (code >> 6 & 63));
                    bytes[2] = (char)(0x80 | (code & 63));
                }
            } else {
                return fail_at(s, "an escape JSON does not have");
            }
        }
        if (!out)
            continue;
        if (n + count > MAX_NAME)
            return fail_at(s, "a string of more than 512 bytes");
        memcpy(out + n, bytes, count);
        n += count;
    }
    return fail_at(s, "a string that is not closed");
}

static bool whole_number(Scan *s, uint64_t *value)
{
    skip_space(s);
    const unsigned char *start = s->p;
    uint64_t v = 0;
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
        unsigned digit = *s->p - '0';
        if (v > (UINT64_MAX - digit) / 10)
            return fail_at(s, "a number beyond 64 bits");
        v = v * 10 + digit;
    }
    if (s->p == start)
        return fail_at(s, "expected a whole number");
    *value = v;
    return true;
}

/* Skips a value of any kind. It checks strings completely, and anything else only for balanced brackets. */
static bool skip_value(Scan *s)
{
    int depth = 0;
    do {
        skip_space(s);
        if (s->p >= s->end)
            return fail_at(s, "ends early");
        unsigned char c = *s->p;
        if (c == '"') {
            if (!string(s, NULL, NULL))
                return false;
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        if (depth < 0 || depth > MAX_DEPTH)
            return fail_at(s, depth < 0 ? "expected a value" : "nested too deeply");
        s->p++;
        if (depth == 0 && c != '}' && c != ']')
            while (s->p < s->end && !strchr(",}] \n\r\t", *s->p))
                s->p++;
    } while (depth > 0);
    return true;
}

/* Adds a name to the set; fails if the set holds it already. */
static bool add_name(Scan *s, const char *name, size_t length)
{
    uint64_t h = s->seed;
    for (size_t i = 0; i < length; i++) {
        h = (h ^ (unsigned char)name[i]) * 1099511628211u;
        h ^= h >> 32; /* the lower half alone would depend on the lower half of the seed alone */
    }
    h += h == 0;
    if (s->seen_count * 2 >= s->seen_size) {
        size_t size = s->seen_size ? s->seen_size * 2 : 1024;
        uint64_t *grown = calloc(size, sizeof *grown);
        if (!grown)
            return fail_at(s, "not enough memory");
        for (size_t i = 0; i < s->seen_size; i++)
            if (s->seen[i]) {
                size_t at = s->seen[i] & (size - 1);
                while (grown[at])
                    at = (at + 1) & (size - 1);
                grown[at] = s->seen[i];
            }
        free(s->seen);
        s->seen = grown;
        s->seen_size = size;
    }
    size_t at = h & (s->seen_size - 1);
    for (; s->seen[at]; at = (at + 1) & (s->seen_size - 1))
        if (s->seen[at] == h) {
            snprintf(s->why, sizeof s->why, "tensor \"%.*s\" stands twice",
                     is_plain_name(name, length) ? (int)(length < 100 ? length : 100) : 0, name);
            return false;
        }
    s->seen[at] = h;
    if (++s->seen_count > MAX_TENSORS)
        return fail_at(s, "more than 1000000 tensors");
    return true;
}

typedef struct {
    char dtype[16];
    uint64_t shape[4];
    int n_dims;
    uint64_t begin, end;
    bool has_dtype, has_shape, has_offsets;
} Tensor;

static bool numbers(Scan *s, Tensor *t, bool offsets)
{
    int n = 0;
    if (!expect(s, '['))
        return false;
    if (next_is(s, ']'))
        return !offsets || fail_at(s, "expected two offsets");
    do {
        uint64_t v;
        if (!whole_number(s, &v))
            return false;
        if (offsets && n < 2)
            *(n == 0 ? &t->begin : &t->end) = v;
        if (!offsets && n < 4)
            t->shape[n] = v;
        n++;
    } while (next_is(s, ','));
    if (offsets && n != 2)
        return fail_at(s, "expected two offsets");
    if (!offsets)
        t->n_dims = n;
    return expect(s, ']');
}

static bool tensor(Scan *s, Tensor *t)
{
    char key[MAX_NAME];
    size_t length;
    *t = (Tensor){0};
    if (!expect(s, '{'))
        return false;
    do {
        if (!string(s, key, &length) || !expect(s, ':'))
            return false;
        bool *has = length == 5 && memcmp(key, "dtype", 5) == 0            ? &t->has_dtype
                    : length == 5 && memcmp(key, "shape", 5) == 0          ? &t->has_shape
                    : length == 12 && memcmp(key, "data_offsets", 12) == 0 ? &t->has_offsets
                                                                           : NULL;
        if (!has || *has)
            return fail_at(s, "expected each of dtype, shape and data_offsets once");
        *has = true;
        if (has == &t->has_dtype) {
            if (!string(s, key, &length))
                return false;
            if (length >= sizeof t->dtype)
                return fail_at(s, "a dtype longer than any that exists");
            memcpy(t->dtype, key, length);
        } else if (!numbers(s, t, has == &t->has_offsets)) {
            return false;
        }
    } while (next_is(s, ','));
    if (!t->has_dtype || !t->has_shape || !t->has_offsets)
        return fail_at(s, "expected each of dtype, shape and data_offsets once");
    if (t->begin > t->end)
        return fail_at(s, "offsets that run backwards");
    return expect(s, '}');
}

static bool keep_name(lua_State *L, Scan *s, const char *name, size_t length)
{
    if (++s->kept > MAX_KEPT)
        return fail_at(s, "more norm tensors than any model has");
    lua_createtable(L, 0, 4);
    lua_pushlstring(L, name, length);
    lua_setfield(L, -2, "name");
    return true;
}

static void append(lua_State *L) { lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1); }

/* Reads { "name": {...}, ... } up to s->end into the table on top of the stack. */
static bool header(lua_State *L, Scan *s, uint64_t *data_end)
{
    char name[MAX_NAME];
    size_t length;
    if (!expect(s, '{'))
        return false;
    if (!next_is(s, '}')) {
        do {
            Tensor t;
            if (!string(s, name, &length) || !add_name(s, name, length) || !expect(s, ':'))
                return false;
            if (length == 12 && memcmp(name, "__metadata__", 12) == 0) {
                if (!skip_value(s))
                    return false;
                continue;
            }
            if (!tensor(s, &t))
                return false;
            if (t.end > *data_end)
                *data_end = t.end;
            release_pages(s->file, (size_t)(s->p - s->file->data), &s->released);
            if (t.n_dims < 1 || t.n_dims > 4 || !is_plain_name(name, length))
                continue;
            if (!is_norm_name(name, length) && !(t.n_dims == 1 && is_numbered_name(name, length)))
                continue;
            if (!keep_name(L, s, name, length))
                return false;
            lua_pushstring(L, t.dtype);
            lua_setfield(L, -2, "dtype");
            lua_pushinteger(L, t.n_dims);
            lua_setfield(L, -2, "n_dims");
            for (int i = 0; i < t.n_dims; i++) {
                lua_pushinteger(L, t.shape[i] > INT64_MAX ? INT64_MAX : (lua_Integer)t.shape[i]);
                lua_rawseti(L, -2, i + 1);
            }
            append(L);
        } while (next_is(s, ','));
        if (!expect(s, '}'))
            return false;
    }
    skip_space(s);
    return s->p == s->end || fail_at(s, "more after the closing }");
}

static int finish(lua_State *L, Scan *s, int top, bool ok)
{
    free(s->seen);
    if (ok)
        return 1;
    lua_settop(L, top);
    lua_pushnil(L);
    lua_pushstring(L, s->why);
    return 2;
}

static Scan scan(const Mapping *m)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    const uint64_t seed = ((uint64_t)now.tv_sec << 32 ^ (uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)m->data);
    return (Scan){.file = m, .base = m->data, .p = m->data, .end = m->data + m->size, .seed = seed};
}

int parse_safetensors(lua_State *L, const Mapping *m)
{
    Scan s = scan(m);
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    if (m->size < 10)
        return finish(L, &s, top, fail_at(&s, "too short for a safetensors file"));
    uint64_t length = 0, data_end = 0;
    for (int i = 0; i < 8; i++)
        length |= (uint64_t)m->data[i] << (8 * i);
    if (m->data[8] != '{' || length < 2 || length > MAX_HEADER)
        return finish(L, &s, top, fail_at(&s, "not a safetensors file: no header length followed by {"));
    if (length > m->size - 8)
        return finish(L, &s, top, fail_at(&s, "the file ends inside its header"));
    s.p += 8;
    s.end = s.p + length;
    lua_createtable(L, 0, 2);
    lua_newtable(L);
    bool ok = header(L, &s, &data_end);
    if (ok) {
        lua_setfield(L, -2, "tensors");
        lua_pushboolean(L, data_end != m->size - 8 - length);
        lua_setfield(L, -2, "cut");
    }
    return finish(L, &s, top, ok);
}

/* Reads the value of "weight_map": { "name": "shard file", ... }, into the table on top of the stack. */
static bool weight_map(lua_State *L, Scan *s)
{
    char name[MAX_NAME], file[MAX_NAME];
    size_t length, file_length;
    if (!expect(s, '{'))
        return false;
    if (next_is(s, '}'))
        return true;
    do {
        if (!string(s, name, &length) || !add_name(s, name, length) || !expect(s, ':') ||
            !string(s, file, &file_length))
            return false;
        release_pages(s->file, (size_t)(s->p - s->file->data), &s->released);
        if (!is_plain_name(name, length) || !(is_norm_name(name, length) || is_numbered_name(name, length)))
            continue;
        if (!is_plain_name(file, file_length) || memchr(file, '/', file_length))
            return fail_at(s, "a shard that is not a plain file name");
        if (!keep_name(L, s, name, length))
            return false;
        lua_pushlstring(L, file, file_length);
        lua_setfield(L, -2, "file");
        append(L);
    } while (next_is(s, ','));
    return expect(s, '}');
}

int parse_index(lua_State *L, const Mapping *m)
{
    Scan s = scan(m);
    int top = lua_gettop(L);
    luaL_checkstack(L, 8, NULL);
    char key[MAX_NAME];
    size_t length;
    bool found = false;
    if (m->size > MAX_HEADER)
        return finish(L, &s, top, fail_at(&s, "an index of more than 100 MB"));
    lua_createtable(L, 0, 1);
    lua_newtable(L);
    bool ok = expect(&s, '{');
    do {
        ok = ok && string(&s, key, &length) && expect(&s, ':');
        if (!ok)
            break;
        if (length == 10 && memcmp(key, "weight_map", 10) == 0) {
            ok = !found || fail_at(&s, "a second weight_map");
            found = true;
            ok = ok && weight_map(L, &s);
        } else {
            ok = skip_value(&s);
        }
    } while (ok && next_is(&s, ','));
    ok = ok && expect(&s, '}');
    skip_space(&s);
    ok = ok && (s.p == s.end || fail_at(&s, "more after the closing }"));
    ok = ok && (found || fail_at(&s, "no \"weight_map\""));
    if (ok)
        lua_setfield(L, -2, "tensors");
    return finish(L, &s, top, ok);
}
