% -- SPDX-License-Identifier: MIT
% -- backward.c: gradients, for one width and for any; formulas and bits: docs/numerics.md
% local any, params, centred, sums, T = printer.any, printer.params, spell.centred, spell.sums, spell.element
% local N, B, unrolled = printer.N, numerics.block, printer.unrolled
#include "ln_${target.name}.h"

ln_kernel ${kernel.name}${printer.any and "" or ", " .. calls[1]};

% if printer.delegates then
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    ${calls[1]}(a, begin, end);
}
% else
_Static_assert(LANES == ${target.lanes}, "plan and vocabulary disagree");

% if not any then
% item "WIDTH"
enum { WIDTH = ${spec.width} };

% item "WIDTH_INVERSE"
static const float WIDTH_INVERSE = ${numerics.width_inverse_float}; /* 1 / ${spec.width} */
% end
% include "kernel/rows.c"
% local tile, grouped, held = printer.tile, printer.grouped, printer.held
% if grouped then
% item "Rows"
% local lanes = tile and tile.lanes or 16
/* ${printer.rows_most} rows' sums of ${centred and "g and of " or ""}g*xhat, ${lanes} lanes each, and what the write pass needs of them:
 * dx = xhat*slope + ${centred and "(g*rstd + shift)" or "g*rstd"}. */
typedef struct {
    float ${centred and ("s[%d][%d], "):format(printer.rows_most, lanes) or ""}q[${printer.rows_most}][${lanes}];
    float ${centred and ("shift[%d], "):format(printer.rows_most) or ""}slope[${printer.rows_most}];
} Rows;
% elseif not held then
% item "Row"
/* A row's sums of ${centred and "g and " or ""}g*xhat, and what writing needs: dx = xhat*slope + ${centred and "(g*rstd + shift)" or "g*rstd"}. */
typedef struct {
    double ${centred and "s, " or ""}q;
% local sweep = printer.sweep
% local kept = sweep.kept
% if not unrolled and kept > 0 then
    float ${centred and ("ts[%d], "):format(kept) or ""}tq[${kept}]; /* of a block: what ${sweep.sweeps > 1 and "sweeps" or "a sweep"} over it leave${sweep.sweeps > 1 and "" or "s"} */
% end
    float ${centred and "mean, " or ""}rstd, ${centred and "shift, " or ""}slope;
} Row;
% end
% item "normalised"
/* xhat, the normalised element */
% if centred then
FN V normalised(V x, V mean, V rstd) { return settled(mul(sub(x, mean), rstd)); }
% else
FN V normalised(V x, V rstd) { return settled(mul(x, rstd)); }
% end
% if spell.gamma then
% item "scaled"
/* g = ${spell.gradient_formula} */
FN V scaled(V dy, V gamma) { return ${spell.scaled_gradient("dy", "gamma")}; }
% end
% local gathers = printer.gathers
% local parameters, passed = "", "" -- what is summed over rows
% for _, k in ipairs(params) do
%   parameters, passed = parameters .. ", float *" .. k, passed .. ", " .. k
% end
% local gathered, gathered_passed = gathers and parameters or "", gathers and passed or ""
% local statistics = centred and "V m, V r, V *s, V *q" or "V r, V *q"
% local gamma = spell.gamma and (", const %s *gamma"):format(spell.parameter) or ""
% local places = ("const %s *x, const %s *dy%s"):format(T, T, gamma) .. gathered
% local fresh_parameter = printer.passes_fresh and "int fresh, " or ""
% local function begun(sum) return printer.passes_fresh and ("fresh ? settled(zero()) : %s"):format(sum) or sum end
% if tile or held then
% local added = "int first, " .. (centred and "V *s, V *q, " or "V *q, ") .. (spell.beta and "V *dgamma, V *dbeta" or "V *dgamma")
% local passed_on = "first, " .. (centred and "s, q, " or "q, ") .. (spell.beta and "dgamma, dbeta" or "dgamma")
% item "add_taken"
/* Adds xhat and g to a chain of ${centred and "each sum" or "the sum"}, which they may begin, and to ${table.concat(params, " and ")}. */
FN void add_taken(V xhat, V g, V dy, ${added})
{
    *dgamma = muladd(dy, xhat, *dgamma);
%   if spell.beta then
    *dbeta = settled(add(*dbeta, dy));
%   end
%   if centred then
    *s = first ? g : settled(add(*s, g));
%   end
    *q = settled(muladd(g, xhat, first ? zero() : *q));
}
%   if not held then
% item "take"
/* The same of a register of each array. */
FN void take(V x, V dy, V gamma, ${centred and "V m, V r" or "V r"}, ${added})
{
    add_taken(normalised(x, ${centred and "m, r" or "r"}), scaled(dy, gamma), dy, ${passed_on});
}
%   end
% elseif gathers then
% item "take"
/* Adds a register to a chain of ${centred and "each sum" or "the sum"}, and to ${table.concat(params, " and ")}${printer.passes_fresh and ", which begin with a fresh row" or ""}. */
FN void take(${places}, ${fresh_parameter}${statistics})
{
    const V v = ${spell.load("dy")}, xhat = normalised(${spell.load("x")}, ${centred and "m, r" or "r"});
    const V g = scaled(v, ${print.gamma_of(printer, "gamma")});
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = ${grouped and "settled(muladd(g, xhat, *q))" or "muladd(g, xhat, *q)"};
    store(dgamma, muladd(v, xhat, ${begun("load(dgamma)")}));
%   if spell.beta then
    store(dbeta, settled(add(${begun("load(dbeta)")}, v)));
%   end
}
% item "take_rest"
/* The same of those elements from `i` on that there are, a register at most. */
FN void take_rest(${places}, size_t i, size_t n, ${fresh_parameter}${statistics})
{
    if (i >= n)
        return;
    const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
    const V v = ${spell.load("dy + i", "left")}, g = scaled(v, ${print.gamma_of(printer, "gamma + i", "left")});
    const V xhat = keep_part(normalised(${spell.load("x + i", "left")}, ${centred and "m, r" or "r"}), left);
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = muladd(g, xhat, *q);
    store_part(dgamma + i, muladd(v, xhat, ${begun("load_part(dgamma + i, left)")}), left);
%   if spell.beta then
    store_part(dbeta + i, settled(add(${begun("load_part(dbeta + i, left)")}, v)), left);
%   end
}
% else
% item "take"
/* Adds to a chain of ${centred and "each sum" or "the sum"}. */
FN void take(V xhat, V g, ${centred and "V *s, " or ""}V *q)
{
%   if centred then
    *s = settled(add(*s, g));
%   end
    *q = muladd(g, xhat, *q);
}
% end
% local combined = centred and "muladd(xhat, slope, muladd(g, rstd, shift))" or "muladd(xhat, slope, settled(mul(g, rstd)))"
% if tile or held then
% item "combined"
/* dx of xhat and g */
FN V combined(V xhat, V g, ${centred and "V rstd, V shift, V slope" or "V rstd, V slope"}) { return ${combined}; }
% combined = "combined(xhat, g, " .. (centred and "rstd, shift, slope)" or "rstd, slope)")
% end
% if not held then
% item "gradient"
% local adds = not gathers and #params > 0
/* dx${adds and "; adds to " .. table.concat(params, " and ") or ""} */
FN V gradient(V x, V dy${spell.gamma and ", V gamma" or ""}, ${centred and "V mean, V rstd, V shift" or "V rstd"}, V slope${adds and spell.gamma and ", V *dgamma" or ""}${adds and spell.beta and ", V *dbeta" or ""})
{
    const V xhat = normalised(x, ${centred and "mean, " or ""}rstd), g = ${spell.gamma and "scaled(dy, gamma)" or "dy"};
% if adds and spell.gamma then
    *dgamma = muladd(dy, xhat, *dgamma);
% end
% if adds and spell.beta then
    *dbeta = settled(add(*dbeta, dy));
% end
    return ${combined};
}
% end
% if printer.begins and not printer.passes_fresh and spec.width >= target.lanes then
% item "begun"
/* A sum over rows as it stands; zeros before the first rows of a block. */
FN V begun(const float *sum, int fresh) { return fresh ? settled(zero()) : load(sum); }
% end
% if held then
% include "kernel/backward_held.c"
% elseif grouped then
% include "kernel/backward_group.c"
% else
% if unrolled then
%   local count = spec.width
%   item("sum_" .. count)
/* Adds the sums of ${count} elements: element i goes to lane i mod 64, the lanes fold by halves. */
NOINLINE void sum_${count}(${places}, Row *row)
{
    const V ${centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
    V ${print.chains(printer, math.min(4, (count + 15) // 16))};
    V ${print.lanes_declared(printer)};

    ${print.sums(printer)}
}
% else
%   if not gathers then
% item "take_rest"
/* Adds those elements from `i` on that there are, a register at most. */
FN void take_rest(${places}, size_t i, size_t n, ${centred and "V m, V r, V *s" or "V r"}, V *q)
{
    if (i >= n)
        return;
    const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
    ${print.rest(printer)};
}
%   end
% local sweep, fresh = printer.sweep, printer.passes_fresh and "fresh, " or ""
% local registers = sweep.chains * sweep.filled
% if sweep.filled == 1 then
% include "kernel/folded.c"
% end
% item "sum_lanes"
% local lanes = sweep.kept > 0 and "float" or "V"
/* Sums over n elements, folded, of ${target.lanes == 1 and "lane j of each chain" or sweep.sweeps == 1 and "all chains" or "those chains that fill whole lines from j on"}${fresh ~= "" and "; fresh: sums over rows begin" or ""}. */
FN void sum_lanes(${places}, size_t n, ${fresh_parameter}${centred and "V m, V r" or "V r"}, size_t j, ${centred and lanes .. " *ts, " or ""}${lanes} *tq)
{
    V ${table.concat(sums, ("[%d], "):format(registers))}[${registers}];
    UNROLL for (size_t k = 0; k < ${registers}; k++)
        ${table.concat(sums, "[k] = ")}[k] = zero();
    size_t i = j;
    for (; i < n - n % ${numerics.lanes}; i += ${numerics.lanes}) {
        ${print.swept(printer)}
    }
    if (n % ${numerics.lanes} != 0) {
        UNROLL for (size_t k = 0; k < ${registers}; k++)
            take_rest(x, dy${spell.gamma and ", gamma" or ""}${gathered_passed}, i + ${print.place_in_sweep(printer)}, n, ${fresh}${centred and "m, r, &s[k]" or "r"}, &q[k]);
    }
    ${print.put_lanes(printer)}
}
% item "sum_block"
/* Adds the sums of n <= ${B} elements: element i goes to lane i mod ${numerics.lanes}. */
NOINLINE void sum_block(${places}, size_t n, ${fresh_parameter}Row *row)
{
    const V ${centred and "m = splat(row->mean), " or ""}r = splat(row->rstd);
    ${print.sweeps(printer, "x, dy" .. (spell.gamma and ", gamma" or "") .. gathered_passed .. ", n", centred and "m, r" or "r")}
    ${print.add_block(printer)}
}
% end
% item "take_sums"
% local inverse = any and "width_inverse" or "WIDTH_INVERSE"
% local function finished(indent, row) -- what the write pass needs of a row's sums
${indent}const float scale = ${row}rstd * -${inverse};
%   if centred then
${indent}${row}shift = (float)${row}s * scale;
%   end
${indent}${row}slope = (float)${row}q * scale;
% end
% if gathers then
/* The statistics pass over a row, which adds to ${table.concat(params, " and ")}. */
NOINLINE void take_sums(const ln_args *a, size_t index, Row *row${gathered})
{
    const ${T} *x = row_x(a, index);
    const ${T} *dy = row_dy(a, index);
    const ${spell.parameter} *gamma = (const ${spell.parameter} *)a->gamma;
%   if any then
    const size_t n = a->width;
    const float width_inverse = 1.0f / (float)n;
%   end
%   if printer.passes_fresh then
    const int fresh = ${print.fresh(printer, "index")}; /* the first row of a block */
%   end
    row->${table.concat(sums, " = row->")} = 0;
%   if centred then
    row->mean = a->mean[index];
%   end
    row->rstd = a->rstd[index];
%   if unrolled then
    sum_${spec.width}(x, dy, gamma${passed}, row);
%   else
    for (size_t i = 0; i < ${N}; i += ${B})
        sum_block(x + i, dy + i, gamma + i${(passed:gsub("%a+", "%0 + i"))}, ${N} - i < ${B} ? ${N} - i : ${B}, ${printer.passes_fresh and "fresh, " or ""}row);
%   end
%   finished("    ", "row->")
}
% else
% if unrolled then
/* The statistics pass over `count` rows. */
% else
/* The statistics pass over `count` rows, which share gamma block by block. */
% end
NOINLINE void take_sums(const ln_args *a, size_t index, size_t count, Row *rows)
{
% if spell.gamma then
    const ${spell.parameter} *gamma = (const ${spell.parameter} *)a->gamma;
% end
% if any then
    const size_t n = a->width;
    const float width_inverse = 1.0f / (float)n;
% end
    for (size_t r = 0; r < count; r++) {
        rows[r].${table.concat(sums, " = rows[r].")} = 0;
% if centred then
        rows[r].mean = a->mean[index + r];
% end
        rows[r].rstd = a->rstd[index + r];
    }
% local gamma_here = spell.gamma and ", gamma" or ""
% if unrolled then
    for (size_t r = 0; r < count; r++) {
        const ${T} *x = row_x(a, index + r);
        const ${T} *dy = row_dy(a, index + r);
        sum_${spec.width}(x, dy${gamma_here}, rows + r);
    }
% else
    for (size_t i = 0; i < ${N}; i += ${B})
        for (size_t r = 0; r < count; r++) {
            const ${T} *x = row_x(a, index + r);
            const ${T} *dy = row_dy(a, index + r);
            sum_block(x + i, dy + i${spell.gamma and ", gamma + i" or ""}, ${N} - i < ${B} ? ${N} - i : ${B}, rows + r);
        }
% end
    for (size_t r = 0; r < count; r++) {
%   finished("        ", "rows[r].")
    }
}
% end
% end
% for _, situation in ipairs(held and {} or printer.situations) do
%   local way, tiled = situation.way, print.tiled(printer, situation)
%   local rows, counted = way.rows, grouped or tiled
%   local subject = grouped and "`count` rows" or tiled and "`count` rows, tile of columns after tile" or rows == 1 and "one row" or rows .. " rows"
%   item("write_" .. way.name)
%   local sums = gathers and {} or table.move(params, 1, #params, 1, {})
%   if any then sums[#sums + 1] = "dx when it is to be added to" end
/* The write pass over ${subject}${way.store == "stream" and ", past the caches" or ""}${#sums > 0 and "; adds to " .. table.concat(sums, " and ") or ""}. */
NOINLINE void write_${way.name}(const ln_args *a, size_t row, ${counted and "size_t count, " or ""}const ${grouped and "Rows" or "Row"} *rows${gathers and "" or parameters})
{
%   if grouped then
    for (size_t r = 0; r < count; r++) {
        ${print.pointers(printer, way)}

        ${print.writes(printer, way)}
    }
%   elseif tiled then
    ${print.gamma_pointer(printer)}
%     if printer.begins then
    const int fresh = ${print.fresh(printer, "row")}; /* the first rows of a block */
%     end
    ${print.tiles(printer, way)}
%   else
%     if any then
    const size_t n = a->width;
    const int adds = (a->accumulate & LN_ADD_DX) != 0;
%     end
    ${print.pointers(printer, way)}
%     if any then
    size_t i = 0;
    for (; i + ${target.lanes} <= n; i += ${target.lanes}) {
        ${print.writes_any(printer, way)}
    }
%       if target.lanes > 1 then
    if (i < n) {
        const unsigned left = (unsigned)(n - i);
        ${print.writes_any(printer, way, "left")}
    }
%       end
%     else

    ${print.writes(printer, way)}
%     end
%   end
}
%   item(situation.name)
/* ${print.situation(situation)}; returns the first row left. */
NOINLINE size_t ${situation.name}(const ln_args *a, size_t row, size_t end${parameters})
{
    ${grouped and "Rows rows" or ("Row rows[%d]"):format(rows)};
%   local count = counted and "count" or tostring(rows)
%   if counted then
    while (row < end) {
        const size_t count = end - row < ${rows} ? end - row : ${rows};
%   else
    for (; end - row >= ${rows}; row += ${rows}) {
%   end
%   if grouped then
        take_sums(a, row, count, &rows${passed});
        finish_rows(a, row, count, &rows);
%   elseif rows > 1 and (way.store == "stream" or not tiled) then -- row by row: memory is read in order, caches hold rows
        for (size_t r = 0; r < ${count}; r++)
            take_sums(a, row + r, ${gathers and "rows + r" .. passed or "1, rows + r"});
%   else
        take_sums(a, row, ${gathers and "rows" .. passed or count .. ", rows"});
%   end
        write_${way.name}(a, row, ${counted and count .. ", " or ""}${grouped and "&rows" or "rows"}${gathers and "" or passed});
%   if counted then
        row += count;
%   end
    }
    return row;
}
% end
% if #params > 0 then
% item "sums_stride"
/* Floats between the rows of the workspace. */
FN size_t sums_stride(size_t n) { return (n + ${numerics.sum_columns - 1}) / ${numerics.sum_columns} * ${numerics.sum_columns}; }
% item "block_sums"
/* Where the sums of the block that starts at `row` go: its place in the workspace. */
FN float *block_sums(const ln_args *a, size_t row)
{
    return a->workspace + row / ${numerics.block_rows} * ${#params > 1 and #params .. " * " or ""}sums_stride(${any and "a->width" or "WIDTH"});
}
% if any then
% item "reduce"
/* to[i] = the sum over the blocks, in their order, columns begin .. end - 1. */
NOINLINE void reduce(const float *from, size_t floats, size_t blocks, float *to, size_t begin, size_t end, int adds)
{
    for (size_t i = begin; i < end; i += ${numerics.sum_columns}) {
        const size_t count = end - i < ${numerics.sum_columns} ? end - i : ${numerics.sum_columns};
        float columns[${numerics.sum_columns}] = {0};
        const float *p = from + i;
        D d[4];
        UNROLL for (size_t k = 0; k < 4; k++)
            d[k] = dload(p + 8 * k);
        for (size_t b = 1; b < blocks; b++) {
            p += floats;
            UNROLL for (size_t k = 0; k < 4; k++)
                d[k] = dadd(d[k], dload(p + 8 * k));
        }
        if (adds) {
            memcpy(columns, to + i, count * sizeof(float));
            UNROLL for (size_t k = 0; k < 4; k++)
                d[k] = dadd(d[k], dload(columns + 8 * k));
        }
        float *sums = count < ${numerics.sum_columns} ? columns : to + i;
        UNROLL for (size_t k = 0; k < 4; k++)
            dstore(sums + 8 * k, d[k]);
        if (count < ${numerics.sum_columns})
            memcpy(to + i, columns, count * sizeof(float));
    }
}
% end
% end
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
% if not any then
    if (a->reduce_rows || (a->accumulate & LN_ADD_DX)) {
        ${calls[1]}(a, begin, end);
        return;
    }
% end
    const unsigned saved = enter();
% if any then
%   if #params > 0 then
    if (a->reduce_rows) {
        const size_t stride = sums_stride(a->width), blocks = (a->reduce_rows + ${numerics.block_rows - 1}) / ${numerics.block_rows};
        const int adds = (a->accumulate & LN_ADD_PARAMS) != 0;
        reduce(a->workspace, ${#params > 1 and #params .. " * " or ""}stride, blocks, a->dgamma, begin, end, adds);
%     if spell.beta then
        reduce(a->workspace + stride, 2 * stride, blocks, a->dbeta, begin, end, adds);
%     end
        leave(saved);
        return;
    }
%   else
    if (a->reduce_rows) { /* nothing is summed over rows */
        leave(saved);
        return;
    }
%   end
% end
% local stream = not any and kernel.many
% local streams = stream and stream.way.store == "stream"
% if streams then
    /* rows that are not whole cache lines are written through the caches */
    const int past = a->stream == 1 && ((uintptr_t)a->dx | a->dx_stride * sizeof(${T})) % ${target.stream // (T == "float" and 1 or 2)} == 0;
% elseif stream then
    const int past = a->stream == 1;
% end
% if #params > 0 then
    for (size_t row = begin; row < end;) {
        const size_t last = end - row < ${numerics.block_rows} ? end : row + ${numerics.block_rows};
        float *dgamma = a->workspace ? block_sums(a, row) : a->dgamma;
%   if spell.beta then
        float *dbeta = a->workspace ? dgamma + sums_stride(${any and "a->width" or "WIDTH"}) : a->dbeta;
%   end
%   if not printer.begins then
        if (${print.fresh(printer, "row")}) {
%     for _, k in ipairs(params) do
            memset(${k}, 0, ${any and "a->width" or "WIDTH"} * sizeof *${k});
%     end
        }
%   end
% else
    {
        size_t row = begin;
        const size_t last = end;
% end
% if tile or held then
        if (last - row == 1 && ${print.fresh(printer, "row")}) {
            row_alone(a, row${passed});
            break;
        }
% end
% local call = function(situation) return ("row = %s(a, row, last%s);"):format(situation.name, passed) end
% if any then
        ${call(printer.situations[1])}
% else
%   if stream then
        if (past)
            ${call(kernel.many)}
%   end
%   if kernel.few then
%     if stream then
        else
            ${call(kernel.few)}
%     else
        ${call(kernel.few)}
%     end
%   end
%   if printer.situations[1] == kernel.one then
%     if stream and held then
        else
            ${call(kernel.one)}
%     else
        ${call(kernel.one)}
%     end
%   end
% end
    }
% if streams then
    if (past)
        stream_fence();
% end
    leave(saved);
}
% end
