# SPDX-License-Identifier: MIT
# drift.gp - draws the table of `story drift`: deviation and largest magnitude of each layer.
#   gnuplot -e "data='drift.tsv'; out='drift.svg'" drift.gp
set terminal svg size 960,440 font "sans-serif,13" noenhanced background "white"
set output out
set datafile separator "\t"
set multiplot layout 1, 2 title "Activations of a deep stack of matrices and ReLU" \
    margins 0.075, 0.985, 0.27, 0.82 spacing 0.09, 0
set logscale y
set format y "10^%T"
set format y "%.0e"
set grid lt 1 lc rgb "#e0e0e0" lw 0.8
set border 3
set tics nomirror
set xlabel "layer"
set key off
color(i) = word("#0b7285 #2b8a3e #d9480f", i)
scale(i) = word("0.5 1 2", i)
of(norm, i, column) = (strcol(1) eq norm && strcol(2) eq scale(i)) ? column : NaN
do for [panel = 1:2] {
    set title panel == 1 ? "deviation" : "largest magnitude"
    plot for [i = 1:3] data every ::1 using 3:(of("none", i, panel == 1 ? $5 : $6)) with lines lw 2.4 \
            lc rgb color(i) notitle, \
        for [i = 1:3] data every ::1 using 3:(of("layernorm", i, panel == 1 ? $5 : $6)) with lines lw 2 dt 2 \
            lc rgb color(i) notitle
}
set lmargin at screen 0.02; set rmargin at screen 0.98; set bmargin at screen 0.01; set tmargin at screen 0.15
unset border; unset tics; unset title; unset xlabel; unset grid; unset logscale
set yrange [0:1]; set xrange [0:1]
set key inside center center horizontal maxcols 3 samplen 3
plot for [i = 1:3] NaN with lines lw 2.4 lc rgb color(i) title "weights x " . scale(i) . ", no norm", \
    for [i = 1:3] NaN with lines lw 2 dt 2 lc rgb color(i) title "weights x " . scale(i) . ", LayerNorm"
unset multiplot
