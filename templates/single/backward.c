% -- single_backward.c: part of single.c, entries of the gradients
/* Bytes that the sums of a batch take: `sums` rows of floats, padded, for each block. 0 when they are too many. */
static size_t sums_bytes(size_t sums, size_t width, size_t rows)
{
    const size_t blocks = rows / ${U}_BACKWARD_BLOCK + (rows % ${U}_BACKWARD_BLOCK != 0);
    const size_t bytes = sums * ((width + 31) / 32 * 32) * sizeof(float);
    return width > (size_t)PTRDIFF_MAX / 16 || (bytes > 0 && blocks > (size_t)PTRDIFF_MAX / bytes) ? 0 : blocks * bytes;
}

static int wrong_backward(const ${P}_args *a, size_t rows, unsigned has, size_t element)
{
    const size_t most = (size_t)PTRDIFF_MAX / element;
    if (!a || !a->x || !a->dy || !a->dx || !a->rstd || (!a->mean && (has & HAS_MEAN)))
        return ${U}_NULL;
    if (((has & HAS_GAMMA) && (!a->gamma || !a->dgamma || !a->workspace)) || ((has & HAS_BETA) && !a->dbeta))
        return ${U}_NULL;
    if (a->width == 0)
        return ${U}_WIDTH;
    if (a->x_stride < a->width || a->dy_stride < a->width || a->dx_stride < a->width)
        return ${U}_STRIDE;
    if (a->stream < 0 || a->stream > 2)
        return ${U}_STREAM;
    if (a->accumulate & ~(${U}_ADD_DX | ${U}_ADD_PARAMS))
        return ${U}_ACCUMULATE;
    if (rows == 0)
        return ${U}_OK;
    if (a->x_stride > most / rows || a->dy_stride > most / rows || a->dx_stride > most / rows ||
        rows > (size_t)PTRDIFF_MAX / sizeof(float))
        return ${U}_SIZE;
    const size_t needed = has & HAS_GAMMA ? sums_bytes(has & HAS_BETA ? 2 : 1, a->width, rows) : 0;
    if ((has & HAS_GAMMA) && needed == 0)
        return ${U}_SIZE;
    if (a->workspace_bytes < needed)
        return ${U}_WORKSPACE;

    const size_t n = a->width, f = sizeof(float);
    const Array inputs[5] = {
        array_of(a->x, element, n, a->x_stride, rows),
        array_of(a->dy, element, n, a->dy_stride, rows),
        array_of(has & HAS_GAMMA ? a->gamma : NULL, element, n, 0, 1),
        array_of(has & HAS_MEAN ? a->mean : NULL, f, rows, 0, 1),
        array_of(a->rstd, f, rows, 0, 1),
    };
    const Array outputs[4] = {
        array_of(a->dx, element, n, a->dx_stride, rows),
        array_of(has & HAS_GAMMA ? a->dgamma : NULL, f, n, 0, 1),
        array_of(has & HAS_BETA ? a->dbeta : NULL, f, n, 0, 1),
        array_of(has & HAS_GAMMA ? a->workspace : NULL, f, needed / f, 0, 1),
    };
    for (size_t i = 0; i < 5; i++)
        if (misaligned(&inputs[i]))
            return ${U}_ALIGNMENT;
    for (size_t o = 0; o < 4; o++) {
        if (misaligned(&outputs[o]))
            return ${U}_ALIGNMENT;
        for (size_t i = 0; i < 5; i++) {
            const int in_place = o == 0 && i < 2 && !(a->accumulate & ${U}_ADD_DX) && same(&outputs[o], &inputs[i]);
            if (!in_place && share(&outputs[o], &inputs[i]))
                return ${U}_OVERLAP;
        }
        for (size_t i = 0; i < o; i++)
            if (share(&outputs[o], &outputs[i]))
                return ${U}_OVERLAP;
    }
    return ${U}_OK;
}

/* dgamma and dbeta from the sums of the blocks. */
static void finish_sums(Kernel *kernel, const ${P}_args *args, size_t rows, unsigned has)
{
    ${P}_args a; /* what sums are finished from, and no more */
    if (!(has & HAS_GAMMA))
        return;
    a.width = args->width;
    a.dgamma = args->dgamma;
    a.dbeta = has & HAS_BETA ? args->dbeta : NULL;
    a.accumulate = args->accumulate;
    a.workspace = args->workspace;
    a.reduce_rows = rows;
    if (rows > 0) {
        kernel(&a, 0, a.width);
    } else if (!(a.accumulate & ${U}_ADD_PARAMS)) {
        memset(a.dgamma, 0, a.width * sizeof(float));
        if (a.dbeta)
            memset(a.dbeta, 0, a.width * sizeof(float));
    }
}

/* The struct as kernels want it: as settled() gives it, and with rows to go over. */
static const ${P}_args *settled_backward(const ${P}_args *args, ${P}_args *room, size_t rows, size_t element)
{
    const ${P}_args *a = settled(args, room, rows, element);
    if (a->reduce_rows == 0)
        return a;
    *room = *a;
    room->reduce_rows = 0;
    return room;
}

static int run_backward(Kernel *kernel, const ${P}_args *args, size_t rows, unsigned has, size_t element)
{
    ${P}_args room;
    const ${P}_args *a = settled_backward(args, &room, rows, element);
#ifdef _OPENMP
    const size_t worth = rows * a->width >> 15, blocks = (rows + ${U}_BACKWARD_BLOCK - 1) / ${U}_BACKWARD_BLOCK;
    const int most = omp_in_parallel() ? 1 : omp_get_max_threads();
    if (most > 1 && blocks >= (size_t)most && worth >= (size_t)most) {
#pragma omp parallel num_threads(most)
        {
            const size_t part = (size_t)omp_get_thread_num(), parts = (size_t)omp_get_num_threads();
            const size_t begin = blocks * part / parts * ${U}_BACKWARD_BLOCK;
            const size_t end = blocks * (part + 1) / parts * ${U}_BACKWARD_BLOCK;
            kernel(a, begin, end < rows ? end : rows);
        }
        finish_sums(kernel, a, rows, has);
        return ${U}_OK;
    }
#endif
    kernel(a, 0, rows);
    finish_sums(kernel, a, rows, has);
    return ${U}_OK;
}

% for _, f in ipairs(backward) do
int ${P}_${f.name}_batch(const ${P}_args *args, size_t rows)
{
    const int status = wrong_backward(args, rows, ${f.has}, ${f.element_size});
    return status ? status : run_backward(${f.name}_of(args->width), args, rows, ${f.has}, ${f.element_size});
}

int ${P}_${f.name}_rows(const ${P}_args *args, size_t rows, size_t begin, size_t end)
{
    const int status = wrong_backward(args, rows, ${f.has}, ${f.element_size});
    if (begin > end || end > rows || begin % ${U}_BACKWARD_BLOCK != 0 || (end % ${U}_BACKWARD_BLOCK != 0 && end != rows))
        return ${U}_ROWS;
    if (status)
        return status;
    ${P}_args room;
    ${f.name}_of(args->width)(settled_backward(args, &room, rows, ${f.element_size}), begin, end);
    return ${U}_OK;
}

int ${P}_${f.name}_finish(const ${P}_args *args, size_t rows)
{
    const int status = wrong_backward(args, rows, ${f.has}, ${f.element_size});
    if (!status)
        finish_sums(${f.name}_of(args->width), args, rows, ${f.has});
    return status;
}

%   if f.words.gamma then
size_t ${P}_${f.name}_workspace(size_t width, size_t rows) { return sums_bytes(${f.words.beta and 2 or 1}, width, rows); }

%   end
% end
/* Packed rows; the caller adds statistics, parameters and their gradients. */
static void pack_backward(${P}_args *a, void *dx, const void *dy, const void *x, size_t width)
{
    a->width = a->x_stride = a->dy_stride = a->dx_stride = width;
    a->dx = dx;
    a->dy = dy;
    a->x = x;
    a->stream = a->accumulate = 0;
    a->workspace = NULL;
    a->reduce_rows = 0;
}

% for _, f in ipairs(backward_functions) do
${f.declaration}
{
%   if f.any then
    ${P}_args a;
    pack_backward(&a, dx, dy, x, width);
    a.rstd = (float *)(uintptr_t)rstd; /* only read */
%     if f.words.centred then
    a.mean = (float *)(uintptr_t)mean;
%     end
%     for _, name in ipairs(f.passed) do
    a.${name} = ${name};
%     end
%     if f.words.gamma then
    a.workspace = (float *)workspace;
%     end
    a.stream = past_caches(rows * width * sizeof *dx);
    ${f.family}_of(width)(&a, 0, rows);
    finish_sums(${f.family}_of(width), &a, rows, ${f.has});
%   else
    ${P}_${f.family}_any(${f.of_width});
%   end
}

% end
% if abi.llmc and llmc_backward then
void ${P}_layernorm_backward(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                             float *rstd, int B, int T, int C)
{
    ${P}_args a; /* no workspace: added row by row */
    pack_backward(&a, dinp, dout, inp, (size_t)C);
    a.dgamma = dweight;
    a.dbeta = dbias;
    a.gamma = weight;
    a.mean = mean;
    a.rstd = rstd;
    a.accumulate = ${U}_ADD_DX | ${U}_ADD_PARAMS;
    layernorm_backward_f32_of(a.width)(&a, 0, (size_t)B * (size_t)T);
}

% end
