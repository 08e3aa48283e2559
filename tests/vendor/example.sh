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
    ! python3 norm.py 2>"$work/said" || exit 1
    refused "usage: python3 norm.py"
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
    # and where it was installed under a name with a blank
    make clean
    cp -R "$prefix" "$work/a b"
    PKG_CONFIG_PATH=$(dirname "$(find "$work/a b" -name lngen.pc)") make
    ./shared
    ./static
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
find_package(lngen REQUIRED ${COMPONENTS})
add_executable(example lngen/examples/vendored/main.c)
add_executable(other lngen/examples/vendored/main.c)
add_executable(of ALIAS example)
add_library(headers INTERFACE)
set(option OP) # no business of lngen_add_kernels
if(BEFORE)
  lngen_add_kernels(${BEFORE})
endif()
lngen_add_kernels(${ARGUMENTS})
EOF
    bad() { # LINE ARGUMENTS [ARGUMENTS of a call before [OPTION of cmake]]
        ! cmake -S "$work" -B "$work/build" -Dlngen_DIR="$package" -DARGUMENTS="$2" \
            -DBEFORE="${3-}" "${4--DLNGEN_EXECUTABLE=}" >"$work/said" 2>&1 || exit 1
        refused "$1"
    }
    bad "'nothing' is not a target" "nothing;WIDTH;768"
    bad "'768' follows no option" "example;768"
    bad "no-such.json: no such file" "example;CONFIG;no-such.json"
    bad "CONFIG takes one value, not 'a.json;b.json'" "example;CONFIG;a.json;b.json"
    bad "PREFIX takes one value, not ''" "example;WIDTH;768;PREFIX"
    bad "WIDTH takes values; none follows it" "example;WIDTH"
    bad "SELF_TEST takes no value; 'yes' follows it" "example;WIDTH;768;SELF_TEST;yes"
    bad "PREFX is no option; 'lngen emit --help' lists them" "example;OP;rmsnorm;PREFX;gpt2"
    bad "HELP is no option" "example;WIDTH;768;HELP"
    for program in "$work/nosuch" lngen "$work"; do
        bad "LNGEN_EXECUTABLE: '$program' is no program; give its whole path" "example;WIDTH;768" \
            "example;WIDTH;768;PREFIX;first" -DLNGEN_EXECUTABLE="$program"
    done
    bad "PREFIX 'a-b' is not an identifier of C" "example;WIDTH;768;PREFIX;a-b"
    bad "ONLY is set by lngen_add_kernels itself" "example;WIDTH;768;ONLY;ln"
    bad "WIDTH is given twice" "example;WIDTH;64;OP;rmsnorm;WIDTH;128"
    bad "'of' is an alias; name what it stands for, example" "of;WIDTH;64"
    bad "'headers' compiles nothing" "headers;WIDTH;64"
    bad "PREFIX norms is taken" "other;WIDTH;64;SELF_TEST" "example;WIDTH;64;SELF_TEST"
    bad "PREFIX norms is taken" "example;WIDTH;64" "example;WIDTH;64"
    bad "which kernels? give WIDTH 768" "example;OP;rmsnorm"
    bad "this package has no components; leave out dev" "example;WIDTH;64" "" "-DCOMPONENTS=COMPONENTS;dev"
    wrong() { # LINE ARGUMENTS: what lngen says
        cmake -S "$work" -B "$work/build" -DARGUMENTS="$2" -DBEFORE= -DCOMPONENTS= >/dev/null
        ! cmake --build "$work/build" >"$work/said" 2>&1 || exit 1
        refused "$1"
    }
    wrong "'x' is not a width" "example;WIDTH;x"
    wrong '"GPT": not a name lngen knows' "example;MODEL;GPT;PREFIX;NN"
    # the options without a value, with one and with several, which lngen_add_kernels must know
    lngen emit --help | sed '/^$/q' | grep -oE '\[--[^]]*\]|-o DIR' | sed 's/^-o/[--output/' >"$work/options"
    for kind in 'flags:^[^ ]*$' 'of_one:^[^,]* [^,]*$' 'of_several:,'; do
        grep "${kind#*:}" "$work/options" | sed 's/^\[--\([a-z-]*\).*/\1/' | tr a-z- A-Z_ | sort | tr '\n' ' ' >"$work/said"
        refused "$(sed -n "s/^  set(${kind%%:*} \(.*\))\$/\1 /p" "$source/cmake/lngenKernels.cmake")"
    done
    # no generator for this machine
    need x86_64-w64-mingw32-gcc
    rm -rf "$work/build"
    if PATH=/usr/bin:/bin command -v lngen >/dev/null; then exit 0; fi
    ! PATH=/usr/bin:/bin cmake -S add_subdirectory -B "$work/build" --toolchain "$examples/cross/mingw.cmake" \
        -DLNGEN_SOURCE="$work/lngen" >"$work/said" 2>&1 || exit 1
    refused "no lngen that runs here; set LNGEN_EXECUTABLE to one"
    ;;
scopes)
    # Targets of other directories, with C and without, under policies of old; a value in capitals; lngen found and built
    # along.
    need g++
    mkdir "$work/cxx" "$work/c" "$work/inner"
    cat >"$work/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.5)
project(scopes LANGUAGES CXX)
enable_testing()
if(LNGEN_SOURCE)
  add_subdirectory(${LNGEN_SOURCE} lngen)
else()
  find_package(lngen REQUIRED)
endif()
add_subdirectory(cxx)
add_subdirectory(c)
set(option OP)
lngen_add_kernels(of_cxx WIDTH 8 PREFIX NN SELF_TEST)
lngen_add_kernels(of_c WIDTH 8 OP LAYERNORM RMSNORM AFFINE FULL GAMMA1 NONE PREFIX of_c)
add_executable(program main.cpp)
target_link_libraries(program PRIVATE of_cxx of_c)
add_subdirectory(inner)
EOF
    echo 'add_library(of_cxx STATIC empty.cpp)' >"$work/cxx/CMakeLists.txt"
    echo 'enable_language(C)
add_library(of_c STATIC empty.c)' >"$work/c/CMakeLists.txt"
    echo 'lngen_add_kernels(program WIDTH 8 PREFIX inner)' >"$work/inner/CMakeLists.txt"
    echo '#include "NN.h"
#include "inner.h"
extern "C" {
#include "of_c.h"
}
int main() { return !NN_isa() || !inner_isa() || !of_c_isa(); }' >"$work/main.cpp"
    echo 'int empty;' | tee "$work/cxx/empty.cpp" >"$work/c/empty.c"
    for from in "-Dlngen_DIR=$package" "-DLNGEN_SOURCE=$work/lngen"; do
        rm -rf "$work/build"
        built "$work" -Wno-dev "$from" -DLNGEN_EXECUTABLE="$prefix/bin/lngen" -DLNGEN_BUILD_GENERATOR=OFF
        "$work/build/program"
        ctest --test-dir "$work/build" --output-on-failure --no-tests=error
    done
    ;;
pointers)
    # where pointers have another size only the library is of no use
    need cc
    echo 'int main(void) { return 0; }' >"$work/main.c"
    cc -m32 -c "$work/main.c" -o "$work/main.o" || { echo "skipped: no compiler for 32 bits"; exit 77; }
    cat >"$work/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.22)
project(pointers LANGUAGES C)
find_package(lngen 0.2 REQUIRED)
if(TARGET lngen::ln OR TARGET lngen::ln_static)
  message(FATAL_ERROR "lngen::ln is for another machine")
endif()
add_library(example STATIC main.c)
lngen_add_kernels(example WIDTH 8)
EOF
    cmake -S "$work" -B "$work/build" -Dlngen_DIR="$package" -DCMAKE_C_FLAGS=-m32 \
        -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY >"$work/said"
    refused "no lngen::ln, since the library was built for pointers of 8 bytes"
    cmake --build "$work/build" --target example_norms_kernels
    ;;
static)
    # A static library of each compiler is linked by each, by CMake and pkg-config; its build is asked for one file of all
    # sources, and for a name of its own.
    need gcc clang pkg-config
    lngen emit --width 8 --isa scalar -o "$work/kernels"
    unset LD_LIBRARY_PATH
    for made in gcc clang; do
        rm -rf "$work/build"
        cmake -S "$work/lngen" -B "$work/build" -DCMAKE_C_COMPILER=$made -DCMAKE_BUILD_TYPE=Debug \
            -DLNGEN_BUILD_GENERATOR=OFF -DLNGEN_SHARED=OFF -DLNGEN_TESTS=OFF -DLNGEN_BENCH=OFF \
            -DLNGEN_KERNELS_DIR="$work/kernels" -DCMAKE_UNITY_BUILD=ON -DCMAKE_DEBUG_POSTFIX=d
        cmake --build "$work/build"
        cmake --install "$work/build" --prefix "$work/$made" --component lngen-dev
        PKG_CONFIG_PATH=$(dirname "$(find "$work/$made" -name lngen.pc)")
        package=$(dirname "$(find "$work/$made" -name lngenConfig.cmake)")
        for user in gcc clang; do
            eval "$user readme.c -o \"\$work/example\" $(pkg-config --static --cflags --libs lngen)" # paths with blanks
            "$work/example" || [ $? -eq 1 ] # it has no kernels of 768
            rm -rf "$work/build"
            installed runtime -DCMAKE_C_COMPILER=$user
        done
    done
    # Of a generator for several configurations, lngen.pc names the library of the one that is installed.
    need ninja
    cmake -S "$work/lngen" -B "$work/several" -G "Ninja Multi-Config" -DLNGEN_BUILD_GENERATOR=OFF -DLNGEN_TESTS=OFF \
        -DLNGEN_BENCH=OFF -DLNGEN_KERNELS_DIR="$work/kernels" -DCMAKE_DEBUG_POSTFIX=d
    for configuration in Debug Release; do
        cmake --build "$work/several" --config $configuration
        cmake --install "$work/several" --config $configuration --prefix "$work/$configuration" --component lngen-dev
        PKG_CONFIG_PATH=$(dirname "$(find "$work/$configuration" -name lngen.pc)")
        eval "cc -static readme.c -o \"\$work/example\" $(pkg-config --static --cflags --libs lngen)"
        "$work/example" || [ $? -eq 1 ]
    done
    ;;
plain)
    # what README.md builds can be installed
    cmake -S "$work/lngen" -B "$work/build" -DCMAKE_BUILD_TYPE=Debug
    cmake --build "$work/build" --target lngen
    cmake --install "$work/build" --prefix "$work/tool" --component lngen-tool
    cmake -S find_package -B "$work/found" -Dlngen_DIR="$(dirname "$(find "$work/tool" -name lngenConfig.cmake)")"
    cmake --build "$work/found"
    "$work/found/example"
    ! cmake -S "$work/lngen" -B "$work/flags" -DCMAKE_C_FLAGS=-mavx2 >"$work/said" 2>&1 || exit 1
    refused "CMAKE_C_FLAGS: '-mavx2' allows AVX everywhere"
    cmake -S "$work/lngen" -B "$work/flags" -DCMAKE_C_FLAGS= >/dev/null
    ;;
*)
    echo "no such example: $name"
    exit 1
    ;;
esac
