/* host.h - what the C host gives the Lua side: files, embedded resources, model file readers.
 * The host knows nothing of norms; each function below opens one table of functions on the Lua stack. */
#ifndef LNGEN_HOST_H
#define LNGEN_HOST_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* One embedded file: `name` is its path in the source tree ("lua/cli.lua", "templates/avx2.h"). */
typedef struct {
    const char *name;
    const char *text;
    size_t size;
} Resource;

extern const Resource resources[];
extern const size_t resource_count;

const Resource *find_resource(const char *name);

int open_files(lua_State *L);   /* files.c: read, write_set, list, mkdirs */
int open_readers(lua_State *L); /* readers.c: json, gguf, safetensors, index, head */
int open_processes(lua_State *L); /* processes.c: run, watch_signals, interrupted, temporary_directory, ... */

#endif
