# SPDX-License-Identifier: MIT
# schedules.awk - writes a plan file of random schedules:
#     awk -v seed=N -v widths="5 100 768" [-v norm_kinds="layernorm_f32 rmsnorm_bf16"] [-v full=1100] -f schedules.awk
# It draws from all values that a plan file may hold, with three exceptions, which keep kernels short enough to compile:
# full unroll only up to the width `full`; at most four rows in flight for full unroll above a width of 400; and plain C
# only up to a width of 130.
function draw(n) { return int(rand() * n) }
function situation(name, width, many,    unroll, rows) {
    unroll = width <= full && draw(2) ? "\"full\"" : 2 ^ draw(4)
    rows = name == "one" ? 1 : 1 + draw(unroll == "\"full\"" && width > 400 ? 4 : 8)
    printf "    %s = { unroll = %s, rows = %d, ahead = %d, store = \"%s\", prefetch = %d, into = \"l%d\" },\n",
        name, unroll, rows, name == "one" ? 0 : draw(3), many && draw(2) ? "stream" : "cached", draw(3), 1 + draw(2)
}
BEGIN {
    srand(seed)
    if (!full)
        full = 1100
    print "return { format = 1, version = \"any\", machine = \"none\", compiler = \"none\","
    n = split(widths, width, " ")
    split("avx512 avx2 scalar", isa, " ")
    m = split(norm_kinds ? norm_kinds : "layernorm_f32", norm_kind, " ")
    for (j = 1; j <= m; j++)
        for (i = 1; i <= n; i++)
            for (k = 1; k <= 3; k++) {
                if (isa[k] == "scalar" && width[i] > 130)
                    continue
                printf "  { kernel = \"ln_%s_%d_%s\",\n", norm_kind[j], width[i], isa[k]
                situation("one", width[i], 0)
                situation("few", width[i], 0)
                situation("many", width[i], 1)
                print "  },"
            }
    print "}"
}
