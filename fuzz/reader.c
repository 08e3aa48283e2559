/* SPDX-License-Identifier: MIT */
/* reader.c - a libFuzzer target for one reader of model files; FUZZ_PARSE names it.
 *
 * A reader gives a value, or nil and one line that says why; memory stays bounded whatever the bytes. */
#include "readers.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

static inline int parse_config(lua_State *L, const Mapping *m) { return parse_json(L, (const char *)m->data, m->size); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lua_State *L = luaL_newstate();
    if (!L)
        abort();
    int results = FUZZ_PARSE(L, &(Mapping){.data = data, .size = size});
    if (lua_isnil(L, -results)) {
        const char *why = lua_tostring(L, -1);
        if (results != 2 || !why || !*why || strchr(why, '\n'))
            abort();
    }
    lua_close(L);
    return 0;
}
