/* loops.c - every build of loop.c, from the list that CMake wrote: LOOP(symbol, name, flags, kind). */
#include "loop.h"

#include <stdio.h>

#define LOOP(symbol, name, flags, kind) extern const Loop symbol;
#include "loops.inc"
#undef LOOP

void add_loops(Contenders *list)
{
    const struct {
        const Loop *loop;
        const char *name, *flags;
        Kind kind;
    } loops[] = {
#define LOOP(symbol, name, flags, kind) {&symbol, name, flags, kind},
#include "loops.inc"
#undef LOOP
        {0},
    };
    for (size_t i = 0; loops[i].loop; i++) {
        Contender c = {
            .note = loops[i].flags,
            .kind = loops[i].kind,
            .isa = loops[i].loop->isa,
            .function = loops[i].loop->run,
        };
        snprintf(c.name, sizeof c.name, "%s", loops[i].name);
        contenders_add(list, &c);
    }
}
