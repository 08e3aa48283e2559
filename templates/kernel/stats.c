% -- stats.c: the kernel's own function where only statistics are wanted
% item(kernel.name)
KERNEL void ${kernel.name}(const ln_args *a, size_t begin, size_t end)
{
    const unsigned saved = enter();
    for (size_t row = begin; row < end; row++) {
        const Moments m = take_sums(a, row);
% if spell.centred then
        const Statistics t = statistics(rsplat(m.s), rsplat(m.q), WIDTH_INVERSE, NEAR, (double)a->eps);
        if (t.served & 1u) {
            a->stats[row].mean = rfirst(t.mean);
            a->stats[row].m2 = rfirst(t.m2);
        } else {
            ${kernel.any}(a, row, row + 1);
        }
% else
        if (serves(rsplat(m.q), WIDTH_INVERSE, (double)a->eps) & 1u) {
            a->stats[row].mean = 0;
            a->stats[row].m2 = m.q;
        } else {
            ${kernel.any}(a, row, row + 1);
        }
% end
    }
    leave(saved);
}
