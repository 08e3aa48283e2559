# SPDX-License-Identifier: MIT
# train.gp - draws the table of `story train`: the loss of each step, averaged over ten, in both forms.
#   gnuplot -e "data='train.tsv'; out='train.svg'" train.gp
set terminal svg size 960,440 font "sans-serif,13" noenhanced background "white"
set output out
set datafile separator "\t"
set title "Learning characters: loss of a step, mean of ten steps"
set grid lt 1 lc rgb "#e0e0e0" lw 0.8
set border 3
set tics nomirror
set xlabel "step"
set ylabel "nats a character"
set key outside below horizontal maxcols 4 samplen 3
# a line for each run, from the table sorted by run
run(form, warm) = sprintf("< LC_ALL=C awk -F'\\t' 'NR > 1 && $1 == \"%s\" && ($2 > 0) == %d { sum += $4; n++ } " . \
    "n == 10 { print $3 \"\\t\" sum / 10; sum = n = 0 }' '%s'", form, warm, data)
set yrange [*:4]
plot run("pre", 1) with lines lw 2.4 lc rgb "#1864ab" title "Pre-LN, warm-up", \
    run("pre", 0) with lines lw 2.4 dt 2 lc rgb "#4dabf7" title "Pre-LN, none", \
    run("post", 1) with lines lw 2.4 lc rgb "#c2410c" title "Post-LN, warm-up", \
    run("post", 0) with lines lw 2.4 dt 2 lc rgb "#f08c00" title "Post-LN, none"
