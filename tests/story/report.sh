#!/bin/sh
# SPDX-License-Identifier: MIT
# report.sh LNGEN - makes a small report, compares its figures with each other and with what gnuplot was given, and
# opens it in a browser (browser.sh). Exit status 77 without gnuplot.
set -eu
lngen=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v gnuplot >/dev/null || { echo "skipped: no gnuplot"; exit 77; }
command -v "${CC:-cc}" >/dev/null || { echo "skipped: no C compiler"; exit 77; }
case ${TMPDIR-} in *[!A-Za-z0-9_./-]*) TMPDIR=/tmp ;; esac # a program in $work is named in GNUPLOT, as words
work=$(mktemp -d)
trap 'rm -rf "$work" 2>/dev/null || { sleep 1; rm -rf "$work"; }' EXIT
mkdir "$work/tmp"
printf '{ "model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 2 }\n' >"$work/config.json"
# gnuplot, which keeps what it is given: for each curve a line with what stands beside its axis, then its points
cat >"$work/gnuplot" <<END
#!/bin/sh
[ "\$1" != script.gp ] || for data in data*; do
    sed -n "s/^set ylabel '\([a-z]*\).*/curve \1/p" script.gp
    cat "\$data"
done >>"$work/drawn"
exec gnuplot "\$@"
END
chmod +x "$work/gnuplot"
TMPDIR=$work/tmp GNUPLOT=$work/gnuplot "$lngen" report -o "$work/page.html" --config "$work/config.json" \
    --width 96 --rows 64,1,64 --rounds 5 >"$work/said"
grep -q ': 2 kernels measured$' "$work/said" || { echo "not the best of each norm: $(cat "$work/said")"; exit 1; }
[ -z "$(ls "$work/tmp")" ] || { echo "report left $(ls "$work/tmp")"; exit 1; }
for text in ln_layernorm_f32_64_ ln_layernorm_f32_96_ 'id="accuracy"' 'id="speed"' 'id="plan"' 'id="code"' \
    'id="machine"' ' --width 96 --rows 64,1,64 --rounds 5</code>' \
    'lngen, any width' 'fast' '</html>'; do
    grep -qF "$text" "$work/page.html" || { echo "'$text' is not in the page"; exit 1; }
done
# The figures: cells of the tables, tab separated, after the points of the curves
sed -n '/^<tr><td/{s,</td>,\t,g;s/<[^>]*>//g;p;}; s/^<h3>ln_.*_\([0-9]*\)_.*/plan \1/p' "$work/page.html" >"$work/cells"
LC_ALL=C awk -F '\t' '
    function bad(what) { print "FAILED: " FILENAME ", " $0 ": " what; failed = 1 }
    function far(a, b, most) { return a - b > most || b - a > most }
    FILENAME ~ /drawn$/ && /^curve / { kind = substr($0, 7); if (kind == "share") curves++; next }
    FILENAME ~ /drawn$/ {
        split($0, point, " ")
        if (kind == "time") { x[++points] = point[1]; y[points] = point[2] }
        else { share[curves] += point[2]; if (point[2] > 0) most[curves] = point[1] }
        next
    }
    /^plan / { width = substr($0, 6); next }
    $1 == "layernorm_f32" && NF == 7 { # norms, width, rows, contender, ns a row, time / copy
        ns[$2, $3, $4] = $5; ratio[$2, $3, $4] = $6; names[$4]; times++
        for (i = 1; i <= points && (x[i] != $2 || far(y[i], $6, 0.0051)); i++) continue
        if (i > points) bad("not in the charts")
        x[i] = "found"
        if ($6 < 0.8) bad("faster than a copy")
    }
    $1 ~ /^(lngen|loop|oneDNN)/ && NF == 4 { # contender, results, largest error
        errors++
        top = most[errors]
        if (far(share[errors], 100, 0.001)) bad("shares of " share[errors] " % in all")
        if (top != "more" && ($3 > top * 1.01 || $3 < top / 2.02)) bad("the highest bar is up to " top)
        if ($2 != 512 * 64 && $2 != 512 * 96) bad("of 16 batches of 32 rows")
        if ($1 == "lngen") worst = worst " " $3
    }
    width && $1 ~ /^[0-9]+$/ && NF == 5 { # rows, ns a row, any width, copy
        plans++
        if ($2 != ns[width, $1, "lngen"] || $3 != ns[width, $1, "lngen, any width"]) bad("not the times of the table")
        for (name in names) {
            is = ns[width, $1, name] / $4
            if (far(is, ratio[width, $1, name], is * (0.06 / $4 + 0.06 / ns[width, $1, name]) + 0.006))
                bad(name ": " ns[width, $1, name] " ns are not " ratio[width, $1, name] " times that")
        }
        if ($1 == 64 && $2 > 8 * ns[width, 1, "lngen"]) bad("more than eight times as long a row as one alone")
    }
    END {
        if (times < 8 || times != points || errors < 2 || errors != curves || plans != 4)
            bad(times " times, " points " points, " errors " errors, " curves " curves, " plans " rows of plans")
        # the rows are the same everywhere, and so are the bits
        if (worst != " 2.30 2.45") bad("the largest errors of lngen are" worst)
        exit failed
    }' "$work/drawn" "$work/cells" || exit 1
[ -z "$(find "$work" -name '.*lngen*')" ] || { echo "something half written: $(ls -A "$work")"; exit 1; }
sh "$here/browser.sh" "$work/page.html" "$work" 4
