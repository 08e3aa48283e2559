#!/bin/sh
# SPDX-License-Identifier: MIT
# cli.sh LNGEN - tests the command line: wrong input gives one line on stderr and the right exit status, and no file is
# left half written.
set -u
lngen=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
case ${TMPDIR-} in *[!A-Za-z0-9_./-]*) TMPDIR=/tmp ;; esac # commands that name files in $work are split into words
work=$(mktemp -d) || exit 1
mounted=
cleanup() {
    [ -n "$mounted" ] && umount "$mounted"
    rm -rf "$work"
}
trap cleanup EXIT
. "$(dirname "$0")/try_lngen.sh"

# Prints names and checksums of all files in a directory.
state() { (cd "$1" 2>/dev/null && find . -type f | sort | xargs -r cksum); }

unchanged() {
    checks=$((checks + 1))
    [ "$(state "$1")" = "$2" ] || fail "$1 changed: $3"
}

out=$work/out

# Commands and options
bad 2
says "lngen emit --width 768 -o kernels"
bad 2 nosuch
says "lngen help"
bad 2 --nosuch
bad 2 --width 768
says "lngen emit --width 768 -o kernels"
bad 2 --rows 3
says "lngen report --rows ..."
bad 2 emitt
says "did you mean 'emit'?"
bad 2 generate
says "did you mean 'emit'?"
bad 2 version
says "did you mean '--version'?"
bad 2 help emitt
says "did you mean 'emit'?"
echo '{}' >"$work/config.json"
bad 2 "$work/config.json"
says "lngen model $work/config.json"
bad 2 emit
says "lngen emit --width 768 -o kernels"
bad 2 emit --config "$work/config.json" --single-file --self-test
says "lngen emit --config $work/config.json --single-file --self-test -o vendor"
bad 2 emit --model gpt2 --prefix g --for llmc
says "lngen emit --model gpt2 --for llmc --prefix g -o vendor"
bad 2 tune --width 64 --op rms
says "lngen tune --width 64 --op rmsnorm -o plan.lua"
bad 2 emit --out "$out" --width 768
says "did you mean '-o'?"
bad 2 emit -o "$out" --widths 768
says "did you mean '--width'?"
bad 2 emit -o "$out" --width 768 --single
says "did you mean '--single-file'?"
bad 2 emit -o "$out" --width 768 --rmsnorm
says "did you mean '--op rmsnorm'?"
bad 2 emit -o "$out" --width 768 1024
says "--width 768,1024"
bad 2 list llama-3.2-1b
says "--model gpt2"
bad 2 emit -o "$out" -x
says "unknown option '-x'; try"
bad 2 -v
says "did you mean '--version'?"
bad 2 gpt2
says "lngen model gpt2"
echo '{"model_type": "gpt2", "n_embd": 96}' >"$work/gpt2.json"
bad 2 list --gguf "$work/gpt2.json"
says "expected the bytes GGUF"
bad 2 model --config "$work/config.json"
says "the file or name stands by itself, as in: lngen model gpt2"
bad 2 emit -o "$out" --width -1
says "--width: its value '-1' begins with '-'"
bad 2 emit -o -x --width 768
says "if it is meant, write --output=-x"
bad 2 emit "-o=$out" --width 768
says "-o=$out: write -o $out, or --output=$out"
bad 2 emit -o=-x --width 768
says "-o=-x: write --output=-x"
bad 2 emit -o
bad 2 emit -o "$out"
says --width
bad 2 emit -o "$out" --width
bad 2 emit -o "$out" --width 768 --nosuch
says nosuch
bad 2 emit -o "$out" --width 768 more words
bad 2 emit --width 768
says "-o"
bad 2 list
bad 2 list --width 768 --nosuch
bad 2 explain
bad 2 explain ln_nosuch_f32_768_avx2
bad 2 explain ln_layernorm_f32_any_avx2
says "'lngen show ln_layernorm_f32_any_avx2' prints it"
for name in ln_x_any_avx2 ln_layernorm_any_avx2 ln_layernorm_f32_768_any_avx2; do
    bad 2 explain "$name"
    grep -q "lngen show" "$work/stderr" && fail "explain $name: $(cat "$work/stderr")"
done
bad 2 explain --nosuch

bad 2 emit -o "$out" --model gpt2 --model llama-3.2-1b
says "option '--model' must be used at most 1 time"
for command in list "tune -o $work/only.lua" "report -o $work/only.html" "emit -o $work/only"; do
    # shellcheck disable=SC2086 # words
    bad 2 $command --width 64 --only foo
    says "--only: 'foo' is none of the kernels of the other options; 'lngen list' lists them"
    # shellcheck disable=SC2086
    bad 2 $command --width 64 --only ln_layernorm_f32_64_avx
    says "other options (did you mean 'ln_layernorm_f32_64_avx2'?)"
done
bad 2 report -o "$work/only.html" --only ln_layernorm_f32_any_scalar
says "--only: 'ln_layernorm_f32_any_scalar': a kernel for any width is not measured; name one of a width"
bad 2 tune -o "$work/only.lua" --only ln_layernorm_f32_any_avx2
says "nothing to tune: kernels in plain C and those for any width are not tuned; name others"
bad 2 list --only ln_layernorm_f32_768_avx2 --op rmsnorm
says "--op: does not go with --only"
bad 2 emit -o "$work/only" --for llama2c --prefix own --width 8 --norms two
says "--norms one"
bad 2 emit -o "$work/only" --width 8 --unroll 4.0
says "--unroll: '4.0'"
for command in "tune -o $work/only.lua" "report -o $work/only.html"; do
    # shellcheck disable=SC2086
    bad 2 $command --width 8 --rounds 0x1f
    says "--rounds: '0x1f' is not a whole number from 3 to 1000"
done
[ -e "$work/only.lua" ] || [ -e "$work/only.html" ] || [ -e "$work/only" ] && fail "--only foo wrote a file"
bad 2 model ''
says "'' is no model"
bad 2 models --families zzz
says "no model family has 'zzz' in its type"
ln -s "$work/nothing" "$work/dangling"
bad 3 emit -o "$work/dangling" --width 8 --isa scalar
says "$work/dangling: a symbolic link leads to nothing"
bad 2 emit -o "$out" --config ""
says "lngen: --config: '' is no file; name one"
bad 2 man man
says "no page of 'man'; lngen has one, and so have emit, list, model,"
good completion bash
for words in "layernorm rmsnorm" "avx512 avx2 scalar" "full straight"; do
    checks=$((checks + 1))
    grep -qF -- "-W \"$words\"" "$work/stdout" || fail "completion offers no $words"
done
# completed COUNT WORD... : of the last of these words bash has so many completions; 0 leaves it to bash's own of files
completed() {
    checks=$((checks + 1))
    wanted=$1
    shift
    found=$(bash -c '. "$0"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _lngen
        echo ${#COMPREPLY[@]}' "$work/completion" lngen "$@")
    [ "$found" -eq "$wanted" ] || fail "completion of $*: $found words, should be $wanted"
}
if command -v bash >/dev/null; then
    cp "$work/stdout" "$work/completion"
    good models
    touch "$work/two words"
    completed "$(grep -vc '^name	' "$work/stdout")" emit --model ""
    completed "$(grep -c '^llama' "$work/stdout")" list --model llama
    completed 3 completion ""
    completed 2 man e
    completed 1 explain --cpu zen4
    completed 1 emit --dtype f32,b
    completed 2 explain --cpu ice-lake,zen
    completed 0 list --unroll full,s
    completed 0 list --config "$work/two"
fi
good completion zsh
grep -q -- '--op\[.*\]: :_values -s , value layernorm rmsnorm"' "$work/stdout" || fail "zsh completes no list of values"
good completion fish
grep -q -- "-l op -xa '(__fish_append , layernorm rmsnorm)'" "$work/stdout" || fail "fish completes no list of values"
for command in "help emit" "completion bash"; do
    # shellcheck disable=SC2086 # words
    bad 2 $command x
    says "too many arguments"
done
bad 2 emit -o "$out" --width 64 --single-file --prefix ln
says "'ln' is the prefix of lngen's library"

for words in "model a b:one, <file>" "models a b:one, <pattern>" "doctor x:none" "man emit list:one, <command>" \
    "explain K1 K2:one, <name>" "completion bash x:one, <shell>"; do
    # shellcheck disable=SC2086
    bad 2 ${words%%:*}
    says "too many arguments; 'lngen ${words%% *}' takes ${words#*:}; try"
done

# Long names: nothing is like them, and their end is left out
long=$(printf '%010000d' 0)
for words in "list --model $long" "$long" "list --$long" "man $long" \
    "emit -o $out --width 8 --single-file --prefix $long"; do
    before=$(date +%s)
    # shellcheck disable=SC2086
    bad 2 $words
    [ $(($(date +%s) - before)) -lt 10 ] && [ "$(wc -c <"$work/stderr")" -lt 500 ] ||
        fail "a long name: $(($(date +%s) - before)) s, $(cut -c 1-80 "$work/stderr")..."
done

for words in "list --width" "list --only" "list --width 8 --only" "list --width 8 --unroll" "models" "models --families" \
    "explain" "show" "show ln_layernorm_f32_8_avx2 --part" "explain ln_layernorm_f32_8_avx2 --cpu" \
    "explain ln_layernorm_f32_8_avx2 --rows"; do
    # shellcheck disable=SC2086
    bad 2 $words "x$long"
    [ "$(wc -c <"$work/stderr")" -lt 500 ] || fail "$words: $(wc -c <"$work/stderr") bytes on a long value"
done

# `-` is no standard input or output, and no file or directory of that name is made or read unless it is meant
mkdir "$work/dash"
(
    cd "$work/dash" || exit 1
    for command in "emit --width 8 -o" "tune --width 64 -o" "report --width 64 -o" \
        "explain ln_layernorm_f32_64_scalar --svg"; do
        # shellcheck disable=SC2086 # words
        bad 2 $command -
        says " -: does not mean standard output here; write ./- if"
    done
    for command in model "list --config" "list --gguf" "list --width 8 --plan"; do
        # shellcheck disable=SC2086
        bad 2 $command -
        says " -: does not mean standard input here; write /dev/stdin, or ./- if"
    done
    [ -z "$(ls -A)" ] || fail "a command made $(ls -A)"
    good emit -o ./- --width 8 --isa scalar
    exit "$failures"
) || failures=$?

# Names that would stand in a banner
mkdir "$work/x*"
cp "$work/gpt2.json" "$work/x*/*b.json"
good emit -o "$work/banner" --config "$work/x*/*b.json" --single-file --prefix vend
grep -qF "x*''/''*b.json'" "$work/banner/vend.h" || fail "a comment ends in a banner: $(sed -n 2p "$work/banner/vend.h")"
long="$work/$(printf '%060d' 0) $(printf '%060d' 0).json"
cp "$work/gpt2.json" "$long"
good emit -o "$work/banner" --config "$long" --single-file --prefix vend
grep -q ' .*0 0.*\.json' "$work/banner/vend.h" || fail "a name is cut: $(sed -n 2,4p "$work/banner/vend.h")"
cp "$work/gpt2.json" "$work/a
b.json"
bad 2 emit -o "$out" --config "$work/a
b.json" --single-file --prefix vend
says "it may hold no line ends"

latin=$work/$(printf 'caf\351.json')
cp "$work/gpt2.json" "$latin"
bad 2 emit -o "$out" --config "$latin" --for numpy --prefix vend --isa scalar
says "it must be UTF-8"
echo '{"model_type": "brand_new", "hidden_size": 64, "num_layers": 2, "layer_norm_eps": 1e-5}' >"$work/guess.json"
run emit -o "$work/banner" --config "$work/guess.json" --accept-guess --single-file --prefix vend
sed -n '/^ \* Remake: /,/^ \* Inputs: /p' "$work/banner/vend.h" | grep -q -e ' --accept-guess' ||
    fail "a banner without --accept-guess: $(sed -n 2,4p "$work/banner/vend.h")"
bad 2 emit -o "$out" --accept-guess --width 64
says "--accept-guess: no model is named; leave it out, or name one with"
good emit -o "$work/ten" --width 1,2,3,4,5,6,7,8,9,10 --isa scalar --single-file
grep -q 'layernorm_f32 of width 1, 2, 3, 4, 5, 6, 7, 8 and 2 more; for scalar$' "$work/stdout" ||
    fail "emit of ten widths: $(cat "$work/stdout")"
good emit -o "$work/any" --only ln_layernorm_f32_any_avx2 --width 64
grep -q 'layernorm_f32 of any width; for avx2$' "$work/stdout" || fail "emit of any width: $(cat "$work/stdout")"

# Control characters are escapes in JSON
printf '{"model_type": "llava", "text_config": {"model_type": "llama"}, "x\\u0001y": {"model_type": "llama"}}' \
    >"$work/control.json"
good model --json --quiet "$work/control.json"
grep -qF '"component": "x\u0001y."' "$work/stdout" || fail "model --json: $(cat -v "$work/stdout")"

bad 2 report -o "$out" --width 4096 --rows 65536,1
says "65536 rows of 4096 elements are 2147483648 bytes; at most 1073741824"

# Directories that are missing are made, which help tells of each option that names what is written
good explain ln_rmsnorm_f32_64_scalar --svg "$work/missing/below/x.svg"
[ -s "$work/missing/below/x.svg" ] || fail "explain --svg into a missing directory: $(cat "$work/stderr")"
for command in emit report tune explain; do
    good $command --help
    tr -s '\n ' ' ' <"$work/stdout" >"$work/help"
    grep -q 'created if it does not exist\.' "$work/help" || fail "$command --help does not tell of missing directories"
done

# Directories and devices in the place of files are refused before anything is measured
for command in "explain ln_rmsnorm_f32_64_scalar --svg" "report --width 64 -o" "tune --width 64 -o"; do
    # shellcheck disable=SC2086 # words
    bad 2 $command "$work/directory/"
    says "$work/directory/: names a directory; name a file"
    # shellcheck disable=SC2086
    bad 3 $command "$work"
    says "$work: is a directory; name a file"
    # shellcheck disable=SC2086
    bad 3 $command /dev/null
    says "/dev/null: is a pipe or a device, expected a file"
    [ -s "$work/stdout" ] && fail "lngen $command /dev/null printed what it measured"
done
[ -e "$work/directory" ] && fail "a command that failed made $work/directory"

# and so are places where no file can be made
ln -s "$work/nothing" "$work/dangling.html"
printf '#!/bin/sh\n: >"%s/called"\nexec %s "$@"\n' "$work" "${CC-cc}" >"$work/cc"
chmod +x "$work/cc"
for place in "$work/cc/page.html" "$work/dangling.html" /proc/page.html; do
    for command in "explain ln_rmsnorm_f32_64_scalar --svg" "report --width 64 -o" "tune --width 64 -o"; do
        # shellcheck disable=SC2086
        CC=$work/cc bad 3 $command "$place"
        [ -e "$work/called" ] && fail "lngen $command $place finds that it cannot write when it has measured"
        rm -f "$work/called"
    done
done

# and files that may not be written to. Root may write to all, unless it gives its privileges up.
echo 'return { format = 1, version = "any", machine = "", compiler = "" }' >"$work/readonly"
chmod 444 "$work/readonly"
if [ "$(id -u)" -ne 0 ] || setpriv --bounding-set=-all --inh-caps=-all true 2>/dev/null; then
    printf '#!/bin/sh\nexec setpriv --bounding-set=-all --inh-caps=-all "%s" "$@"\n' "$lngen" >"$work/unprivileged"
    chmod +x "$work/unprivileged"
    real=$lngen
    [ "$(id -u)" -ne 0 ] || lngen=$work/unprivileged
    for command in "explain ln_rmsnorm_f32_64_scalar --svg" "report --width 64 -o" "tune --width 64 -o"; do
        # shellcheck disable=SC2086
        CC=$work/cc bad 3 $command "$work/readonly"
        says "$work/readonly: Permission denied; make it writable or name another file"
        [ -e "$work/called" ] && fail "lngen $command finds that it may not write when it has measured"
    done
    lngen=$real
else
    echo "root writes to all files here: that part is skipped"
fi

# Files of other kinds stay
for command in "explain ln_rmsnorm_f32_64_scalar --svg" "report --width 64 --isa scalar --rounds 3 --rows 1 -o"; do
    echo mine >"$work/kept"
    # shellcheck disable=SC2086 # words
    bad 2 $command "$work/kept"
    says "not written by this command"
    [ "$(cat "$work/kept")" = mine ] || fail "lngen $command replaced a file of another kind"
done

# What a model's file leaves out, and what is left in a directory
echo '{"model_type": "gpt2"}' >"$work/short.json"
run emit -o "$work/defaults" --config "$work/short.json" --single-file
[ "$status" -eq 0 ] || fail "a model without a width: status $status"
says "n_embd: not in the file; 768 is the default of gpt2"
echo '{"model_type": "deepseek_v3", "kv_lora_rank": 512, "q_lora_rank": 1536}' >"$work/short.json"
run emit -o "$work/defaults" --config "$work/short.json" --single-file
says "hidden_size: not in the file; 7168 is the default of deepseek_v3"
checks=$((checks + 1))
[ "$(wc -l <"$work/stderr")" -eq 1 ] || fail "notes that say nothing of kernels: $(cat "$work/stderr")"
good emit -o "$work/left" --width 64 --isa scalar
run emit -o "$work/left" --width 96 --isa scalar --op rmsnorm
[ "$status" -eq 0 ] || fail "a second command into a directory: status $status"
says "ln_layernorm_f32_64_scalar.c and 2 more: left by another command"

# Widths
for width in 0 -1 +1 1.5 abc 65537 4294967296 99999999999999999999 '' ' ' ' 768' 768, ,768 '768,,1024' 0x300 1e3 768f \
    '768 1024' "768
769" nan; do
    bad 2 emit -o "$out" --width "$width"
    bad 2 list --width "$width"
done
bad 2 list --width 0
says "65536"
bad 2 list --width 768 --width 65537
says "65537"

# Values of options
for option in --op --pass --dtype --params --affine --rounding --residual --bias --quant --norms --isa; do
    bad 2 emit -o "$out" --width 768 $option nosuch
    says nosuch
    bad 2 list --width 768 $option ''
    bad 2 list --width 768 $option
done

# Values as people write them are the same values
# spelt LIST_OF_OPTIONS LIST_OF_OPTIONS : lngen lists the same kernels for both
spelt() {
    # shellcheck disable=SC2086 # options are words
    good list --isa avx2 $1
    mv "$work/stdout" "$work/first"
    # shellcheck disable=SC2086
    good list --isa AVX-2 $2
    cmp -s "$work/first" "$work/stdout" || fail "list $1 and list $2 differ"
}
spelt "--width 768 --op rmsnorm --dtype bf16" "--width 768 --op RMSNorm --dtype bfloat16"
spelt "--width 768 --op rmsnorm,layernorm" "--width 768 --op rms,Layer_Norm"
spelt "--width 768 --dtype f16 --rounding before_gain" "--width 768 --dtype FP16 --rounding Before-Gain"
spelt "--model llama-3.2-1b" "--model Llama_3.2_1B"
spelt "--model llama-3.2-1b" "--model meta-llama/Llama-3.2-1B"
spelt "--model gpt2" "--model openai-community/GPT2"
spelt "--model llama-3-8b" "--model meta-llama/Meta-Llama-3-8B"
# and so are engines: ENGINE as it is written, a file that it brings
while read -r name file; do
    good emit -o "$work/for_$name" --for "$name" --op layernorm,rmsnorm --width 8 --isa scalar --prefix vend
    [ -e "$work/for_$name/$file" ] || fail "--for $name: no $file"
done <<'END'
PyTorch vend_torch.cpp
onnx vend_ort.cpp
ort vend_ort.cpp
ONNX-Runtime vend_ort.cpp
llama.cpp vend_ggml.h
LLM.c vend_llmc.h
llama2.c vend_llama2.h
END
bad 2 emit -o "$out" --for tourch --prefix vend --width 8
says "--for: unknown engine 'tourch' (did you mean 'torch'?)"
# what emit says at the end is of the norms that are there
good emit -o "$work/for_ggml" --for ggml --op rms --width 8 --isa scalar --prefix vend
grep -q 'vend_ggml_rms_norm(ctx' "$work/stdout" || fail "emit --for ggml: $(cat "$work/stdout")"
grep -q 'vend_ggml_norm(ctx' "$work/stdout" && fail "emit --for ggml without LayerNorm: $(cat "$work/stdout")"
bad 2 emit -o "$out" --width 768 --op rmsnrm
says "--op: unknown op 'rmsnrm' (did you mean 'rmsnorm'?)"
run list --model meta-llama/Llama-3.2-1B-Instruct
[ "$status" -eq 0 ] || fail "--model with -Instruct: status $status"
says "note: --model meta-llama/Llama-3.2-1B-Instruct: read as llama-3.2-1b"
bad 2 list --model llama
says "did you mean 'llama-"
bad 2 list --model llama-3.2-1c
says "(did you mean 'llama-3.2-1b' or 'llama-3.2-3b'"
# Names as Hugging Face has them are those of the model itself, for `lngen model` as for --model. NAME MODEL:
while read -r name model; do
    good model "$model" --quiet
    mv "$work/stdout" "$work/first"
    good model "$name" --quiet
    cmp -s "$work/first" "$work/stdout" || fail "model $name and model $model differ"
    good list --isa avx2 --model "$model"
    mv "$work/stdout" "$work/first"
    run list --isa avx2 --model "$name"
    cmp -s "$work/first" "$work/stdout" || fail "list --model $name and --model $model differ"
    says "note: --model $name: read as $model"
done <<'END'
bert-base-uncased bert-base
google-bert/bert-base-cased bert-base
bert-base-multilingual-cased bert-base
bert-large-uncased-whole-word-masking bert-large
distilbert/distilbert-base-uncased-finetuned-sst-2-english distilbert-base
albert/albert-xxlarge-v2 albert-xxlarge
google/electra-small-discriminator electra-small
google/vit-base-patch16-224 vit-base
microsoft/swin-tiny-patch4-window7-224 swin-tiny
sentence-transformers/all-MiniLM-L6-v2 all-minilm-l6
TinyLlama/TinyLlama-1.1B-Chat-v1.0 tinyllama-1.1b
mistralai/Mistral-7B-Instruct-v0.3 mistral-7b
meta-llama/Llama-2-7b-hf llama-2-7b
meta-llama/Meta-Llama-3-8B-Instruct llama-3-8b
google/gemma-2-2b-it gemma-2-2b
google/gemma-3-1b-pt gemma-3-1b
Qwen/Qwen3-4B-Thinking-2507 qwen3-4b
END
good model Llama-3.2-1B --quiet
grep -q '	rmsnorm	gamma	2048	' "$work/stdout" || fail "model NAME: $(cat "$work/stdout" "$work/stderr")"
# An ending may hide what the nearest names are; a name that is like none has no hint.
for name in openai/clip-vit-base-patch32:clip-vit-base-text bert-base-uncasd:bert-base; do
    bad 3 model "${name%:*}"
    says "nor a model that lngen knows by name (did you mean '${name#*:}'"
    bad 2 list --model "${name%:*}"
    says "not a name lngen knows (did you mean '${name#*:}'"
done
bad 3 model nosuchmodel
says "nosuchmodel: No such file or directory, nor a model that lngen knows by name; 'lngen models' lists them"
bad 2 emit -o "$out" --for numpy --prefix vend --width 64 --dtype bf16
says "--for numpy: NumPy needs a norm of --dtype f32, and --dtype bf16 gives none; leave --dtype out"
# Norms of x + r alone are none of x, though the pair has a kernel of x for its own use.
for engine in ggml:ggml llama2c:llama2.c numpy:NumPy onnxruntime:'ONNX Runtime' rust:Rust; do
    for_engine="--op rmsnorm --width 64 --isa avx2 --prefix vend --for ${engine%%:*}"
    needs="--for ${engine%%:*}: ${engine#*:} needs a norm of --residual none"
    # shellcheck disable=SC2086 # the options are words
    bad 2 emit -o "$out" $for_engine --residual pre
    says "$needs, and --residual pre gives none; leave --residual out"
    # shellcheck disable=SC2086
    bad 2 emit -o "$out" $for_engine --residual pre --bias add
    says "$needs --bias none, and --residual pre --bias add gives none; leave --residual and --bias out"
    # shellcheck disable=SC2086
    good emit -o "$work/residual/${engine%%:*}" $for_engine --residual none,pre
done
for engine in llmc torch; do
    bad 2 emit -o "$out" --for $engine --width 64 --prefix vend --residual pre
    says "adds --pass backward, which excludes --residual pre"
    bad 2 emit -o "$out" --for $engine --width 64 --prefix vend --residual pre --bias add
    says "adds --pass backward, which excludes --residual pre"
done
for engine in numpy:NumPy ggml:ggml torch:PyTorch "onnxruntime:ONNX Runtime"; do
    bad 2 emit -o "$out" --for "${engine%%:*}" --op rmsnorm --dtype f16,bf16 --rounding once,before_gain --width 64 \
        --pass forward --prefix vend
    says "--for ${engine%%:*}: --rounding once,before_gain gives norms that ${engine#*:} cannot tell apart"
done
good emit -o "$work/for_both" --for rust --op rmsnorm --dtype f16 --rounding once,before_gain --width 64 --prefix vend \
    --isa scalar
bad 2 emit -o "$out" --for torch --pass forward --width 64 --prefix vend --residual pre
says "--for torch: PyTorch needs a norm of --residual none, and --residual pre gives none; leave --residual out"
bad 2 emit -o "$out" --for llmc --pass forward --width 64 --prefix vend
says "--for llmc: llm.c needs a norm of --pass backward, and --pass forward gives none; leave --pass out"
good emit -o "$work/slash//" --for llama2c --prefix vend --width 8 --isa avx2
grep -qF "#include \"$work/slash/vend_llama2.h\"" "$work/stdout" || fail "a path with a slash: $(cat "$work/stdout")"
bad 2 list --model gpt2-tiny
says "not a name lngen knows; 'lngen models' lists them"
# A file given as a name, and a name given as a file, are told the other option.
echo '{"model_type": "gpt2", "n_embd": 96, "n_layer": 3}' >"$work/file.json"
bad 2 list --model "$work/file.json"
says "not a name lngen knows, but a file, which --config takes; "
bad 2 list --model "$work/."
says "not a name lngen knows, but a directory, which --config takes; "
bad 3 list --config openai-community/gpt2
says "openai-community/gpt2: No such file or directory; --model gpt2 is the model of this name"
# `lngen model` takes a file before a name, and says as much of a file that is none as --model's options do
(
    cd "$work" || exit 1
    mkdir -p named
    echo '{"model_type": "gpt2", "n_embd": 96, "n_layer": 3}' >gpt2
    cp gpt2 named/config.json
    "$lngen" model gpt2 --quiet | grep -q '	96	' && "$lngen" model named --quiet | grep -q '	96	' || exit 1
    rm gpt2
    "$lngen" model gpt2 --quiet | grep -q '	768	'
) || fail "model: files, directories and names"
bad 3 model llama-3.2-1c
says "did you mean 'llama-3.2-1b'"
ln -s "$work/llama-3.2-1c" "$work/llama-3.2-1c" # what is there and cannot be read is no name
bad 3 model "$work/llama-3.2-1c"
says "llama-3.2-1c: Too many levels of symbolic links"
bad 3 model "$work/nosuch"
for option in "--op layernorm" "--affine full"; do
    # shellcheck disable=SC2086
    bad 2 emit -o "$out" --model llama-3.2-1b $option
    says "$option: the model says itself what its norms are"
done
good list --model gpt2 --width 64 --op rmsnorm # where --op is for the width
bad 2 emit -o "$out" --width 768 --pass backward --residual pre
bad 2 emit -o "$out" --width 768 --pass backward --quant int8
bad 2 emit -o "$out" --width 768 --pass backward --single-file
bad 2 emit -o "$out" --width 768 --isa avx51
says avx512
bad 2 emit -o "$out" --width 768 --isa avx2,nosuch
bad 2 emit -o "$out" --width 768 --affine beta
says "no beta without gamma"

# Fields that exclude each other. pair "OPTION VALUE" "OPTION VALUE" [MORE...] : the error must name both
pair() {
    a=$1 b=$2
    shift 2
    # shellcheck disable=SC2086 # options are words
    bad 2 emit -o "$out" --width 768 --$a --$b "$@"
    says "$a and $b exclude each other"
}
for pass in backward stats apply; do
    for residual in pre post; do
        pair "residual $residual" "pass $pass" --affine none
    done
    for quant in int8 int8static; do
        pair "quant $quant" "pass $pass" --affine none
    done
    pair "norms two" "pass $pass"
done
pair "bias add" "residual none"
bad 2 emit -o "$out" --for torch --prefix p --width 64 --quant int8
says "--for torch: adds --pass backward, which excludes --quant int8: only the forward pass quantises; leave --quant out"
pair "norms two" "affine none"
for quant in int8 int8static; do
    pair "norms two" "quant $quant"
    pair "rounding before_gain" "quant $quant" --dtype bf16
done
pair "rounding before_gain" "dtype f32"
pair "rounding before_gain" "affine none" --dtype f16
pair "rounding before_gain" "pass backward" --dtype f16
pair "rounding before_gain" "pass stats" --dtype f16 --affine gamma
pair "params f32" "affine none" --dtype bf16
for affine in full full1 gamma gamma1; do
    pair "affine $affine" "pass stats"
done
good list --width 768 --params f32 # f32 parameters of f32 elements are the same kernel
grep -q '^ln_layernorm_f32_768_avx512' "$work/stdout" || fail "--params f32 of f32: $(cat "$work/stdout")"

for unroll in 0 -1 3 16 abc '' 1.5; do
    bad 2 emit -o "$out" --width 768 --unroll "$unroll"
done
bad 2 emit -o "$out" --width 768 --only ln_layernorm_f32_769_avx2
says ln_layernorm_f32_769_avx2
bad 3 emit -o "$out" --width 768 --templates "$work/nosuch"
says "$work/nosuch"
[ -e "$out" ] && fail "$out was made by a command that failed"

# Commands that succeed
good --version
good --help
for command in emit list; do
    good $command --help
    good help $command
done
# Help shows what must be given without brackets, and nothing that is refused; its statuses are those of the manual page
good tune --help
grep -q '^Usage: lngen tune \[-h\] -o PLAN ' "$work/stdout" || fail "tune --help: $(head -1 "$work/stdout")"
grep -qe '--plan' -e '--unroll' "$work/stdout" && fail "tune --help shows what tune refuses"
for option in --plan=x "--unroll 4"; do
    # shellcheck disable=SC2086 # words
    bad 2 tune -o "$work/tuned.lua" --width 64 $option
    says "${option%%[ =]*}: does not go with tune, which measures schedules itself"
done
good --help
sed -n '/^Exit status: /,$p' "$work/stdout" | tr '\n' ' ' >"$work/statuses"
good man
sed -n '/^\.SH EXIT STATUS/,/^\.SH ENV/s/^\\fB\(.*\)\\fR$/\1/p' "$work/stdout" >"$work/numbers"
[ "$(wc -l <"$work/numbers")" -ge 6 ] || fail "statuses of lngen(1): $(cat "$work/numbers")"
while read -r number; do
    grep -q "[:;] $number [a-z]" "$work/statuses" || fail "--help does not tell status $number: $(cat "$work/statuses")"
done <"$work/numbers"
good list --width 1,65536
good list --width 768 --width 1024
good emit -o "$out" --width 1,2 --isa scalar
good emit -o "$work/a/b/c" --width 1 --isa scalar

# Statistics and their application
good list --width 768 --pass stats,apply --op layernorm,rmsnorm --dtype bf16 --isa avx2
for name in ln_layernorm_stats_bf16_768_avx2 ln_layernorm_apply_bf16_768_avx2 ln_rmsnorm_stats_bf16_any_avx2 \
    ln_rmsnorm_apply_bf16_768_avx2; do
    checks=$((checks + 1))
    grep -q "^$name	" "$work/stdout" || fail "list --pass stats,apply: no $name"
done
good explain ln_layernorm_stats_f32_768_avx2
grep -q '^bytes *3072 read and 16 written' "$work/stdout" || fail "explain of statistics: $(cat "$work/stdout")"
# Rows that are fewer than a group: one by one, or as a part of the group
good explain ln_rmsnorm_f32_64_avx2 --rows 3
grep -q '^journey .* 3 rows, situation one;' "$work/stdout" || fail "explain of 3 rows: $(cat "$work/stdout")"
good explain ln_rmsnorm_f32_64_avx2 --rows 6
grep -q '^journey .* 6 rows, situation few;' "$work/stdout" || fail "explain of 6 rows: $(cat "$work/stdout")"
good explain ln_rmsnorm_apply_bf16_gamma1_768_avx512
# What a Zen 4 calls
for case in "f16_256_avx512 the kernel of AVX2 is called in its place" "f16_256_avx2 it is called in place of" \
    f16_256_scalar f16_255_avx512 f32_256_avx2; do
    good explain "ln_rmsnorm_${case%% *}"
    said=$(sed -n 's/^ *on a Zen 4 //p' "$work/stdout")
    case $case in
    *' '*) case $said in "${case#* }"*) ;; *) fail "explain ln_rmsnorm_${case%% *}: on a Zen 4 $said" ;; esac ;;
    *) [ -z "$said" ] || fail "explain ln_rmsnorm_$case: on a Zen 4 $said" ;;
    esac
done
good emit -o "$work/split" --only ln_layernorm_apply_f32_none_768_avx2
bad 2 list --width 768 --pass stats --affine full
says "affine full and pass stats"
bad 2 list --width 768 --pass apply --residual pre
says "residual pre and pass apply"
good list --model gpt2 --pass stats,apply --isa avx2

# Plan files: errors say what is wrong. plan EDIT... : writes a plan file of one kernel, changed by these sed commands
plan() {
    cat >"$work/plan.lua" <<'END'
return { format = 1, version = "any", machine = "none", compiler = "none",
  { kernel = "ln_layernorm_f32_768_avx2",
    one = { unroll = "full", rows = 1, ahead = 0, store = "cached", prefetch = 0 },
    few = { unroll = 2, rows = 2, ahead = 0, store = "cached", prefetch = 0 },
    many = { unroll = "full", rows = 1, ahead = 0, store = "stream", prefetch = 0 } } }
END
    for edit in "$@"; do
        sed -i "$edit" "$work/plan.lua"
    done
}
bad_plan() {
    plan "$1"
    bad 2 list --width 768 --plan "$work/plan.lua"
    says "$2"
}
plan
good list --width 768,800,1500 --isa avx2 --plan "$work/plan.lua"
for line in "768_avx2	.*loops of 2.*	$work/plan.lua" \
    "800_avx2	.*	$work/plan.lua, measured for ln_layernorm_f32_768_avx2" \
    "1500_avx2	.*	\(plans/default.lua\|rule\)"; do
    checks=$((checks + 1))
    grep -q "$line" "$work/stdout" || fail "list --plan: no '$line' in $(cat "$work/stdout")"
done
good explain ln_layernorm_f32_768_avx2 --plan "$work/plan.lua"
grep -q "from $work/plan.lua$" "$work/stdout" || fail "explain does not say where the schedule is from"
bad_plan 's/format = 1/format = 2/' "format 2; this lngen"
bad_plan 's/format = 1/format = nil/' "plan.lua: no format = 1 in it; a plan file is a table of Lua"
bad_plan 's/format = 1/format = "1"/' 'plan.lua: format = "1"; it must be a number, without quotes'
bad_plan '/one =/s/{.*}/1/' "one: is 1; a schedule is { unroll, rows,"
bad_plan '/one =/d' "one: is missing; a schedule is { unroll, rows,"
bad_plan 's/"any"/"0.0.9"/' "768_avx2: was measured with lngen 0.0.9, this is "
bad_plan 's/"any"/nil/' "version = nil; it must be a text"
bad_plan 's/, machine/, machines = "", machine/' \
    "plan.lua: unknown field 'machines' (did you mean 'machine'?); one of format, version, machine, compiler"
bad_plan 's/one =/ones =/' \
    "unknown field 'ones' (did you mean 'one'?); one of kernel, notes, one, few, many, version, machine, compiler"
bad_plan 's/unroll = 2/unrolls = 2/' "few: unknown field 'unrolls' (did you mean 'unroll'?)"
bad_plan 's/unroll = 2/unroll = 3/' 'few: unroll = 3; it must be "full", "straight" or one of 1, 2, 4, 8'
bad_plan 's/few = { unroll = 2,/few = {/' "few: field 'unroll' is missing"
bad_plan 's/unroll = 2/unroll = "2"/' 'few: unroll = "2"; it must be "full", "straight" or one of 1, 2, 4, 8'
bad_plan '/few =/s/rows = 2/rows = 2.0/' "few: rows = 2.0; it must be a whole number from 1 to 8"
bad_plan '/one =/s/rows = 1/rows = 2/' "one: rows = 2; here it must be 1"
bad_plan '/few =/s/cached/stream/' 'few: store = "stream"; here it must be "cached"'
bad_plan 's/_768_/_0_/' "plan.lua: entry 1: ln_layernorm_f32_0_avx2: width 0 is out of range"
bad_plan 's/_avx2/_avx3/' "_avx3: unknown instruction set 'avx3' (did you mean 'avx2'?); one of avx512, avx2, scalar"
bad_plan 's/_f32/_f31/' "plan.lua: entry 1: 'ln_layernorm_f31_768_avx2': 'f31' is not part of a spec"
bad_plan 's/_768/_any/' "must end the name"
bad_plan 's/{ kernel/[3] = &/' "plan.lua: entry [3]: entries have the numbers 1, 2, 3 and so on"
bad_plan 's/{ kernel/[1.5] = &/' "plan.lua: entry [1.5]: entries have the numbers 1, 2, 3 and so on"
bad_plan 's/prefetch = 0 } }/prefetch = 1, into = "l3" } }/' 'many: into = "l3"; it must be "l1" or "l2"'
bad_plan 's/return/while true do end return/' "runs too long"
bad_plan 's/return/return os.exit(0) or/' "plan.lua"
bad_plan 's/return/return ("a"):rep(30):find(("a?"):rep(28)) or/' "plan.lua:1: attempt to index a string value"
bad_plan 's/return/local s = "x" while true do s = s .. s end return/' "takes too much memory"
bad_plan 's/return/local t = {} for i = 1, 200 do t = { t } end return t or/' "too deep in each other"
bad 3 list --width 768 --plan "$work/nosuch"

# Tuning can be interrupted and continued; entries that were measured elsewhere stay in the plan file, with their
# origin, and so do those that somebody adds meanwhile
bad 2 tune --width 64
bad 2 tune -o "$work/tuned.lua" --width 64 --isa scalar
says "plain C"
bad 2 tune -o "$work/tuned.lua" --width 64 --plan "$work/plan.lua"
bad 2 tune -o "$work/tuned.lua" --width 64 --rounds 2
for text in '' 'return {}'; do
    echo "$text" >"$work/other.lua"
    bad 2 tune -o "$work/other.lua" --width 64
    says "$work/other.lua: no plan of lngen; name another file"
    [ "$(cat "$work/other.lua")" = "$text" ] || fail "tune replaced a file of another kind"
done
for cc in "${CC-cc}" false; do
    if [ "$cc" != false ] && ! grep -q avx2 /proc/cpuinfo 2>/dev/null; then
        echo "no AVX2 here: that part is skipped"
        continue
    fi
    signal=INT expected=130
    sh -c 'kill -INT $$; exit 0' 2>/dev/null && signal=TERM expected=143 # INT is ignored here
    plan 's/"any"/"0.0.9"/'
    cp "$work/plan.lua" "$work/tuned.lua"
    # a compiler that takes a while to remove its temporary file when it is stopped, and leaves another; lngen waits for
    # it, and gives it a directory that is removed
    cat >"$work/cc" <<END
#!/bin/sh
mine=$work/tmp/mine.\$\$
trap 'sleep 0.2; wait; rm -f "\$mine"; exit 143' TERM
: >"\$mine"
case "\$*" in *" -c "*) : >"\$TMPDIR/left.\$\$" ;; esac
case "$cc \$*" in false*) ;; *_64_avx2_c[0-9]*) sed -i 's/_f32_768_/_f32_769_/' "$work/tuned.lua" ;; esac
case "\$*" in *_96_avx2_c[0-9]*) [ -e "$work/once" ] || { : >"$work/once"; kill -$signal \$(cat "$work/pid"); } ;; esac
$cc "\$@" &
wait \$!
status=\$?
rm -f "\$mine"
exit \$status
END
    chmod +x "$work/cc"
    mkdir -p "$work/tmp"
    tune() {
        checks=$((checks + 1))
        status=0
        CC=$work/cc TMPDIR=$work/tmp sh -c 'echo $$ >"$0"; exec "$@"' "$work/pid" "$lngen" tune -o "$work/tuned.lua" \
            --width 64,96 --isa avx2 --pass stats --rounds 3 "$@" 2>"$work/stderr" || status=$?
        [ -z "$(ls "$work/tmp")" ] || fail "tune left $(ls "$work/tmp")"
    }
    tune --missing
    if [ "$cc" = false ]; then
        [ $status -eq 1 ] || fail "tune without a compiler: status $status: $(cat "$work/stderr")"
        says "could not compile"
        cmp -s "$work/plan.lua" "$work/tuned.lua" || fail "tune without a compiler changed the plan"
        continue
    fi
    [ $status -eq $expected ] || fail "tune interrupted: status $status: $(cat "$work/stderr")"
    says "interrupted: 1 of 2 kernels are in $work/tuned.lua; continue with the same command and --missing"
    bad 2 list --width 768 --plan "$work/tuned.lua"
    says "769_avx2: was measured with lngen 0.0.9"
    tune --missing
    [ $status -eq 0 ] || fail "tune goes on: status $status: $(cat "$work/stderr")"
    says '[1/1] ln_layernorm_stats_f32_96_avx2'
    tune --missing
    says "holds all 2 kernels"
    rm "$work/once"
    tune
    says "1 of 2 kernels are in $work/tuned.lua; those not measured keep their former entries, which --missing leaves"
    rm "$work/once"
    tune --only ln_layernorm_stats_f32_96_avx2
    says "interrupted: no kernel was measured; $work/tuned.lua is as it was"
    sed -i '/version = "0.0.9"/s/0.0.9/any/' "$work/tuned.lua"
    good list --width 64,96,769 --isa avx2 --pass stats,forward --plan "$work/tuned.lua"
    [ "$(grep -c "	$work/tuned.lua$" "$work/stdout")" -eq 3 ] || fail "tuned: $(cat "$work/stdout")"
done

# Templates on disk: the error for a mistake names file and line
mkdir -p "$work/templates/caller"
cat >"$work/templates/caller/ln_kernel.h" <<'END'
one line
${nosuch}
END
bad 2 emit -o "$work/templated" --width 768 --templates "$work/templates"
says "ln_kernel.h:2"
printf '%% if then\n' >"$work/templates/caller/ln_kernel.h"
bad 2 emit -o "$work/templated" --width 768 --templates "$work/templates"
says "ln_kernel.h:1"
for wrong in '% error({})' '% error({ status = 0 })' '% error()' '% include "../../../../etc/passwd"' \
    '% string.format = nil' '% local s = ("x"):rep(2e9)'; do
    printf '%s\n' "$wrong" >"$work/templates/caller/ln_kernel.h"
    bad 2 emit -o "$work/templated" --width 768 --templates "$work/templates"
    says "ln_kernel.h:"
done
echo '% include "caller/ln_kernel.h"' >"$work/templates/caller/ln_kernel.h"
bad 2 emit -o "$work/templated" --width 768 --templates "$work/templates"
says "ln_kernel.h:1: include 'caller/ln_kernel.h': templates include each other 20 deep, as where one includes itself"
for command in "emit -o $work/templated --width 768" "show ln_layernorm_f32_8_scalar"; do
    # shellcheck disable=SC2086 # words
    bad 2 $command --templates ''
    says "--templates: '' is no directory; name one"
    # shellcheck disable=SC2086
    bad 3 $command --templates "$work/plan.lua"
    says "--templates: $work/plan.lua: is no directory; name one"
done
good emit -o "$work/templated_well" --width 8 --isa scalar --templates "$(dirname "$0")/../templates"
checks=$((checks + 1))
[ "$(grep -l -e "Remake:.* --templates " "$work/templated_well/"* | wc -l)" -ge 2 ] ||
    fail "how to remake files leaves out --templates: $(head -3 "$work/templated_well/ln_kernel.h")"
cp -R "$(dirname "$0")/../templates" "$work/marked" # templates that begin with a byte-order mark
find "$work/marked" -type f -exec sed -i "1s/^/$(printf '\357\273\277')/" {} +
good emit -o "$work/templated_well" --width 8 --isa scalar --templates "$work/marked"
checks=$((checks + 1))
grep -q "$(printf '\357\273\277')" "$work/templated_well/"* && fail "a template's byte-order mark is in emitted files"
find "$work/marked" -type f -exec sed -i "s/\$/$(printf '\r')/" {} + # and have the line ends of Windows
good emit -o "$work/templated_well" --width 8 --isa scalar --templates "$work/marked"
checks=$((checks + 1))
grep -q "$(printf '\r')" "$work/templated_well/"* && fail "a template's line ends are in emitted files"
[ -e "$work/templated" ] && fail "$work/templated was made by a command that failed"

# The last line of emit says what was written
good emit -o "$work/said" --width 64,128 --op rmsnorm --dtype bf16 --isa avx2
grep -q 'written; rmsnorm_bf16 of width 64, 128; for avx2$' "$work/stdout" || fail "emit: $(cat "$work/stdout")"
good emit -o "$work/said" --width 64 --single-file --isa avx2
grep -q 'written; layernorm_f32 of width 64; for avx2, scalar$' "$work/stdout" || fail "emit: $(cat "$work/stdout")"

# The banner of each kernel's file says the command that writes this very file, of a kernel for any width too
good emit -o "$work/remade" --width 96 --op layernorm,rmsnorm --residual none,pre --isa avx2,scalar
good emit -o "$work/remade_backward" --width 96 --pass backward --dtype f32,bf16
here=$PWD
for directory in "$work/remade" "$work/remade_backward"; do
    cd "$directory" || exit 1
    for file in ln_*_*_*.c; do
        command=$(sed -n 's/^ \* Remake: lngen \(emit .*\)$/\1/p' "$file")
        case $file=$command in
        *_slow.c=* | "${file%.c}.c=emit -o . --only ${file%.c}") ;;
        *) fail "$file: its banner says 'lngen $command'" ;;
        esac
        # shellcheck disable=SC2086 # words
        good $command --check
    done
done
cd "$here" || exit 1

# A file whose first line speaks of lngen but is none of its banners is somebody else's
mkdir -p "$work/wrapped"
echo '/* wraps code generated by lngen */' >"$work/wrapped/norms.c"
bad 2 emit -o "$work/wrapped" --width 8 --isa scalar --single-file
says "norms.c: not written by lngen"

# Directories whose names hold blanks, also that of a compiler that is named from there
mkdir -p "$work/a b"
printf '#!/bin/sh\nexec %s "$@"\n' "${CC-cc}" >"$work/a b/mycc"
chmod +x "$work/a b/mycc"
for cc in ./mycc "LC_ALL=C ./mycc -O1"; do
    checks=$((checks + 1))
    (cd "$work/a b" && CC=$cc "$lngen" explain ln_layernorm_f32_8_scalar) >"$work/stdout" 2>"$work/stderr"
    grep -q '^code .* bytes with' "$work/stdout" || fail "explain with CC=$cc: $(grep '^code' "$work/stdout")"
done
rm "$work/a b/mycc"
checks=$((checks + 1))
TMPDIR="$work/a b" "$lngen" explain ln_layernorm_f32_8_scalar >"$work/stdout" 2>"$work/stderr" || fail "explain in a b"
grep -q '^code .* bytes with' "$work/stdout" || fail "explain in a b: $(grep '^code' "$work/stdout")"
[ -z "$(ls "$work/a b")" ] || fail "explain leaves $(ls "$work/a b")"

# A file that was edited since lngen wrote it is kept, unless --force says otherwise
echo '/* mine */' >>"$work/said/norms.c"
before=$(state "$work/said")
bad 2 emit -o "$work/said" --width 64 --single-file --isa avx2
says "$work/said/norms.c: edited by hand"
says --force
unchanged "$work/said" "$before" "an edited file"
good emit -o "$work/said" --width 64 --single-file --isa avx2 --force
grep -q mine "$work/said/norms.c" && fail "--force did not overwrite an edited file"
sed -i "s/\$/$(printf '\r')/" "$work/said/norms.c" # as git may check it out: that is no edit
run emit -o "$work/said" --width 64 --single-file --isa avx2 --check
grep -q 'norms.c: stale: its lines end in CR LF' "$work/stdout" || fail "--check: $(cat "$work/stdout")"
good emit -o "$work/said" --width 64 --single-file --isa avx2

# The same bytes from any directory
good emit -o "$work/here" --width 768,3
mkdir "$work/elsewhere"
(cd "$work/elsewhere" && "$lngen" emit -o there --width 768,3 >"$work/stdout" 2>"$work/stderr") ||
    fail "emit in another directory"
[ "$(state "$work/here")" = "$(state "$work/elsewhere/there")" ] || fail "another directory, other bytes"

# No name reaches the terminal raw, and the path of a crate is TOML
odd=$(printf '%s/q"u\\\033[31mx\ny' "$work")
good emit -o "$odd" --for rust --prefix vend --width 8 --isa scalar
[ "$(tr -d '\n[:print:]' <"$work/stdout" | wc -c)" -eq 0 ] || fail "emit prints an escape: $(cat -v "$work/stdout")"
grep -qF 'q"u\\27[31mx\10y: ' "$work/stdout" || fail "emit -o: $(head -1 "$work/stdout")"
grep -qF 'q\"u\\\27[31mx\10y" }; cargo' "$work/stdout" || fail "a crate's path: $(cat "$work/stdout")"
run emit -o "$odd" --for rust --prefix vend --width 16 --isa scalar --check
[ "$(tr -d '\n[:print:]' <"$work/stdout" | wc -c)" -eq 0 ] || fail "--check prints an escape: $(cat -v "$work/stdout")"

printf '{"model_type": "gpt2", "n_embd": 96, "a\\tb": {"model_type": "gpt2", "n_embd": 64}}' >"$work/tab.json"
good model "$work/tab.json" --quiet
grep -q '^a\\9b\.	' "$work/stdout" || fail "a tab in a model's key: $(cat "$work/stdout")"

# Files that are right are not written again
touch -t 200001010000 "$work/here"/*
good emit -o "$work/here" --width 768,3
[ -z "$(find "$work/here" -type f -newer "$work/templates/caller/ln_kernel.h")" ] || fail "files were written again"

# --check writes nothing and lists what differs
before=$(state "$work/here")
good emit --check -o "$work/here" --width 768,3
run emit --check -o "$work/here" --width 768,4
[ "$status" -eq 1 ] || fail "--check of other widths: status $status"
grep -q 'ln_layernorm_f32_4_scalar.c: missing' "$work/stdout" || fail "--check does not list what is missing"
grep -q 'kernels.inc: stale' "$work/stdout" || fail "--check does not list what is stale"
unchanged "$work/here" "$before" "--check"
bad 2 emit --check --force -o "$work/here" --width 768,3
says "--force: does not go with --check, which writes nothing"
run emit --check -o "$work/nosuch" --width 768
[ "$status" -eq 1 ] || fail "--check of no directory: status $status"
[ -e "$work/nosuch" ] && fail "--check made a directory"

# Files that lngen did not write
mkdir "$work/mine"
echo 'int mine;' >"$work/mine/ln_kernel.h"
before=$(state "$work/mine")
bad 2 emit -o "$work/mine" --width 768
says ln_kernel.h
says --force
unchanged "$work/mine" "$before" "a file of somebody else"
good emit -o "$work/mine" --width 768 --force
grep -q mine "$work/mine/ln_kernel.h" && fail "--force did not overwrite"
mkdir "$work/odd" "$work/odd/ln_kernel.h"
before=$(state "$work/odd")
bad 3 emit -o "$work/odd" --width 768
unchanged "$work/odd" "$before" "a directory with a file's name"

# What an interrupted emit leaves, the mark and files under temporary names, is told, mended and removed
good emit -o "$work/cut" --width 64,96 --isa scalar
before=$(state "$work/cut")
cut() { # as if killed while the files named were given their names
    printf 'lngen was here\n' >"$work/cut/.lngen-writes"
    for name in "$@"; do echo " $name" >>"$work/cut/.lngen-writes"; done
    for name in 1 77; do echo half >"$work/cut/.$name.lngen-new"; done
}
cut ln_kernel.h ln_layernorm_f32_64_scalar.c
run emit --check -o "$work/cut" --width 64,96 --isa scalar
[ "$status" -eq 1 ] || fail "--check of an interrupted set: status $status"
grep -q "cut: writing was interrupted" "$work/stdout" || fail "--check does not tell: $(cat "$work/stdout")"
run emit -o "$work/cut" --width 64,96 --isa scalar
says "cut: writing had been interrupted here; these files are complete now"
[ "$status" -eq 0 ] || fail "emit after an interrupted one: status $status"
[ "$(state "$work/cut")" = "$before" ] || fail "left of an interrupted emit: $(ls -A "$work/cut")"
good emit --check -o "$work/cut" --width 64,96 --isa scalar
cut ln_kernel.h ln_layernorm_f32_32_scalar.c
run emit -o "$work/cut" --width 64,96 --isa scalar
says "of other files had been interrupted"
run emit --check -o "$work/cut" --width 64,96 --isa scalar
[ "$status" -eq 1 ] || fail "--check, another set was interrupted: status $status"
rm "$work/cut/.lngen-writes"
: >"$work/cut/.lngen-writes" # killed before it wrote anything
good emit --check -o "$work/cut" --width 64,96 --isa scalar

# A link from one file of a set to another would lose the text of one of them, also where only one is new
good emit -o "$work/joined" --width 64 --isa scalar --single-file
rm "$work/joined/norms.h"
ln -s norms.c "$work/joined/norms.h"
before=$(state "$work/joined")
for width in 64 96; do
    for force in "" --force; do
        # shellcheck disable=SC2086 # a word or none
        bad 3 emit -o "$work/joined" --width $width --isa scalar --single-file $force
        says "$work/joined/norms.h: is a symbolic link to another file that is written here; remove it"
        unchanged "$work/joined" "$before" "a link between two files"
    done
done
rm "$work/joined/norms.h"
ln "$work/joined/norms.c" "$work/joined/norms.h" # a link of the other kind is replaced
good emit -o "$work/joined" --width 64 --isa scalar --single-file
good emit -o "$work/joined" --width 64 --isa scalar --single-file --check

# Several at once write one whole set after another
for width in 1 2 3 4; do
    "$lngen" emit -o "$work/crowd" --width "$width" --isa scalar >/dev/null 2>>"$work/crowd.err" &
done
wait
checks=$((checks + 1))
grep -v ': left by another command' "$work/crowd.err" && fail "several at once: $(cat "$work/crowd.err")"
whole=0
for width in 1 2 3 4; do
    "$lngen" emit --check -o "$work/crowd" --width "$width" --isa scalar >/dev/null 2>&1 && whole=$((whole + 1))
done
[ $whole -eq 1 ] || fail "several at once: $whole whole sets"
[ -z "$(find "$work/crowd" -name '.*.lngen*')" ] || fail "several at once left $(ls -A "$work/crowd")"

# Pipes and devices in the way: nothing waits for ever, and no device is replaced
if command -v mkfifo >/dev/null && command -v timeout >/dev/null; then
    real=$lngen
    printf '#!/bin/sh\nexec timeout 20 "%s" "$@"\n' "$real" >"$work/timed"
    chmod +x "$work/timed"
    lngen=$work/timed
    mkfifo "$work/pipe"
    for arguments in "model $work/pipe" "list --config $work/pipe" "list --width 8 --plan $work/pipe" \
        "list --gguf $work/pipe"; do
        # shellcheck disable=SC2086 # words
        run $arguments
        if [ "$status" -ne 2 ] && [ "$status" -ne 3 ] || [ "$(wc -l <"$work/stderr")" -ne 1 ]; then
            fail "lngen $arguments: status $status, $(cat "$work/stderr")"
        fi
    done
    rm "$work/templates/caller/ln_kernel.h"
    mkfifo "$work/templates/caller/ln_kernel.h"
    bad 3 emit -o "$work/piped" --width 8 --templates "$work/templates"
    says "ln_kernel.h: is a pipe through which nothing comes"
    good emit -o "$work/piped" --width 8 --isa scalar
    rm "$work/piped/ln_kernel.h"
    mkfifo "$work/piped/ln_kernel.h"
    bad 3 emit -o "$work/piped" --width 8 --isa scalar
    says "ln_kernel.h: is no file; move it away"
    bad 3 emit --check -o "$work/piped" --width 8 --isa scalar
    [ -p "$work/piped/ln_kernel.h" ] || fail "a pipe was replaced"
    bad 3 emit -o "$work/pipe" --width 8
    (sleep 1 && echo '{"model_type": "gpt2", "n_embd": 96, "n_layer": 3}') |
        "$lngen" list --config /dev/stdin >"$work/stdout" 2>"$work/stderr" || fail "a pipe: $(cat "$work/stderr")"
    grep -q _96_ "$work/stdout" || fail "a pipe: $(cat "$work/stdout")"
    checks=$((checks + 1))
    echo '{"model_type": "gpt2"}' | "$lngen" list --gguf /dev/stdin >"$work/stdout" 2>"$work/stderr" &&
        fail "a config from a pipe was taken for GGUF"
    says "GGUF is read from a file only, not from a pipe; save it to a file"
    # a pair knows its model and names the hash of what it was made from, though a pipe can be read only once
    echo '{"model_type": "gpt2", "n_embd": 96, "n_layer": 3}' >"$work/piped.json"
    good emit --config "$work/piped.json" --isa scalar --single-file -o "$work/unpiped"
    checks=$((checks + 1))
    # shellcheck disable=SC2002 # a pipe is what is tested
    cat "$work/piped.json" | "$lngen" emit --config /dev/stdin --isa scalar --single-file -o "$work/piped-pair" \
        >/dev/null 2>"$work/stderr" || fail "a pair from a pipe: $(cat "$work/stderr")"
    for file in gpt2.h gpt2.c; do
        for made in unpiped piped-pair; do
            sed '/ Remake: /,/ Inputs: /{/ Inputs: /!d;}; / Content: /d' "$work/$made/$file" >"$work/$made.text"
        done
        grep -q 'Inputs: --config [0-9a-f]' "$work/piped-pair.text" && cmp "$work/unpiped.text" "$work/piped-pair.text" ||
            fail "$file from a pipe is not that from a file"
    done
    for arguments in "model /dev/zero" "list --width 8 --plan /dev/zero" "list --gguf /dev/zero"; do
        # shellcheck disable=SC2086 # words
        bad 3 $arguments
    done
    checks=$((checks + 1))
    ln -s /dev/null "$work/null"
    "$lngen" explain ln_layernorm_f32_64_scalar --svg "$work/null" >/dev/null 2>"$work/stderr" &&
        fail "explain --svg to a device"
    says "device, expected a file"
    [ -c "$work/null" ] || fail "a device was replaced"
    lngen=$real
fi

# Directories that cannot be made
echo text >"$work/file"
bad 3 emit -o "$work/file" --width 768
says "$work/file"
bad 3 emit -o "$work/file/below" --width 768
bad 3 emit -o /dev/null --width 768
bad 3 emit -o /dev/null/x --width 768
bad 3 emit -o /proc/nosuch --width 768
bad 2 emit -o '' --width 768
[ "$(cat "$work/file")" = text ] || fail "a file in the way was lost"
if [ "$(id -u)" -ne 0 ]; then
    mkdir "$work/locked"
    chmod 555 "$work/locked"
    bad 3 emit -o "$work/locked" --width 768
    good emit -o "$work/crate" --for rust --prefix vend --width 8 --isa scalar
    before=$(state "$work/crate")
    chmod 555 "$work/crate/src"
    bad 3 emit -o "$work/crate" --for rust --prefix vend --width 16 --isa scalar
    chmod 755 "$work/crate/src"
    unchanged "$work/crate" "$before" "a directory within the set that may not be written to"
    chmod 0 "$work/crate"
    bad 3 emit -o "$work/crate" --for rust --prefix vend --width 8 --isa scalar --check
    says "Permission denied"
    chmod 755 "$work/crate"
fi

# A directory within the set may be on another file system
if elsewhere=$(mktemp -d -p /dev/shm 2>/dev/null); then
    mkdir "$work/two"
    ln -s "$elsewhere" "$work/two/src"
    good emit -o "$work/two" --for rust --prefix vend --width 8 --isa scalar
    good emit -o "$work/two" --for rust --prefix vend --width 8 --isa scalar --check
    rm -r "$elsewhere"
fi

# A full disk: either all old files stay or all new files replace them, and no temporary file is left
good emit -o "$work/limited" --width 64 --isa scalar
before=$(state "$work/limited")
checks=$((checks + 1))
(
    ulimit -f 16
    status=0
    "$lngen" emit -o "$work/limited" --width 64,1024 2>"$work/stderr" || status=$?
    [ "$status" -eq 3 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ]
) || fail "files larger than allowed: $(cat "$work/stderr")"
unchanged "$work/limited" "$before" "files larger than allowed"
mkdir "$work/limits"
(ulimit -f 16 && exec "$lngen" emit -o "$work/limits/a/b/c" --width 64,1024) 2>/dev/null
[ -z "$(ls -A "$work/limits")" ] || fail "emit that failed left $(find "$work/limits")"
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" && mount -t tmpfs -o size=160k tmpfs "$work/small" 2>/dev/null; then
    mounted=$work/small
    good emit -o "$work/small/k" --width 64 --isa scalar
    before=$(state "$work/small/k")
    bad 3 emit -o "$work/small/k" --width 768,1024
    says "$work/small/k/"
    unchanged "$work/small/k" "$before" "a full disk"
    [ -z "$(find "$work/small" -name '.*lngen*')" ] || fail "temporary files were left on a full disk"
    bad 3 emit -o "$work/small/x/y/z" --width 768,1024
    [ -e "$work/small/x" ] && fail "directories were left on a full disk: $(find "$work/small/x")"
    good emit -o "$work/small/k" --check --width 64 --isa scalar
    dd if=/dev/zero of="$work/small/filled" bs=4k 2>/dev/null
    truncate -s -8k "$work/small/filled"
    TMPDIR=$work/small bad 3 doctor
    says "No space left on device; TMPDIR may name another directory"
    for command in "tune -o $work/never.lua --width 64 --isa avx2" "explain ln_layernorm_f32_64_avx2 --measure"; do
        checks=$((checks + 1))
        # shellcheck disable=SC2086 # words
        TMPDIR=$work/small "$lngen" $command >"$work/stdout" 2>"$work/stderr" && fail "$command on a full disk"
        says "No space left on device; TMPDIR may name another directory"
    done
    rm -r "$work/small/k" "$work/small/filled"
    if mount -o remount,noexec "$work/small" 2>/dev/null; then # as /tmp is on some systems
        for command in doctor "tune -o $work/never.lua --width 64 --isa avx2" \
            "report -o $work/never.html --width 64 --isa avx2"; do
            # shellcheck disable=SC2086 # words
            TMPDIR=$work/small GNUPLOT=true bad 3 $command
            says "$work/small: no program may run in this directory; TMPDIR may name another directory"
            [ -z "$(ls -A "$work/small")" ] || fail "$command left $(ls -A "$work/small")"
        done
    fi
    CC=false TMPDIR=$work/small good explain ln_layernorm_f32_8_scalar
    grep -q "^code .*/room: No space left on device; TMPDIR may" "$work/stdout" ||
        fail "explain blames the compiler: $(grep '^code' "$work/stdout")"
else
    echo "no small disk could be mounted: that part is skipped"
fi

# A signal ends lngen, and no temporary directory is left
for command in doctor "explain ln_layernorm_f32_64_scalar" "explain ln_layernorm_f32_64_scalar --measure"; do
    for signal in TERM HUP QUIT PIPE; do
        sh -c "kill -$signal \$\$; exit 0" 2>/dev/null && continue # it is ignored here
        mkdir "$work/interrupted"
        # a compiler that takes a while to end when it is stopped; lngen waits for it
        printf '#!/bin/sh\ntrap "sleep 0.2; : >%s; exit 143" TERM\nkill -%s $(cat "%s")\nsleep 60 & wait\n' \
            "$work/waited" $signal "$work/pid" >"$work/cc"
        chmod +x "$work/cc"
        checks=$((checks + 1))
        status=0
        # shellcheck disable=SC2086 # words
        CC=$work/cc TMPDIR=$work/interrupted sh -c 'echo $$ >"$0"; exec "$@"' "$work/pid" "$lngen" $command \
            >"$work/stdout" 2>"$work/stderr" || status=$?
        case $signal,$status in
        TERM,143 | HUP,129 | QUIT,131 | PIPE,141) ;;
        *) fail "$command: SIG$signal: status $status" ;;
        esac
        rmdir "$work/interrupted" || fail "$command: SIG$signal left $(ls "$work/interrupted")"
        rm "$work/waited" 2>/dev/null || fail "$command: SIG$signal: lngen did not wait for its compiler"
        rm -rf "$work/interrupted"
    done
done
# and emit says that it has written nothing; scripts/kills.sh sends signals while it writes. The end of a pipe is opened
# as soon as emit reads from the other.
for signal in INT TERM HUP; do
    sh -c "kill -$signal \$\$; exit 0" 2>/dev/null && continue
    rm -f "$work/slow"
    mkfifo "$work/slow" 2>/dev/null || continue
    sh -c 'exec 3>"$1" && kill -"$2" "$(cat "$0")"' "$work/pid" "$work/slow" $signal &
    opener=$!
    checks=$((checks + 1))
    status=0
    sh -c 'echo $$ >"$0"; exec "$@"' "$work/pid" "$lngen" emit --config "$work/slow" -o "$work/stopped" \
        >"$work/stdout" 2>"$work/stderr" || status=$?
    kill $opener 2>/dev/null
    case $signal,$status,$(cat "$work/stderr") in
    INT,130,"lngen: interrupted: nothing was written" | TERM,143,"lngen: interrupted: nothing was written" | \
        HUP,129,"lngen: interrupted: nothing was written") ;;
    *) fail "emit: SIG$signal: status $status: $(cat "$work/stderr")" ;;
    esac
    [ -e "$work/stopped" ] && fail "emit: SIG$signal left $(find "$work/stopped")"
done
if ! sh -c 'kill -INT $$; exit 0' 2>/dev/null; then
    printf '#!/bin/sh\nkill -INT $$\n' >"$work/gnuplot"
    chmod +x "$work/gnuplot"
    checks=$((checks + 1))
    status=0
    GNUPLOT=$work/gnuplot "$lngen" report -o "$work/never.html" --width 64 2>"$work/stderr" || status=$?
    [ $status -eq 130 ] && [ ! -s "$work/stderr" ] || fail "SIGINT of gnuplot: status $status: $(cat "$work/stderr")"
fi
mkdir "$work/without_tools"
checks=$((checks + 1))
PATH=/nosuch TMPDIR=$work/without_tools "$lngen" doctor >"$work/stdout" 2>"$work/stderr"
[ -s "$work/stderr" ] && fail "doctor without tools: $(cat "$work/stderr")"
[ -z "$(ls "$work/without_tools")" ] || fail "doctor without tools left $(ls "$work/without_tools")"

# A Zen 4 runs some kernels of AVX2, unless LN_ISA names a set
zen4=
if grep -q AuthenticAMD /proc/cpuinfo 2>/dev/null; then
    zen4=$(grep -m 1 '^flags' /proc/cpuinfo | grep -w avx512f | grep -vw avx512_vp2intersect) || zen4=
fi
for value in none '' avx3 avx512 avx2 SCALAR; do
    checks=$((checks + 1))
    if [ "$value" = none ]; then env -u LN_ISA "$lngen" doctor; else LN_ISA=$value "$lngen" doctor; fi >"$work/stdout"
    CC=false LN_ISA=$value "$lngen" doctor >"$work/of_flags" || true
    expected=0
    case $value in none | '' | avx3) expected=${zen4:+1} ;; esac
    for said in "$work/stdout" "$work/of_flags"; do
        [ "$(grep -c 'this is a Zen 4: some kernels of AVX2' "$said")" = "${expected:-0}" ] ||
            fail "doctor with LN_ISA $value: $(grep -A 5 '^kernels' "$said")"
    done
done

# A compiler that makes nothing
if [ -x /bin/true ]; then
    checks=$((checks + 1))
    status=0
    CC=/bin/true "$lngen" doctor >"$work/stdout" 2>"$work/stderr" || status=$?
    [ $status -eq 1 ] && grep -q '^compiler .*/bin/true makes no program that runs here' "$work/stdout" ||
        fail "doctor with /bin/true: status $status, $(grep '^compiler' "$work/stdout")"
    CC=/bin/true "$lngen" explain ln_layernorm_f32_64_scalar >"$work/stdout" 2>"$work/stderr"
    grep -q 'not known: /bin/true compiles no C' "$work/stdout" || fail "/bin/true: $(grep '^code' "$work/stdout")"
    CC=/bin/true bad 1 tune -o "$work/never.lua" --width 64 --isa avx2
    says "could not compile the candidates: /bin/true makes no program; set CC"
fi

# Commands have a status even where whoever starts lngen ignores SIGCHLD
if env --ignore-signal=CHLD true 2>/dev/null; then
    checks=$((checks + 1))
    CC=false env --ignore-signal=CHLD "$lngen" explain ln_layernorm_f32_64_scalar >"$work/stdout" 2>"$work/stderr"
    grep -q 'not known: false compiles no C' "$work/stdout" || fail "SIGCHLD ignored: $(grep '^code' "$work/stdout")"
fi

# Files that cannot be read, and no place for temporary ones
if [ -e /proc/self/mem ]; then
    bad 3 list --width 8 --plan /proc/self/mem
    says "/proc/self/mem: Input/output error"
fi
mkdir "$work/in_the_way" "$work/in_the_way/.lngen-writes"
bad 3 emit -o "$work/in_the_way" --width 8 --isa scalar
says ".lngen-writes: Is a directory"
for arguments in "tune -o $work/never.lua --width 64 --isa avx2" "explain ln_layernorm_f32_64_avx2 --measure"; do
    checks=$((checks + 1))
    status=0
    # shellcheck disable=SC2086 # words
    TMPDIR=$work/nosuch "$lngen" $arguments >"$work/stdout" 2>"$work/stderr" || status=$?
    [ "$status" -eq 3 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] || fail "no TMPDIR: status $status"
    says "$work/nosuch: No such file or directory; TMPDIR may name another directory"
done
(export TMPDIR="$work/nosuch"; exec "$lngen" tune -o "$work/never.lua" --width 64 --isa scalar) 2>"$work/stderr"
says "plain C"
[ -e "$work/never.lua" ] && fail "tune without a temporary directory left a plan"

# Little memory: it suffices, or one line says that it does not. Sanitizers need far more than there is here.
if (ulimit -v 300000 && "$lngen" --version) >/dev/null 2>&1; then
    truncate -s 1G "$work/large.gguf" && printf GGUF | dd of="$work/large.gguf" conv=notrunc 2>/dev/null
    few=0
    for memory in 4500 4750 5000 5250 5500 5750 6000 6500 7000 8000 9000 10000 12000 300000; do
        checks=$((checks + 1))
        status=0
        (ulimit -v $memory && exec "$lngen" emit -o "$work/little" --width 768 --isa scalar) >/dev/null \
            2>"$work/stderr" || status=$?
        case $status,$(wc -l <"$work/stderr") in
        0,0) ;;
        127,1) ;; # the program's libraries were not loaded
        70,1 | 3,1) grep -q '^lngen: .*not enough memory$' "$work/stderr" && few=$((few + 1)) ||
            fail "$memory KB: $(cat "$work/stderr")" ;;
        *) fail "$memory KB: status $status, $(cat "$work/stderr")" ;;
        esac
    done
    [ $status -eq 0 ] || fail "300 MB are too little for emit"
    [ $few -gt 0 ] || fail "4.5 MB are enough for emit"
    # of a file that is larger than the memory, the header is read
    (ulimit -v 300000 && exec "$lngen" model "$work/large.gguf") >/dev/null 2>"$work/stderr"
    says "large.gguf: GGUF version 0, expected 1, 2 or 3"
    (ulimit -v 100000 && exec "$lngen" model "$work/large.gguf") >/dev/null 2>"$work/stderr"
    says "large.gguf: Cannot allocate memory"
    rm "$work/large.gguf"
    mkdir "$work/sparse"
    header='{"norm.weight":{"dtype":"F32","shape":[24],"data_offsets":[0,4294967214]}}' # of which only this is mapped
    printf "\\$(printf %o ${#header})\\0\\0\\0\\0\\0\\0\\0%s" "$header" >"$work/sparse/a.safetensors"
    truncate -s 4G "$work/sparse/a.safetensors"
    (ulimit -v 300000 && exec "$lngen" model "$work/sparse/a.safetensors") >"$work/stdout" 2>"$work/stderr" ||
        fail "a large safetensors file: $(cat "$work/stderr")"
    rm -r "$work/sparse"
else
    echo "the memory cannot be limited here: that part is skipped"
fi

# Standard output that cannot be written
if [ -w /dev/full ]; then
    for arguments in "list --width 768" "--help" "emit --help" "--version" "emit --check -o $work/none --width 768"; do
        checks=$((checks + 1))
        status=0
        # shellcheck disable=SC2086 # words
        "$lngen" $arguments >/dev/full 2>"$work/stderr" || status=$?
        if [ "$status" -ne 3 ] || [ "$(wc -l <"$work/stderr")" -ne 1 ]; then
            fail "lngen $arguments into a full device: status $status, $(cat "$work/stderr")"
        fi
    done
fi

echo "$checks checks, $failures failed"
[ "$failures" -eq 0 ]
