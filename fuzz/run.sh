#!/bin/sh
# run.sh KIND FUZZER MAKE_FILES DATA SECONDS [CORPUS]: one fuzzer, seeded from small files of the project's own.
#
# New inputs go into CORPUS (kept between runs), or into a directory that is removed. A crash leaves its input in the
# current directory, as libFuzzer names it.
kind=$1 fuzzer=$2 make_files=$3 data=$4 seconds=$5 corpus=$6
seeds=$(mktemp -d) || exit 2
trap 'rm -rf "$seeds"' EXIT
mkdir "$seeds/small" "$seeds/seeds" "$seeds/corpus"
"$make_files" "$seeds/small" small || exit 2
case $kind in
config) cp "$data"/*.json "$seeds/seeds" ;;
gguf) cp "$seeds"/small/*.gguf "$seeds/seeds" ;;
safetensors) cp "$seeds"/small/*.safetensors "$seeds/seeds" ;;
index)
    printf '{"metadata": {"total_size": 1}, "weight_map": {"a.norm.weight": "b", "a.norm.bias": "b"}}' \
        >"$seeds/seeds/index.json"
    ;;
esac
mkdir -p "${corpus:=$seeds/corpus}"
"$fuzzer" -max_total_time="$seconds" -rss_limit_mb=512 -timeout="${FUZZ_TIMEOUT-5}" -max_len=65536 -print_final_stats=1 \
    "$corpus" "$seeds/seeds" >"$seeds/log" 2>&1
status=$?
tail -n 25 "$seeds/log"
exit $status
