/* SPDX-License-Identifier: MIT */
/* json.c - reads JSON as it is found in model directories; cJSON parses it.
 *
 * cJSON accepts some texts that are not JSON, and refuses some that people have. So this file first goes through the
 * text once and copies it. It replaces Infinity and NaN, which Python writes, a byte-order mark, comments, and commas
 * before a closing bracket by what cJSON can read and is as long, and makes a remark for each kind. It refuses
 * everything else that is not JSON, with line and column. */
#include "readers.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 200, MAX_VALUES = 200000 };

static char null_value;

#define NAN_TEXT "\xFF" /* stands for NaN in the copy, where no other text holds this byte */

typedef struct {
    const char *text, *end, *p;
    char *out;
    int depth;
    long values;
    bool bom, comments, commas, constants;
    const char *why, *where; /* the first problem */
} Walk;

static bool refuse(Walk *w, const char *where, const char *why)
{
    w->where = where;
    w->why = why;
    return false;
}

static void keep(Walk *w, size_t n)
{
    memcpy(w->out, w->p, n);
    w->out += n;
    w->p += n;
}

static void blank(Walk *w, size_t n)
{
    for (; n > 0; n--, w->p++)
        *w->out++ = *w->p == '\n' ? '\n' : ' ';
}

/* Length of the UTF-8 sequence at p, 0 when it is not one. */
static size_t utf8_length(const char *p, const char *end)
{
    const unsigned char *s = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    bool overlong_or_surrogate = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
                                 (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F);
    return overlong_or_surrogate ? 0 : n;
}

static size_t hex_digits(const char *p, const char *end)
{
    const char *start = p;
    while (p < end && isxdigit((unsigned char)*p))
        p++;
    return (size_t)(p - start);
}

static bool walk_string(Walk *w)
{
    const char *start = w->p;
    keep(w, 1);
    while (w->p < w->end) {
        unsigned char c = (unsigned char)*w->p;
        if (c == '"') {
            keep(w, 1);
            return true;
        }
        if (c < 0x20)
            return refuse(w, w->p, "a control character in a string, expected \\n, \\t or \\u00XX");
        if (c == '\\') {
            if (w->end - w->p < 2)
                break;
            if (!strchr("\"\\/bfnrtu", w->p[1]) || w->p[1] == '\0')
                return refuse(w, w->p, "an escape JSON does not have");
            if (w->p[1] == 'u' && hex_digits(w->p + 2, w->end) < 4)
                return refuse(w, w->p, "\\u without four hexadecimal digits");
            if (w->p[1] == 'u' && memcmp(w->p + 2, "0000", 4) == 0)
                return refuse(w, w->p, "\\u0000 in a string");
            keep(w, 2);
            continue;
        }
        size_t n = utf8_length(w->p, w->end);
        if (n == 0)
            return refuse(w, w->p, "not UTF-8");
        keep(w, n);
    }
    return refuse(w, start, "a string that is not closed");
}

static size_t digits(const char *p, const char *end)
{
    const char *start = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return (size_t)(p - start);
}

static bool walk_number(Walk *w)
{
    const char *p = w->p;
    p += *p == '-';
    if ((size_t)(w->end - p) >= 8 && memcmp(p, "Infinity", 8) == 0) {
        w->constants = true;
        keep(w, (size_t)(p - w->p));
        memcpy(w->out, "1e999   ", 8);
        w->out += 8;
        w->p += 8;
        return true;
    }
    size_t n = digits(p, w->end);
    if (n == 0)
        return refuse(w, w->p, "not JSON");
    if (n > 1 && *p == '0')
        return refuse(w, w->p, "a number with a leading zero");
    p += n;
    if (p < w->end && *p == '.') {
        n = digits(p + 1, w->end);
        if (n == 0)
            return refuse(w, w->p, "a number without digits after its point");
        p += 1 + n;
    }
    if (p < w->end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < w->end && (*p == '+' || *p == '-'))
            p++;
        n = digits(p, w->end);
        if (n == 0)
            return refuse(w, w->p, "a number without digits in its exponent");
        p += n;
    }
    if (p - w->p > 400)
        return refuse(w, w->p, "a number of more than 400 characters");
    keep(w, (size_t)(p - w->p));
    return true;
}

static bool walk_word(Walk *w)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t n = 0;
    while (w->p + n < w->end && ((w->p[n] >= 'a' && w->p[n] <= 'z') || (w->p[n] >= 'A' && w->p[n] <= 'Z')))
        n++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (n == strlen(words[i]) && memcmp(w->p, words[i], n) == 0) {
            keep(w, n);
            return true;
        }
    if (n == 3 && memcmp(w->p, "NaN", 3) == 0) { /* becomes a string: if the key matters, the error names it */
        w->constants = true;
        memcpy(w->out, "\"" NAN_TEXT "\"", 3);
        w->out += 3;
        w->p += 3;
        return true;
    }
    return refuse(w, w->p, "not JSON");
}

static size_t comment_length(const char *p, const char *end)
{
    if (end - p < 2 || p[0] != '/')
        return 0;
    const char *q = p + 2;
    if (p[1] == '/') {
        while (q < end && *q != '\n')
            q++;
        return (size_t)(q - p);
    }
    if (p[1] == '*')
        for (; end - q >= 2; q++)
            if (q[0] == '*' && q[1] == '/')
                return (size_t)(q + 2 - p);
    return 0;
}

/* Copies the text to w->out, which has room for its size and one byte. */
static bool walk(Walk *w)
{
    size_t size = (size_t)(w->end - w->text);
    const unsigned char *u = (const unsigned char *)w->text;
    if (size >= 4 && memcmp(u, "\xFF\xFE\0\0", 4) == 0)
        return refuse(w, w->text, "UTF-32, expected UTF-8");
    if (size >= 2 && ((u[0] == 0xFF && u[1] == 0xFE) || (u[0] == 0xFE && u[1] == 0xFF)))
        return refuse(w, w->text, "UTF-16, expected UTF-8");
    if (size >= 3 && memcmp(w->text, "\xEF\xBB\xBF", 3) == 0) {
        w->bom = true;
        blank(w, 3);
    }
    char *comma = NULL; /* the last token, if it is a comma after a value */
    char last = '\0';
    while (w->p < w->end) {
        char c = *w->p;
        size_t n = comment_length(w->p, w->end);
        if (n > 0) {
            w->comments = true;
            blank(w, n);
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            keep(w, 1);
            continue;
        }
        bool ok = true;
        char *before = w->out;
        if (c == '"') {
            ok = walk_string(w);
        } else if (c == '-' || (c >= '0' && c <= '9') ||
                   ((size_t)(w->end - w->p) >= 8 && memcmp(w->p, "Infinity", 8) == 0)) {
            ok = walk_number(w);
        } else if (c == '{' || c == '[') {
            if (++w->depth > MAX_DEPTH)
                return refuse(w, w->p, "nested deeper than 200 levels");
            keep(w, 1);
        } else if (c == '}' || c == ']') {
            w->depth--;
            if (comma) {
                w->commas = true;
                *comma = ' ';
            }
            keep(w, 1);
        } else if (c == ',' || c == ':') {
            keep(w, 1);
        } else {
            ok = walk_word(w);
        }
        if (!ok)
            return false;
        if (c != ',' && c != ':' && c != '}' && c != ']' && ++w->values > MAX_VALUES)
            return refuse(w, w->p, "more than 200000 values");
        comma = c == ',' && last != '\0' && !strchr("[{,:", last) ? before : NULL;
        last = c;
    }
    if (last == '\0')
        return refuse(w, w->end, "empty, expected a JSON object");
    *w->out = '\0';
    return true;
}

/* Both functions count the strings, in the order of the text. */
static const char *push_value(lua_State *L, const cJSON *item, long *strings);

static const char *text_of(const char *text) { return strcmp(text, NAN_TEXT) == 0 ? "NaN" : text; }

static const char *push_object(lua_State *L, const cJSON *object, long *strings)
{
    lua_newtable(L);
    for (const cJSON *c = object->child; c; c = c->next) {
        ++*strings;
        lua_pushstring(L, text_of(c->string));
        lua_pushvalue(L, -1);
        int type = lua_rawget(L, -3);
        lua_pop(L, 1);
        if (type != LUA_TNIL)
            return text_of(c->string);
        const char *twice = push_value(L, c, strings);
        if (twice)
            return twice;
        lua_rawset(L, -3);
    }
    return NULL;
}

/* Pushes one value and returns NULL. If a key stands twice in an object, returns that key, the last string that was
 * counted; the caller must then reset the stack, which holds unfinished values. */
static const char *push_value(lua_State *L, const cJSON *item, long *strings)
{
    luaL_checkstack(L, 4, "JSON nested too deeply");
    if (cJSON_IsObject(item))
        return push_object(L, item, strings);
    if (cJSON_IsArray(item)) {
        lua_newtable(L);
        lua_Integer n = 0;
        for (const cJSON *c = item->child; c; c = c->next) {
            const char *twice = push_value(L, c, strings);
            if (twice)
                return twice;
            lua_rawseti(L, -2, ++n);
        }
        lua_pushinteger(L, n);
        lua_setfield(L, -2, "n");
    } else if (cJSON_IsString(item)) {
        ++*strings;
        lua_pushstring(L, text_of(item->valuestring));
    } else if (cJSON_IsNumber(item)) {
        double v = item->valuedouble;
        if (v > -9e15 && v < 9e15 && v == (double)(lua_Integer)v)
            lua_pushinteger(L, (lua_Integer)v);
        else
            lua_pushnumber(L, v);
    } else if (cJSON_IsBool(item)) {
        lua_pushboolean(L, cJSON_IsTrue(item));
    } else {
        lua_pushlightuserdata(L, &null_value);
    }
    return NULL;
}

static int not_json(lua_State *L, const char *text, const char *where, const char *why)
{
    int line = 1, column = 1;
    for (const char *p = text; p < where; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    lua_pushnil(L);
    lua_pushfstring(L, "line %d, column %d: %s", line, column, why);
    return 2;
}

/* The string number n of a JSON text that has so many. */
static const char *find_string(const char *p, long n)
{
    for (;; p++) {
        p = strchr(p, '"');
        if (--n == 0)
            return p;
        for (p++; *p != '"'; p++)
            p += *p == '\\';
    }
}

static void push_remarks(lua_State *L, const Walk *w)
{
    const struct {
        bool seen;
        const char *text;
    } remarks[] = {
        {w->bom, "starts with a byte-order mark; read past it"},
        {w->comments, "holds comments, which JSON does not have; read past them"},
        {w->commas, "has a comma before a closing bracket; read past it"},
        {w->constants, "holds Infinity or NaN, as Python writes them"},
    };
    lua_newtable(L);
    lua_Integer n = 0;
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++)
        if (remarks[i].seen) {
            lua_pushstring(L, remarks[i].text);
            lua_rawseti(L, -2, ++n);
        }
}

int parse_json(lua_State *L, const char *text, size_t size)
{
    char *copy = malloc(size + 1);
    if (!copy)
        return not_json(L, text, text, "not enough memory");
    Walk w = {.text = text, .end = text + size, .p = text, .out = copy};
    if (!walk(&w)) {
        free(copy);
        return not_json(L, text, w.where, w.why);
    }
    const char *end = copy;
    cJSON *root = cJSON_ParseWithLengthOpts(copy, (size_t)(w.out - copy) + 1, &end, 1);
    if (!root) {
        bool cut = end >= w.out || *end == '\0';
        int results = not_json(L, copy, end, cut ? "the text ends before its JSON does" : "not JSON");
        free(copy);
        return results;
    }
    int top = lua_gettop(L);
    long strings = 0;
    const char *twice = push_value(L, root, &strings);
    if (twice) {
        lua_settop(L, top);
        size_t length = strlen(twice);
        if (length <= 100 && is_plain_name(twice, length))
            lua_pushfstring(L, "key \"%s\" stands twice in one object", twice);
        else
            lua_pushliteral(L, "a key stands twice in one object");
        not_json(L, copy, find_string(copy, strings), lua_tostring(L, -1));
    } else {
        push_remarks(L, &w);
    }
    cJSON_Delete(root);
    free(copy);
    return 2;
}

void push_json_null(lua_State *L) { lua_pushlightuserdata(L, &null_value); }
