# plot.gp - width against time as a multiple of the copy floor, a line for each contender, a panel for each row count.
#   gnuplot -e "csv='bench.csv'; out='docs/speed.svg'" bench/plot.gp
# Also: rows='16 256 4096', names='contender|contender|...', against='to_copy' or 'to_affine'. PNG when out ends in .png.
if (!exists("csv")) csv = "bench.csv"
if (!exists("out")) out = "speed.svg"
if (!exists("rows")) rows = "16 256 4096"
if (!exists("against")) against = "to_copy"
if (!exists("names")) names = system("awk -F, 'NR > 1 && $5 ~ /ours|generic|competitor/ && $6 != \"scalar\" && $3 == 1 && !seen[$4]++ { \
    printf \"%s%s\", sep, $4; sep = \"|\" }' '" . csv . "'")

count(list) = int(system("printf %s '" . list . "' | tr -cd '|' | wc -c")) + 1
label(i) = system(sprintf("printf %%s '%s' | cut -d'|' -f%d", names, i))
column_of(f) = f eq "to_affine" ? 12 : 11
data_of(name, r) = sprintf("< awk -F, '$4 == \"%s\" && $2 == %s && $3 == 1 { print $1, $%d }' '%s' | sort -n", \
    name, r, column_of(against), csv)
ours(name) = name[1:5] eq "lngen"
generic(name) = name[1:7] eq "generic"
avx2(name) = strstrt(name, "avx2") > 0
other(i) = word("#0060ad #00a0a0 #7a3fb5 #4daf4a #8c6d31 #666666 #e377c2 #17becf #2f4f4f #9acd32", (i - 1) % 10 + 1)
color(name, i) = ours(name) || generic(name) ? (avx2(name) ? "#f08c00" : "#d00000") : other(i)

panels = words(rows)
if (out[strlen(out)-3:] eq ".png") {
    set terminal pngcairo size 420*panels, 480 font "sans,10" background "white"
} else {
    set terminal svg size 420*panels, 480 font "sans,11" background "white"
}
set output out
set multiplot layout 1, panels margins 0.09/panels + 0.03, 0.99, 0.30, 0.90 spacing 0.035, 0
set logscale x 2
set logscale y
set grid xtics ytics lc rgb "#c8c8c8" lw 0.5
set border 3
set tics nomirror
set xlabel "width" offset 0, 0.3
set xtics rotate by 60 right font ",8"
set xtics (64, 128, 300, 768, 1024, 2560, 4096, 8192)
set ytics (1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)
set xrange [56:9400]
set yrange [0.9:16]
set key off
do for [p = 1:panels] {
    row_count = word(rows, p)
    set title "" . row_count . (row_count eq "1" ? " row" : " rows")
    set ylabel (p == 1 ? "time / time of " . (against eq "to_copy" ? "a copy" : "x*gamma + beta") : "")
    plot for [i = 1:count(names)] data_of(label(i), row_count) using 1:2 with linespoints notitle \
        lw (ours(label(i)) ? 3 : 1.2) dt 1+generic(label(i)) \
        lc rgb color(label(i), i) pt (ours(label(i)) ? 7 : i) ps 0.6
}
# The key has a strip of its own, below the panels.
set lmargin at screen 0.02; set rmargin at screen 0.98; set bmargin at screen 0.01; set tmargin at screen 0.15
unset border; unset tics; unset title; unset xlabel; unset ylabel; unset grid
unset logscale
set yrange [0:1]
set key inside center center horizontal maxcols 7 samplen 2.5
plot for [i = 1:count(names)] NaN with linespoints title label(i) \
    lw (ours(label(i)) ? 3 : 1.2) dt 1+generic(label(i)) \
    lc rgb color(label(i), i) pt (ours(label(i)) ? 7 : i) ps 0.6
unset multiplot
