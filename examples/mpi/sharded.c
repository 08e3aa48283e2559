/* SPDX-License-Identifier: MIT */
/* sharded.c - LayerNorm of rows whose pieces lie on several MPI ranks.
 *
 *     mpirun -n 4 sharded [WIDTH ROWS]
 *
 * Every rank holds some columns of each row, with their gamma and beta: a piece. It computes the statistics of its
 * piece and sends them to all ranks, 16 bytes for each row. Every rank merges the statistics in the order of the ranks,
 * so that all get the same bits, and normalises its piece. Rank 0 then gathers y and compares it with the same rows
 * normalised whole. The two must differ by at most 10 units in the last place, since each is within 5 of the exact
 * result (docs/numerics.md); then the exit status is 0. The kernels come from
 *
 *     lngen emit -o kernels --pass forward,stats,apply --width 250,500,1000 */
#include "ln.h"

#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static const double BOUND = 10;

/* The first column of a rank. If the columns cannot be divided evenly, some ranks have one more. */
static size_t begin_of(size_t width, int rank, int ranks) { return width * (size_t)rank / (size_t)ranks; }

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "sharded: %s: %s\n", what, why);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void *take(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        stop("memory", "none left");
    return p;
}

static void run(ln_spec spec, const ln_args *args, size_t rows)
{
    ln_status status;
    const ln_entry *entry = ln_find(spec, &status);
    if (entry)
        status = ln_run(entry, args, rows);
    if (status)
        stop(entry ? entry->name : "ln_find", ln_status_message(status));
}

/* Element i of a row, the same on every rank. Rows have a deviation of about 1; every second row is far from zero. */
static float value(size_t row, size_t i)
{
    uint32_t h = (uint32_t)(row * 40503u + i) * 2654435761u;
    h = (h ^ h >> 15) * 2246822519u;
    return (float)(h >> 8) * 0x1p-22f - 2 + (row % 2 ? 1000.0f * (float)row : 0.0f);
}

static float gamma_of(size_t i) { return 1 + 0.01f * (float)(i % 7); }
static float beta_of(size_t i) { return 0.1f * (float)(i % 5); }

/* The largest difference, in units of the last place at the scale of what is added: of beta, and of gamma times the
 * normalised element, which counts as at least 1, the rms of the row. */
static double difference(const float *a, const float *b, size_t rows, size_t width)
{
    double worst = 0;
    for (size_t k = 0; k < rows * width; k++) {
        const double gamma = (double)gamma_of(k % width), beta = (double)beta_of(k % width);
        const double scale = fmax(fmax(fabs((double)b[k] - beta), gamma), beta);
        int exponent;
        frexp(scale, &exponent);
        const double units = fabs((double)a[k] - (double)b[k]) / ldexp(1, exponent - 24);
        if (!(units <= worst)) /* also true for NaN */
            worst = units;
    }
    return worst;
}

int main(int argc, char **argv)
{
    int rank, ranks;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    const size_t width = argc > 2 ? strtoul(argv[1], NULL, 10) : 1000;
    const size_t rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 64;
    if (width < (size_t)ranks || width > 1 << 20 || rows == 0 || rows > 1 << 16)
        stop("WIDTH ROWS", "expected at least one element for each rank and at most 1048576, and 1 to 65536 rows");
    if (argc == 2 || argc > 3)
        stop("WIDTH ROWS", "expected both numbers, or none");
    if (rows * (width / (size_t)ranks + 1) > INT_MAX)
        stop("WIDTH ROWS", "expected pieces of at most 2147483647 elements, as MPI counts them; take more ranks");

    const size_t first = begin_of(width, rank, ranks), here = begin_of(width, rank + 1, ranks) - first;
    float *x = take(rows * here, sizeof *x), *y = take(rows * here, sizeof *y);
    float *gamma = take(here, sizeof *gamma), *beta = take(here, sizeof *beta);
    for (size_t i = 0; i < here; i++) {
        gamma[i] = gamma_of(first + i);
        beta[i] = beta_of(first + i);
        for (size_t row = 0; row < rows; row++)
            x[row * here + i] = value(row, first + i);
    }

    /* the statistics of this piece, then those of all pieces, then those of whole rows */
    ln_stats *mine = take(rows, sizeof *mine), *parts = take(rows * (size_t)ranks, sizeof *parts);
    size_t *widths = take((size_t)ranks, sizeof *widths);
    for (int r = 0; r < ranks; r++)
        widths[r] = begin_of(width, r + 1, ranks) - begin_of(width, r, ranks);
    ln_args args = {.width = here,
                    .x_stride = here,
                    .y_stride = here,
                    .x = x,
                    .y = y,
                    .gamma = gamma,
                    .beta = beta,
                    .eps = 1e-5f,
                    .stats = mine,
                    .whole_width = width};
    run((ln_spec){.pass = LN_PASS_STATS, .width = here}, &args, rows);
    MPI_Allgather(mine, (int)(2 * rows), MPI_DOUBLE, parts, (int)(2 * rows), MPI_DOUBLE, MPI_COMM_WORLD);
    const ln_status status = ln_stats_merge(mine, parts, widths, (size_t)ranks, rows);
    if (status)
        stop("ln_stats_merge", ln_status_message(status));
    run((ln_spec){.pass = LN_PASS_APPLY, .width = here}, &args, rows);

    /* the same rows, normalised whole on rank 0 */
    double worst = 0;
    if (rank == 0) {
        float *whole_x = take(rows * width, sizeof *whole_x), *whole_y = take(rows * width, sizeof *whole_y);
        float *gathered = take(rows * width, sizeof *gathered), *part = take(rows * width, sizeof *part);
        float *whole_gamma = take(width, sizeof *whole_gamma), *whole_beta = take(width, sizeof *whole_beta);
        for (size_t i = 0; i < width; i++) {
            whole_gamma[i] = gamma_of(i);
            whole_beta[i] = beta_of(i);
            for (size_t row = 0; row < rows; row++)
                whole_x[row * width + i] = value(row, i);
        }
        const ln_args whole = {.width = width,
                               .x_stride = width,
                               .y_stride = width,
                               .x = whole_x,
                               .y = whole_y,
                               .gamma = whole_gamma,
                               .beta = whole_beta,
                               .eps = 1e-5f};
        run((ln_spec){.width = width}, &whole, rows);
        for (int r = 0; r < ranks; r++) {
            const size_t from = begin_of(width, r, ranks);
            if (r == 0)
                for (size_t i = 0; i < rows * here; i++)
                    part[i] = y[i];
            else
                MPI_Recv(part, (int)(rows * widths[r]), MPI_FLOAT, r, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
            for (size_t row = 0; row < rows; row++)
                for (size_t i = 0; i < widths[r]; i++)
                    gathered[row * width + from + i] = part[row * widths[r] + i];
        }
        worst = difference(gathered, whole_y, rows, width);
        printf("%d ranks, %zu rows of %zu: the largest difference from one process is %.3g units in the last place, "
               "bound %g\n",
               ranks, rows, width, worst, BOUND);
        free(whole_x), free(whole_y), free(gathered), free(part), free(whole_gamma), free(whole_beta);
    } else {
        MPI_Send(y, (int)(rows * here), MPI_FLOAT, 0, 0, MPI_COMM_WORLD);
    }
    MPI_Bcast(&worst, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    free(x), free(y), free(gamma), free(beta), free(mine), free(parts), free(widths);
    MPI_Finalize();
    return !(worst <= BOUND);
}
