/* SPDX-License-Identifier: MIT */
/* lngen.c - a libFuzzer target for what users give to lngen: options, plan files or templates; FUZZ_WHAT names it.
 *
 * lngen.lua gives each input to lngen's own command line and says what is wrong with the outcome. Which lines of Lua
 * run is told to libFuzzer, which sees the coverage of C only. */
#include "host.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNTERS = 1 << 16 };

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];

static lua_State *state; /* lngen's, with the function of lngen.lua on its stack */

/* Counts a line together with the one before it, since asking for its file would take longer than running it. */
static void count_line(lua_State *L, lua_Debug *where)
{
    static unsigned before;
    lua_getinfo(L, "l", where);
    const unsigned line = (unsigned)where->currentline;
    counters[(before * 4099 + line) % COUNTERS]++;
    before = line;
}

static void begin(void)
{
    state = new_state();
    if (!state)
        abort();
    open_host(state);
    if (luaL_loadfilex(state, FUZZ_SCRIPT, "t") != LUA_OK)
        goto failed;
    lua_pushliteral(state, FUZZ_WHAT);
    if (lua_pcall(state, 1, 1, 0) != LUA_OK)
        goto failed;
    return;
failed:
    fprintf(stderr, "%s\n", lua_tostring(state, -1));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!state)
        begin();
    lua_sethook(state, count_line, LUA_MASKLINE, 0); /* lngen's limits take hooks away */
    lua_pushvalue(state, -1);
    lua_pushlstring(state, (const char *)data, size);
    if (lua_pcall(state, 1, 0, 0) != LUA_OK) {
        fprintf(stderr, "fuzz_%s: %s\n", FUZZ_WHAT, luaL_tolstring(state, -1, NULL));
        abort();
    }
    return 0;
}
