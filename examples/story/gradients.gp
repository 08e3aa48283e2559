# SPDX-License-Identifier: MIT
# gradients.gp - draws the table of `story gradients`: the norm of each layer's gradient, in both forms.
#   gnuplot -e "data='gradients.tsv'; out='gradients.svg'" gradients.gp
set terminal svg size 960,440 font "sans-serif,13" noenhanced background "white"
set output out
set datafile separator "\t"
set multiplot layout 1, 2 title "Gradient of the weights of each block, before training" \
    margins 0.075, 0.985, 0.25, 0.82 spacing 0.09, 0
depths = system("cut -f2 '" . data . "' | sed 1d | sort -nu | tr '\\n' ' '")
set logscale y
set yrange [0.1:30]
set ytics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
set grid lt 1 lc rgb "#e0e0e0" lw 0.8
set border 3
set tics nomirror
set xrange [0:1]
set xlabel "block / depth: 1 is the last block"
set ylabel "norm of the gradient"
set key off
color(i) = word("#74c0fc #4dabf7 #228be6 #1864ab #0b3d66 #000000", i)
of(form, i) = (strcol(1) eq form && strcol(2) eq word(depths, i)) ? $4 : NaN
do for [panel = 1:2] {
    set title panel == 1 ? "Pre-LN, as in GPT-2" : "Post-LN, as in BERT"
    form = panel == 1 ? "pre" : "post"
    plot for [i = 1:words(depths)] data every ::1 using ($3/$2):(of(form, i)) with lines lw 2.2 lc rgb color(i) notitle
}
set lmargin at screen 0.02; set rmargin at screen 0.98; set bmargin at screen 0.01; set tmargin at screen 0.12
unset border; unset tics; unset title; unset xlabel; unset ylabel; unset grid; unset logscale
set yrange [0:1]
set key inside center center horizontal maxcols 6 samplen 3
plot for [i = 1:words(depths)] NaN with lines lw 2.2 lc rgb color(i) title word(depths, i) . " blocks"
unset multiplot
