-- SPDX-License-Identifier: MIT
-- model/known.lua: well-known models, with the keys of their config.json that decide their norms.
--
-- `names` lists them in the order of this file; known[name] = { model_type, key = value, ... }. A key that is not here
-- has the default of the model family.
local known = { names = {} }

local WORDS = { ["true"] = true, ["false"] = false, null = host.null }

-- The value of a text: 768, 1e-6, true, false, null, a list such as 2,2,6,2, or any other word as it is.
local function parse(value)
  if WORDS[value] ~= nil then return WORDS[value] end
  if value:find(",") then
    local list = { n = 0 }
    for item in value:gmatch("[^,]+") do
      list.n = list.n + 1
      list[list.n] = math.tointeger(tonumber(item))
    end
    return list
  end
  return tonumber(value) or value
end

-- Adds models, one on each line: the name, then key=value words. The keys of `shared` hold for all lines.
local function add(model_type, shared, lines)
  for line in lines:gmatch("[^\n]+") do
    local entry, name = { model_type }, nil
    for k, v in pairs(shared) do entry[k] = v end
    for word in line:gmatch("%S+") do
      local key, value = word:match("^([%a_]+)=(.*)$")
      if key then
        entry[key] = parse(value)
      else
        name = word
      end
    end
    assert(not known[name], name)
    known[name] = entry
    known.names[#known.names + 1] = name
  end
end

local F32, F16, BF16 = "float32", "float16", "bfloat16"


add("gpt2", { dtype = F32 }, [[
gpt2             n_embd=768  n_layer=12
distilgpt2       n_embd=768  n_layer=6
gpt2-medium      n_embd=1024 n_layer=24
gpt2-large       n_embd=1280 n_layer=36
gpt2-xl          n_embd=1600 n_layer=48
cerebras-gpt-111m n_embd=768  n_layer=10
cerebras-gpt-256m n_embd=1088 n_layer=14
cerebras-gpt-590m n_embd=1536 n_layer=18
cerebras-gpt-1.3b n_embd=2048 n_layer=24
cerebras-gpt-2.7b n_embd=2560 n_layer=32
cerebras-gpt-6.7b n_embd=4096 n_layer=32
cerebras-gpt-13b  n_embd=5120 n_layer=40
]])
add("gpt_bigcode", { dtype = F32 }, [[
santacoder       n_embd=2048 n_layer=24
starcoder        n_embd=6144 n_layer=40
]])
add("gpt_neo", { dtype = F32 }, [[
gpt-neo-125m     hidden_size=768  num_layers=12
gpt-neo-1.3b     hidden_size=2048 num_layers=24
gpt-neo-2.7b     hidden_size=2560 num_layers=32
]])
add("gptj", { dtype = F32 }, [[
gpt-j-6b         n_embd=4096 n_layer=28
]])
add("codegen", { dtype = F16 }, [[
codegen-350m     n_embd=1024 n_layer=20
codegen-2b       n_embd=2560 n_layer=32
codegen-6b       n_embd=4096 n_layer=33
codegen-16b      n_embd=6144 n_layer=34
]])
add("gpt_neox", { dtype = F16 }, [[
pythia-14m       hidden_size=128  num_hidden_layers=6
pythia-31m       hidden_size=256  num_hidden_layers=6
pythia-70m       hidden_size=512  num_hidden_layers=6
pythia-160m      hidden_size=768  num_hidden_layers=12
pythia-410m      hidden_size=1024 num_hidden_layers=24
pythia-1b        hidden_size=2048 num_hidden_layers=16
pythia-1.4b      hidden_size=2048 num_hidden_layers=24
pythia-2.8b      hidden_size=2560 num_hidden_layers=32
pythia-6.9b      hidden_size=4096 num_hidden_layers=32
pythia-12b       hidden_size=5120 num_hidden_layers=36
gpt-neox-20b     hidden_size=6144 num_hidden_layers=44
dolly-v2-12b     hidden_size=5120 num_hidden_layers=36 dtype=bfloat16
redpajama-incite-3b hidden_size=2560 num_hidden_layers=32
]])
add("bloom", { dtype = F16 }, [[
bloom-560m       hidden_size=1024  n_layer=24
bloom-1b1        hidden_size=1536  n_layer=24
bloom-1b7        hidden_size=2048  n_layer=24
bloom-3b         hidden_size=2560  n_layer=30
bloom-7b1        hidden_size=4096  n_layer=30
bloom            hidden_size=14336 n_layer=70 dtype=bfloat16
]])
add("opt", { dtype = F16 }, [[
opt-125m         hidden_size=768   num_hidden_layers=12
opt-350m         hidden_size=1024  num_hidden_layers=24 do_layer_norm_before=false
opt-1.3b         hidden_size=2048  num_hidden_layers=24
opt-2.7b         hidden_size=2560  num_hidden_layers=32
opt-6.7b         hidden_size=4096  num_hidden_layers=32
opt-13b          hidden_size=5120  num_hidden_layers=40
opt-30b          hidden_size=7168  num_hidden_layers=48
opt-66b          hidden_size=9216  num_hidden_layers=64
]])
add("falcon", { dtype = BF16 }, [[
falcon-rw-1b     hidden_size=2048  num_hidden_layers=24 parallel_attn=false
falcon-7b        hidden_size=4544  num_hidden_layers=32
falcon-40b       hidden_size=8192  num_hidden_layers=60 new_decoder_architecture=true
falcon-180b      hidden_size=14848 num_hidden_layers=80 new_decoder_architecture=true
]])
add("mpt", { dtype = BF16 }, [[
mpt-7b           d_model=4096 n_layers=32
mpt-30b          d_model=7168 n_layers=48
]])
add("starcoder2", { dtype = BF16 }, [[
starcoder2-3b    hidden_size=3072 num_hidden_layers=30
starcoder2-7b    hidden_size=4608 num_hidden_layers=32
starcoder2-15b   hidden_size=6144 num_hidden_layers=40
]])
add("phi", { dtype = F16 }, [[
phi-1            hidden_size=2048 num_hidden_layers=24 dtype=float32
phi-1.5          hidden_size=2048 num_hidden_layers=24
phi-2            hidden_size=2560 num_hidden_layers=32
]])
add("phi3", { dtype = BF16 }, [[
phi-3-mini       hidden_size=3072 num_hidden_layers=32
phi-3-medium     hidden_size=5120 num_hidden_layers=40
phi-3.5-mini     hidden_size=3072 num_hidden_layers=32
phi-4            hidden_size=5120 num_hidden_layers=40
phi-4-mini       hidden_size=3072 num_hidden_layers=32
]])
add("phi3small", { dtype = BF16 }, [[
phi-3-small      hidden_size=4096 num_hidden_layers=32
]])
add("phimoe", { dtype = BF16 }, [[
phi-3.5-moe      hidden_size=4096 num_hidden_layers=32
]])
add("orion", { dtype = BF16 }, [[
orion-14b        hidden_size=5120 num_hidden_layers=40
]])
add("cohere", { dtype = F16 }, [[
command-r        hidden_size=8192  num_hidden_layers=40 num_attention_heads=64
command-r-plus   hidden_size=12288 num_hidden_layers=64 num_attention_heads=96 num_key_value_heads=8 use_qk_norm=true
aya-23-8b        hidden_size=4096  num_hidden_layers=32 num_attention_heads=32
]])
add("dbrx", { dtype = BF16 }, [[
dbrx             d_model=6144 n_layers=40
]])
add("olmo", { dtype = F32 }, [[
olmo-1b          hidden_size=2048 num_hidden_layers=16
olmo-7b          hidden_size=4096 num_hidden_layers=32
]])
add("olmo2", { dtype = F32, rms_norm_eps = 1e-6 }, [[
olmo2-1b         hidden_size=2048 num_hidden_layers=16 num_attention_heads=16
olmo2-7b         hidden_size=4096 num_hidden_layers=32 num_attention_heads=32
olmo2-13b        hidden_size=5120 num_hidden_layers=40 num_attention_heads=40
olmo2-32b        hidden_size=5120 num_hidden_layers=64 num_attention_heads=40 num_key_value_heads=8
]])
add("olmoe", { dtype = BF16 }, [[
olmoe-1b-7b      hidden_size=2048 num_hidden_layers=16 num_attention_heads=16
]])
add("nemotron", { dtype = BF16 }, [[
nemotron-4-15b   hidden_size=6144 num_hidden_layers=32
]])
add("stablelm", { dtype = F16 }, [[
stablelm-3b      hidden_size=2560 num_hidden_layers=32 dtype=bfloat16
stablelm-2-1.6b  hidden_size=2048 num_hidden_layers=24 num_attention_heads=32
]])
add("rwkv", { dtype = BF16 }, [[
rwkv-4-169m      hidden_size=768  num_hidden_layers=12
rwkv-4-430m      hidden_size=1024 num_hidden_layers=24
rwkv-4-7b        hidden_size=4096 num_hidden_layers=32
]])

add("bert", { dtype = F32 }, [[
bert-tiny        hidden_size=128  num_hidden_layers=2
bert-mini        hidden_size=256  num_hidden_layers=4
bert-small       hidden_size=512  num_hidden_layers=4
bert-medium      hidden_size=512  num_hidden_layers=8
bert-base        hidden_size=768  num_hidden_layers=12
bert-large       hidden_size=1024 num_hidden_layers=24
all-minilm-l6    hidden_size=384  num_hidden_layers=6
all-minilm-l12   hidden_size=384  num_hidden_layers=12
bge-small        hidden_size=384  num_hidden_layers=12
bge-base         hidden_size=768  num_hidden_layers=12
bge-large        hidden_size=1024 num_hidden_layers=24
e5-small         hidden_size=384  num_hidden_layers=12
e5-base          hidden_size=768  num_hidden_layers=12
e5-large         hidden_size=1024 num_hidden_layers=24
]])
add("roberta", { dtype = F32, layer_norm_eps = 1e-5 }, [[
distilroberta-base hidden_size=768  num_hidden_layers=6
roberta-base     hidden_size=768  num_hidden_layers=12
roberta-large    hidden_size=1024 num_hidden_layers=24
]])
add("xlm-roberta", { dtype = F32, layer_norm_eps = 1e-5 }, [[
xlm-roberta-base  hidden_size=768  num_hidden_layers=12
xlm-roberta-large hidden_size=1024 num_hidden_layers=24
bge-m3            hidden_size=1024 num_hidden_layers=24
]])
add("mpnet", { dtype = F32, layer_norm_eps = 1e-5 }, [[
all-mpnet-base   hidden_size=768  num_hidden_layers=12
]])
add("distilbert", { dtype = F32 }, [[
distilbert-base  dim=768 n_layers=6
]])
add("albert", { dtype = F32 }, [[
albert-base      hidden_size=768  num_hidden_layers=12
albert-large     hidden_size=1024 num_hidden_layers=24
albert-xlarge    hidden_size=2048 num_hidden_layers=24
albert-xxlarge   hidden_size=4096 num_hidden_layers=12
]])
add("electra", { dtype = F32 }, [[
electra-small    hidden_size=256  num_hidden_layers=12 embedding_size=128
electra-base     hidden_size=768  num_hidden_layers=12 embedding_size=768
electra-large    hidden_size=1024 num_hidden_layers=24 embedding_size=1024
]])
add("deberta-v2", { dtype = F32, norm_rel_ebd = "layer_norm", relative_attention = true }, [[
deberta-v3-xsmall hidden_size=384  num_hidden_layers=12
deberta-v3-small  hidden_size=768  num_hidden_layers=6
deberta-v3-base   hidden_size=768  num_hidden_layers=12
deberta-v3-large  hidden_size=1024 num_hidden_layers=24
deberta-v2-xlarge hidden_size=1536 num_hidden_layers=24 conv_kernel_size=3
]])
add("esm", { dtype = F32, layer_norm_eps = 1e-5 }, [[
esm2-8m          hidden_size=320  num_hidden_layers=6
esm2-35m         hidden_size=480  num_hidden_layers=12
esm2-150m        hidden_size=640  num_hidden_layers=30
esm2-650m        hidden_size=1280 num_hidden_layers=33
esm2-3b          hidden_size=2560 num_hidden_layers=36
esm2-15b         hidden_size=5120 num_hidden_layers=48
]])
add("modernbert", { dtype = F32 }, [[
modernbert-base  hidden_size=768  num_hidden_layers=22
modernbert-large hidden_size=1024 num_hidden_layers=28
]])
add("xlnet", { dtype = F32 }, [[
xlnet-base       d_model=768  n_layer=12
xlnet-large      d_model=1024 n_layer=24
]])

add("bart", { dtype = F32 }, [[
bart-base        d_model=768  encoder_layers=6  decoder_layers=6
bart-large       d_model=1024 encoder_layers=12 decoder_layers=12
]])
add("mbart", { dtype = F32 }, [[
mbart-large-50   d_model=1024 encoder_layers=12 decoder_layers=12
]])
add("m2m_100", { dtype = F32 }, [[
nllb-200-600m    d_model=1024 encoder_layers=12 decoder_layers=12
nllb-200-1.3b    d_model=1024 encoder_layers=24 decoder_layers=24
nllb-200-3.3b    d_model=2048 encoder_layers=24 decoder_layers=24
]])
add("marian", { dtype = F32 }, [[
opus-mt          d_model=512  encoder_layers=6  decoder_layers=6
]])
add("pegasus", { dtype = F32 }, [[
pegasus-large    d_model=1024 encoder_layers=16 decoder_layers=16
]])
add("t5", { dtype = F32 }, [[
t5-small         d_model=512  num_layers=6
t5-base          d_model=768  num_layers=12
t5-large         d_model=1024 num_layers=24
t5-3b            d_model=1024 num_layers=24
t5-11b           d_model=1024 num_layers=24
flan-t5-small    d_model=512  num_layers=8
flan-t5-base     d_model=768  num_layers=12
flan-t5-large    d_model=1024 num_layers=24
flan-t5-xl       d_model=2048 num_layers=24
flan-t5-xxl      d_model=4096 num_layers=24
byt5-small       d_model=1472 num_layers=12 num_decoder_layers=4
byt5-base        d_model=1536 num_layers=18 num_decoder_layers=6
ul2-20b          d_model=4096 num_layers=32
]])
add("mt5", { dtype = F32 }, [[
mt5-small        d_model=512  num_layers=8
mt5-base         d_model=768  num_layers=12
mt5-large        d_model=1024 num_layers=24
mt5-xl           d_model=2048 num_layers=24
mt5-xxl          d_model=4096 num_layers=24
]])
add("whisper", { dtype = F32 }, [[
whisper-tiny     d_model=384  encoder_layers=4  decoder_layers=4
whisper-base     d_model=512  encoder_layers=6  decoder_layers=6
whisper-small    d_model=768  encoder_layers=12 decoder_layers=12
whisper-medium   d_model=1024 encoder_layers=24 decoder_layers=24
whisper-large    d_model=1280 encoder_layers=32 decoder_layers=32
whisper-large-v3 d_model=1280 encoder_layers=32 decoder_layers=32 dtype=float16
whisper-large-v3-turbo d_model=1280 encoder_layers=32 decoder_layers=4 dtype=float16
]])

add("llama", { dtype = F16, rms_norm_eps = 1e-6 }, [[
llama-7b         hidden_size=4096 num_hidden_layers=32
llama-13b        hidden_size=5120 num_hidden_layers=40
llama-30b        hidden_size=6656 num_hidden_layers=60
llama-65b        hidden_size=8192 num_hidden_layers=80
open-llama-3b    hidden_size=3200 num_hidden_layers=26
deepseek-llm-7b  hidden_size=4096 num_hidden_layers=30 dtype=bfloat16
falcon3-1b       hidden_size=2048 num_hidden_layers=18 dtype=bfloat16
]])
add("llama", { dtype = BF16, rms_norm_eps = 1e-5 }, [[
llama-2-7b       hidden_size=4096  num_hidden_layers=32 dtype=float16
llama-2-13b      hidden_size=5120  num_hidden_layers=40 dtype=float16
llama-2-70b      hidden_size=8192  num_hidden_layers=80
codellama-7b     hidden_size=4096  num_hidden_layers=32
codellama-13b    hidden_size=5120  num_hidden_layers=40
codellama-34b    hidden_size=8192  num_hidden_layers=48
llama-3-8b       hidden_size=4096  num_hidden_layers=32
llama-3-70b      hidden_size=8192  num_hidden_layers=80
llama-3.1-8b     hidden_size=4096  num_hidden_layers=32
llama-3.1-70b    hidden_size=8192  num_hidden_layers=80
llama-3.1-405b   hidden_size=16384 num_hidden_layers=126
llama-3.2-1b     hidden_size=2048  num_hidden_layers=16
llama-3.2-3b     hidden_size=3072  num_hidden_layers=28
llama-3.3-70b    hidden_size=8192  num_hidden_layers=80
tinyllama-1.1b   hidden_size=2048  num_hidden_layers=22
smollm-135m      hidden_size=576   num_hidden_layers=30
smollm-360m      hidden_size=960   num_hidden_layers=32
smollm-1.7b      hidden_size=2048  num_hidden_layers=24
smollm2-135m     hidden_size=576   num_hidden_layers=30
smollm2-360m     hidden_size=960   num_hidden_layers=32
smollm2-1.7b     hidden_size=2048  num_hidden_layers=24
yi-6b            hidden_size=4096  num_hidden_layers=32
yi-34b           hidden_size=7168  num_hidden_layers=60
]])
add("smollm3", { dtype = BF16 }, [[
smollm3-3b       hidden_size=2048 num_hidden_layers=36
]])
add("llama4_text", { dtype = BF16 }, [[
llama-4-scout    hidden_size=5120 num_hidden_layers=48 use_qk_norm=true
llama-4-maverick hidden_size=5120 num_hidden_layers=48 use_qk_norm=false
]])
add("mistral", { dtype = BF16, rms_norm_eps = 1e-5 }, [[
mistral-7b       hidden_size=4096  num_hidden_layers=32
mistral-nemo     hidden_size=5120  num_hidden_layers=40
mistral-small-24b hidden_size=5120 num_hidden_layers=40
mistral-large    hidden_size=12288 num_hidden_layers=88
]])
add("mixtral", { dtype = BF16 }, [[
mixtral-8x7b     hidden_size=4096 num_hidden_layers=32
mixtral-8x22b    hidden_size=6144 num_hidden_layers=56
]])
add("qwen", { dtype = BF16 }, [[
qwen-1.8b        hidden_size=2048 num_hidden_layers=24
qwen-7b          hidden_size=4096 num_hidden_layers=32
qwen-14b         hidden_size=5120 num_hidden_layers=40
qwen-72b         hidden_size=8192 num_hidden_layers=80
]])
add("qwen2", { dtype = BF16, rms_norm_eps = 1e-6 }, [[
qwen1.5-0.5b     hidden_size=1024 num_hidden_layers=24
qwen1.5-1.8b     hidden_size=2048 num_hidden_layers=24
qwen1.5-4b       hidden_size=2560 num_hidden_layers=40
qwen1.5-7b       hidden_size=4096 num_hidden_layers=32
qwen2-0.5b       hidden_size=896  num_hidden_layers=24
qwen2-1.5b       hidden_size=1536 num_hidden_layers=28
qwen2-7b         hidden_size=3584 num_hidden_layers=28
qwen2-72b        hidden_size=8192 num_hidden_layers=80
qwen2.5-0.5b     hidden_size=896  num_hidden_layers=24
qwen2.5-1.5b     hidden_size=1536 num_hidden_layers=28
qwen2.5-3b       hidden_size=2048 num_hidden_layers=36
qwen2.5-7b       hidden_size=3584 num_hidden_layers=28
qwen2.5-14b      hidden_size=5120 num_hidden_layers=48 rms_norm_eps=1e-5
qwen2.5-14b-instruct hidden_size=5120 num_hidden_layers=48
qwen2.5-32b      hidden_size=5120 num_hidden_layers=64 rms_norm_eps=1e-5
qwen2.5-32b-instruct hidden_size=5120 num_hidden_layers=64
qwen2.5-72b      hidden_size=8192 num_hidden_layers=80 rms_norm_eps=1e-5
qwen2.5-72b-instruct hidden_size=8192 num_hidden_layers=80
qwq-32b          hidden_size=5120 num_hidden_layers=64 rms_norm_eps=1e-5
]])
add("qwen3", { dtype = BF16 }, [[
qwen3-0.6b       hidden_size=1024 num_hidden_layers=28 head_dim=128
qwen3-1.7b       hidden_size=2048 num_hidden_layers=28 head_dim=128
qwen3-4b         hidden_size=2560 num_hidden_layers=36 head_dim=128
qwen3-8b         hidden_size=4096 num_hidden_layers=36 head_dim=128
qwen3-14b        hidden_size=5120 num_hidden_layers=40 head_dim=128
qwen3-32b        hidden_size=5120 num_hidden_layers=64 head_dim=128
]])
add("qwen3_moe", { dtype = BF16 }, [[
qwen3-30b-a3b    hidden_size=2048 num_hidden_layers=48 head_dim=128
qwen3-235b-a22b  hidden_size=4096 num_hidden_layers=94 head_dim=128
]])
add("qwen3_next", { dtype = BF16 }, [[
qwen3-next-80b-a3b hidden_size=2048 num_hidden_layers=48
]])
add("gemma", { dtype = BF16 }, [[
gemma-2b         hidden_size=2048 num_hidden_layers=18
gemma-7b         hidden_size=3072 num_hidden_layers=28
]])
add("gemma2", { dtype = BF16 }, [[
gemma-2-2b       hidden_size=2304 num_hidden_layers=26
gemma-2-9b       hidden_size=3584 num_hidden_layers=42
gemma-2-27b      hidden_size=4608 num_hidden_layers=46
]])
add("gemma3_text", { dtype = BF16 }, [[
gemma-3-270m     hidden_size=640  num_hidden_layers=18
gemma-3-1b       hidden_size=1152 num_hidden_layers=26
gemma-3-4b       hidden_size=2560 num_hidden_layers=34
gemma-3-12b      hidden_size=3840 num_hidden_layers=48
gemma-3-27b      hidden_size=5376 num_hidden_layers=62 head_dim=128
embeddinggemma-300m hidden_size=768 num_hidden_layers=24 dtype=float32
]])
add("gpt_oss", { dtype = BF16 }, [[
gpt-oss-20b      num_hidden_layers=24
gpt-oss-120b     num_hidden_layers=36
]])
add("deepseek_v2", { dtype = BF16 }, [[
deepseek-v2-lite hidden_size=2048 num_hidden_layers=27 q_lora_rank=null
deepseek-v2      hidden_size=5120 num_hidden_layers=60
]])
add("deepseek_v3", { dtype = BF16 }, [[
deepseek-v3      hidden_size=7168 num_hidden_layers=61
deepseek-r1      hidden_size=7168 num_hidden_layers=61
]])
add("deepseek_v32", { dtype = BF16 }, [[
deepseek-v3.2    hidden_size=7168 num_hidden_layers=61
]])
add("kimi_k2", { dtype = BF16 }, [[
kimi-k2          hidden_size=7168 num_hidden_layers=61
]])
add("minicpm", { dtype = BF16, rms_norm_eps = 1e-5 }, [[
minicpm-2b       hidden_size=2304 num_hidden_layers=40
]])
add("minicpm3", { dtype = BF16 }, [[
minicpm3-4b      hidden_size=2560 num_hidden_layers=62
]])
add("minimax_m2", { dtype = BF16 }, [[
minimax-m2       hidden_size=3072 num_hidden_layers=62
]])
add("granite", { dtype = BF16, rms_norm_eps = 1e-5 }, [[
granite-3.3-2b   hidden_size=2048 num_hidden_layers=40
granite-3.3-8b   hidden_size=4096 num_hidden_layers=40
]])
add("internlm2", { dtype = BF16, rms_norm_eps = 1e-5 }, [[
internlm2-7b     hidden_size=4096 num_hidden_layers=32
internlm2-20b    hidden_size=6144 num_hidden_layers=48
]])
add("baichuan", { dtype = BF16 }, [[
baichuan2-7b     hidden_size=4096 num_hidden_layers=32
baichuan2-13b    hidden_size=5120 num_hidden_layers=40
]])
add("chatglm", { dtype = F16 }, [[
chatglm2-6b      hidden_size=4096 num_layers=28
chatglm3-6b      hidden_size=4096 num_layers=28
glm-4-9b         hidden_size=4096 num_layers=40 layernorm_epsilon=1.5625e-07 dtype=bfloat16
]])
add("exaone", { dtype = F32 }, [[
exaone-3.0-7.8b  hidden_size=4096 num_layers=32
]])
add("exaone4", { dtype = BF16 }, [[
exaone-4.0-32b   hidden_size=5120 num_hidden_layers=64 num_attention_heads=40
]])
add("bitnet", { dtype = BF16 }, [[
bitnet-2b        hidden_size=2560 num_hidden_layers=30 intermediate_size=6912
]])
add("mamba", { dtype = F32 }, [[
mamba-130m       hidden_size=768  num_hidden_layers=24
mamba-370m       hidden_size=1024 num_hidden_layers=48
mamba-790m       hidden_size=1536 num_hidden_layers=48
mamba-1.4b       hidden_size=2048 num_hidden_layers=48
mamba-2.8b       hidden_size=2560 num_hidden_layers=64
]])
add("jamba", { dtype = BF16 }, [[
jamba-v0.1       hidden_size=4096 num_hidden_layers=32
]])

add("vit", { dtype = F32 }, [[
vit-base         hidden_size=768  num_hidden_layers=12
vit-large        hidden_size=1024 num_hidden_layers=24
vit-huge         hidden_size=1280 num_hidden_layers=32
]])
add("deit", { dtype = F32 }, [[
deit-tiny        hidden_size=192  num_hidden_layers=12
deit-small       hidden_size=384  num_hidden_layers=12
deit-base        hidden_size=768  num_hidden_layers=12
]])
add("dinov2", { dtype = F32 }, [[
dinov2-small     hidden_size=384  num_hidden_layers=12
dinov2-base      hidden_size=768  num_hidden_layers=12
dinov2-large     hidden_size=1024 num_hidden_layers=24
dinov2-giant     hidden_size=1536 num_hidden_layers=40
]])
add("clip_vision_model", { dtype = F32 }, [[
clip-vit-base-vision  hidden_size=768  num_hidden_layers=12
clip-vit-large-vision hidden_size=1024 num_hidden_layers=24
clip-vit-h-vision     hidden_size=1280 num_hidden_layers=32
]])
add("clip_text_model", { dtype = F32 }, [[
clip-vit-base-text  hidden_size=512 num_hidden_layers=12
clip-vit-large-text hidden_size=768 num_hidden_layers=12
]])
add("siglip_vision_model", { dtype = F32 }, [[
siglip-base      hidden_size=768  num_hidden_layers=12
siglip-so400m    hidden_size=1152 num_hidden_layers=27
]])
add("wav2vec2", { dtype = F32 }, [[
wav2vec2-base    hidden_size=768  num_hidden_layers=12
wav2vec2-large   hidden_size=1024 num_hidden_layers=24
]])
add("hubert", { dtype = F32 }, [[
hubert-base      hidden_size=768  num_hidden_layers=12
hubert-large     hidden_size=1024 num_hidden_layers=24 feat_extract_norm=layer
]])
add("swin", { dtype = F32 }, [[
swin-tiny        embed_dim=96  depths=2,2,6,2
swin-small       embed_dim=96  depths=2,2,18,2
swin-base        embed_dim=128 depths=2,2,18,2
swin-large       embed_dim=192 depths=2,2,18,2
]])
add("longcat_flash", { dtype = BF16 }, [[
longcat-flash    hidden_size=6144 num_layers=28 q_lora_rank=1536 kv_lora_rank=512 rms_norm_eps=1e-5
]])
add("glm_moe_dsa", { dtype = BF16 }, [[
glm-5            hidden_size=6144 num_hidden_layers=78 q_lora_rank=2048 kv_lora_rank=512 rms_norm_eps=1e-5
]])
add("xlstm", { dtype = F32 }, [[
xlstm-7b         embedding_dim=4096 num_blocks=32 num_heads=8 norm_eps=1e-6
]])
add("rwkv7", { dtype = BF16 }, [[
rwkv7-1.5b       hidden_size=2048 num_hidden_layers=24 norm_eps=1e-5
]])
add("timesfm", { dtype = F32 }, [[
timesfm-2.0-500m hidden_size=1280 num_hidden_layers=50 rms_norm_eps=1e-6
]])
add("dinov3_convnext", { dtype = F32 }, [[
dinov3-convnext-tiny hidden_sizes=96,192,384,768 depths=3,3,9,3
]])
add("vjepa2", { dtype = F32 }, [[
vjepa2-large     hidden_size=1024 num_hidden_layers=24 pred_hidden_size=384 pred_num_hidden_layers=12
]])
add("FluxTransformer2DModel", { dtype = BF16 }, [[
flux.1-dev-transformer num_attention_heads=24 attention_head_dim=128 num_layers=19 num_single_layers=38
]])

return known
