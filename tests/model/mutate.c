/* SPDX-License-Identifier: MIT */
/* mutate.c - runs the readers on model files, on every prefix of each, and on copies with one byte replaced or one bit
 * flipped.
 *
 * mutate FILE...   A reader must return a value, or nil and one line. A crash or a report of a sanitizer is a failure.
 * The name of a file tells its reader: .gguf, .safetensors, .index.json; any other file is read as JSON. */
#include "readers.h"

#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*Parse)(lua_State *, const Mapping *);

static int parse_config(lua_State *L, const Mapping *m) { return parse_json(L, (const char *)m->data, m->size); }

static Parse parser_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (strstr(name, ".index.json"))
        return parse_index;
    if (dot && strcmp(dot, ".gguf") == 0)
        return parse_gguf;
    if (dot && strcmp(dot, ".safetensors") == 0)
        return parse_safetensors;
    return parse_config;
}

static long accepted, refused;

/* Runs the reader on a copy that has exactly `size` bytes, so that a sanitizer finds reads past the end. */
static void attempt(lua_State *L, Parse parse, const unsigned char *data, size_t size)
{
    unsigned char *copy = malloc(size ? size : 1);
    if (!copy)
        exit(2);
    memcpy(copy, data, size);
    int results = parse(L, &(Mapping){.data = copy, .size = size});
    if (lua_isnil(L, -results)) {
        const char *why = lua_tostring(L, -1);
        if (results != 2 || !why || !*why || strchr(why, '\n')) {
            fprintf(stderr, "refused without one line that says why: %s\n", why ? why : "(nothing)");
            exit(1);
        }
        refused++;
    } else {
        accepted++;
    }
    lua_settop(L, 0);
    free(copy);
}

static void mutate(lua_State *L, const char *name)
{
    Parse parse = parser_of(name);
    FILE *f = fopen(name, "rb");
    static unsigned char data[1 << 16];
    size_t size = f ? fread(data, 1, sizeof data, f) : 0;
    if (!f || size == 0) {
        perror(name);
        exit(2);
    }
    fclose(f);
    long before = accepted;
    attempt(L, parse, data, size);
    if (accepted != before + 1) {
        fprintf(stderr, "%s: a valid file, but the reader refuses it\n", name);
        exit(1);
    }
    for (size_t n = 0; n < size; n++)
        attempt(L, parse, data, n);
    static const unsigned char values[] = {0, 1, 0x7F, 0x80, 0xFF, '"', '{', ']', '\\', '9'};
    for (size_t i = 0; i < size && i < 4096; i++) {
        unsigned char kept = data[i];
        for (size_t v = 0; v < sizeof values; v++) {
            data[i] = values[v];
            attempt(L, parse, data, size);
        }
        for (int bit = 0; bit < 8; bit++) {
            data[i] = (unsigned char)(kept ^ (1 << bit));
            attempt(L, parse, data, size);
        }
        data[i] = kept;
    }
}

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    if (!L || argc < 2)
        return 2;
    for (int i = 1; i < argc; i++)
        mutate(L, argv[i]);
    lua_close(L);
    printf("%d files, %ld attempts refused, %ld accepted\n", argc - 1, refused, accepted);
    return 0;
}
