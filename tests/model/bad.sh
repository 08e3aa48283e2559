#!/bin/sh
# SPDX-License-Identifier: MIT
# bad.sh LNGEN - tests bad input: lngen must give the right exit status and exactly one line on stderr that says what is
# wrong.
lngen=$1 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# expect STATUS PATTERN ARGUMENT... : lngen must exit with STATUS and print one line that matches PATTERN
expect() {
    status=$1 pattern=$2
    shift 2
    "$lngen" "$@" >out 2>err
    got=$?
    ran=$((ran + 1))
    if [ $got != "$status" ] || [ "$(wc -l <err)" != 1 ] || ! grep -Eq "^lngen: .*$pattern" err || [ -s out ]; then
        failed=$((failed + 1))
        echo "lngen $*: exit status $got (expected $status), expected one line with '$pattern', got:"
        cat out err
        [ -f "$2" ] && head -c 300 "$2" && echo
    fi
}

# config STATUS PATTERN TEXT : the same for `lngen model` and a config.json that holds TEXT, in which printf escapes
# work
config() {
    # shellcheck disable=SC2059
    printf "$3" >config.json
    expect "$1" "config.json: .*$2" model config.json
}

config 2 'line 1, column 1: empty' ''
config 2 'line 3, column 1: empty' ' \n\n'
config 2 'the text ends before its JSON does' '{"model_type": "gpt2"'
config 2 'line 1, column 16: a string that is not closed' '{"model_type": "gpt2'
config 2 'line 2, column 15: not JSON' '{"a": 1,\n"model_type": gpt2}'
config 2 'not JSON' '{"model_type": "gpt2"} {}'
config 2 'not JSON' '{,"model_type": "gpt2"}'
config 2 'not JSON' '{"model_type": "gpt2",, "n_embd": 4}'
config 2 'leading zero' '{"n_embd": 0768}'
config 2 'a number without digits after its point' '{"n_embd": 768.}'
config 2 'a number without digits in its exponent' '{"layer_norm_epsilon": 1e-}'
config 2 'not JSON' '{"n_embd": -}'
config 2 'a number of more than 400 characters' "{\"n_embd\": $(printf '%0500d' 0 | tr 0 1)}"
config 2 'more than 200000 values' "{\"a\": [$(printf '%0200001d' 0 | sed 's/0/0,/g')0]}"
config 2 'a string that is not closed' '{"model_type": "gpt2\\'
config 2 'not JSON' '{"n_embd": 4} /* a remark that is not closed'
config 2 'not UTF-8' '{"model_type": "\303("}'
config 2 'a control character in a string' '{"model_type": "gp\nt2"}'
config 2 'u0000 in a string' '{"model_type": "gpt2\\u0000"}'
config 2 'an escape JSON does not have' '{"model_type": "gpt\\x2"}'
config 2 'not UTF-8' '{"model_type": "\300\200"}'
config 2 'not UTF-8' '{"model_type": "\355\240\200"}'
config 2 'UTF-16, expected UTF-8' '\377\376{\000}\000'
config 2 'UTF-32, expected UTF-8' '\377\376\000\000{\000\000\000}\000\000\000'
config 2 'not text' '\000\000\000\000'
config 2 'nested deeper than 200 levels' "$(printf '%0300d' 0 | tr 0 '[')"
config 2 'key "n_embd" stands twice' '{"model_type": "gpt2", "n_embd": 4, "n_embd": 4}'
config 2 'key "n_embd" stands twice' '{"model_type": "gpt2", "n_embd": 4, "n_\\u0065mbd": 8}'
config 2 'key "b" stands twice' '{"a": [1, {"b": 1, "b": 2}]}'
config 2 'key "b" stands twice' '{"a": {"b": 1, "b": 2}}'
config 2 'a key stands twice in one object' '{"\\u001b": 1, "\\u001b": 2}'
config 2 'holds a list' '[{"model_type": "gpt2", "n_embd": 4}]'
config 2 'holds 3' '3'
config 2 'holds null' 'null'
config 2 'holds many models' '{"a": {"model_type": "gpt2", "n_embd": 4}, "b": {"model_type": "gpt2", "n_embd": 8}}'
config 2 'no model_type and no key gives a width.*--width' '{}'
config 2 'a git-LFS pointer.*git lfs pull' 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n'
config 2 "key 'model_type' is 3, expected text" '{"model_type": 3, "n_embd": 4}'
config 2 "key 'n_embd' is \"768\", expected a number" '{"model_type": "gpt2", "n_embd": "768"}'
config 2 "key 'n_embd' is an array, expected a number" '{"model_type": "gpt2", "n_embd": [768]}'
config 2 "'n_embd' is 0, expected a whole number from 1 to 65536" '{"model_type": "gpt2", "n_embd": 0}'
config 2 "'n_embd' is -768, expected" '{"model_type": "gpt2", "n_embd": -768}'
config 2 "'n_embd' is 65537, expected" '{"model_type": "gpt2", "n_embd": 65537}'
config 2 "'n_embd' is 76.5, expected" '{"model_type": "gpt2", "n_embd": 76.5}'
config 2 "'n_embd' is 1e\+300, expected" '{"model_type": "gpt2", "n_embd": 1e300}'
config 2 "'n_embd' is true, expected" '{"model_type": "gpt2", "n_embd": true}'
config 2 "count .* is 2000000001 with n_layer 1000000000, expected a whole number" '{"model_type": "gpt2", "n_embd": 4, "n_layer": 1e9}'
config 2 "count .* is -1 with n_layer -1, expected" '{"model_type": "gpt2", "n_embd": 4, "n_layer": -1}'
config 2 "key 'layer_norm_epsilon' is inf, expected a number of at least 0 and below 1" \
    '{"model_type": "gpt2", "n_embd": 4, "layer_norm_epsilon": Infinity}'
for eps in 1 1e300 -1e-60 -Infinity; do
    config 2 "key 'rms_norm_eps' is [^ ]*, expected a number of at least 0 and below 1" \
        "{\"model_type\": \"llama\", \"rms_norm_eps\": $eps}"
done
config 2 "key 'layer_norm_epsilon' is \"NaN\", expected a number of at least 0 and below 1" \
    '{"model_type": "gpt2", "n_embd": 4, "layer_norm_epsilon": NaN}'
config 2 "key 'layer_norm_epsilon' is -1e-05, expected" '{"model_type": "gpt2", "n_embd": 4, "layer_norm_epsilon": -1e-5}'
config 2 "key 'torch_dtype' is 16, expected" '{"model_type": "gpt2", "n_embd": 4, "torch_dtype": 16}'
config 2 "key 'text_config' is \"gemma\", expected an object" '{"model_type": "gemma3", "text_config": "gemma"}'
config 2 "key 'text_config.hidden_size' is" \
    '{"model_type": "gemma3", "text_config": {"hidden_size": {}, "num_hidden_layers": 2}}'
config 2 "key 'architectures' is 5, expected a list of names of classes" '{"model_type": "llama", "architectures": 5}'
config 2 "key 'architectures' is an array, expected a list of names" '{"model_type": "llama", "architectures": [5]}'
config 2 "key 'text_config.architectures' is an object, expected a list" \
    '{"model_type": "gemma3", "text_config": {"architectures": {}}}'
config 2 "key '_class_name' is 5, expected text" '{"_class_name": 5, "hidden_size": 64}'
config 2 "key 'text_config' is 5, expected an object" '{"model_type": "llama", "text_config": 5}'
config 2 "key 'vision_config' is an array, expected an object" \
    '{"model_type": "brand_new", "hidden_size": 64, "rms_norm_eps": 1e-5, "vision_config": []}'
config 2 "key 'num_hidden_layers' is 2.5, expected a whole number of at least 0" \
    '{"model_type": "llama", "num_hidden_layers": 2.5}'
config 2 "key 'num_attention_heads' is 1.5, expected a whole number of at least 0" \
    '{"model_type": "phi", "hidden_size": 64, "num_attention_heads": 1.5, "qk_layernorm": true}'
config 2 "key 'layer_types' is 5, expected an array" '{"model_type": "qwen3_next", "layer_types": 5}'
config 2 "key 'attn_config' is 5, expected an object" '{"model_type": "mpt", "attn_config": 5}'
config 2 "key 'qk_layernorm' is \"false\", expected true or false" '{"model_type": "phi", "qk_layernorm": "false"}'
config 2 "key 'qk_layernorm' is 0, expected true or false" '{"model_type": "phi", "qk_layernorm": 0}'
config 2 "key 'q_lora_rank' is \"16\", expected a number" \
    '{"model_type": "brand_new", "hidden_size": 64, "num_layers": 2, "rms_norm_eps": 1e-5, "q_lora_rank": "16"}'
config 2 "key 'depths' is 3, expected an array" '{"model_type": "swin", "depths": 3}'
config 2 "key 'depths\[1\]' is \"x\", expected a whole number" '{"model_type": "swin", "depths": ["x"]}'
config 2 "key 'depths' has 1 elements, expected at least 2" '{"model_type": "convnext", "depths": [1]}'
config 2 "key 'num_layers' is true, expected a number" '{"model_type": "t5", "num_layers": true}'
config 2 "key 'num_hidden_layers' is true, expected a number" '{"model_type": "bert", "num_hidden_layers": true}'
config 2 "key 'num_hidden_layers' is false, expected a number" '{"model_type": "roberta", "num_hidden_layers": false}'
config 2 "key 'num_hidden_layers' is true, expected a number" \
    '{"model_type": "granitemoehybrid", "num_hidden_layers": true}'
config 2 "key 'num_hidden_layers' is true, expected a number" \
    '{"model_type": "brand_new", "hidden_size": 64, "rms_norm_eps": 1e-5, "num_hidden_layers": true}'
config 2 "key 'attn_layer_period' is true, expected a number" '{"model_type": "zamba", "attn_layer_period": true}'
config 2 'has no value with new_decoder_architecture true, num_ln_in_parallel_attn true' \
    '{"model_type": "falcon", "new_decoder_architecture": true, "num_ln_in_parallel_attn": true}'
config 2 "key 'text_config.rms_norm_eps' is missing, and gpt2 has no default for it" \
    '{"model_type": "mistral3", "text_config": {"model_type": "gpt2"}, "vision_config": {"hidden_size": 64}}'
config 2 "key 'vision_config.layer_norm_eps' is 5, expected a number of at least 0" \
    '{"model_type": "gemma3", "text_config": {}, "vision_config": {"layer_norm_eps": 5}}'
config 2 "width 'vision_config.hidden_size\*floor\(1/downsample_ratio\)\^2' is 0, expected a whole number" \
    '{"model_type": "internvl", "text_config": {}, "vision_config": {"hidden_size": 0}}'
config 2 "key 'block_configs' is missing, expected an array" '{"model_type": "nemotron-nas", "hidden_size": 128}'
config 2 "key 'linear_attn_config.full_attn_layers' is missing, expected an array" '{"model_type": "kimi_linear"}'
config 2 'has no value with hidden_size 64, num_attention_heads 0' \
    '{"model_type": "phi", "hidden_size": 64, "num_attention_heads": 0, "qk_layernorm": true}'
config 2 "clip without 'text_config'" '{"model_type": "clip"}'
config 2 'has no LayerNorm or RMSNorm' '{"model_type": "mobilebert", "hidden_size": 128}'
config 2 "model_type \"brand_new\" is not known; width 64 from 'hidden_size', but no key tells the norm.*--op" \
    '{"model_type": "brand_new", "hidden_size": 64}'

# the files that describe folders
mkdir -p pipe/a modules
index() {
    printf '%s' "$3" >pipe/model_index.json
    expect "$1" "$2" model pipe
}
index 2 'the text ends before its JSON does' '{"unet": ["diffusers"'
index 2 'a string that is not closed' '{"unet": ["diffusers", "UNet2D'
index 2 'expected one JSON object that names components' '[1]'
index 2 "key 'unet' has 1 elements, expected a library and a class" '{"unet": ["diffusers"]}'
index 2 "key 'unet' is not a library and a class" '{"unet": ["diffusers", 3]}'
index 2 'is not the name of a folder' '{"..": ["diffusers", "UNet2DConditionModel"]}'
index 2 'no component with norms that lngen knows' '{"unet": ["diffusers", "UNet2DConditionModel"]}'
index 2 'no component with norms that lngen knows; a: ' '{"a": ["diffusers", "UNet2DConditionModel"]}'
printf '{"architectures": 5}' >pipe/a/config.json
index 2 "a: .*key 'a.architectures' is 5, expected a list" '{"a": ["diffusers", "UNet2DConditionModel"]}'
rm pipe/a/config.json
printf '{"a": ["x", "Y"]}' >pipe/a/model_index.json
ln -s . pipe/a/a
index 2 'folders nested deeper than 3 levels' '{"a": ["x", "Y"]}'
modules() {
    printf '%s' "$3" >modules/modules.json
    expect "$1" "$2" model modules
}
modules 2 'a string that is not closed' '[{"path'
modules 2 'expected a list of modules' '{}'
modules 2 "module 1 has no 'path' and 'type' that are text" '[3]'
modules 2 "module 1 has no 'path' and 'type' that are text" '[{"path": 1, "type": "x"}]'
modules 2 'no component with norms' '[{"path": "", "type": "a.Transformer"}]'
modules 2 'is not the name of a folder' '[{"path": "../x", "type": "a.Transformer"}]'
modules 2 'is not the name of a folder' '[{"path": "../x", "type": "a.LayerNorm"}]'
printf '{"dim": "x", "n_layers": 2, "norm_eps": 1e-5}' >params.json
expect 2 "key 'dim' is \"x\", expected a number" model params.json
rm -f params.json
config 2 "key 'block_configs\[1\].attention' is 3, expected an object" \
    '{"model_type": "nemotron-nas", "block_configs": [{"attention": 3}]}'
config 2 'class "NewModel" is not known and no key gives a width' '{"_class_name": "NewModel"}'

rm -f config.json
expect 3 'none.json: No such file' model none.json
printf '{' >unreadable.json
chmod 000 unreadable.json
if ! cat unreadable.json >/dev/null 2>&1; then
    expect 3 'unreadable.json: Permission denied' model unreadable.json
fi
rm -f unreadable.json
mkdir empty two
expect 2 'empty: no config.json, GGUF or safetensors' model empty
printf GGUF >two/a.gguf
printf GGUF >two/b.gguf
expect 2 'two: holds 2 GGUF files, a.gguf and b.gguf' model two
expect 2 'two/a.gguf: byte 4: the file ends inside its header' model two/a.gguf
printf 'FUGG\003\000\000\000' >swapped.gguf
expect 2 'swapped.gguf: .*expected the bytes GGUF' model swapped.gguf
printf 'tjgg\003\000\000\000' >old.gguf
expect 2 'old.gguf: .*from before GGUF' model old.gguf
printf 'GGUF\004\000\000\000' >v4.gguf
expect 2 'v4.gguf: GGUF version 4, expected 1, 2 or 3' model v4.gguf
printf 'GGUF\003\000\000\000\377\377\377\377\377\377\377\377\001\000\000\000\000\000\000\000' >counts.gguf
expect 2 'counts more keys or tensors than the file can hold' model counts.gguf
printf 'GGUF\003\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >nokeys.gguf
expect 2 "key 'general.architecture' is missing" model nokeys.gguf

# gguf PATTERN TENSORS KEYS BYTES : lngen must refuse a file that counts so many tensors and keys, each in three octal
# digits, and holds these bytes, in which printf escapes work
gguf() {
    # shellcheck disable=SC2059
    printf "GGUF\\003\\000\\000\\000\\$2$seven\\$3$seven$4" >bad.gguf
    expect 2 "bad.gguf: .*$1" model bad.gguf
}
seven='\000\000\000\000\000\000\000'
# string TEXT ; key NAME TYPE ; array TYPE COUNT ; u64 OCTAL : as printf takes them
string() { printf '\\%03o%s%s' ${#1} "$seven" "$1"; }
key() { printf '%s\\%03o\\000\\000\\000' "$(string "$1")" "$2"; }
u64() { printf '\\%s%s' "$1" "$seven"; }
array() { printf '\\%03o\\000\\000\\000\\%03o\\%03o\\000\\000\\000\\000\\000\\000' "$1" $(($2 % 256)) $(($2 / 256)); }
zeros() { printf '%*s' "$1" '' | sed 's/ /\\000/g'; }
gguf 'the file ends inside its header' 000 001 "$(zeros 4)$(string general)$(zeros 2)"
gguf 'a key that is empty' 000 001 "$(zeros 20)"
gguf 'a key that is empty, .* or not plain text' 000 001 "$(key 'a\001' 4)$(zeros 4)"
gguf 'key "a" stands twice' 000 002 "$(key a 4)$(zeros 4)$(key a 4)$(zeros 20)"
gguf 'key "a": value type 13, expected 0 to 12' 000 001 "$(key a 13)$(zeros 20)"
gguf 'an array of an unknown element type' 000 001 "$(key a 9)$(array 9 1)$(zeros 20)"
gguf 'an array longer than the file' 000 001 "$(key a 9)$(array 4 6)$(zeros 20)"
gguf 'an array longer than the file' 000 001 "$(key a 9)$(array 8 3)$(zeros 20)"
gguf 'the file ends inside its header' 000 001 "$(key a 9)$(array 8 2)$(u64 020)$(zeros 8)"
# what is not kept, long arrays and texts, is passed over: the key behind it is the one that is found
for long in "$(key a 9)$(array 0 5000)$(zeros 5000)" "$(key a 9)$(array 12 3)$(zeros 24)" \
    "$(key a 8)\\054\\001\\000\\000\\000\\000\\000\\000$(zeros 300)"; do
    gguf 'key "b" stands twice' 000 003 "$long$(key b 7)\\001$(key b 7)$(zeros 20)"
done
# numbers of each type: what the message says is what the bytes hold. number TYPE BYTES TEXT
number() {
    gguf "width 'gpt2.embedding_length' is $3, expected" 000 003 \
        "$(key general.architecture 8)$(string gpt2)$(key gpt2.block_count 4)\\001$(zeros 3)$(
        )$(key gpt2.embedding_length "$1")$2"
}
number 0 '\000' 0
number 1 '\373' -5
number 3 '\373\377' -5
number 5 '\373\377\377\377' -5
number 11 '\373\377\377\377\377\377\377\377' -5
number 6 '\000\000\040\301' -10
number 12 '\000\000\000\000\000\000\044\300' -10
number 10 '\377\377\377\377\377\377\377\377' '1.844.*e\+19'
# of an unknown architecture, messages name the file's own keys. unknown MESSAGE WIDTH [KEY]
unknown() {
    gguf "$1" 000 00$((2 + $# / 3)) "$(key general.architecture 8)$(string brand_new)$(
        )$(key brand_new.embedding_length 4)$2$(zeros 3)${3-}"
}
unknown "width 64 from 'brand_new.embedding_length', but no key tells the norm" '\100'
unknown "general.architecture \"brand_new\" is not known" '\100'
unknown "width 'brand_new.embedding_length' is 0, expected" '\000' \
    "$(key brand_new.attention.layer_norm_epsilon 6)\254\305\047\067"
# an eps of a value type or of a size that makes no sense. eps TYPE BYTES TEXT
eps() {
    gguf "key 'llama.attention.layer_norm_rms_epsilon' is $3, expected a number of at least 0 and below 1" 000 003 \
        "$(key general.architecture 8)$(string llama)$(key llama.embedding_length 4)\\100$(zeros 3)$(
        )$(key llama.attention.layer_norm_rms_epsilon "$1")$2"
}
eps 6 '\000\000\200\077' 1
eps 6 '\000\000\200\277' -1
eps 6 '\000\000\300\177' '-?nan'
eps 8 "$(string 1e-5)" '"1e-5"'
# norms that contradict the width of the model, 64, or each other. tensors PATTERN COUNT TENSOR...
tensors() {
    gguf "$1" "$2" 002 "$(key general.architecture 8)$(string llama)$(key llama.embedding_length 4)\\100$(zeros 3)$3$4$5"
}
# tensor NAME OCTAL... : a tensor whose dimensions are these
tensor() {
    printf '%s\\%03o\\000\\000\\000' "$(string "$1")" $(($# - 1))
    shift
    for width; do u64 "$width"; done
    zeros 12
}
norm=$(tensor blk.0.attn_norm.weight 100)
tensors "tensor 'blk.0.attn_norm.weight' stands twice" 003 "$norm" "$(tensor blk.1.attn_norm.weight 100)" "$norm"
tensors "tensor 'blk.1.ffn_norm.weight' has width 32, but key 'llama.embedding_length' is 64; expected the same" 002 \
    "$norm" "$(tensor blk.1.ffn_norm.weight 040)"
tensors "tensor 'output_norm.weight' has width 64 x 2, but key" 002 "$norm" "$(tensor output_norm.weight 100 002)"
tensors "tensor 'output_norm.bias' has width 32, but key" 003 "$norm" "$(tensor output_norm.weight 100)" \
    "$(tensor output_norm.bias 040)"
gguf "key 'llama.embedding_length' is \"64\", expected a number" 000 002 \
    "$(key general.architecture 8)$(string llama)$(key llama.embedding_length 8)$(string 64)"
gguf 'a tensor name that is empty' 001 000 "$(zeros 40)"
gguf 'a tensor of more than 4 dimensions' 001 000 "$(string a)\\005$(zeros 40)"
gguf 'a tensor dimension that is 0 or too large' 001 000 "$(string a)\\001$(zeros 40)"
gguf 'the file ends inside its header' 001 000 "$(string a)\\004$(zeros 3)$(u64 001)$(u64 001)"
printf 'GGUF\000\000\000\003' >swapped.gguf
expect 2 'swapped.gguf: .*the file ends inside its header' model swapped.gguf

config 2 "do_layer_norm_before' is 0, expected true or false" \
    '{"model_type": "opt", "hidden_size": 64, "do_layer_norm_before": 0}'
config 2 "parallel_attn' is \"false\", expected true or false" '{"model_type": "falcon", "parallel_attn": "false"}'
config 2 "'depths' is an empty array, expected at least one element" '{"model_type": "swin", "depths": []}'
config 2 "'layer_types' has 2 elements, expected 5, one for each layer" \
    '{"model_type": "qwen3_next", "layer_types": ["full_attention", "full_attention"], "num_hidden_layers": 5}'
config 2 'attn_layer_period 8, attn_layer_offset 9' \
    '{"model_type": "jamba", "attn_layer_period": 8, "attn_layer_offset": 9}'
config 2 'no model_type beside "text_config", expected' '{"text_config": {"model_type": "llama", "hidden_size": 64}}'
config 2 'model_type "llama.n" is not known' '{"model_type": "llama\\n"}'

rm config.json
# a path is never the name of a model, whatever it ends with
mkdir -p models/gpt2
for path in /none/gpt2 ./gpt2 ../gpt2 a/b/gpt2; do
    expect 2 "gpt2\": not a name lngen knows, but a path, which --config takes" list --model $path
    expect 3 'gpt2: No such file or directory' model $path
done
expect 2 'but a directory, which --config takes' list --model models/gpt2

printf '' >empty.safetensors
expect 2 'too short for a safetensors file' model empty.safetensors
printf '\377\377\377\377\377\377\377\377{"' >huge.safetensors
expect 2 'not a safetensors file' model huge.safetensors
printf '\100\000\000\000\000\000\000\000{"a":1}' >cut.safetensors
expect 2 'the file ends inside its header' model cut.safetensors
printf '\002\000\000\000\000\000\000\000{}' >none.safetensors
expect 2 'no weights of norms' model none.safetensors
printf '{"metadata": {}}' >model.safetensors.index.json
expect 2 'no "weight_map"' model model.safetensors.index.json
printf '{"weight_map": {"a.norm.weight": "../../etc/x"}}' >model.safetensors.index.json
expect 2 'not a plain file name' model model.safetensors.index.json
printf '{"weight_map": {}, "weight_map": {}}' >model.safetensors.index.json
expect 2 'a second weight_map' model model.safetensors.index.json
printf '[]' >model.safetensors.index.json
expect 2 'byte 0: expected {' model model.safetensors.index.json
for map in 3 '{"a.norm.weight"}' '{"a.norm.weight": 3}' '{"a.norm.weight": "x" 3}'; do
    printf '{"weight_map": %s}' "$map" >model.safetensors.index.json
    expect 2 'byte [0-9]*: expected ' model model.safetensors.index.json
done
printf 'PK\003\004' >pytorch_model.bin
expect 2 'a PyTorch file' model pytorch_model.bin
expect 2 'missing argument' model
expect 2 "unknown option '--wrong'" model --wrong config.json
expect 2 "no model's name or type has 'no such model'" models 'no such model'

echo "$ran inputs, $failed wrong"
[ $failed = 0 ]
