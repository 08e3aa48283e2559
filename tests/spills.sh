#!/bin/sh
# spills.sh DIR COMPILER... - counts vector registers that the unrolled 768 and 1024 kernels keep on the stack.
#
# Counted, in every function of the object: instructions on ymm or zmm registers with memory addressed by rsp or
# rbp, which is where compilers put what they have no register for; rbp only where the function makes it point into the
# stack, since without a frame it is a pointer like others. Not counted are the sums that another function
# writes: an array of at most 128 bytes whose address is put into a register of arguments; nobody takes the address of
# a spill. xmm registers are not counted either: mean, rstd and shift of four rows go through arrays on purpose.
# FAMILY: which kernels, layernorm_f32 without it. -v prints every line counted.
set -u
verbose=0
[ "$1" = -v ] && { verbose=1; shift; }
dir=$1
shift
command -v objdump >/dev/null || { echo "no objdump: skipped"; exit 77; }
[ $# -gt 0 ] || { echo "no compiler given"; exit 77; }
object=$(mktemp) || exit 1
trap 'rm -f "$object"' EXIT
total=0
files=0
for compiler; do
    for width in 768 1024; do
        for file in "$dir"/ln_*_${width}_avx2.c "$dir"/ln_*_${width}_avx512.c; do
            for level in -O2 -O3; do
                [ -f "$file" ] || continue
                "$compiler" -std=c11 $level -c "$file" -o "$object" || exit 1
                files=$((files + 1))
                report=$(objdump -d --no-show-raw-insn "$object" | awk -v verbose=$verbose '
                    /^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); split("", sums); frame = 0 }
                    /\tmov +%rsp,%rbp$/ || /\tlea .*\(%rsp[^)]*\),%rbp$/ { frame = 1 }
                    # N(%rsp) as "rsp N"
                    function place(text,   parts) {
                        if (!match(text, /-?(0x)?[0-9a-f]*\(%r[sb]p\)/)) return ""
                        split(substr(text, RSTART, RLENGTH), parts, "(")
                        return substr(parts[2], 2, 3) " " number(parts[1])
                    }
                    function number(text,   sign, value, i) {
                        sign = sub(/^-/, "", text) ? -1 : 1
                        sub(/^0x/, "", text)
                        for (i = 1; i <= length(text); i++)
                            value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
                        return sign * value
                    }
                    function is_sum(where,   at, s) {
                        split(where, at, " ")
                        for (s in sums) if (sums[s] == at[1] && at[2] - s >= 0 && at[2] - s < 128) return 1
                        return 0
                    }
                    /\tlea .*\(%r[sb]p\),%(r[ds]i|r[dc]x|r[89])$/ { split(place($0), at, " "); sums[at[2]] = at[1] }
                    /\tmov +%rsp,%(r[ds]i|r[dc]x|r[89])$/ { sums[0] = "rsp" }
                    /\tv[a-z0-9]+ / && /%[yz]mm/ && (/\(%rsp\)/ || frame && /\(%rbp\)/) && !is_sum(place($0)) {
                        count[name]++
                        if (verbose) print "    " name ": " $0
                    }
                    END { for (n in count) { printf "%s %d; ", n, count[n]; sum += count[n] } print "total " sum + 0 }')
                n=${report##*total }
                echo "$(basename "$compiler") $level $(basename "$file" .c): $report"
                total=$((total + n))
            done
        done
    done
done
echo "$files objects, $total vector registers moved to or from the stack"
[ "$files" -gt 0 ] && [ "$total" -eq 0 ]
