#!/bin/sh
# SPDX-License-Identifier: MIT
# emitted.sh LNGEN WORK ENGINE OPTIONS - emits for an engine with OPTIONS, makes what a user would make of the files, and
# runs the test that was emitted beside them against the engine. 77 where the engine, or what builds for it, is missing.
set -eu
lngen=$1 work=$2 engine=$3 options=$4
cd / # Python would take a directory called numpy, as tests have, for the module
skip() {
    echo "skipped: $*"
    exit 77
}
# The first Python that has all these modules, as $python.
find_python() {
    for python in python3 /usr/bin/python3; do
        all=yes
        for module; do
            "$python" -c "import $module" 2>/dev/null || all=
        done
        [ -z "$all" ] || return 0
    done
    skip "no python3 with $*"
}
emitted() {
    rm -rf "$work"
    mkdir -p "$work"
    cd "$work"
    # shellcheck disable=SC2086 # the options are words
    "$lngen" emit --for "$engine" --prefix vend $options -o vend
}
# What users make of the files is no change of them.
unchanged() {
    # shellcheck disable=SC2086
    "$lngen" emit --check --for "$engine" --prefix vend $options -o "$work/vend"
}
installed_by_pip() {
    "$python" -m pip --version >/dev/null 2>&1 || skip "no pip for $python"
    "$python" -m pip install -q --no-build-isolation --no-deps --no-index --no-warn-script-location \
        --root-user-action=ignore --target site ./vend
    PYTHONPATH=$work/site "$python" "vend/vend_${engine}_test.py"
    # programs of Windows find a module by this name, too
    for module in site/*.so; do
        name=${module#site/}
        nm -D --defined-only "$module" | grep -q " PyInit_${name%%.*}\$" || { echo "$module: no PyInit"; exit 1; }
    done
}

case $engine in
torch | numpy)
    find_python "$engine" setuptools pip
    [ "$engine" = numpy ] || command -v g++ >/dev/null || skip "no g++"
    command -v cc >/dev/null || skip "no cc"
    include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
    [ -e "$include/Python.h" ] || skip "no Python.h"
    [ "$engine" = numpy ] || "$python" -c 'if True:
        import os, sys
        from torch.utils.cpp_extension import include_paths
        sys.exit(not any(os.path.exists(p + "/torch/library.h") for p in include_paths()))' || skip "no headers of torch"
    emitted
    installed_by_pip
    ;;
onnxruntime)
    find_python numpy onnx
    command -v c++ >/dev/null || skip "no c++"
    NODE_PATH=${NODE_PATH-}:$(npm root -g 2>/dev/null || true)
    export NODE_PATH
    emitted
    cd vend
    command=$(sed -n 's/^ \*     \(c++ .*\)/\1/p' vend_ort.cpp)
    eval "$command -Wall -Wextra -Werror"
    "$python" vend_ort_test.py
    ;;
rust)
    emitted
    # no rows of f32, and differences of nearly the same terms
    "$lngen" emit --for rust --prefix half --op rmsnorm --affine none --pass forward,backward --width 1,64 --isa scalar \
        --dtype bf16,f16 -o half
    seen=
    for cargo in cargo /usr/bin/cargo; do
        version=$("$cargo" --version 2>/dev/null) || continue
        case $seen in *"$version"*) continue ;; esac
        seen="$seen$version;"
        rustc=rustc
        [ "$cargo" = cargo ] || rustc=/usr/bin/rustc
        echo "$version, $("$rustc" --version)"
        for crate in vend half; do
            rm -f $crate/Cargo.lock # each cargo has its own form of it
            CC='' AR=' ' RUSTFLAGS="-D warnings" RUSTC=$rustc CARGO_TARGET_DIR=$work/target "$cargo" test -q --offline \
                --manifest-path $crate/Cargo.toml
        done
        rm -rf target
    done
    [ -n "$seen" ] || skip "no cargo"
    ;;
esac
unchanged
