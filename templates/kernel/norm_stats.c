% -- norm_stats.c: the end of norm_forward.c where only statistics are wanted
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    for (size_t row = begin; row < end; row++) {
        const Moments m = take_sums(a, row);
% if words.centred then
        const Statistics t = statistics(rsplat(m.s), rsplat(m.q), WIDTH_INVERSE, NEAR, (double)a->eps);
        if (t.served & 1u) {
            a->stats[row].mean = rfirst(t.mean);
            a->stats[row].m2 = rfirst(t.m2);
        } else {
            ${any}(a, row, row + 1);
        }
% else
        if (serves(rsplat(m.q), WIDTH_INVERSE, (double)a->eps) & 1u) {
            a->stats[row].mean = 0;
            a->stats[row].m2 = m.q;
        } else {
            ${any}(a, row, row + 1);
        }
% end
    }
    leave(saved);
}
