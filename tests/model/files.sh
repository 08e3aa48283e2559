#!/bin/sh
# SPDX-License-Identifier: MIT
# files.sh LNGEN MAKE_FILES - tests which sites lngen finds in GGUF and safetensors files, indexes of shards and
# directories.
lngen=$1 make_files=$2 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
mkdir small
"$make_files" small small || exit 2

# expect FILE SITES [NOTE] : lngen must list these sites, one written after the other with fields joined by | and sites
# by ; and must print a note that matches NOTE
expect() {
    "$lngen" model "$1" >out 2>err
    got=$(sed 1d out | tr '\t' '|' | paste -sd ';' -)
    ran=$((ran + 1))
    if [ "$got" != "$2" ] || { [ -n "$3" ] && ! grep -Eq "^lngen: note: .*$3" err; }; then
        failed=$((failed + 1))
        printf '%s: expected %s\n' "$1" "$2"
        printf 'got      %s\n' "$got"
        cat err
    fi
}

LLAMA='.|block+final|rmsnorm|gamma|96|1e-05|f32|5'
for file in llama-v1 llama-v2 llama-v3 llama-v3-big-endian; do
    expect small/$file.gguf "$LLAMA" 'no tensors in the file'
done
expect small/gpt2-tensors.gguf '.|block+final|layernorm|full|48|1e-05|f32|3'
expect small/cohere-heads.gguf '.|block+final|layernorm|gamma|64|1e-05|f32|2;.|k_norm|layernorm|gamma|16|1e-05|f32|1;.|q_norm|layernorm|gamma|16|1e-05|f32|1'
"$lngen" model --json small/cohere-heads.gguf >out
grep -q '"site": "q_norm".*"gain2d": true, "heads": 4' out || {
    failed=$((failed + 1))
    echo "cohere-heads.gguf: no gain2d with 4 heads in --json"
}
# converters store 1 + gamma as gamma
expect small/gemma2-vocab.gguf '.|block+final|rmsnorm|gamma|2304|1e-06|f32|105'
expect small/unknown-arch.gguf '.|block+final (guess)|rmsnorm|gamma|320|1e-06|f32|9' 'a guess'
# the graph decides, not the key that holds eps
expect small/pixtral-tower.gguf '.|mm.input_norm|rmsnorm|gamma|32|1e-05|f32|1;vision.|block+final|rmsnorm|gamma|32|1e-05|f32|3'
expect small/unknown-projector.gguf 'vision.|block+final (guess)|layernorm|gamma|32|1e-05|f32|1' 'projector "newthing" is not known'
expect small/mamba2.gguf '.|block+final|rmsnorm|gamma|64|1e-05|f32|2;.|ssm|rmsnorm|gamma|16|1e-05|f32|1'
"$lngen" model --json small/mamba2.gguf | grep -q '"site": "ssm".*"gated": "silu_before".*"groups": 8' || {
    failed=$((failed + 1))
    echo "mamba2.gguf: no groups in --json"
}
expect small/nextn.gguf '.|block+final|rmsnorm|gamma|64|1e-05|f32|2' 'block 1: predicts further tokens and is not run'
expect small/drafter.gguf '.|block+final|rmsnorm|gamma|64|1e-06|f32|3'
# layers that share keys do not normalise them, and a router runs twice
expect small/gemma3n.gguf '.|block+final|rmsnorm|gamma|64|1e-06|f32|43;.|k_norm|rmsnorm|gamma|16|1e-06|f32|20;.|q_norm|rmsnorm|gamma|16|1e-06|f32|21'
expect small/unknown-arch-tensors.gguf '.|block+final (guess)|rmsnorm|gamma|64|1e-05|f32|1' 'architecture "newthing" is not known'
# norms of a graph that are not of its kind, and a tower that is told by its size
expect small/chameleon.gguf '.|block+final|rmsnorm|gamma|64|1e-07|f32|1;.|q_norm|layernorm|full|16|1e-05|f32|1'
for file in deepseek32 glm-dsa; do
    expect small/$file.gguf '.|block+final|rmsnorm|gamma|64|1e-07|f32|1;.|blk.#.indexer.k_norm|layernorm|full|16|1e-06|f32|1'
done
expect small/internvl-44.gguf '.|mm.#.norm|layernorm|gamma|64|1e-05|f32|1;vision.|block+final|layernorm|gamma|3200|1e-06|f32|1'
expect small/internvl-45.gguf '.|mm.#.norm|layernorm|gamma|64|1e-05|f32|1;vision.|block+final|rmsnorm|gamma|3200|1e-06|f32|1'
expect small/glm4v-tower.gguf '.|mm.post_norm|layernorm|full|64|1e-05|f32|1;vision.|block+final|rmsnorm|gamma|64|1e-06|f32|1'
expect small/orion.gguf '.|block+final (guess)|layernorm|full|64|1e-05|f32|1' 'the eps of another norm than orion runs; a guess'
# unreadable PATTERN FILE [WHAT] : lngen must refuse the file, of which WHAT says more, in one line that matches PATTERN
unreadable() {
    ran=$((ran + 1))
    if "$lngen" model "$2" >out 2>err || [ "$(wc -l <err)" != 1 ] || ! grep -q "$1" err; then
        failed=$((failed + 1))
        echo "${3:-$2}: must be refused: $1"
        cat out err
    fi
}
{ head -c 7 small/llama-v3-big-endian.gguf; printf '\002'; tail -c +9 small/llama-v3-big-endian.gguf; } >v2-big-endian.gguf
unreadable 'GGUF version 2, expected 1, 2 or 3' v2-big-endian.gguf
printf '\200\002}q\000.' >weights.pt
unreadable 'a PyTorch file, whose header is code' weights.pt

# int32 NUMBER... : four bytes of each, the lowest first
int32() {
    for n; do
        for shift in 0 8 16 24; do
            # shellcheck disable=SC2059
            printf "\\$(printf %o $((n >> shift & 255)))"
        done
    done
}
# llama2.c: dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, seq_len, after a mark from version 1 on
LLAMA2C='.|block+final|rmsnorm|gamma|64|1e-05|f32|11'
int32 64 172 5 8 4 -512 512 >zero.bin # a vocabulary below 0: the classifier has weights of its own
expect zero.bin "$LLAMA2C"
{ printf 24ka && int32 1 64 172 5 8 4 512 512; } >one.bin
expect one.bin "$LLAMA2C"
# a file whose first byte is that of a PyTorch file: a width of 128, and a header of 128 bytes
int32 128 344 5 8 4 512 512 >wide.bin
expect wide.bin '.|block+final|rmsnorm|gamma|128|1e-05|f32|11'
{
    printf '\200\0\0\0\0\0\0\0'
    printf '%-128s' '{"norm.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"norm.bias":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}'
    printf '\0\0\0\0\0\0\0\0'
} >header.safetensors
expect header.safetensors '.|block+final|layernorm|full|1|1e-05|f32|1'
# what contradicts keys, or is not listed, is named
STRANGE='.|block+final|rmsnorm|gamma|64|1e-05|f32|3;.|k_norm|rmsnorm|gamma|48|1e-05|f32|1;.|q_norm|rmsnorm|gamma|40|1e-05|f32|1'
expect small/strange.gguf "$STRANGE" "attn_q_norm: width 40, but key 'llama.attention.key_length' is 16; the tensors count"
expect small/strange.gguf "$STRANGE" 'attn_post_norm: 1 of 2 norms have a beta, which is not listed'
expect small/strange.gguf "$STRANGE" 'wide_norm: a norm of width 70000 .* not listed'
expect small/strange.gguf "$STRANGE" 'square_norm: a norm of shape 64 x 2, expected one dimension; not listed'
expect small/strange.gguf "$STRANGE" 'cubic_norm: a norm of shape 64 x 2 x 3, expected one dimension; not listed'
expect small/strange.gguf "$STRANGE" 'lone_norm: a beta without a gamma; not listed'
expect small/strange.gguf "$STRANGE" "blk.#: key 'llama.block_count' is 2; blocks with other numbers are not run"
grep -q attn_k_norm err && {
    failed=$((failed + 1))
    echo "strange.gguf: a norm over two heads is named"
}
# heads are as long as the model is wide for each of them, where no key says otherwise
expect small/odd-heads.gguf '.|block+final|rmsnorm|gamma|64|1e-06|f32|1;.|k_norm|rmsnorm|gamma|16|1e-06|f32|1;.|q_norm|rmsnorm|gamma|24|1e-06|f32|1' \
    "attn_q_norm: width 24, but key 'qwen3.attention.head_count' gives heads of 16; the tensors count"
grep -q attn_k_norm err && {
    failed=$((failed + 1))
    echo "odd-heads.gguf: a norm over one head is named"
}
expect small/narrow-tower.gguf '.|mm.input_norm|rmsnorm|gamma|32|1e-05|f32|1;vision.|block+final|rmsnorm|gamma|32|1e-05|f32|1' \
    "v.blk.#.ln1: width 32, but key 'clip.vision.embedding_length' is 64"
expect small/rms.safetensors '.|block+final (guess)|rmsnorm|gamma|24|1e-06|bf16|2' 'eps: not in the weights'
expect small/old-bert.safetensors '.|block+final|layernorm|full|8|1e-05|f32|1;.|embeddings|layernorm|full|8|1e-05|f32|1'

# safetensors FILE TENSOR... : writes a file with these tensors, each given as name:dtype:shape, without their data
safetensors() {
    file=$1
    shift
    header=$(for t; do
        name=${t%%:*} rest=${t#*:}
        printf '"%s":{"dtype":"%s","shape":[%s],"data_offsets":[0,0]},' "$name" "${rest%%:*}" "${rest#*:}"
    done)
    header "{${header%,}}" >"$file"
}

# header TEXT : a safetensors file with this header and nothing else
header() {
    n=${#1}
    # shellcheck disable=SC2059
    printf "\\$(printf %o $((n % 256)))\\$(printf %o $((n / 256)))\\0\\0\\0\\0\\0\\0" && printf %s "$1"
}

# weights that agree with the config beside them
mkdir agree
echo '{"model_type": "llama", "hidden_size": 24, "num_hidden_layers": 1, "rms_norm_eps": 1e-5, "dtype": "bfloat16"}' \
    >agree/config.json
safetensors agree/model.safetensors model.layers.0.input_layernorm.weight:BF16:24 \
    model.layers.0.post_attention_layernorm.weight:BF16:24 model.norm.weight:BF16:24
expect agree '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 1 sites confirmed'
expect agree/ '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 1 sites confirmed'
expect agree/model.safetensors '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 1 sites confirmed'
expect agree/config.json '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3'

# data that the header does not know of
cp -R agree long
echo more >>long/model.safetensors
expect long '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' 'long/model.safetensors: longer or shorter than its header says'

# names in escapes that JSON has, and names of other scripts
mkdir escaped
cp agree/config.json escaped
safetensors escaped/model.safetensors 'model.layers.0.input\u005flayernorm\u002Eweight:BF16:24' \
    'model.layers.0.post_attention_layernorm.weight:BF16:24' 'model\u002enorm.weight:BF16:24' \
    'caf\u00e9.\u4e2d\/\"\\\n.weight:BF16:24'
expect escaped '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 1 sites confirmed'

# refused PATTERN TEXT : lngen must refuse a file with this header, with one line that matches PATTERN
refused() {
    header "$2" >bad.safetensors
    unreadable "$1" bad.safetensors "$2"
}
tensor='{"dtype":"F32","shape":[4],"data_offsets":[0,0]}'
refused 'a string that is not closed' '{"a\u00'
refused 'a string that is not closed' '{"a'
refused 'u0000 in a string' '{"a\u0000":'"$tensor}"
refused 'an escape JSON does not have' '{"a\u00g0":'"$tensor}"
refused 'an escape JSON does not have' '{"a\x":'"$tensor}"
refused 'a string of more than 512 bytes' "{\"$(printf '%0600d' 0)\":$tensor}"
refused 'a number beyond 64 bits' '{"a.norm.weight":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}'
refused 'a dtype longer than any that exists' \
    '{"a.norm.weight":{"dtype":"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ","shape":[4],"data_offsets":[0,0]}}'
refused 'a string that is not closed' '{"a\'
refused 'a control character in a string' '{"a	":'"$tensor}"
refused 'ends early' '{"__metadata__":{"a":1'
refused 'a string that is not closed' '{"__metadata__":{"a'
refused 'expected a value' '{"__metadata__":}'
refused 'nested too deeply' "{\"__metadata__\":$(printf '%0300d' 0 | tr 0 '[')"
refused 'more after the closing }' "{\"a\":$tensor}}"
refused 'expected {' '{"a":3}'
refused 'ends early, expected' '{ '
refused 'expected }' "{\"a\":$tensor \"b\":$tensor}"
# one_tensor PATTERN TEXT : the same for a header of one tensor
one_tensor() { refused "$1" "{\"a.norm.weight\":{$2}}"; }
one_tensor 'expected "' ''
one_tensor 'expected :' '"dtype"'
one_tensor 'expected "' '"dtype":3'
one_tensor 'expected \[' '"shape":3'
one_tensor 'expected a whole number' '"shape":["4"]'
one_tensor 'expected \]' '"shape":[4 4]'
one_tensor 'expected two offsets' '"data_offsets":[]'
one_tensor 'expected two offsets' '"data_offsets":[0,1,2]'
one_tensor 'expected each of dtype, shape and data_offsets once' '"dtype":"F32","dtype":"F32"'
one_tensor 'expected each of dtype, shape and data_offsets once' '"dtype":"F32","shape":[4],"size":4'
one_tensor 'expected each of dtype, shape and data_offsets once' '"dtype":"F32","shape":[4]'
one_tensor 'offsets that run backwards' '"dtype":"F32","shape":[4],"data_offsets":[16,0]'
refused 'tensor "a.norm.weight" stands twice' "{\"a.norm.weight\":$tensor,\"a.norm.weight\":$tensor}"
refused 'tensor "a.norm.weight" stands twice' "{\"a.norm.weight\":$tensor,\"a.norm\u002eweight\":$tensor}"

# normalisation of batches, whose parts are no norm of rows
safetensors batch.safetensors bn.0.weight:F32:40 bn.0.bias:F32:40 bn.0.running_mean:F32:40 bn.norm.weight:F32:48 \
    bn.norm.bias:F32:48 bn.norm.running_mean:F32:48 norm.weight:F32:24
expect batch.safetensors '.|block+final (guess)|rmsnorm|gamma|24|1e-06|f32|1'

# parts of models by their names, and norms of weights, which are no norms of rows
safetensors parts.safetensors mm.a.norm_pre.weight:F32:24 norm.weight:F32:24 conv.weight_norm.weight:F32:40
expect parts.safetensors '.|block+final (guess)|rmsnorm|gamma|24|1e-06|f32|1;audio.|mm.a.norm_pre (guess)|rmsnorm|gamma|24|1e-06|f32|1'

# weights that correct width, beta and the shape of gains
mkdir correct
echo '{"model_type": "phi", "hidden_size": 64, "num_hidden_layers": 1, "layer_norm_eps": 1e-5, "dtype": "float16",
"qk_layernorm": true, "num_attention_heads": 4}' >correct/config.json
safetensors correct/model.safetensors model.layers.0.input_layernorm.weight:F32:32 model.final_layernorm.weight:F32:32 \
    model.layers.0.self_attn.q_layernorm.weight:F16:4,16 model.layers.0.self_attn.k_layernorm.weight:F16:4,16
expect correct '.|block+final|layernorm|gamma|32|1e-05|f16|2;.|q_layernorm,k_layernorm (per head)|layernorm|gamma|16|1e-05|f16|2' \
    'width 64 according to the config, 32 according to'
expect correct "$(sed 1d out | tr '\t' '|' | paste -sd ';' -)" 'affine full according to the config, gamma according to'
expect correct "$(sed 1d out | tr '\t' '|' | paste -sd ';' -)" 'a gain for each head, \[4, 16\]'
expect correct "$(sed 1d out | tr '\t' '|' | paste -sd ';' -)" 'gamma is stored as f32'
"$lngen" model --json --quiet correct >out
grep -q '"width": 32.*"gain_dtype": "f32"' out || {
    failed=$((failed + 1))
    echo "correct: no gain_dtype in --json"
}

# weights do not show (1 + gamma): what the config says counts
mkdir gemma
echo '{"model_type": "gemma", "hidden_size": 24, "num_hidden_layers": 1, "rms_norm_eps": 1e-6, "dtype": "bfloat16"}' \
    >gemma/config.json
cp agree/model.safetensors gemma/
expect gemma '.|block+final|rmsnorm|gamma1|24|1e-06|bf16|3' '1 of 1 sites confirmed'

# what weights hold and lngen does not list is named
mkdir odd
safetensors odd/model.safetensors model.layers.0.input_layernorm.weight:F32:24 \
    model.layers.0.input_layernorm.bias:F32:24 model.layers.1.input_layernorm.weight:F32:24 \
    vae.norm.gamma:F32:24,1,1,1 proj_norm.weight:F32:24,2 lone_norm.bias:F32:24 mlp.0.bias:F32:24
ODD='.|block+final (guess)|rmsnorm|gamma|24|1e-06|f32|2'
expect odd "$ODD" 'model.layers.#.input_layernorm: 1 of 2 norms have a beta, which is not listed'
expect odd "$ODD" 'vae.norm: a norm of shape 24 x 1 x 1 x 1, expected one dimension; not listed'
expect odd "$ODD" 'proj_norm: a norm of shape 24 x 2, expected one dimension; not listed'
expect odd "$ODD" 'lone_norm: a beta without a gamma; not listed'
grep -q mlp err && {
    failed=$((failed + 1))
    echo "odd: a linear layer is named as a norm"
}

# an index of two shards, of which one is missing; norms in both
mkdir shards
cp agree/config.json shards/
safetensors shards/model-1.safetensors model.layers.0.input_layernorm.weight:BF16:24 \
    model.layers.0.post_attention_layernorm.weight:BF16:24
cat >shards/model.safetensors.index.json <<EOF
{"metadata": {"total_size": 144}, "weight_map": {
  "model.layers.0.input_layernorm.weight": "model-1.safetensors",
  "model.layers.0.post_attention_layernorm.weight": "model-1.safetensors",
  "model.layers.0.mlp.up_proj.weight": "model-1.safetensors",
  "model.norm.weight": "model-2.safetensors"}}
EOF
expect shards '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 2 shards with norms are not here'
expect shards/model.safetensors.index.json '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' '1 of 1 sites confirmed'

# a vision model beside the text model
mkdir vision
cat >vision/config.json <<EOF
{"model_type": "llava", "text_config": {"model_type": "llama", "hidden_size": 24, "num_hidden_layers": 1},
 "vision_config": {"model_type": "clip_vision_model", "hidden_size": 16, "num_hidden_layers": 1}, "dtype": "float16"}
EOF
safetensors vision/model.safetensors language_model.model.layers.0.input_layernorm.weight:F16:24 \
    language_model.model.norm.weight:F16:24 vision_tower.vision_model.encoder.layers.0.layer_norm1.weight:F16:16 \
    vision_tower.vision_model.encoder.layers.0.layer_norm1.bias:F16:16
expect vision 'text_config.|block+final|rmsnorm|gamma|24|1e-06|f16|3;vision_config.|block+final|layernorm|full|16|1e-05|f16|4' \
    '2 of 2 sites confirmed'

mkdir nested # beside layers that are not run
cat >nested/config.json <<EOF
{"model_type": "llava", "dtype": "float16",
 "text_config": {"model_type": "llama", "hidden_size": 24, "num_hidden_layers": 1, "rms_norm_eps": 1e-6}}
EOF
safetensors nested/model.safetensors model.language_model.layers.0.input_layernorm.weight:F16:24 \
    model.language_model.layers.1.input_layernorm.weight:F16:24 model.language_model.norm.weight:F16:24
expect nested 'text_config.|block+final|rmsnorm|gamma|24|1e-06|f16|3' 'layer 1: weights that predict further tokens'

# a directory with one GGUF file, and one whose only weights are a git-LFS pointer
mkdir one pointers
cp small/llama-v3.gguf one/model.gguf
expect one "$LLAMA"
mkdir parts # of which the first has the keys
cp small/llama-v3.gguf parts/model-00001-of-00002.gguf
cp small/gpt2-tensors.gguf parts/model-00002-of-00002.gguf
expect parts "$LLAMA"
cp agree/config.json pointers/
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n' >pointers/model.safetensors
expect pointers '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3' 'a git-LFS pointer'

# a config from a pipe
mkfifo pipe
cat agree/config.json >pipe &
writer=$!
expect pipe '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3'
kill $writer 2>kill
cat small/llama-v3.gguf >pipe &
writer=$!
"$lngen" model pipe 2>err
kill $writer 2>kill
grep -q '^lngen: pipe: GGUF is read from a file only, not from a pipe; save it to a file$' err || {
    failed=$((failed + 1))
    echo "GGUF from a pipe: $(cat err)"
}

# weights that hold a tower of which the config says nothing, and layers that are not run
mkdir hidden
cp agree/config.json hidden/
safetensors hidden/model.safetensors model.layers.0.input_layernorm.weight:BF16:24 \
    model.layers.0.post_attention_layernorm.weight:BF16:24 model.norm.weight:BF16:24 \
    model.layers.1.enorm.weight:BF16:24 audio_tower.layers.0.final_layer_norm.weight:BF16:16 \
    audio_tower.layers.0.final_layer_norm.bias:BF16:16 mlp1.0.weight:BF16:40 mlp1.0.bias:BF16:40
expect hidden '.|block+final|rmsnorm|gamma|24|1e-05|bf16|3;audio.|audio_tower.layers.#.final_layer_norm (guess)|layernorm|full|16|1e-05|bf16|1;.|mlp1.0 (guess)|layernorm|full|40|1e-05|bf16|1' \
    'layer 1: weights that predict further tokens'
mkdir more
echo '{"model_type": "llama", "hidden_size": 24, "num_hidden_layers": 1, "rms_norm_eps": 1e-5}' >more/config.json
safetensors more/model.safetensors model.layers.0.input_layernorm.weight:F32:24 \
    model.layers.0.post_attention_layernorm.weight:F32:24 model.norm.weight:F32:24 model.layers.0.extra_norm.weight:F32:24
expect more '.|block+final (guess)|rmsnorm|gamma|24|1e-05|f32|3' '3 norms run according to the config, .* holds 4'
mkdir wide
cp more/config.json wide/
safetensors wide/model.safetensors model.layers.0.input_layernorm.weight:F32:24 \
    model.layers.0.post_attention_layernorm.weight:F32:24 model.norm.weight:F32:70000
expect wide '.|block+final|rmsnorm|gamma|24|1e-05|f32|3' \
    'model.norm: a norm of width 70000 in wide/model.safetensors, and lngen makes norms of up to 65536; not listed'

# Mistral's own files
mkdir native
echo '{"dim": 24, "n_layers": 1, "n_heads": 2, "norm_eps": 1e-5}' >native/params.json
safetensors native/consolidated.safetensors layers.0.attention_norm.weight:F32:24 layers.0.ffn_norm.weight:F32:24 \
    norm.weight:F32:24
expect native '.|block+final|rmsnorm|gamma|24|1e-05|f32|3' '1 of 1 sites confirmed'

# a pipeline of diffusers, and the modules of sentence-transformers
mkdir -p pipeline/transformer pipeline/vae modules/2_LayerNorm
cat >pipeline/model_index.json <<EOF
{"_class_name": "FluxPipeline", "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
 "transformer": ["diffusers", "FluxTransformer2DModel"], "vae": ["diffusers", "AutoencoderKL"],
 "text_encoder": ["transformers", "CLIPTextModel"], "safety_checker": [null, null]}
EOF
echo '{"_class_name": "FluxTransformer2DModel", "num_attention_heads": 2, "attention_head_dim": 8, "num_layers": 1,
"num_single_layers": 2}' >pipeline/transformer/config.json
echo '{"_class_name": "AutoencoderKL", "norm_num_groups": 32}' >pipeline/vae/config.json
FLUX='transformer.|norms of the blocks, norm_out (modulated)|layernorm|none|16|1e-06|f32|7;transformer.|norm_q,norm_k,norm_added_q,norm_added_k (per head)|rmsnorm|gamma|8|1e-06|f32|8'
expect pipeline "$FLUX" 'text_encoder: no such folder here; its norms are not known'
expect pipeline/model_index.json "$FLUX" 'vae: .* has no LayerNorm or RMSNorm'
cat >modules/modules.json <<EOF
[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
 {"idx": 2, "name": "2", "path": "2_LayerNorm", "type": "sentence_transformers.models.LayerNorm"},
 {"idx": 3, "name": "3", "path": "3_New", "type": "sentence_transformers.models.New"}]
EOF
echo '{"dimension": 24}' >modules/2_LayerNorm/config.json
echo '{"model_type": "bert", "hidden_size": 24, "num_hidden_layers": 1, "dtype": "float32"}' >modules/config.json
expect modules '.|block+final|layernorm|full|24|1e-12|f32|3;2_LayerNorm.|norm|layernorm|full|24|1e-05|f32|1' \
    '3_New: module type .* is not known'

mkdir -p clip/0_CLIPModel
echo '{"model_type": "clip_vision_model", "hidden_size": 32, "num_hidden_layers": 1, "dtype": "float32"}' \
    >clip/0_CLIPModel/config.json
CLIP='|block+final|layernorm|full|32|1e-05|f32|4'
expect clip ".$CLIP"
echo '[{"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}]' \
    >clip/modules.json
expect clip "0_CLIPModel.$CLIP"
mkdir diffusion # shards without a config
safetensors diffusion/part.safetensors blocks.0.norm.weight:F32:24
echo '{"weight_map": {"blocks.0.norm.weight": "part.safetensors"}}' \
    >diffusion/diffusion_pytorch_model.safetensors.index.json
expect diffusion '.|block+final (guess)|rmsnorm|gamma|24|1e-06|f32|1'

# what kernels of gated, grouped and modulated norms leave to their caller, one line each
"$lngen" emit --config pipeline/transformer/config.json --isa scalar -o emitted >out 2>err
if ! grep -q 'note: .*modulated; multiply the kernel.s result by 1 + scale and add shift' err ||
    [ "$(wc -l <err)" != 1 ]; then
    failed=$((failed + 1))
    echo "emit does not say that a norm is modulated:"
    cat err
fi
"$lngen" emit --gguf small/mamba2.gguf --isa scalar -o emitted >out 2>err
grep -q 'is gated; multiply x by silu of the gate first, and has 8 groups; call the kernel for each 16 elements' err || {
    failed=$((failed + 1))
    echo "emit does not say that a norm is gated and grouped:"
    cat err
}
grep -q -- '^ \* Remake: lngen emit .*--gguf \.\./small/mamba2\.gguf' emitted/ln_kernel.h || {
    failed=$((failed + 1))
    echo "a banner does not say where the GGUF file is from there:"
    head -n 3 emitted/ln_kernel.h
}
echo '{"model_type": "chameleon", "num_attention_heads": 4, "num_key_value_heads": 4}' >chameleon.json
"$lngen" emit --config chameleon.json --isa scalar -o emitted >out 2>err
[ "$(grep -c 'has a gain for each of 4 heads; call the kernel once for each head, with its gain$' err)" = 2 ] || {
    failed=$((failed + 1))
    echo "emit does not say that heads have gains of their own:"
    cat err
}

echo "$ran files, $failed wrong"
[ $failed = 0 ]
