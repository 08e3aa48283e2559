#!/bin/sh
# SPDX-License-Identifier: MIT
# faults.sh LNGEN CXX SOURCES OBJECTS DIRECTORY - plants the faults of faults.tsv in kernels, each in a copy of its own,
# and fails unless the prover finds every one, and none in the kernels as they are.
#
# faults.sh plant DIRECTORY plants them, before kernels.sh compiles.
set -eu
if [ "$1" = plant ]; then
    dir=$2
    number=0
    # Copies of a kernel have names of their own; where the fault is in what a kernel calls, so has the caller.
    copy() { # FROM, a sed command for all its text
        to=$(echo "$1" | sed "s/^ln_/ln_fault${number}_/")
        sed "$2" "$dir/$1.c" > "$dir/$to.c"
        sed -n "s/^LN_KERNEL($1,/LN_KERNEL($to,/p" "$dir/rows.sound" >> "$dir/kernels.inc"
    }
    cp "$dir/kernels.inc" "$dir/rows.sound"
    : > "$dir/planted"
    : > "$dir/without"
    tail -n +2 "$(dirname "$0")/faults.tsv" > "$dir/faults"
    while IFS='	' read -r kernel nth old new; do
        number=$((number + 1))
        names="s/\\b$kernel\\b/ln_fault${number}_${kernel#ln_}/g"
        caller=$kernel
        case $kernel in
        *_slow) caller=$(sed -n "s/^LN_KERNEL(\\(${kernel%slow}any_avx512\\),.*/\\1/p" "$dir/rows.sound") ;;
        esac
        case $caller in
        *_any_*) # and the function for one row that stands beside it
            row=$(echo "$caller" | sed 's/_any_/_row_/')
            names="$names; s/\\b$caller\\b/ln_fault${number}_${caller#ln_}/g; s/\\b$row\\b/ln_fault${number}_${row#ln_}/g"
            [ "$caller" = "$kernel" ] || copy "$caller" "$names"
            ;;
        esac
        copy "$kernel" "$names"
        if old=$old new=$new nth=$nth awk '{ text = text $0 "\n" }
            END {
                old = ENVIRON["old"]
                for (n = ENVIRON["nth"]; n > 0; n--) {
                    at = index(substr(text, from + 1), old)
                    if (at == 0) { printf "%s", text; exit 1 }
                    from += at
                }
                printf "%s%s%s", substr(text, 1, from - 1), ENVIRON["new"], substr(text, from + length(old))
            }' "$dir/$to.c" > "$dir/changed"; then
            mv "$dir/changed" "$dir/$to.c"
            printf '%s\t%s\t%s\t%s\n' "ln_fault${number}_" "$kernel" "$old" "$new" >> "$dir/planted"
        else
            rm "$dir/$to.c"
            sed -i "/ln_fault${number}_/d" "$dir/kernels.inc"
            rm -f "$dir/ln_fault${number}_"*
            printf '%s\t%s\n' "$kernel" "$old" >> "$dir/without"
        fi
    done < "$dir/faults"
    exit 0
fi

sources=$3 dir=$5
cd "$sources"
PLANT="sh $sources/faults.sh plant" sh "$sources/kernels.sh" "$@" < "$sources/faults.kernels"
rm -f "$dir/log"
"$dir/prove" quick "$dir" "$dir/log" > "$dir/out" 2> "$dir/messages" || :
planted=0 found=0
while IFS='	' read -r name kernel old new; do
    planted=$((planted + 1))
    if grep -q "^${name}.*FAILED" "$dir/log"; then
        found=$((found + 1))
    else
        echo "not found: $kernel, '$new' for '$old'"
    fi
done < "$dir/planted"
alarms=$(grep -v '^ln_fault' "$dir/log" | grep -c FAILED || :)
sound=$(grep -v '^ln_fault' "$dir/log" | grep -c proven || :)
without=$(wc -l < "$dir/without")
sed 's/^/has no such text any more: /' "$dir/without"
echo "$found of $planted faults found; $sound kernels without a fault proven, $alarms not; $without faults have no place"
[ "$found" -eq "$planted" ] && [ "$planted" -ge 60 ] && [ "$without" -eq 0 ] && [ "$alarms" -eq 0 ] && [ "$sound" -gt 0 ]
