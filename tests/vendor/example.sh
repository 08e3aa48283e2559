#!/bin/sh
# example.sh PREFIX EXAMPLES NAME WORK - copies an example, makes its pair with the lngen installed under PREFIX, builds
# and runs it. 77 when a tool is missing.
set -u
prefix=$1 examples=$2 name=$3 work=$4
need() { command -v "$1" >/dev/null 2>&1 || { echo "skipped: no $1"; exit 77; }; }
rm -rf "$work" && cp -R "$examples/$name" "$work" && cd "$work" || exit 1
PATH=$prefix/bin:$PATH
pair() { lngen emit --single-file --prefix gpt2 --width 768 -o .; }
case $name in
vendored) need make; make && ./example ;;
cpp) need g++; pair && cc -O2 -c gpt2.c && g++ -std=c++17 -Wall -Wextra main.cpp gpt2.o -o example -lm && ./example ;;
python) need python3; pair && cc -O2 -shared -fPIC gpt2.c -o libgpt2.so -lm && python3 norm.py ./libgpt2.so ;;
rust) need rustc; pair && cc -O2 -c gpt2.c && ar rcs libgpt2.a gpt2.o && rustc -O main.rs -L . -l static=gpt2 -o example &&
    ./example ;;
*) echo "no such example: $name"; exit 1 ;;
esac
