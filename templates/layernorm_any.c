#include "ln_${target.name}.h"

ln_kernel ${kernel.name}, ln_${family}_slow;

typedef struct {
    D s, q; /* sums of x - pilot and of its squares, eight lanes */
} Moments;

/* Sums of n <= ${numerics.block} elements: element i goes to lane i mod 64, the lanes fold by halves. */
FN Moments superblock(const float *x, size_t n, V pilot, int centred)
{
    V ts[16 / LANES], tq[16 / LANES];
    for (size_t j = 0; j < 16; j += LANES) {
        V s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
        V q0 = zero(), q1 = zero(), q2 = zero(), q3 = zero();
        const float *p = x + j;
        size_t i = 0;
        for (; i + 64 <= n; i += 64) {
            V x0 = load(p + i), x1 = load(p + i + 16), x2 = load(p + i + 32), x3 = load(p + i + 48);
            if (centred) {
% for c = 0, 3 do
                x${c} = sub(x${c}, pilot);
% end
            }
% for c = 0, 3 do
            s${c} = add(s${c}, x${c});
            q${c} = muladd(x${c}, x${c}, q${c});
% end
        }
% for c = 0, 3 do
        if (i + ${16 * c} + j < n) {
            const unsigned left = (unsigned)(n - i - ${16 * c} - j < LANES ? n - i - ${16 * c} - j : LANES);
            V x${c} = load_part(p + i + ${16 * c}, left);
            if (centred)
                x${c} = keep_part(sub(x${c}, pilot), left);
            s${c} = add(s${c}, x${c});
            q${c} = muladd(x${c}, x${c}, q${c});
        }
% end
        ts[j / LANES] = add(add(s0, s2), add(s1, s3));
        tq[j / LANES] = add(add(q0, q2), add(q1, q3));
    }
    Moments m = {widen(ts), widen(tq)};
    return m;
}

FN Moments moments(const float *x, size_t n, V pilot, int centred)
{
    Moments m = superblock(x, n < ${numerics.block} ? n : ${numerics.block}, pilot, centred);
    for (size_t i = ${numerics.block}; i < n; i += ${numerics.block}) {
        const Moments next = superblock(x + i, n - i < ${numerics.block} ? n - i : ${numerics.block}, pilot, centred);
        m.s = dadd(m.s, next.s);
        m.q = dadd(m.q, next.q);
    }
    return m;
}

% include "layernorm_finish.c"

/* The same from sums about a pilot close to the mean. The mean goes on as two floats, mean + low, and
 * y = ((x - mean)*rstd + shift)*gamma + beta with shift = -low*rstd. */
FN unsigned finish_far(R s, R q, double width_inverse, float pilot, double eps, float *mean, float *rstd, float *shift)
{
    const R m = rmuladd(s, rsplat(width_inverse), rsplat((double)pilot));
    const R m2 = rmax(rnegmuladd(s, rmul(s, rsplat(width_inverse)), q), rsplat(0.0));
    const R v = rmuladd(m2, rsplat(width_inverse), rsplat(eps));
    const R r = rround(rrsqrt(v));
    const R high = rround(m);
    rstore(mean, high);
    rstore(rstd, r);
    rstore(shift, rnegate(rmul(rsub(m, high), r)));
    return rle(q, rsplat(DBL_MAX)) & rle(rsplat(${numerics.tiny}), v);
}

FN void apply(float *y, const float *x, const float *gamma, const float *beta, size_t n, float mean, float rstd,
              float shift, int centred)
{
    const V m = splat(mean), r = splat(rstd), c = splat(shift);
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        V x0 = load(x + i), x1 = load(x + i + LANES), x2 = load(x + i + 2 * LANES), x3 = load(x + i + 3 * LANES);
        if (centred) {
% for k = 0, 3 do
            x${k} = sub(x${k}, m);
% end
        }
% for k = 0, 3 do
%   local at = k == 0 and "i" or k == 1 and "i + LANES" or ("i + %d * LANES"):format(k)
        store(y + ${at}, muladd(muladd(x${k}, r, c), load(gamma + ${at}), load(beta + ${at})));
% end
    }
    for (; i < n; i += LANES) {
        const unsigned left = (unsigned)(n - i < LANES ? n - i : LANES);
        V x0 = load_part(x + i, left);
        if (centred)
            x0 = sub(x0, m);
        store_part(y + i, muladd(muladd(x0, r, c), load_part(gamma + i, left), load_part(beta + i, left)), left);
    }
}

KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    const size_t n = a->width;
    const double width_inverse = 1.0 / (double)n;
    const double near = n > 4 ? 1.0 - 4.0 / (double)n : 0.0;
    const float *gamma = (const float *)a->gamma, *beta = (const float *)a->beta;

    for (size_t row = begin; row < end; row++) {
        const float *x = (const float *)a->x + row * a->x_stride;
        float *y = (float *)a->y + row * a->y_stride;
        float mean[4], rstd[4], shift[4];

        Moments m = moments(x, n, zero(), 0);
        const unsigned served = finish(sum_row(fold(m.s)), sum_row(fold(m.q)), width_inverse, near, (double)a->eps,
                                       mean, rstd, shift);
        if (served & 1u) {
            apply(y, x, gamma, beta, n, 0, rstd[0], shift[0], 0);
        } else {
            const float pilot = mean[0];
            m = moments(x, n, splat(pilot), 1);
            if (!(finish_far(sum_row(fold(m.s)), sum_row(fold(m.q)), width_inverse, pilot, (double)a->eps, mean, rstd,
                             shift) & 1u)) {
                ln_${family}_slow(a, row, row + 1);
                continue;
            }
            apply(y, x, gamma, beta, n, mean[0], rstd[0], shift[0], 1);
        }
        if (a->mean)
            a->mean[row] = mean[0];
        if (a->rstd)
            a->rstd[row] = rstd[0];
    }
    leave(saved);
}
