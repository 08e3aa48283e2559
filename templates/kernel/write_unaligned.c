% -- SPDX-License-Identifier: MIT
% -- write_unaligned.c: part of write.c: past the caches from the first whole register of y on, wherever the row begins
% local unit, N = printer.unit, spec.width
    const size_t past = (uintptr_t)y0 / sizeof(*y0) % ${unit}, head = past == 0 ? 0 : ${unit} - past;
    size_t i = head${N < unit and (" < %d ? head : %d"):format(N, N) or ""};
    /* Lines that other rows share are prefetched, and written through the caches. */
% local whole_lines = N * spell.output_bytes % 64 == 0
% local indent = whole_lines and "    " or ""
% if whole_lines then
    if ((uintptr_t)y0 % 64 != 0) {
% end
    ${indent}prefetch(y0 + 2 * a->y_stride);
    ${indent}prefetch(y0 + 2 * a->y_stride + ${N - 1});
% if way.late then
    ${indent}prefetch(sum0 + 2 * a->sum_stride);
    ${indent}prefetch(sum0 + 2 * a->sum_stride + ${N - 1});
% end
% if whole_lines then
    }
% end

    ${print.writes_unaligned(printer, way)}
