#!/bin/sh
# SPDX-License-Identifier: MIT
# example.sh PREFIX SOURCE NAME WORK - the example NAME, built and run in WORK from a clean copy of SOURCE (what git
# tracks; without git all but build directories), with the lngen installed under PREFIX. 77 when a tool is missing.
set -eu
prefix=$1 source=$2 name=$3 work=$4
need() {
    for tool; do
        command -v "$tool" >/dev/null 2>&1 || { echo "skipped: no $tool"; exit 77; }
    done
}
rm -rf "$work"
mkdir -p "$work/lngen"
cd "$source"
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | tar -cf - --null -T - | tar -xf - -C "$work/lngen"
else
    tar -cf - --exclude='./build*' --exclude=./out --exclude=./.git . | tar -xf - -C "$work/lngen"
fi
examples=$work/lngen/examples
cd "$examples"
PATH=$prefix/bin:$PATH
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name lngen.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PATH PKG_CONFIG_PATH LD_LIBRARY_PATH
package=$(dirname "$(find "$prefix" -name lngenConfig.cmake)")
unset DESTDIR CFLAGS LDFLAGS || true

# configures and builds a CMake example in $work/build
built() {
    dir=$1
    shift
    cmake -S "$dir" -B "$work/build" "$@"
    cmake --build "$work/build"
}
installed() { built "$@" -DCMAKE_BUILD_TYPE=Release -Dlngen_DIR="$package"; }
pair() { lngen emit --single-file --prefix gpt2 --width 768 -o .; }
refused() { # LINE: what the commands wrote to $work/said
    tr '\n' ' ' <"$work/said" | tr -s ' ' | grep -F "$1" || { cat "$work/said"; exit 1; }
}
again() { # a second build makes nothing
    cmake --build "$work/build" >"$work/said"
    ! grep "Making kernels" "$work/said" || { echo "kernels are made again though nothing changed"; exit 1; }
}

case $name in
vendored)
    need make
    cd vendored
    make LNGEN=false
    ./example
    make LNGEN=false test >"$work/said"
    tail -n 1 "$work/said"
    grep -q 'plain loop' "$work/said"
    cp gpt2.c gpt2.before
    echo '/* edited */' >>gpt2.c
    ! make emit 2>"$work/said"
    refused "gpt2.c: edited by hand"
    mv gpt2.before gpt2.c
    make emit
    ;;
cpp)
    need g++
    cd cpp
    pair
    cc -O2 -c gpt2.c
    g++ -std=c++17 -Wall -Wextra main.cpp gpt2.o -o example -lm
    ./example
    ;;
python)
    need python3
    cd python
    pair
    cc -O2 -shared -fPIC gpt2.c -o libgpt2.so -lm
    python3 norm.py ./libgpt2.so
    ;;
rust)
    need rustc
    cd rust
    pair
    cc -O2 -c gpt2.c
    ar rcs libgpt2.a gpt2.o
    rustc -O main.rs -L . -l static=gpt2 -o example
    ./example
    ;;
find_package)
    installed find_package
    "$work/build/example"
    again
    touch gpt2/config.json
    cmake --build "$work/build" | grep "Making kernels" # a config that changed is read again
    again
    # and so is what changed in a directory of a model, or of templates
    rm -rf "$work/build"
    sed -i 's/gpt2\/config\.json/gpt2 TEMPLATES ..\/..\/templates/' find_package/CMakeLists.txt
    installed find_package
    for file in gpt2/config.json ../templates/kernel/function.c; do
        again
        touch "$file"
        cmake --build "$work/build" | grep "Making kernels"
    done
    again
    ;;
runtime)
    installed runtime
    "$work/build/example_ln"
    "$work/build/example_ln_static"
    ldd "$work/build/example_ln" | grep "libln\.so\.[0-9]"
    ! ldd "$work/build/example_ln_static" | grep "libln"
    ;;
pkg_config)
    need make pkg-config
    cd pkg_config
    make
    ./shared
    LD_LIBRARY_PATH="" ./static
    ldd shared | grep "libln\.so\.[0-9]"
    ;;
meson)
    need meson ninja
    meson setup "$work/build" meson
    meson test -C "$work/build" --print-errorlogs
    ;;
add_subdirectory)
    built add_subdirectory -DLNGEN_SOURCE="$work/lngen"
    "$work/build/example"
    "$work/build/example_runtime"
    again
    # nothing of lngen's own that the example did not ask for
    cmake --build "$work/build" --target help >"$work/said"
    ! grep -E "ln_bench|test_api|readme_example" "$work/said" || exit 1
    [ ! -e "$work/build/lngen/runtime/libln.so" ]
    ! cmake --install "$work/build" --prefix "$work/none" | grep "Installing" || exit 1
    ! grep -E "^(CMAKE_BUILD_TYPE:STRING=.|BUILD_SHARED_LIBS|BUILD_TESTING)" "$work/build/CMakeCache.txt" || exit 1
    ;;
fetch_content)
    built fetch_content -DFETCHCONTENT_SOURCE_DIR_LNGEN="$work/lngen" -DFETCHCONTENT_FULLY_DISCONNECTED=ON
    "$work/build/example"
    ctest --test-dir "$work/build" --output-on-failure --no-tests=error
    ;;
cross)
    need x86_64-w64-mingw32-gcc wine
    WINEDEBUG=-all
    export WINEDEBUG
    installed find_package -DCMAKE_TOOLCHAIN_FILE="$examples/cross/mingw.cmake"
    wine "$work/build/example.exe"
    # sources built along, for Windows: lngen is found where it runs
    rm -rf "$work/build"
    cmake -S add_subdirectory -B "$work/build" --toolchain "$examples/cross/mingw.cmake" -DLNGEN_SOURCE="$work/lngen" \
        -DLNGEN_EXECUTABLE="$prefix/bin/lngen"
    cmake --build "$work/build" --target example
    wine "$work/build/example.exe"
    ;;
refused)
    cat >"$work/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.22)
project(bad LANGUAGES C)
find_package(lngen REQUIRED)
add_executable(example lngen/examples/vendored/main.c)
lngen_add_kernels(${ARGUMENTS})
EOF
    bad() { # LINE ARGUMENTS
        ! cmake -S "$work" -B "$work/build" -Dlngen_DIR="$package" -DARGUMENTS="$2" >"$work/said" 2>&1 || exit 1
        refused "$1"
    }
    bad "'nothing' is not a target" "nothing;WIDTH;768"
    bad "'768' follows no option" "example;768"
    bad "no-such.json: no such file" "example;CONFIG;no-such.json"
    bad "PREFIX 'a-b' is not an identifier of C" "example;WIDTH;768;PREFIX;a-b"
    bad "ONLY is set by lngen_add_kernels itself" "example;WIDTH;768;ONLY;ln"
    cmake -S "$work" -B "$work/build" -DARGUMENTS="example;WIDTH;x" >/dev/null
    ! cmake --build "$work/build" >"$work/said" 2>&1 || exit 1
    refused "'x' is not a width"
    # no generator for this machine
    need x86_64-w64-mingw32-gcc
    rm -rf "$work/build"
    if PATH=/usr/bin:/bin command -v lngen >/dev/null; then exit 0; fi
    ! PATH=/usr/bin:/bin cmake -S add_subdirectory -B "$work/build" --toolchain "$examples/cross/mingw.cmake" \
        -DLNGEN_SOURCE="$work/lngen" >"$work/said" 2>&1 || exit 1
    refused "no lngen that runs here; set LNGEN_EXECUTABLE to one"
    ;;
*)
    echo "no such example: $name"
    exit 1
    ;;
esac
