/* readers.h - what the readers of model files share: a mapped file, and which tensor names are norms. */
#ifndef LNGEN_READERS_H
#define LNGEN_READERS_H

#include <lauxlib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const unsigned char *data;
    size_t size;
} Mapping;

/* mapping.c. Maps a regular file for reading. On failure returns false and pushes nil and "path: reason". */
bool map_file(lua_State *L, const char *path, Mapping *m);
void unmap_file(Mapping *m);

/* Gives back the pages in front of `done`, so that reading a long header never holds all of it. Call it freely: it acts
 * once every few megabytes. `released` is the caller's, 0 at first. */
void release_pages(const Mapping *m, size_t done, size_t *released);

/* text.c. True for names such as h.0.ln_1.weight, encoder.LayerNorm.gamma, blk.3.attn_norm.weight. */
bool is_norm_name(const char *name, size_t length);

/* True for a name without spaces, control characters or bytes beyond ASCII: one that can stand in a message. */
bool is_plain_name(const char *name, size_t length);

/* The parsers on bytes in memory; each pushes its result, or nil and a message without the path. */
void push_json_null(lua_State *L); /* host.null, which stands for null in what parse_json makes */
int parse_json(lua_State *L, const char *text, size_t size);
int parse_gguf(lua_State *L, const Mapping *m);
int parse_safetensors(lua_State *L, const Mapping *m);
int parse_index(lua_State *L, const Mapping *m);

#endif
