% -- SPDX-License-Identifier: MIT
% -- instead.h: macros by which calls of an engine's own function go elsewhere, while its definition keeps its name.
% -- `tag`: whose macros they are.
/* A definition is told from a call by its last parameter, which begins with int: ${U}_${tag}_IN_int has a comma, so that
 * the third argument below is the engine's own name then, and ours otherwise. A call whose last argument begins with a
 * bracket or a sign does not compile: write 0 + (int)n for (int)n. */
#define ${U}_${tag}_IN_int ~, ~
#define ${U}_${tag}_IN_const ~, ~
#define ${U}_${tag}_THIRD(a, b, c, ...) c
#define ${U}_${tag}_PICK(...) ${U}_${tag}_THIRD(__VA_ARGS__)
