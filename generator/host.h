/* SPDX-License-Identifier: MIT */
/* host.h - what the C host gives to Lua: files, embedded resources, readers of model files, processes.
 * The host knows nothing of norms. Each open_ function below adds functions to the table on top of the Lua stack. */
#ifndef LNGEN_HOST_H
#define LNGEN_HOST_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* One embedded file: `name` is its path in the source tree ("lua/cli.lua", "templates/isa/avx2.h"). Modules of Lua are
 * compiled, other files are as they are. */
typedef struct {
    const char *name;
    const char *text;
    size_t size;
} Resource;

extern const Resource resources[];
extern const size_t resource_count;

const Resource *find_resource(const char *name);

/* limits.c: a state whose memory can be limited, and its end */
lua_State *new_state(void);
void close_state(lua_State *L);

/* state.c: opens what the modules of lngen need. It may raise a Lua error, so it is called in protected mode. */
void open_host(lua_State *L);
int with_traceback(lua_State *L); /* a message handler for lua_pcall */

int open_files(lua_State *L);     /* files.c: read, exists, writable, list, write_set, unfinished, ... */
int open_readers(lua_State *L);   /* readers.c: json, gguf, safetensors, index, ... */
int open_limits(lua_State *L);    /* limits.c: limited, data */
int signal_caught(void);          /* processes.c: the signal that interrupted lngen, or 0 */
void hold_signals(void);          /* processes.c: signals that are watched do not end lngen any more; it looks itself */
int open_processes(lua_State *L); /* processes.c: run, watch_signals, interrupted, temporary_directory, ... */

#endif
