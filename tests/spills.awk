# SPDX-License-Identifier: MIT
# spills.awk - reads what `objdump -d --no-show-raw-insn` prints, and prints "FUNCTION N; ... total N": the numbers of
# vector instructions that store a register on the stack or read it back. spills.sh says what is counted.
function number(text,   sign, value, i) {
    sign = sub(/^-/, "", text) ? -1 : 1
    sub(/^0x/, "", text)
    for (i = 1; i <= length(text); i++)
        value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return sign * value
}
# The most bytes that an instruction stores or reads; one element if the instruction copies it to all lanes.
function bytes(line) {
    if (line ~ /\tvmovss|\tvbroadcastss|ps .*\{1to/) return 4
    if (line ~ /\tvmov[shl][dp]|\tvmovq|\tvbroadcastsd|\{1to/) return 8
    return line ~ /%zmm/ ? 64 : line ~ /%ymm/ ? 32 : 16
}
function end_of_function(   i, k, counted) {
    for (i = 1; i <= places; i++)
        for (k = 1; k <= places; k++)
            if (stores[i] && !stores[k] && base[i] == base[k] && at[i] < at[k] + size[k] && at[k] < at[i] + size[i] &&
                (lines[i] ~ /%[yz]mm/ || size[k] < 16 && lines[k] ~ /%[yz]mm/))
                counted[i] = counted[k] = 1
    for (i = 1; i <= places; i++)
        if (i in counted) {
            count[name]++
            if (verbose) print "    " name ": " lines[i]
        }
    places = frame = 0
}
/^[0-9a-f]+ <.*>:$/ {
    end_of_function()
    name = $2
    gsub(/[<>:]/, "", name)
}
/\t(mov|lea) .*,%rbp$/ { frame = /\tmov +%rsp,%rbp$/ || /\tlea +[-0-9a-fx]*\(%rsp\),%rbp$/ }
/\tv[a-z0-9]+ / && match($0, /-?(0x)?[0-9a-f]*\(%r[sb]p\)/) {
    place = substr($0, RSTART, RLENGTH)
    behind = substr($0, RSTART + RLENGTH)
    if (place ~ /rbp/ && !frame) next
    lines[++places] = $0
    stores[places] = behind !~ /,/ # the destination comes last
    split(place, part, "(")
    at[places] = number(part[1])
    base[places] = part[2]
    size[places] = bytes($0)
}
END {
    end_of_function()
    for (name in count) {
        printf "%s %d; ", name, count[name]
        sum += count[name]
    }
    print "total " sum + 0
}
