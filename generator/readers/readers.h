/* SPDX-License-Identifier: MIT */
/* readers.h - what the readers of model files share: a mapped file, and the test which tensors belong to norms. */
#ifndef LNGEN_READERS_H
#define LNGEN_READERS_H

#include <lauxlib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAPPED_MOST = 256 << 20 }; /* bytes of a file that readers may look at; its header is shorter */

typedef struct {
    const unsigned char *data; /* of min(size, MAPPED_MOST) bytes */
    size_t size;               /* of the file */
} Mapping;

/* mapping.c. Maps the beginning of a regular file into memory. On failure returns false and pushes nil and "path:
 * reason". Until it is unmapped, lngen ends with one line where a page cannot be read, since the file has been cut or
 * its medium fails. One file can be mapped at a time. */
bool map_file(lua_State *L, const char *path, Mapping *m);
void unmap_file(const Mapping *m);

/* Returns the pages before `done` to the system, so that a long header is never in memory as a whole. It may be called
 * often, since it does something only every few megabytes. `released` belongs to the caller and begins as 0. */
void release_pages(const Mapping *m, size_t done, size_t *released);

/* text.c. True for names such as h.0.ln_1.weight, encoder.LayerNorm.gamma, blk.3.attn_norm.weight. */
bool is_norm_name(const char *name, size_t length);

/* text.c. True for names such as mlp1.0.weight: a layer that its model names by a number alone, which is a norm if the
 * tensor has one dimension. */
bool is_numbered_name(const char *name, size_t length);

/* True for a name that can stand in a message: not empty, and without spaces, control characters and non-ASCII
 * bytes. */
bool is_plain_name(const char *name, size_t length);

void push_json_null(lua_State *L); /* pushes host.null, which stands for null in the values of parse_json */

/* Parse bytes in memory. Each pushes its result, or nil and a message without the path, and returns how many values it
 * pushed. */
int parse_json(lua_State *L, const char *text, size_t size);
int parse_gguf(lua_State *L, const Mapping *m);
int parse_safetensors(lua_State *L, const Mapping *m);
int parse_index(lua_State *L, const Mapping *m);

#endif
