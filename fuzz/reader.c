/* SPDX-License-Identifier: MIT */
/* reader.c - a libFuzzer target for one reader of model files; FUZZ_PARSE names it.
 *
 * A reader gives a value, or nil and one line that says why; memory stays bounded whatever the bytes. */
#include "readers.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#define parse_config(L, mapping) parse_json(L, (const char *)(mapping)->data, (mapping)->size)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lua_State *L = luaL_newstate();
    if (!L)
        abort();
    const Mapping mapping = {.data = data, .size = size};
    int results = FUZZ_PARSE(L, &mapping);
    if (lua_isnil(L, -results)) {
        const char *why = lua_tostring(L, -1);
        if (results != 2 || !why || !*why || strchr(why, '\n'))
            abort();
    }
    lua_close(L);
    return 0;
}
