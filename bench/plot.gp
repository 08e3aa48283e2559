# SPDX-License-Identifier: MIT
# plot.gp - draws time divided by that of the floor, against width: a line for each group of contenders, which shows the
# group's fastest at each width, a row of panels for each case, and a panel for each number of rows.
#   gnuplot -e "csv='bench.csv'; out='docs/speed.svg'" bench/plot.gp
# More variables: cases='rmsnorm_f32', those of layernorm_f32, rmsnorm_f32 and layernorm_backward_f32 that the file has
# where it is left out; rows='1 16 256 4096'; against='to_floor' or 'to_affine'. It writes PNG if `out` ends in .png. Run it
# from the project's directory, or set here='DIRECTORY' to the directory of plot.awk.
if (!exists("csv")) csv = "bench.csv"
if (!exists("out")) out = "speed.svg"
if (!exists("rows")) rows = "1 16 256 4096"
if (!exists("against")) against = "to_floor"
if (!exists("here")) here = "bench" # where plot.awk is

if (!exists("cases")) {
    cases = system(sprintf("for c in layernorm_f32 rmsnorm_f32 layernorm_backward_f32; do " . \
        "grep -q \"^$c,\" '%s' && printf '%%s ' $c; done; :", csv))
}
awk = sprintf("LC_ALL=C awk -F, -f '%s/plot.awk' -v cases='%s' -v against='%s'", here, cases, against)
groups = system(sprintf("%s -v list=1 '%s'", awk, csv))
count = int(system("printf %s '" . groups . "' | tr -cd '|' | wc -c")) + 1
part(i, f) = system(sprintf("printf %%s '%s' | cut -d'|' -f%d | cut -d: -f%d", groups, i, f))
array number[count]
array name[count]
do for [i = 1:count] { number[i] = int(part(i, 1)); name[i] = part(i, 2) }
data_of(i, c, r) = sprintf("< %s -v case=%s -v rows=%s -v group=%d '%s'", awk, c, r, number[i], csv)

# Each group of plot.awk has its own colour, point and line, whichever groups are present.
color(i) = word("#d00000 #f08c00 #e8a0a0 #a05000 #0060ad #7fb2dd #4daf4a #7a3fb5 #888888 #003060 #b00060", number[i])
point(i) = int(word("7 5 6 13 9 8 11 15 0 3 4", number[i]))
thick(i) = number[i] <= 2 ? 3 : number[i] == 9 ? 1 : 1.8
dashes(i) = number[i] == 3 || number[i] == 9 ? 2 : 1

panels = words(rows)
wide = panels > 1 ? 300*panels + 40 : 760
high = 260*words(cases) + 190
if (out[strlen(out)-3:] eq ".png") {
    set terminal pngcairo size wide, high font "sans,11" noenhanced background "white"
} else {
    set terminal svg size wide, high font "sans-serif,13" noenhanced background "white"
}
set output out
set multiplot layout words(cases), panels title "one thread: time as a multiple of " . \
    (against eq "to_floor" ? "reading and writing the same bytes" : "the affine floor") \
    margins 52.0/wide, 1 - 12.0/wide, 150.0/high, 1 - 60.0/high spacing 34.0/wide, 70.0/high
set logscale x 2
set logscale y
set grid xtics ytics lt 1 lc rgb "#e0e0e0" lw 0.8
set border 3
set tics nomirror
set xtics rotate by 60 right font ",10"
set xtics (64, 128, 300, 768, 1024, 2560, 4096, 8192)
set ytics (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
most(order) = system(sprintf("LC_ALL=C awk -F, " . \
    "'NR > 1 && (!n++ || $2 %s m) { m = $2 + 0 } END { print m }' '%s'", order, csv))
set xrange [0.875*most("<"):1.15*most(">")]
set yrange [0.7:50]
set key off
do for [c = 1:words(cases)] {
    if (c == words(cases)) { set xlabel "width" offset 0, 0.6 }
    do for [p = 1:panels] {
        set title word(cases, c) . ", " . word(rows, p) . (word(rows, p) eq "1" ? " row" : " rows") offset 0, -0.5
        plot for [i = 1:count] data_of(i, word(cases, c), word(rows, p)) using 1:2 with linespoints notitle \
            lw thick(i) dt dashes(i) lc rgb color(i) pt point(i) ps 0.6, \
            1 with lines notitle lc rgb "#000000" lw 0.8
    }
}
# The key stands below the panels.
set lmargin at screen 0.02; set rmargin at screen 0.98; set bmargin at screen 5.0/high; set tmargin at screen 85.0/high
unset border; unset tics; unset title; unset xlabel; unset grid
unset logscale
set yrange [0:1]
set key inside center center horizontal maxcols 5 samplen 3
plot for [i = 1:count] NaN with linespoints title name[i] \
    lw thick(i) dt dashes(i) lc rgb color(i) pt point(i) ps 0.7
unset multiplot
