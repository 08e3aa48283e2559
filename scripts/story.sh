#!/bin/sh
# SPDX-License-Identifier: MIT
# story.sh [--short | --update] [DIRECTORY] - tells the project's story in four acts: builds lngen and the program of
# the story, runs it on lngen's kernels, draws pictures, and puts them into DIRECTORY/story.html (build-story). It
# installs missing packages. --short: fewer layers and steps, for tests.
set -eu
short='' update=''
case ${1-} in
--short)
    short=yes
    shift
    ;;
--update)
    update=yes
    shift
    ;;
esac
case $#${1-} in
0) out=build-story ;;
1/*) out=$1 ;;
1[!-]*) out=$PWD/$1 ;;
*)
    echo "story.sh: '$*': usage: story.sh [--short | --update] [DIRECTORY], DIRECTORY being where story.html goes" >&2
    exit 2
    ;;
esac
CDPATH='' cd -- "$(dirname -- "$0")/.."
say() { echo "story.sh: $*" >&2; }
[ -n "${STORY_LNGEN-}" ] || sh scripts/deps.sh story
gnuplot=${GNUPLOT:-gnuplot}
command -v "$gnuplot" >/dev/null || { say "$gnuplot: not found; it draws the pictures (Debian: gnuplot-nox)"; exit 1; }
compiler=${CC:-cc}
command -v "$compiler" >/dev/null || { say "$compiler: not found; set CC to a C11 compiler"; exit 1; }
mkdir -p "$out" 2>/dev/null || { say "$out: no directory can be made there"; exit 3; }
out=$(cd "$out" && pwd)
: 2>/dev/null >"$out/log" || { say "$out: cannot be written"; exit 3; }
jobs=$(nproc 2>/dev/null || echo 2)
kernel=ln_layernorm_f32_768_avx512
pre='' post=''

quietly() { # the output of a step is shown only when it fails
    "$@" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; say "failed: $1 $2"; exit 1; }
}

# STORY_LNGEN and STORY_PROGRAM name programs that are built already.
lngen=${STORY_LNGEN-}
if [ -z "$lngen" ]; then
    echo "1. building lngen"
    quietly cmake -S . -B "$out/lngen" -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DLNGEN_BENCH=OFF
    quietly cmake --build "$out/lngen" --parallel "$jobs" --target lngen
    lngen=$out/lngen/generator/lngen
fi
story=${STORY_PROGRAM-}
if [ -z "$story" ]; then
    echo "2. kernels of the story, and its program"
    rm -rf "$out/kernels"
    quietly sh examples/story/kernels.sh "$lngen" "$out/kernels"
    quietly cmake -S examples/story -B "$out/story" -DSTORY_KERNELS="$out/kernels"
    quietly cmake --build "$out/story" --parallel "$jobs" --target story
    story=$out/story/story
fi
if [ -n "$short" ]; then
    drift="--depth 8 --width 64" depths="--depths 2,4" train="--depth 2 --steps 12 --warmup 4" shares="--steps 2"
else
    drift='' depths='' train='' shares=''
fi

# shellcheck disable=SC2086 # options are words
{
    echo "3. act I: activations that drift"
    "$story" drift $drift -o "$out/drift.tsv"
    echo "4. act II: gradients, and training with and without warm-up"
    "$story" gradients $depths -o "$out/gradients.tsv"
    "$story" train --form pre $train -o "$out/train.pre.tsv" &
    pre=$!
    trap 'kill $pre $post 2>/dev/null; exit 130' HUP INT TERM
    "$story" train --form post --quiet $train -o "$out/train.post.tsv" &
    post=$!
    failed=
    wait $pre || failed=yes
    wait $post || failed=yes
    [ -z "$failed" ] || exit 1
    { cat "$out/train.pre.tsv" && sed 1d "$out/train.post.tsv"; } >"$out/train.tsv"
    "$story" shares $shares -o "$out/shares.tsv"
}
echo "5. act III: the journey of a row"
"$lngen" explain "$kernel" --cpu all --svg "$out/journey.svg" >"$out/journey.txt"
echo "6. act IV: the code"
"$lngen" show "$kernel" --part write_few >"$out/code.txt"
echo "7. pictures"
for picture in drift gradients train; do
    quietly "$gnuplot" -e "data='$out/$picture.tsv'; out='$out/$picture.svg'" "examples/story/$picture.gp"
done
sh examples/story/page.sh "$out" >"$out/.story.html"
mv "$out/.story.html" "$out/story.html"
rm -f "$out/log"
if [ -n "$update" ]; then
    cp "$out/drift.tsv" "$out/gradients.tsv" "$out/train.tsv" docs/story
    cp "$out/drift.svg" "$out/gradients.svg" "$out/train.svg" "$out/journey.svg" docs/story
fi
echo "$out/story.html"
