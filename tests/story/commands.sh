#!/bin/sh
# SPDX-License-Identifier: MIT
# commands.sh LNGEN ARENA - tests show, doctor, explain, report and completion: what they say is compared with what the
# rest of lngen, the compiler and the runtime's arena (the program ARENA) say, and bad input gives one line.
set -u
lngen=$1 arena=$2
case ${TMPDIR-} in *[!A-Za-z0-9_./-]*) TMPDIR=/tmp ;; esac # programs in $work are named in CC and LLVM_MCA, as words
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/../try_lngen.sh"
prints() {
    checks=$((checks + 1))
    grep -q -- "$1" "$work/stdout" || fail "'$1' is not in: $(cat "$work/stdout")"
}

# show: the C is that of emit, and beside each line stands a line of a template that exists
for kernel in ln_layernorm_f32_768_avx512 ln_layernorm_backward_f32_768_avx2 ln_rmsnorm_bf16_pre_bias_int8_1024_avx512 \
    ln_layernorm_f32_100_scalar ln_layernorm_stats_f32_768_avx2; do
    good emit -o "$work/emitted" --only $kernel
    sed '1,/ \*\/$/d' "$work/emitted/$kernel.c" >"$work/expected"
    good show --code $kernel
    cmp -s "$work/stdout" "$work/expected" || fail "show --code $kernel is not what emit writes"
    good show $kernel
    sed '1,/^$/d' "$work/stdout" >"$work/shown"
    sed 's/^[^|]*|//; s/^ //' "$work/shown" | cmp -s - "$work/expected" ||
        fail "show $kernel: its C is not that of emit"
    sed -n 's/^\([a-z_/]*\.[ch]\):[0-9]* *|.*/\1/p' "$work/shown" | sort -u >"$work/templates"
    [ "$(wc -l <"$work/templates")" -gt 1 ] || fail "show $kernel names $(cat "$work/templates")"
done
good emit -o "$work/with_any" --width 768 --isa avx2
sed '1,/ \*\/$/d' "$work/with_any/ln_layernorm_f32_any_avx2.c" >"$work/expected"
good show --code ln_layernorm_f32_any_avx2
cmp -s "$work/stdout" "$work/expected" || fail "show --code of any width is not what emit writes"
bad 2 show ln_nosuch_any_avx2
says "'ln_nosuch_any_avx2': 'nosuch' is not part of a spec"
bad 2 show ln_layernorm_any_avx2
says "'ln_layernorm_any_avx2': that kernel is called ln_layernorm_f32_any_avx2"
good show ln_layernorm_f32_768_avx512 --part write_few_sum
grep -q 'NOINLINE unsigned write_few_sum' "$work/stdout" || fail "--part does not show the function"
grep -q 'write_many' "$work/stdout" && fail "--part shows other functions"
prints '^kernel/write_ahead.c:'
bad 2 show
bad 2 show ln_nosuch
bad 2 show ln_layernorm_f32_768_avx2 --part nosuch
says nosuch
bad 3 show ln_layernorm_f32_768_avx2 --templates "$work/nosuch"
says "$work/nosuch"
if LC_ALL=C grep -q "$(printf '\033')" "$work/shown"; then fail "colours in a file"; fi

# colours: on a terminal, unless NO_COLOR is set
escape=$(printf '\033')
if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1; then
    colours() { # ENVIRONMENT...: how many lines have colours on a terminal
        env "$@" script -qec "'$lngen' show ln_layernorm_f32_768_avx2" /dev/null </dev/null |
            grep -c "$escape\\[2m" || true
    }
    checks=$((checks + 3))
    [ "$(colours -u NO_COLOR TERM=xterm)" -gt 100 ] || fail "no colours on a terminal"
    [ "$(colours NO_COLOR=1 TERM=xterm)" -eq 0 ] || fail "colours in spite of NO_COLOR"
    [ "$(colours -u NO_COLOR TERM=dumb)" -eq 0 ] || fail "colours on a dumb terminal"
else
    echo "no pseudo-terminal here: colours are not tested"
fi

# doctor: as the compiler and the system say
good doctor
prints "^  *batches are written past them from [0-9.]* [KM]iB of results on$"
for what in processor caches system compiler kernels threads 'huge pages' denormals; do prints "^$what  *[^ ]"; done
checks=$((checks + 1))
[ "$(grep -c 'runs: the best here' "$work/stdout")" -eq 1 ] || fail "doctor names no best: $(cat "$work/stdout")"
states() { grep -o 'ln_\.\.\..*' "$work/stdout"; }
states >"$work/states"
if [ -r /sys/devices/system/cpu/cpu0/cache/index0/size ]; then
    for cache in /sys/devices/system/cpu/cpu0/cache/index*; do
        grep -q Instruction "$cache/type" || echo "L$(cat "$cache/level") $(cat "$cache/size")"
    done | LC_ALL=C awk '{ sub("K$", "", $2); mega = $2 + 0 >= 1024
        printf "%s%s %.4g %s", (NR > 1 ? ", " : ""), $1, mega ? $2 / 1024 : $2, mega ? "MiB" : "KiB" }' >"$work/caches"
    prints "^caches  *$(cat "$work/caches")\$"
fi
case $(cat /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null) in
*'[always]'*) prints '^huge pages  *on: for every block' ;;
*'[madvise]'*) prints '^huge pages  *on: for blocks that ask' ;;
*'[never]'*) prints '^huge pages  *off' ;;
esac
OMP_NUM_THREADS=3 OMP_DYNAMIC=false OMP_THREAD_LIMIT=8 good doctor
! grep -q '^threads  *on' "$work/stdout" || prints ': OpenMP [0-9]*, teams of 3 as OMP_NUM_THREADS says$'
echo '#include <xmmintrin.h>
int main(void) { return !(_mm_getcsr() & 0x8040u); }' >"$work/flush.c"
if "${CC:-cc}" "$work/flush.c" -o "$work/kept" 2>/dev/null &&
    "${CC:-cc}" -O2 -ffast-math "$work/flush.c" -o "$work/flushed"; then
    if "$work/kept"; then prints ' flushed to zero in a new process'; else prints ' kept in a new process'; fi
    flushed=0
    "$work/flushed" && flushed=1
    checks=$((checks + 1))
    [ "$(grep -c 'linked with -ffast-math flush them' "$work/stdout")" -eq $flushed ] ||
        fail "doctor of -ffast-math: $(cat "$work/stdout")"
fi
for number in abc 0 ''; do
    OMP_NUM_THREADS=$number good doctor
    ! grep -q '^threads  *on' "$work/stdout" || prints "teams of [0-9]*; OMP_NUM_THREADS=$number is no number of threads"
done
OMP_NUM_THREADS=9 OMP_DYNAMIC=false OMP_THREAD_LIMIT=3 good doctor
! grep -q '^threads  *on' "$work/stdout" || prints 'teams of 3, though OMP_NUM_THREADS says 9$'
if grep -q '^threads  *on' "$work/stdout" && # threads that the system does not give
    (ulimit -v 400000 && OMP_NUM_THREADS=2 OMP_STACKSIZE=1G exec "$lngen" doctor) >"$work/stdout" 2>/dev/null; then
    checks=$((checks + 1))
    grep -q '^threads  *off' "$work/stdout" && fail "doctor without memory for threads: $(grep '^threads' "$work/stdout")"
fi
LN_ISA=scalar good doctor
prints 'ln_..._scalar runs: the best here'
! grep -q '_avx2 \(runs\|can run\)' "$work/states" || prints '_avx2 could run, but LN_ISA forbids it'
LN_ISA=sse9 good doctor
prints 'LN_ISA=sse9 is unknown and ignored'
states | cmp -s - "$work/states" || fail "an unknown LN_ISA changes what runs: $(cat "$work/stdout")"
status=0
CC="$work/nosuch" "$lngen" doctor >"$work/stdout" 2>"$work/stderr" || status=$?
[ "$status" -eq 1 ] || fail "doctor without a compiler: status $status"
prints "nosuch does not work; set CC"
states | cmp -s - "$work/states" || fail "the system's list of flags says otherwise: $(cat "$work/stdout")"
CC=$(printf 'no\033[31m\ncc') "$lngen" doctor >"$work/stdout" 2>/dev/null
prints '^compiler  *no.27.31m.10cc does not work'
bad 2 doctor nosuch

# explain: the arena is that of the runtime
"$arena" >"$work/arenas" || fail "the program arena failed"
[ "$(grep -c '^ln_' "$work/arenas")" -eq 9 ] || fail "the program arena shows $(grep -c '^ln_' "$work/arenas") kernels"
grep '^ln_' "$work/arenas" | while read -r kernel rows bytes; do
    CC=$work/nosuch "$lngen" explain "$kernel" --rows "$rows" >"$work/stdout" 2>&1 ||
        echo "explain $kernel: $(cat "$work/stdout")"
    awk '/^arena/ { inside = 1; print $2; next } /^[a-z]/ { inside = 0 } inside { sub(/,.*/, ""); print $1, $2, $3 }' \
        "$work/stdout" >"$work/is"
    awk -v kernel="$kernel" -v bytes="$bytes" '$1 == kernel { inside = 1; print bytes; next } /^ln_/ { inside = 0 }
        inside && $1 ~ /^[0-9]+$/ { printf "0x%x %s %s\n", $1, $2, $3 }' "$work/arenas" >"$work/should"
    cmp -s "$work/is" "$work/should" || { echo "explain $kernel:" && diff "$work/is" "$work/should"; }
done >"$work/different"
checks=$((checks + 9))
[ -s "$work/different" ] && fail "the arena of explain is not that of the runtime: $(cat "$work/different")"

# ... bytes and operations: by hand, for one row that is in the first-level cache
good explain ln_layernorm_f32_768_avx2 --rows 1 --cpu zen4 --unroll full
prints '^from  *12288 L1: bytes a row$' # x twice, gamma and beta
prints '^to  *3072 L1: bytes a row$'
core=skylake-x
counts() { # KERNEL LOADS STORES OPERATIONS READ WRITTEN SHARED: of a row, in a batch of 128, on $core
    CC=$work/nosuch good explain "$1" --rows 128 --cpu $core
    prints "^loads  *$2 registers a row: "
    prints "^stores  *$3 registers a row\$"
    prints "^operations  *$4 a row\$"
    prints "^bytes  *$5 read and $6 written for each row, $7 shared by all rows\$"
}
prints 'AMD Zen 4: 192 cycles a row, for loads'
# ... by calls of the vocabulary in the emitted C, a pair of registers that is loaded at once being one load
counts ln_layernorm_f32_768_avx2 384 96 '272 fma, 16 multiplications, 80 additions' 3072 3072 6144
counts ln_layernorm_f32_300_avx512 76 19 '53 fma, 4 multiplications, 15 additions' 1200 1200 2400
counts ln_layernorm_f32_full1_768_avx512 144 48 '136 fma, 8 multiplications, 64 additions' 3072 3072 6144
counts ln_layernorm_bf16_768_avx2 168 48 '288 fma, 96 additions, .* conversions' 1536 1536 3072
counts ln_layernorm_bf16_params32_768_avx2 240 96 '288 fma, 96 additions, .* conversions' 1536 1536 6144
counts ln_layernorm_f32_int8_768_avx2 480 96 '480 fma, 96 multiplications, 192 additions, .* conversions' 3072 772 6144
counts ln_layernorm_f32_two_768_avx2 576 192 '384 fma, 96 additions' 3072 6144 12288
counts ln_rmsnorm_f32_pre_bias_768_avx2 480 192 '80 fma, 208 multiplications, 192 additions' 6144 6144 6144
counts ln_layernorm_f32_post_bias_768_avx2 768 96 '288 fma, 480 additions' 6144 3072 9216
counts ln_layernorm_stats_f32_768_avx2 96 0 '80 fma, 16 multiplications, 80 additions' 3072 16 0
counts ln_layernorm_apply_f32_768_avx512 144 48 '96 fma' 3088 3072 6144 # of rows near zero
counts ln_rmsnorm_apply_bf16_gamma1_768_avx512 48 24 '48 fma, 48 multiplications, .* conversions' 1552 1536 1536
counts ln_layernorm_backward_f32_64_avx512 8.125 4.25 '16 fma, 8 multiplications, 12 additions' 520 256 768
counts ln_layernorm_backward_f32_64_avx2 49.5 10 '32 fma, 32 multiplications, 32 additions' 520 256 768
counts ln_layernorm_backward_f32_300_avx2 301.625 114 '152 fma, 152 multiplications, 152 additions' 2408 1200 3600
counts ln_layernorm_backward_f32_4096_avx512 1360 320 '1024 fma, 1024 multiplications, 1024 additions' 32776 16384 49152
counts ln_layernorm_backward_f32_4096_avx2 3296 1024 '2048 fma, 2048 multiplications, 2048 additions' 32776 16384 49152
counts ln_rmsnorm_backward_f32_gamma1_768_avx2 573 288 '384 fma, 288 multiplications' 6148 3072 6144
counts ln_layernorm_backward_bf16_768_avx2 618 240 '384 fma, 384 multiplications, 384 additions, 1008 conversions' 3080 1536 7680
# ... processors of AMD share loads of gamma and beta where others write one row after the other
core=zen4
counts ln_layernorm_f32_300_avx512 47.5 19 '53 fma, 4 multiplications, 15 additions' 1200 1200 2400
prints ', situation few_amd; '
# ... rows of gradients that are unrolled several at a time are still added to the sums over rows one by one
CC=$work/nosuch good explain ln_layernorm_backward_f32_2600_avx2 --rows 128 --unroll full
prints ' 20800 bytes of sums over rows to '
prints 'bytes of sums over rows from .*, in the statistics pass$'
# ... 4096 rows of 4096 go past the caches of a Zen 4; a row and the parameters are more than its L1 holds
cat >"$work/plan.lua" <<'END'
return { format = 1, version = "any", machine = "none", compiler = "none",
  { kernel = "ln_layernorm_f32_4096_avx512",
    one = { unroll = 1, rows = 1, ahead = 0, store = "cached", prefetch = 0 },
    few = { unroll = 1, rows = 2, ahead = 0, store = "cached", prefetch = 0 },
    many = { unroll = 1, rows = 1, ahead = 0, store = "stream", prefetch = 0 } } }
END
CC=$work/nosuch good explain ln_layernorm_f32_4096_avx512 --rows 4096 --cpu zen4 --plan "$work/plan.lua"
prints 'situation many; caches of AMD Zen 4'
prints '^from  *16384 memory, 49152 L2: bytes a row$'
prints '^to  *16384 memory: bytes a row$'
# ... from a quarter of the last-level cache on, gradients from two thirds of that, int8 as three bytes an element; on
# processors of AMD, narrow rows of RMSNorm have a schedule of their own past the second-level cache, and gradients of
# LayerNorm one for five rows or more
for case in ln_layernorm_f32_int8_4096_avx512:682:few ln_layernorm_f32_int8_4096_avx512:683:many \
    ln_layernorm_f32_4096_avx2:511:few ln_layernorm_f32_4096_avx2:512:many \
    ln_layernorm_backward_f32_4096_avx2:341:few ln_layernorm_backward_f32_4096_avx2:342:many \
    ln_rmsnorm_f32_256_avx512:512:few ln_rmsnorm_f32_256_avx512:513:few_amd ln_layernorm_f32_2560_avx512:4:few_amd \
    ln_layernorm_backward_f32_2048_avx512:4:one ln_layernorm_backward_f32_2048_avx512:5:few_amd; do
    rows=${case#*:}
    CC=$work/nosuch good explain "${case%%:*}" --rows "${rows%:*}" --cpu zen4
    prints "situation ${case##*:}; caches of AMD Zen 4"
done
# ... of which Zen 5, whose first-level cache is larger, has the former for rows of 2816 elements and more, and not the latter
# ... narrow rows go in groups of eight there
for case in ln_layernorm_f32_2560_avx512:few ln_layernorm_f32_2816_avx512:few_amd \
    ln_layernorm_backward_f32_2048_avx512:few ln_rmsnorm_f32_128_avx512:few_large; do
    CC=$work/nosuch good explain "${case%%:*}" --rows 16 --cpu zen5
    prints "situation ${case##*:}; caches of AMD Zen 5"
done
CC=$work/nosuch good explain ln_layernorm_f32_4096_avx2 --rows 512 --cpu zen4,skylake-x
prints 'situation many; caches of AMD Zen 4' # the first of the cores
prints "^batch  *$((512 * 16384)) bytes read, $((512 * 16384)) written\$"
# ... and the compiled code has these operations
if command -v objdump >/dev/null && command -v "${CC:-cc}" >/dev/null && grep -q avx2 /proc/cpuinfo; then
    checks=$((checks + 1))
    "$lngen" emit -o "$work/code" --only ln_layernorm_f32_768_avx2 >/dev/null
    "$lngen" emit -o "$work/headers" --width 768 --isa avx2 >/dev/null
    "${CC:-cc}" -std=c11 -O2 -I"$work/headers" -c "$work/code/ln_layernorm_f32_768_avx2.c" -o "$work/kernel.o"
    objdump -d "$work/kernel.o" | awk '/<write_one>:$/ { inside = 1 } /^$/ { inside = 0 }
        inside && /vfn?m(add|sub)...ps/ { fma++ } inside && /vmovups.*%ymm.*,.*\(/ { stores++ }
        END { print fma + 0, stores + 0; exit !(fma == 272 && stores == 96) }' >"$work/counted" ||
        fail "write_one has $(cat "$work/counted") fma and stores, 272 and 96 were expected"
fi
good explain ln_layernorm_f32_768_avx512 --cpu all,zen5 --svg "$work/a/b.svg"
prints 'Golden Cove without AVX-512: has no AVX-512'
LLVM_MCA="$work/nosuch" good explain ln_layernorm_f32_768_avx2 --cpu skylake-x
prints 'no static throughput by llvm-mca: llvm-mca is not installed'
printf '#!/bin/sh\necho Total Cycles: 5\n' >"$work/mca"
chmod +x "$work/mca"
if command -v "${CC:-cc}" >/dev/null; then
    mkdir "$work/left"
    LLVM_MCA=$work/mca TMPDIR=$work/left good explain ln_layernorm_f32_64_avx2 --cpu skylake-x
    prints 'no static throughput: llvm-mca says: nothing'
    rmdir "$work/left" || fail "explain left $(ls "$work/left")"
    mkdir "$work/path"
    cp "$work/mca" "$work/path/llvm-mca"
    LLVM_MCA='' PATH=$work/path:$PATH good explain ln_layernorm_f32_64_avx2 --cpu skylake-x
    prints 'no static throughput: llvm-mca says: nothing'
    # what a function takes for several rows counts for each of them; a compiler may sum rows in line
    printf '#!/bin/sh\n[ "$1" = --version ] || printf "Iterations: 20\\nTotal Cycles: 2000\\n"\n' >"$work/mca"
    LLVM_MCA=$work/mca good explain ln_layernorm_f32_64_avx2 --cpu skylake-x
    prints '\( 25 cycles a row .* of sum_rows_8\| 112 cycles a row .* of sum_row\) and write_few,'
fi
head -c 4 "$work/a/b.svg" | grep -q '<svg' || fail "--svg wrote no drawing"
if command -v python3 >/dev/null; then
    python3 -c "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])" "$work/a/b.svg" ||
        fail "the drawing is no XML"
fi
cp "$work/a/b.svg" "$work/first.svg"
good explain ln_layernorm_f32_768_avx512 --cpu all --svg "$work/a/b.svg"
cmp -s "$work/a/b.svg" "$work/first.svg" || fail "another drawing of the same"
for rows in 0 +1 1.5 abc '' 1048577; do
    bad 2 explain ln_layernorm_f32_768_avx2 --rows "$rows"
    says 'a whole number from 1 to 1048576'
done
bad 2 explain ln_layernorm_f32_65536_avx2 --rows 1048576 --measure
says '--rows: a batch of 549755813888 bytes is too large to measure'
CC=$work/nosuch good explain ln_layernorm_f32_768_avx2 --cpu Zen4,SKYLAKE_X
prints 'AMD Zen 4: .* cycles a row'
bad 2 explain ln_layernorm_f32_768_avx2 --cpu zen3
says 'zen4'
bad 2 explain ln_layernorm_f32_768_avx2 --svg ''
status=0
"$lngen" explain ln_layernorm_f32_768_avx2 --svg /dev/null/x.svg >/dev/null 2>"$work/stderr" || status=$?
[ "$status" -eq 3 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] ||
    fail "--svg /dev/null/x.svg: $status, $(cat "$work/stderr")"
if command -v "${CC:-cc}" >/dev/null && grep -q avx2 /proc/cpuinfo; then
    mkdir "$work/tmp"
    CC="LC_ALL=C ${CC:-cc}" TMPDIR=$work/tmp good explain ln_layernorm_f32_64_avx2 --rows 16 --measure
    prints '^measured  *[0-9.]* ns a row on '
    # 512 bytes a row, as many nanoseconds, and the system's clock
    LC_ALL=C awk '/^measured/ {
        for (i = 3; i < NF; i++) is[$(i + 1)] = $i
        bytes = $2 * is["GB/s"] / 512
        cycles = is["MHz"] ? (is["cycles"] + 0.5) * 1000 / ($2 * is["MHz"]) : 1
        exit !(bytes > 0.9 && bytes < 1.1 && cycles > 0.8 && cycles < 1.2) }' "$work/stdout" ||
        fail "figures that do not fit: $(grep '^measured' "$work/stdout")"
    [ -z "$(ls "$work/tmp")" ] || fail "--measure left $(ls "$work/tmp")"
    status=0
    CC="$work/nosuch" "$lngen" explain ln_layernorm_f32_64_avx2 --measure >/dev/null 2>"$work/stderr" || status=$?
    [ "$status" -eq 1 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] ||
        fail "--measure without a compiler: $(cat "$work/stderr")"
    says "nosuch: no such command; set CC"
fi

# Other compilers than $CC, which know other features of processors
version() { "$1" --version 2>/dev/null | sed '1s/^[^ ]* //; q'; }
others=0
for cc in gcc clang-14 clang-16; do
    command -v $cc >/dev/null && grep -q avx2 /proc/cpuinfo || continue
    [ "$(version $cc)" != "$(version "${CC:-cc}")" ] || continue
    others=$((others + 1))
    CC=$cc good doctor
    prints "^compiler  *$cc ("
    prints 'ln_..._avx2 \(runs\|can run\)'
    CC=$cc good explain ln_rmsnorm_stats_f32_64_avx2 --rows 16 --measure
    prints '^measured  *[0-9.]* ns a row on '
    command -v gnuplot >/dev/null || continue
    CC=$cc good report -o "$work/$cc.html" --width 64 --op rmsnorm --isa avx2 --rows 1 --rounds 3
    prints ': 1 kernel measured'
done
[ $others -gt 0 ] || echo "no other compiler, or no AVX2 here: other compilers are not tested"

# report: bad input; the page itself has a test of its own
bad 2 report --width 64
says '-o FILE is missing'
bad 2 report -o "$work/page.html"
bad 2 report -o "$work/page.html" --width 64 --rows 0
says 'a whole number from 1 to 65536'
bad 2 report -o "$work/page.html" --width 64 --rounds 1
bad 2 report -o "$work/page.html" --width 65536 --rows 65536
bad 3 report -o "$work" --width 64
says 'is a directory'
bad 3 report -o /dev/null/page.html --width 64
says '/dev/null: is no directory'
checks=$((checks + 1))
status=0
GNUPLOT="$work/nosuch" "$lngen" report -o "$work/page.html" --width 64 >"$work/stdout" 2>"$work/stderr" || status=$?
[ "$status" -eq 1 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] ||
    fail "report without gnuplot: $status $(cat "$work/stderr")"
says 'gnuplot-nox'
if command -v gnuplot >/dev/null; then
    bad 2 report -o "$work/page.html" --width 64 --dtype bf16
    says 'dtype f32 only'
    status=0
    CC=false "$lngen" report -o "$work/page.html" --width 64 --isa scalar >"$work/stdout" 2>"$work/stderr" || status=$?
    [ "$status" -eq 1 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] ||
        fail "report without a compiler: $(cat "$work/stderr")"
    says 'could not compile'
    # a second compiler that does not work is no competitor
    if command -v "${CC:-cc}" >/dev/null; then
        mkdir "$work/broken"
        for name in gcc clang; do
            printf '#!/bin/sh\ncase $* in *--version) echo %s; exit 0 ;; esac\nexit 1\n' $name >"$work/broken/$name"
            chmod +x "$work/broken/$name"
        done
        CC=$(command -v "${CC:-cc}") PATH=$work/broken:$PATH good report -o "$work/broken.html" --width 64 --isa scalar \
            --rows 1 --rounds 3
    fi
fi
[ -e "$work/page.html" ] && fail "a report that failed left a page"

# completion
for shell in bash zsh fish; do
    good completion $shell
    for command in show doctor report explain; do prints "$command"; done
    cp "$work/stdout" "$work/$shell"
    ! command -v $shell >/dev/null || $shell -n "$work/$shell" || fail "$shell does not read its completion"
done
bad 2 completion nosuch
if command -v bash >/dev/null; then
    checks=$((checks + 1))
    # shellcheck disable=SC2016 # for bash
    found=$(bash -c '. "$1"; COMP_WORDS=(lngen sh); COMP_CWORD=1; COMP_LINE="lngen sh"; COMP_POINT=8
        "$(complete -p lngen | sed "s/.*-F \([^ ]*\).*/\1/")" lngen sh lngen; echo "${COMPREPLY[*]}"' bash "$work/bash")
    [ "$found" = show ] || fail "bash completes 'lngen sh' to '$found'"
fi

echo "$checks checks, $failures failed"
[ "$failures" -eq 0 ]
