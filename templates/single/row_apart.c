% -- SPDX-License-Identifier: MIT
% -- row_apart.c: how the functions of a pair for one row, of any width, are called in another environment
% item "row_apart"
/* One row in another environment. */
NOINLINE void row_apart(${direct.type} *row, ${direct.parameters})
{
    const unsigned saved = enter();
    row(${direct.arguments});
    leave(saved);
}
