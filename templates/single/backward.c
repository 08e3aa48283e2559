% -- SPDX-License-Identifier: MIT
% -- backward.c: part of single.c, entries of the gradients
% local passed = around.sums_has and ", kind->has" or ""
% local function kind_has(name) return around.sums_has and (", ln_%s_kind.has"):format(name) or "" end
/* As ln_streamed, for a kernel that goes over rows: reduce_rows is 0. */
static const ${P}_args *ln_for_rows(const ${P}_args *args, ${P}_args *room, size_t rows, const ln_kind *kind)
{
    const ${P}_args *a = ln_streamed(args, room, rows, kind);
    if (a->reduce_rows == 0)
        return a;
    *room = *a;
    room->reduce_rows = 0;
    return room;
}

static int ln_gradients_of_batch(const ${P}_args *args, size_t rows, const ln_kind *kind)
{
    ${P}_args room;
    const int status = ln_check_gradients(args, rows, kind);
    if (!status)
        ln_run_gradients(kind->of(args->width), ln_for_rows(args, &room, rows, kind)${passed}, rows, 0);
    return status;
}

static int ln_gradients_of_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end, const ln_kind *kind)
{
    ${P}_args room;
    const size_t block = ${U}_BACKWARD_BLOCK;
    const int status = ln_check_gradients(args, rows, kind);
    if (begin > end || end > rows || (begin % block != 0 && begin != rows) || (end % block != 0 && end != rows))
        return ${U}_ROWS;
    if (!status)
        kind->of(args->width)(ln_for_rows(args, &room, rows, kind), begin, end);
    return status;
}

static int ln_sums_of_batch(const ${P}_args *args, size_t rows, const ln_kind *kind)
{
    const int status = ln_check_gradients(args, rows, kind);
% if has.workspace then
    if (!status)
        ln_finish_gradients(kind->of(args->width), args${passed}, rows, 0, args->width);
% end
    return status;
}

% for _, f in ipairs(backward) do
static const ln_kind ln_${f.name}_kind = {
    ${f.initialiser}, ln_${f.name}_of,
};

${entry(f.name .. "_batch", "", "const " .. P .. "_args *args", "size_t rows")}
{
    return ln_gradients_of_batch(args, rows, &ln_${f.name}_kind);
}

${entry(f.name .. "_rows", "", "const " .. P .. "_args *args", "size_t rows", "size_t begin", "size_t end")}
{
    return ln_gradients_of_rows(args, rows, begin, end, &ln_${f.name}_kind);
}

${entry(f.name .. "_finish", "", "const " .. P .. "_args *args", "size_t rows")}
{
    return ln_sums_of_batch(args, rows, &ln_${f.name}_kind);
}

%   if f.spell.gamma then
size_t ${P}_${f.name}_workspace(size_t width, size_t rows)
{
    return ln_sums_bytes(${around.sums_has and "ln_" .. f.name .. "_kind.has, " or ""}width, rows);
}

%   end
% end
% for _, f in ipairs(backward_functions) do
%   if f.any then
/* By the kernel of their width. */
${f.by_kernel}
{
    ${P}_args a;
    ${f.direct.pack}(&a, ${f.direct.arguments}, width);
%     if f.spell.gamma then
    a.workspace = (float *)workspace;
%     end
    a.stream = ln_past_caches(rows * width * ln_${f.kind}_kind.written);
%     if f.spell.gamma then
    if (ln_is_one_block(&a, rows))
        ln_run_block(kernel, &a, rows);
    else
        ln_run_gradients(kernel, &a${kind_has(f.kind)}, rows, 1);
%     else
    ln_run_gradients(kernel, &a${kind_has(f.kind)}, rows, 1);
%     end
}

%   end
% end
% for _, f in ipairs(backward_functions) do
${f.declaration}
{
%   if f.row then
    const ln_set *isa = ln_known();
    ${f.direct.type} *row = isa ? isa->${f.direct.row} : NULL;
    if (row && rows == 1)
        row(${f.direct.arguments});
    else
%   end
    ${f.row and "    " or ""}ln_${f.kind}_by(${f.any and ("ln_%s_of(width)"):format(f.kind) or ("ln_best()->%s_%s"):format(f.kind, f.width)}, ${f.of_width});
}

% end
% if abi.llmc and llmc_backward then
${layout.list(("void %s_layernorm_backward"):format(P), llmc_backward)}
{
    ${P}_args a; /* no workspace: added row by row */
    ln_pack_layernorm_backward_f32(&a, dinp, dweight, dbias, dout, inp, mean, rstd, weight, (size_t)C);
    a.accumulate = ${U}_ADD_DX | ${U}_ADD_PARAMS;
    ln_layernorm_backward_f32_of(a.width)(&a, 0, (size_t)B * (size_t)T);
}

% end
