#!/bin/sh
# SPDX-License-Identifier: MIT
# emulated.sh [BUILD [WHICH]] - runs tests of AVX-512 on a machine that has none: Bochs, which interprets AVX-512
# instructions, boots Debian's kernel with the test programs in its initramfs. Prints a line for each test and a
# summary; the exit status is 1 when one failed, 77 when a tool is missing. It runs as any user and installs nothing.
#
# BUILD  a build of lngen with its tests; `build` when left out. Test programs that are not up to date are built
# WHICH  short: 90 seconds of processor time; when left out. long: an hour. Otherwise a regular expression of names of
#        tests, as in ctest -R, of which those run that end with .avx512
#
# Each run also plants a fault in a copy of the vocabulary of AVX-512, and fails unless the vocabulary's test finds it.
# BUILD/emulated holds what was booted, and `serial`, all that the programs printed.
#
# VALUES        how many random values each function of the vocabulary is given (1e5)
# LIMIT         how many seconds the emulator may run (short 600, otherwise 7200)
# KERNEL        the kernel that is booted: /boot/vmlinuz-*-amd64 when left out or, when there is none that may be read,
#               that of Debian's linux-image-cloud-amd64, which apt-get downloads into BUILD
# LN_TEST_SEED  the seed of the tests
# EMULATED_BUILT  when set, nothing is built: the programs must be there
set -eu
case $#,${1-} in
[012],[!-]* | 0,) ;;
*)
    echo "emulated.sh: '$*': usage: emulated.sh [BUILD [short|long|TESTS]], BUILD being a directory" >&2
    exit 2
    ;;
esac
root=$(cd "$(dirname "$0")/.." && pwd)
[ -e "${1:-$root/build}/CMakeCache.txt" ] || {
    echo "emulated.sh: ${1:-$root/build}: no build of lngen; make one with cmake -S . -B ${1:-build}" >&2
    exit 2
}
build=$(cd "${1:-$root/build}" && pwd)
which=${2:-short}
values=${VALUES:-1e5}
case $which in
short)
    limit=${LIMIT:-600}
    tests='^(vocabulary\..*_O2|isa|calls\.library|alike\.(library|heads|backward_(widths|params)))\.avx512$'
    ;;
long)
    limit=${LIMIT:-7200}
    tests='^(vocabulary|isa|calls|alike|bits\.[a-z]*_O2|heads|backward_widths)(\..*)?\.avx512$'
    ;;
*)
    limit=${LIMIT:-7200}
    tests=$which
    ;;
esac

missing() {
    echo "emulated.sh: skipped: $*"
    exit 77
}

# The first of some files that is there and may be read.
first() {
    for file; do
        [ ! -r "$file" ] || break
    done
    [ -r "$file" ] && echo "$file"
}

[ "$(uname -sm)" = 'Linux x86_64' ] || missing "the test programs must be those of Linux on x86-64"
for tool in bochs xorriso busybox; do
    command -v $tool >/dev/null || missing "$tool is not there; install it with: sh scripts/deps.sh tests"
done
isolinux=/usr/lib/ISOLINUX/isolinux.bin ldlinux=/usr/lib/syslinux/modules/bios/ldlinux.c32
cat $isolinux $ldlinux >/dev/null 2>&1 ||
    missing "isolinux is not there; install it with: sh scripts/deps.sh tests"
[ -r /usr/share/vgabios/vgabios.bin ] || missing "vgabios is not there; install it with: sh scripts/deps.sh tests"
first /usr/lib/*/bochs/plugins/libbx_term_gui.so >/dev/null ||
    missing "bochs-term is not there; install it with: sh scripts/deps.sh tests"

work=$build/emulated
mkdir -p "$work"
kernel=${KERNEL-$(first /boot/vmlinuz-*-amd64 "$work"/debian/boot/vmlinuz-* || :)}
if [ -z "$kernel" ]; then
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p')
    # shellcheck disable=SC2086 # one word, or none
    (cd "$work" && rm -f ./*.deb && apt-get download -q $package && dpkg -x ./linux-image-*.deb debian &&
        rm ./*.deb) >"$work/download.log" 2>&1 || :
    kernel=$(first "$work"/debian/boot/vmlinuz-*) ||
        missing "no kernel: apt-get has no linux-image-cloud-amd64; name one with KERNEL=FILE"
fi

# The tests: name, environment and command of each, tab separated, as CTest has them. Their programs are built before.
# ctest runs beside the build, since it writes a log where it runs, and may have been called by another ctest.
echo "subdirs(\"$build\")" >"$work/CTestTestfile.cmake"
listed() { (cd "$work" && ctest -N -V -R "$tests" 2>&1); }
if [ -z "${EMULATED_BUILT-}" ]; then
    command='^(Could not find executable|[0-9]+: Test command:) [^ ]*/([^ /]+)( .*|$)'
    targets=$(listed | sed -nE "s,$command,\\2,p" | sort -u)
    # shellcheck disable=SC2086 # words
    cmake --build "$build" --target lngen vocabulary_parts emit_vocabularies $targets >"$work/build.log" 2>&1 || {
        tail -n 20 "$work/build.log"
        echo "emulated.sh: $build: the test programs do not build; $work/build.log says why" >&2
        exit 1
    }
fi
listed >"$work/listed"
! grep '^Could not find executable' "$work/listed" || {
    echo "emulated.sh: $build: build these first: cmake --build $build --target build_tests" >&2
    exit 1
}
awk -v values="$values" '
    /: Test command: / { sub(/^.*Test command: */, ""); command = $0; environment = "" }
    /^[0-9]+:  [A-Z_]+=/ { environment = environment " " $2 }
    /^ *Test +#/ && $NF ~ /\.avx512$/ {
        if ($NF ~ /^vocabulary/)
            sub(/"[^"]*"$/, values, command)
        print $NF "\t" environment "\t" command
    }' "$work/listed" >"$work/tests"
[ -s "$work/tests" ] || {
    echo "emulated.sh: '$which': no test of this name that ends with .avx512; ctest -N lists the names" >&2
    exit 2
}

# A vocabulary whose muladd rounds twice, which its test must find.
rm -rf "$work/image" "$work/disk"
mkdir -p "$work/image/bin" "$work/image/proc" "$work/image/dev" "$work/image/tmp" "$work/disk/isolinux" "$work/faulty"
for file in "$build"/tests/vocabulary/headers/*.h; do
    sed 's/_mm512_fmadd_ps(a, b, c)/_mm512_add_ps(_mm512_mul_ps(a, b), c)/' "$file" >"$work/faulty/${file##*/}"
done
! cmp -s "$work/faulty/ln_avx512.h" "$build/tests/vocabulary/headers/ln_avx512.h" || {
    echo "emulated.sh: muladd of templates/isa/avx512.h is written otherwise than when the fault was made for it" >&2
    exit 1
}
# shellcheck disable=SC2046 # files
"${CC:-cc}" -std=c11 -O2 -ffp-contract=off -include "$work/faulty/ln_avx512.h" -DVOCABULARY='"avx512"' \
    "$root/tests/vocabulary/vocabulary.c" \
    $(find "$build/tests/vocabulary/CMakeFiles/vocabulary_parts.dir" -name '*.o') -o "$work/faulty/vocabulary" -lm

# The initramfs: the programs and their libraries, each where it is here, and the program that runs them.
cp "$(command -v busybox)" "$work/image/bin/busybox"
{ cut -f 3 "$work/tests" | cut -d ' ' -f 1; echo "$work/faulty/vocabulary"; } | sort -u >"$work/programs"
while read -r program; do
    ldd "$program" | sed -nE 's/^(.* => |[[:space:]]*)(\/[^ ]*) \(0x.*/\2/p'
done <"$work/programs" | sort -u >"$work/libraries"
cat "$work/libraries" "$work/programs" | while read -r file; do
    mkdir -p "$work/image${file%/*}"
    cp -L "$file" "$work/image$file"
done
mkdir -p "$work/image$build/tests/ran" # where harnesses write which kernels ran
{
    cat <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
exec >/dev/ttyS0 2>&1
run() { # NAME STATUS COMMAND...: the command must end with this status
    name=$1 wanted=$2 status=0
    shift 2
    "$@" >/tmp/out 2>&1 || status=$?
    if [ $status -eq $wanted ]; then
        echo "passed $name: $(sed '/^seed /d; / checks, /d' /tmp/out | tail -n 1)"
    else
        echo "FAILED $name: exit status $status"
        [ $status -lt 128 ] || dmesg | tail -n 2 >>/tmp/out # where a signal struck
        tail -n 100 /tmp/out | sed 's/^/    /'
    fi
}
INIT
    echo 'export OMP_WAIT_POLICY=passive LN_TEST_F16_HALFWAY=no LD_BIND_NOW=1'
    echo "${LN_TEST_SEED:+export LN_TEST_SEED=$LN_TEST_SEED}"
    awk -F '\t' '
        { print "run", $1, 0, "env", $2, $3 }' "$work/tests"
    echo "run planted.fault 1 $work/faulty/vocabulary 1"
    echo 'echo ended; sleep 1; poweroff -f'
} >"$work/image/init"
chmod +x "$work/image/init"
(cd "$work/image" && find . | busybox cpio -o -H newc 2>/dev/null) >"$work/disk/initramfs"

# What boots: a CD. Bochs 2.7 tells the kernel a wrong size of the registers that XSAVES saves, and the kernel would
# leave AVX off; without XSAVES and XSAVEC the size is right. The dynamic linker would use XSAVEC all the same when it
# binds functions late, so programs are bound when they start (LD_BIND_NOW). The self-tests of the kernel's
# ciphers take minutes.
cp "$kernel" "$work/disk/kernel"
cp "$isolinux" "$ldlinux" "$work/disk/isolinux"
options="console=ttyS0 quiet loglevel=1 nokaslr mitigations=off tsc=reliable cryptomgr.notests noxsaves"
cat >"$work/disk/isolinux/isolinux.cfg" <<CONFIG
default tests
label tests
kernel /kernel
initrd /initramfs
append $options clearcpuid=xsaves,xsavec panic=-1 reboot=t
CONFIG
xorriso -as mkisofs -quiet -o "$work/cd" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
    -boot-load-size 4 -boot-info-table "$work/disk" >"$work/cd.log" 2>&1
cat >"$work/bochsrc" <<'CONFIG'
display_library: term
vgaromimage: file=/usr/share/vgabios/vgabios.bin
megs: 1024
cpu: model=corei7_skylake_x, count=1, ips=100000000, reset_on_triple_fault=0
clock: sync=none
ata0-master: type=cdrom, path=cd, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=serial
log: log
panic: action=fatal
error: action=ignore
info: action=ignore
CONFIG
echo c >"$work/commands"
debugger= # Debian's Bochs has one, which waits for commands
! bochs --help 2>&1 | grep -q -e '-rc ' || debugger='-rc commands'

count=$(wc -l <"$work/tests")
echo "$count tests and a planted fault on an emulated Skylake-X: ${kernel##*/}"
begin=$(date +%s)
: >"$work/serial"
# shellcheck disable=SC2086 # words
(cd "$work" && TERM=vt100 exec bochs -q -f bochsrc $debugger </dev/null >screen 2>&1) &
emulator=$!
trap 'kill -9 "$emulator" 2>/dev/null || :' EXIT # Bochs does not heed other signals
trap 'exit 1' INT TERM

# Shows what the tests have said since the last time.
shown=0
show() {
    lines=$(wc -l <"$work/serial")
    seconds=$(($(date +%s) - begin))
    head -n "$lines" "$work/serial" | tail -n +$((shown + 1)) | tr -d '\r' |
        sed -nE "/^(passed|FAILED) /{s/^/$(printf '%4d s  ' $seconds)/p;}; s/^    /&&&/p"
    shown=$lines
}
while kill -0 "$emulator" 2>/dev/null && [ $(($(date +%s) - begin)) -lt "$limit" ]; do
    sleep 1
    show
done
kill -9 "$emulator" 2>/dev/null && overtime=" within LIMIT=$limit seconds" || overtime=
wait "$emulator" || :
show
if ! grep -q '^ended' "$work/serial"; then
    grep -v '^passed' "$work/serial" | tail -n 10
    tail -n 5 "$work/log"
    echo "emulated.sh: the emulated machine did not come to the end of the tests$overtime; see $work/serial and log"
    exit 1
fi
passed=$(grep -c '^passed ' "$work/serial")
echo "$passed of $((count + 1)) passed, in $seconds s"
[ "$passed" -eq $((count + 1)) ]
