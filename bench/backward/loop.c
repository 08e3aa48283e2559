/* loop.c - LayerNorm backward as it is written in every textbook, for a compiler to do its best on. LOOP is its name.
 */
#include "job.h"

#include <string.h>

static void rows(float *restrict dx, float *restrict dgamma, float *restrict dbeta, const float *restrict dy,
                 const float *restrict x, const float *restrict gamma, const float *mean, const float *rstd,
                 size_t width, size_t count)
{
    memset(dgamma, 0, width * sizeof *dgamma);
    memset(dbeta, 0, width * sizeof *dbeta);
    for (size_t row = 0; row < count; row++, x += width, dy += width, dx += width) {
        const float m = mean[row], r = rstd[row];
        float sum = 0, product = 0;
        for (size_t i = 0; i < width; i++) {
            const float xhat = (x[i] - m) * r, g = dy[i] * gamma[i];
            sum += g;
            product += g * xhat;
        }
        sum /= (float)width;
        product /= (float)width;
        for (size_t i = 0; i < width; i++) {
            const float xhat = (x[i] - m) * r;
            dgamma[i] += dy[i] * xhat;
            dbeta[i] += dy[i];
            dx[i] = r * (dy[i] * gamma[i] - sum - xhat * product);
        }
    }
}

void LOOP(const Job *j)
{
    rows(j->dx, j->dgamma, j->dbeta, j->dy, j->x, j->gamma, j->mean, j->rstd, j->width, j->rows);
}
