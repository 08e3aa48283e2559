% -- SPDX-License-Identifier: MIT
% -- stats.c: the kernel's own function where only statistics are wanted
% item(kernel.name)
/* Computes the statistics of the rows begin .. end - 1; checks nothing. */
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    for (size_t row = begin; row < end; row++) {
        const Sums sums = take_sums(a, row${spell.centred and ", NULL" or ""});
% if spell.centred then
        const Statistics t = statistics(rtotal(sums.s), rtotal(sums.q), WIDTH_INVERSE, LIMIT, (double)a->eps, 1);
        if (t.ok & 1u) {
            a->stats[row].mean = rfirst(t.mean);
            a->stats[row].m2 = rfirst(t.m2);
        } else {
            const float pilot = (float)rfirst(t.mean);
            const V mean = splat(pilot);
            const Sums again = take_sums(a, row, &mean);
            far_row(a, row, rtotal(again.s), rtotal(again.q), pilot, WIDTH_INVERSE);
        }
% else
        const R q = rtotal(sums.q);
        if (can_finish(q, WIDTH_INVERSE, (double)a->eps) & 1u) {
            a->stats[row].mean = 0;
            a->stats[row].m2 = rfirst(q);
        } else {
            ${any}(a, row, row + 1);
        }
% end
    }
    leave(saved);
}
