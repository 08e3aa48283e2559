% -- SPDX-License-Identifier: MIT
% -- backward_test.c: part of test.c, the gradients
% local passed = around.sums_has and ", has" or ""
/* A batch of gradients: what goes in, and two sets of what comes out. Rows of x are packed; the stride of dy is larger
 * by `apart`, and that of dx is larger again by as much. */
typedef struct {
    size_t apart;
    unsigned char *x, *dy, *gamma, *dx[2];
    float *mean, *rstd, *dgamma[2], *dbeta[2], *workspace;
    void *blocks[12];
    size_t count;
} Gradients;

static void *piece(Gradients *g, size_t bytes)
{
    void *p = malloc(bytes + 64);
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    memset(p, 0, bytes + 64);
    g->blocks[g->count++] = p;
    return p;
}

/* to, to_gamma: write an element of x, and of gamma; element, parameter: their bytes. */
static void gradients(Gradients *g, void (*to)(void *, size_t, double), void (*to_gamma)(void *, size_t, double),
                      size_t element, size_t parameter, size_t width, size_t rows, size_t apart)
{
    const size_t dy_stride = width + apart, dx_stride = dy_stride + apart;
    memset(g, 0, sizeof *g);
    g->apart = apart;
    g->x = (unsigned char *)piece(g, width * rows * element);
    g->dy = (unsigned char *)piece(g, dy_stride * rows * element);
    g->gamma = (unsigned char *)piece(g, width * parameter);
    g->mean = (float *)piece(g, rows * sizeof(float));
    g->rstd = (float *)piece(g, rows * sizeof(float));
    for (int i = 0; i < 2; i++) {
        g->dx[i] = (unsigned char *)piece(g, dx_stride * rows * element);
        g->dgamma[i] = (float *)piece(g, width * sizeof(float));
        g->dbeta[i] = (float *)piece(g, width * sizeof(float));
    }
% if has.workspace then
    g->workspace = (float *)piece(g, ln_sums_bytes(${around.sums_has and "LN_HAS_GAMMA | LN_HAS_BETA, " or ""}width, rows));
% end
    for (size_t i = 0; i < width * rows; i++) {
        to(g->x, i, normal() * (i % 61 == 3 ? 50 : 1));
        to(g->dy, i / width * dy_stride + i % width, normal());
        to(g->dx[0], i / width * dx_stride + i % width, normal());
    }
    memcpy(g->dx[1], g->dx[0], dx_stride * rows * element);
    for (size_t i = 0; i < width; i++) {
        to_gamma(g->gamma, i, 1 + 0.1 * normal());
        g->dgamma[0][i] = g->dgamma[1][i] = (float)normal();
        g->dbeta[0][i] = g->dbeta[1][i] = (float)normal();
    }
    for (size_t r = 0; r < rows; r++) {
        g->mean[r] = (float)(0.1 * normal());
        g->rstd[r] = (float)(0.7 + uniform());
    }
}

static void discard(Gradients *g)
{
    while (g->count > 0)
        free(g->blocks[--g->count]);
}

static ${P}_args gradient_arguments(const Gradients *g, int set, size_t width, size_t rows)
{
    ${P}_args a;
    memset(&a, 0, sizeof a);
    a.width = a.x_stride = width;
    a.dy_stride = width + g->apart;
    a.dx_stride = a.dy_stride + g->apart;
    a.x = g->x;
    a.dy = g->dy;
    a.rstd = g->rstd;
    a.dx = g->dx[set];
% if has.mean then
    a.mean = g->mean;
% end
% if has.gamma then
    a.gamma = g->gamma;
% end
% if has.dgamma then
    a.dgamma = g->dgamma[set];
% end
% if has.dbeta then
    a.dbeta = g->dbeta[set];
% end
% if has.workspace then
    a.workspace = g->workspace;
    a.workspace_bytes = ln_sums_bytes(${around.sums_has and "LN_HAS_GAMMA | LN_HAS_BETA, " or ""}width, rows);
% else
    (void)rows;
% end
    return a;
}

static void gradient_complaint(const char *what, const char *name, const char *isa, size_t width, size_t rows)
{
    if (++failures <= COMPLAINTS_MAX)
        printf("FAILED: %s of %s, width %lu, %lu rows, %s\n", what, name, (unsigned long)width, (unsigned long)rows,
               isa);
}

/* dx of set 0, dgamma and dbeta against double: largest error, of dx as a share of what it is
 * made of. */
static double gradient_error(const Gradients *g, double (*of)(const void *, size_t),
                             double (*of_gamma)(const void *, size_t), size_t width, size_t rows, unsigned has,
                             int centred, int one)
{
    const size_t dy_stride = width + g->apart, dx_stride = dy_stride + g->apart;
    double worst = 0;
    for (size_t i = 0; i < width; i++) {
        double dgamma = 0, dbeta = 0;
        for (size_t r = 0; r < rows; r++) {
            const double dy = of(g->dy, r * dy_stride + i), mean = centred ? (double)g->mean[r] : 0;
            dgamma += dy * (of(g->x, r * width + i) - mean) * (double)g->rstd[r];
            dbeta += dy;
        }
        if ((has & LN_HAS_GAMMA) && fabs(dgamma - (double)g->dgamma[0][i]) > worst)
            worst = fabs(dgamma - (double)g->dgamma[0][i]);
        if ((has & LN_HAS_BETA) && fabs(dbeta - (double)g->dbeta[0][i]) > worst)
            worst = fabs(dbeta - (double)g->dbeta[0][i]);
    }
    worst /= 100; /* sums of many rows */
    for (size_t r = 0; r < rows; r++) {
        const double mean = centred ? (double)g->mean[r] : 0, rstd = (double)g->rstd[r];
        double c1 = 0, c2 = 0, size1 = 0, size2 = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < width; i++) {
                const double gain = (has & LN_HAS_GAMMA ? of_gamma(g->gamma, i) : 1) + one;
                const double scaled_dy = of(g->dy, r * dy_stride + i) * gain;
                const double xhat = (of(g->x, r * width + i) - mean) * rstd;
                const double dx = rstd * (scaled_dy - c1 - xhat * c2);
                const double size = 1 + rstd * (fabs(scaled_dy) + size1 + fabs(xhat) * size2);
                const double error = fabs(of(g->dx[0], r * dx_stride + i) - dx) / size;
% if types.f16 then
                const int beyond = of == of_f16 && fabs(dx) > 65000; /* what f16 holds: a row of one outlier */
% end
                if (pass == 1 && error > worst${types.f16 and " && !beyond" or ""})
                    worst = error;
                if (pass == 0) {
                    size1 += fabs(scaled_dy) / (double)width;
                    size2 += fabs(scaled_dy * xhat) / (double)width;
                    c1 += centred ? scaled_dy / (double)width : 0;
                    c2 += scaled_dy * xhat / (double)width;
                }
            }
    }
    return worst;
}

% for _, f in ipairs(backward) do
%   local dtype, params = f.spec.dtype, f.spell.parameter_type
%   local made = ("to_%s, to_%s, %d, %d"):format(dtype, params, f.spell.element_bytes, f.spell.parameter_bytes)
/* ns a row of 256 rows. */
static double ${f.name}_time(ln_kernel *kernel, size_t width)
{
    Gradients g;
    gradients(&g, ${made}, width, 256, 0);
    const ${P}_args a = gradient_arguments(&g, 0, width, 256);
    const double took = time_rows(kernel, &a, 256);
    discard(&g);
    return took;
}

%   local centred, one = f.spell.centred and 1 or 0, f.spell.one_plus and 1 or 0
%   local allowed = storage[dtype].allowed
/* The functions for packed rows against the kernel of plain C. */
static void check_${f.name}_entries(void)
{
%   if around.sums_has then
    const unsigned has = ln_${f.name}_kind.has;
%   end
%   for _, d in ipairs(backward_functions) do
%     if d.kind == f.name then
    for (size_t rows = 1; rows <= 40; rows += 39) {
        const size_t width = ${d.spec.width == "any" and "333" or d.width};
        Gradients g;
        gradients(&g, ${made}, width, rows, 0);
        const ${P}_args want = gradient_arguments(&g, 1, width, rows);
        ln_run_gradients(ln_sets[SETS - 1].${f.name}_any, &want${passed}, rows, 1);
%       local arguments = {}
%       for i, p in ipairs(d.parameters) do
%         local name, made = p.name, "g." .. p.name
%         if name == "dx" then made = ("(%s)(void *)g.dx[0]"):format(p.type)
%         elseif name == "dgamma" or name == "dbeta" then made = made .. "[0]"
%         elseif name == "rows" or name == "width" then made = name
%         elseif p.type:find("^const") and name ~= "mean" and name ~= "rstd" then
%           made = ("(%s)(void *)%s"):format(p.type, made)
%         end
%         arguments[i] = made
%       end
%       local call = layout.list("        " .. d.name, arguments, ";")
${call}
        if (memcmp(g.dx[0], g.dx[1], width * rows * ${f.element_size}) ||
            memcmp(g.dgamma[0], g.dgamma[1], width * sizeof(float)) ||
            memcmp(g.dbeta[0], g.dbeta[1], width * sizeof(float)))
            gradient_complaint("entry", "${d.name}", ${P}_isa(), width, rows);
        discard(&g);
    }
%     end
%   end
}

/* Returns how many kernels ran. */
static unsigned long check_${f.name}(void)
{
    unsigned long ran = 0;
%   if around.sums_has then
    const unsigned has = ln_${f.name}_kind.has;
%   end
    const size_t list[] = {1, 7, 17, 64, 130, 515, ${table.concat(f.width_list, ", ")}};
    const size_t counts[] = {1, 2, 5, 32, 33, 70};
    for (size_t n = 0; n < ${mixed and "TESTED" or "SETS"}; n++) {
        const ln_set *isa = tested(n);
        if (!isa)
            continue;
        for (size_t w = 0; w < sizeof list / sizeof list[0]; w++)
            for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
                const size_t width = list[w], rows = counts[c];
                ln_kernel *kernel = isa->${f.name}_any;
%   for _, width in ipairs(f.width_list) do
                if (width == ${width})
                    kernel = isa->${f.name}_${width};
%   end
                Gradients g;
                gradients(&g, ${made}, width, rows, c % 2 ? 64 : c / 2);
                ${P}_args a = gradient_arguments(&g, 0, width, rows), want = gradient_arguments(&g, 1, width, rows);
                a.accumulate = want.accumulate = (int)((w + c) % 4);
                a.stream = (int)(c % 2);
                ln_run_gradients(ln_sets[SETS - 1].${f.name}_any, &want${passed}, rows, 1);
                if (c % 3 == 1 && !(a.accumulate & ${U}_ADD_DX)) {
                    a.dx = g.dy;
                    a.dx_stride = a.dy_stride;
                }
                ln_run_gradients(kernel, &a${passed}, rows, 1);
                int same_dx = 1;
                for (size_t r = 0; r < rows; r++)
                    same_dx &= alike((char *)a.dx + r * a.dx_stride * ${f.element_size},
                                     (char *)want.dx + r * want.dx_stride * ${f.element_size}, width,
                                     ${f.element_size}, NAN_ABOVE_${dtype});
                if (!same_dx || memcmp(g.dgamma[0], g.dgamma[1], width * sizeof(float)) ||
                    memcmp(g.dbeta[0], g.dbeta[1], width * sizeof(float)))
                    gradient_complaint("bits", "${f.name}", isa->name, width, rows);
                discard(&g);
            }
%   if mixed then
        if (n >= SETS)
            continue;
%   end
%   for _, width in ipairs(f.width_list) do
        const double own_${width} = ${f.name}_time(isa->${f.name}_${width}, ${width});
        const double loop_${width} = ${f.name}_time(isa->${f.name}_any, ${width});
        print_times("${f.name}", ${width}, isa, own_${width}, loop_${width}, 0);
        ran++;
%   end
    }
    for (size_t w = 0; w < sizeof list / sizeof list[0]; w++) {
        const size_t width = list[w], rows = 40;
        Gradients g;
        gradients(&g, ${made}, width, rows, w % 3);
        ${P}_args a = gradient_arguments(&g, 0, width, rows), bad;
        a.reduce_rows = 7; /* which is the functions' own */
        if (${P}_${f.name}_batch(&a, rows) != ${U}_OK ||
            gradient_error(&g, of_${dtype}, of_${params}, width, rows, ${f.has}, ${centred}, ${one}) > ${allowed})
            gradient_complaint("values", "${f.name}", ${P}_isa(), width, rows);
        ${P}_args b = gradient_arguments(&g, 1, width, rows);
        b.reduce_rows = 7;
        if (${P}_${f.name}_rows(&b, rows, 32, 40) ||
            ${P}_${f.name}_rows(&b, rows, 0, 32) ||
            ${P}_${f.name}_rows(&b, rows, 40, 40) ||
            ${P}_${f.name}_finish(&b, rows) ||
            memcmp(g.dx[0], g.dx[1], b.dx_stride * rows * ${f.element_size}) ||
            memcmp(g.dgamma[0], g.dgamma[1], width * sizeof(float)) ||
            memcmp(g.dbeta[0], g.dbeta[1], ${f.spell.beta and "width * sizeof(float)" or "0"}))
            gradient_complaint("ranges of rows", "${f.name}", ${P}_isa(), width, rows);
        bad = a;
        bad.dy = NULL;
        int refused = ${P}_${f.name}_batch(&bad, rows) == ${U}_NULL;
        bad.x = bad.dy = NULL;
        bad.dx = NULL;
%   if has.dgamma then
        bad.gamma = NULL;
        bad.workspace = NULL;
%   end
        refused &= ${P}_${f.name}_batch(&bad, 0) == ${U}_OK && ${P}_${f.name}_rows(&bad, 0, 0, 0) == ${U}_OK;
%   if f.spell.gamma then
        for (size_t i = 0; i < width; i++) /* the sums over no rows */
            refused &= !(fabs((double)g.dgamma[0][i]) > 0)${f.spell.beta and " && !(fabs((double)g.dbeta[0][i]) > 0)" or ""};
%   end
        bad = a;
        bad.accumulate = 8;
        refused &= ${P}_${f.name}_batch(&bad, rows) == ${U}_ACCUMULATE;
        refused &= ${P}_${f.name}_finish(&bad, rows) == ${U}_ACCUMULATE;
        bad = a;
        bad.dx = g.dy;
        bad.dx_stride = bad.dy_stride;
        bad.accumulate = ${U}_ADD_DX;
        refused &= ${P}_${f.name}_batch(&bad, rows) == ${U}_OVERLAP;
%   if f.spell.gamma then
        bad = a;
        bad.workspace_bytes = ${P}_${f.name}_workspace(width, rows) - 1;
        refused &= ${P}_${f.name}_batch(&bad, rows) == ${U}_WORKSPACE;
        bad.workspace_bytes = ${P}_${f.name}_workspace(width, 32);
        refused &= ${P}_${f.name}_batch(&bad, 32) == ${U}_OK && ${P}_${f.name}_batch(&bad, 33) == ${U}_WORKSPACE;
%   end
        refused &= ${P}_${f.name}_rows(&a, rows, 1, 40) == ${U}_ROWS;
        refused &= ${P}_${f.name}_rows(&a, rows, 0, 33) == ${U}_ROWS;
        refused &= ${P}_${f.name}_rows(&a, rows, 32, 64) == ${U}_ROWS;
        refused &= ${P}_${f.name}_rows(&a, rows, 32, 0) == ${U}_ROWS;
        if (!refused)
            gradient_complaint("refusal of bad arguments", "${f.name}", ${P}_isa(), width, rows);
#if defined(${U}_VECTORS)
        ${P}_args room;
        const size_t many = ln_cpu_stream_bytes() * 2 / 3 / (width * ${f.element_size}) + 1;
        if (ln_streamed(&a, &room, many, &ln_${f.name}_kind)->stream != 1)
            gradient_complaint("stores past the caches", "${f.name}", ${P}_isa(), width, many);
#endif
        discard(&g);
    }
    return ran;
}

% end
% if abi.llmc and llmc_backward then
/* llm.c's function is the kernel without a workspace, adding to everything. */
static void check_llmc(void)
{
    for (size_t width = 5; width <= 768; width += 763) {
        Gradients g;
        gradients(&g, to_f32, to_f32, 4, 4, width, 70, 0);
        ${P}_args want = gradient_arguments(&g, 1, width, 70);
        want.workspace = NULL;
        want.accumulate = ${U}_ADD_DX | ${U}_ADD_PARAMS;
        ln_sets[SETS - 1].layernorm_backward_f32_any(&want, 0, 70);
        ${P}_layernorm_backward((float *)(void *)g.dx[0], g.dgamma[0], g.dbeta[0], (float *)(void *)g.dy,
                                (float *)(void *)g.x, (float *)(void *)g.gamma, g.mean, g.rstd, 7, 10, (int)width);
        if (memcmp(g.dx[0], g.dx[1], width * 70 * 4) || memcmp(g.dgamma[0], g.dgamma[1], width * 4) ||
            memcmp(g.dbeta[0], g.dbeta[1], width * 4))
            gradient_complaint("layernorm_backward", "${P}", ${P}_isa(), width, 70);
        discard(&g);
    }
}

% end
