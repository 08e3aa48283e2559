# SPDX-License-Identifier: MIT
# plot.awk - sorts the lines of ln_bench's CSV into groups of contenders, for plot.gp; lines of one thread only.
#   awk -F, -v cases="NAME ..." -v list=1 -f plot.awk FILE
#       prints NUMBER:NAME of each group that is present in one of these cases, separated by "|"
#   awk -F, -v case=NAME -v rows=N -v group=NUMBER -v against=COLUMN -f plot.awk FILE
#       prints each width and the group's least ratio there, by ascending width
BEGIN {
    for (i = split(cases, wanted, " "); i > 0; i--) listed[wanted[i]] = 1
    count = split("lngen AVX-512|lngen AVX2|kernel for any width|not fused|plain C -O3 -ffast-math|plain C -O3|" \
        "three sweeps, by hand|oneDNN|x*gamma + beta alone|plain C -ffast-math, constant width|" \
        "lngen, pair of files", groups, "|")
}

function group_of(name, kind, isa) {
    if (kind == "ours") return isa == "scalar" ? "" : isa == "avx512" ? groups[1] : groups[2]
    if (kind == "generic") return isa == "avx512" ? groups[3] : ""
    if (kind == "unfused") return groups[4]
    if (kind == "affine") return groups[9]
    if (kind == "pair") return groups[11]
    if (kind != "competitor") return ""
    if (name ~ /^oneDNN/) return groups[8]
    if (name ~ /^three sweeps/) return groups[7]
    if (name ~ / fixed$/) return groups[10]
    if (name ~ / -O3$/) return groups[6]
    return groups[5]
}

NR == 1 {
    for (i = 1; i <= NF; i++) column[$i] = i
    next
}
(list ? $column["case"] in listed : $column["case"] == case) && $column["threads"] == 1 {
    name = group_of($column["contender"], $column["kind"], $column["isa"])
    seen[name] = 1
    if (list || name != groups[group] || $column["rows"] != rows) next
    width = $column["width"]
    value = $column[against]
    if (value ~ /nan/) next
    if (!(width in least) || value < least[width]) least[width] = value
}
END {
    for (i = 1; list && i <= count; i++)
        if (groups[i] in seen) {
            printf "%s%d:%s", separator, i, groups[i]
            separator = "|"
        }
    for (width in least) print width, least[width] | "sort -n"
}
