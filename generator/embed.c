/* SPDX-License-Identifier: MIT */
/* embed.c - writes a C file whose array `resources` holds files: embed OUT NAME=PATH ...
 *
 * Runs while lngen is built. A file whose name begins with "lua/" is compiled, so that lngen need not parse its modules
 * each time it starts; its functions keep their line numbers. Other files are held as they are. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
    FILE *out;
    size_t size;
} Array;

static const char *unfinished; /* the path of what is being written */

/* Ends the program with one line. A file that is half written would look new to make, so it goes. */
static _Noreturn void stop(const char *name, const char *why)
{
    struct stat st;
    if (unfinished && stat(unfinished, &st) == 0 && S_ISREG(st.st_mode))
        remove(unfinished);
    fprintf(stderr, "embed: %s: %s\n", name, why);
    exit(1);
}

/* A lua_Writer, too. */
static int add_bytes(lua_State *L, const void *bytes, size_t size, void *user)
{
    Array *array = user;
    (void)L;
    for (size_t i = 0; i < size; i++, array->size++)
        fprintf(array->out, "%u,%s", ((const unsigned char *)bytes)[i], array->size % 32 == 31 ? "\n" : "");
    return 0;
}

/* The bytes of a file, which the caller frees. */
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        stop(path, strerror(errno));
    const long end = ftell(file);
    char *bytes = end < 0 ? NULL : malloc((size_t)end + 1);
    rewind(file);
    if (!bytes || fread(bytes, 1, (size_t)end, file) != (size_t)end)
        stop(path, "could not be read");
    fclose(file);
    *size = (size_t)end;
    return bytes;
}

/* Adds what the text of a module is compiled to. `name` stands in its errors. */
static void add_compiled(Array *array, const char *name, const char *text, size_t size)
{
    char chunk[256];
    lua_State *L = luaL_newstate();
    if (!L)
        stop(name, "out of memory");
    snprintf(chunk, sizeof chunk, "@%s", name);
    if (luaL_loadbufferx(L, text, size, chunk, "t") != LUA_OK)
        stop(name, lua_tostring(L, -1));
    lua_dump(L, add_bytes, array, 0);
    lua_close(L);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        stop("usage", "embed OUT NAME=PATH ...");
    size_t *sizes = calloc((size_t)argc, sizeof *sizes);
    FILE *out = fopen(argv[1], "w");
    if (!out || !sizes)
        stop(argv[1], strerror(errno));
    unfinished = argv[1];
    fputs("#include \"host.h\"\n\n", out);
    for (int i = 2; i < argc; i++) {
        char *path = strchr(argv[i], '=');
        if (!path)
            stop(argv[i], "expected NAME=PATH");
        *path++ = 0;
        Array array = {out, 0};
        fprintf(out, "static const unsigned char r%d[] = {\n", i);
        size_t size;
        char *bytes = read_file(path, &size);
        if (strncmp(argv[i], "lua/", 4) == 0)
            add_compiled(&array, argv[i], bytes, size);
        else
            add_bytes(NULL, bytes, size, &array);
        free(bytes);
        fputs("0};\n\n", out);
        sizes[i] = array.size;
    }
    fputs("const Resource resources[] = {\n", out);
    for (int i = 2; i < argc; i++)
        fprintf(out, "    {\"%s\", (const char *)r%d, %zu},\n", argv[i], i, sizes[i]);
    fputs("};\nconst size_t resource_count = sizeof resources / sizeof resources[0];\n", out);
    free(sizes);
    if (fflush(out) != 0 || ferror(out))
        stop(argv[1], "could not be written");
    if (fclose(out) != 0)
        stop(argv[1], strerror(errno));
    return 0;
}
