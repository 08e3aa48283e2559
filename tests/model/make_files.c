/* SPDX-License-Identifier: MIT */
/* make_files.c - writes model files for tests into a directory.
 *
 * make_files DIR small     GGUF and safetensors files of a few hundred bytes: every version, byte order and shape of
 * gain make_files DIR large     files that are sparse, very long or hostile, for the limits of time and memory */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static FILE *out;
static bool big_endian, wide;

static void open_file(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    out = fopen(path, "wb");
    if (!out) {
        perror(path);
        exit(3);
    }
}

static void close_file(void)
{
    if (fclose(out) != 0) {
        perror("close");
        exit(3);
    }
}

static void number(uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        fputc((int)(v >> (8 * (big_endian ? bytes - 1 - i : i)) & 255), out);
}

static void count(uint64_t v) { number(v, wide ? 8 : 4); }

static void string(const char *s)
{
    count(strlen(s) + (wide ? 0 : 1));
    fwrite(s, 1, strlen(s) + (wide ? 0 : 1), out);
}

static void f32(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    number(bits, 4);
}

static void gguf(int version, bool swapped, uint64_t tensors, uint64_t keys)
{
    big_endian = swapped;
    wide = version > 1;
    fwrite("GGUF", 1, 4, out);
    number((uint64_t)version, 4);
    count(tensors);
    count(keys);
}

static void key_string(const char *key, const char *value)
{
    string(key);
    number(8, 4);
    string(value);
}

static void key_u32(const char *key, uint32_t value)
{
    string(key);
    number(4, 4);
    number(value, 4);
}

static void key_f32(const char *key, float value)
{
    string(key);
    number(6, 4);
    f32(value);
}

static void key_strings(const char *key, uint64_t n)
{
    string(key);
    number(9, 4);
    number(8, 4);
    count(n);
    for (uint64_t i = 0; i < n; i++) {
        char word[32];
        snprintf(word, sizeof word, "token %llu", (unsigned long long)i);
        string(word);
    }
}

static void tensor(const char *name, uint32_t type, int n_dims, ...)
{
    va_list dims;
    string(name);
    number((uint64_t)n_dims, 4);
    va_start(dims, n_dims);
    for (int i = 0; i < n_dims; i++)
        count((uint64_t)va_arg(dims, int));
    va_end(dims);
    number(type, 4);
    number(0, 8);
}

static void llama(const char *dir, const char *name, int version, bool swapped)
{
    open_file(dir, name);
    gguf(version, swapped, 0, 6);
    key_string("general.architecture", "llama");
    key_u32("llama.embedding_length", 96);
    key_u32("llama.block_count", 2);
    key_u32("llama.attention.head_count", 4);
    key_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    key_strings("tokenizer.ggml.tokens", 3);
    close_file();
}

/* gpt2 with betas, cohere with a gain for each head, gemma whose gamma holds the 1 of (1 + gamma), an unknown type */
static void tensors(const char *dir)
{
    open_file(dir, "gpt2-tensors.gguf");
    gguf(3, false, 9, 4);
    key_string("general.architecture", "gpt2");
    key_u32("gpt2.embedding_length", 48);
    key_u32("gpt2.block_count", 1);
    key_f32("gpt2.attention.layer_norm_epsilon", 1e-5f);
    tensor("token_embd.weight", 0, 2, 48, 100);
    tensor("blk.0.attn_norm.weight", 0, 1, 48);
    tensor("blk.0.attn_norm.bias", 0, 1, 48);
    tensor("blk.0.ffn_norm.weight", 0, 1, 48);
    tensor("blk.0.ffn_norm.bias", 0, 1, 48);
    tensor("output_norm.weight", 0, 1, 48);
    tensor("output_norm.bias", 0, 1, 48);
    tensor("blk.0.attn_qkv.weight", 0, 2, 48, 144);
    tensor("blk.0.attn_qkv.bias", 0, 1, 144);
    close_file();

    open_file(dir, "cohere-heads.gguf");
    gguf(3, false, 4, 6);
    key_string("general.architecture", "command-r");
    key_u32("command-r.embedding_length", 64);
    key_u32("command-r.block_count", 1);
    key_u32("command-r.attention.head_count", 4);
    key_u32("command-r.attention.head_count_kv", 2);
    key_f32("command-r.attention.layer_norm_epsilon", 1e-5f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("blk.0.attn_q_norm.weight", 0, 2, 16, 4);
    tensor("blk.0.attn_k_norm.weight", 0, 2, 16, 2);
    tensor("output_norm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "gemma2-vocab.gguf");
    gguf(3, false, 0, 4);
    key_string("general.architecture", "gemma2");
    key_u32("gemma2.embedding_length", 2304);
    key_u32("gemma2.block_count", 26);
    key_f32("gemma2.attention.layer_norm_rms_epsilon", 1e-6f);
    close_file();

    open_file(dir, "unknown-arch.gguf");
    gguf(3, false, 0, 4);
    key_string("general.architecture", "newthing");
    key_u32("newthing.embedding_length", 320);
    key_u32("newthing.block_count", 4);
    key_f32("newthing.attention.layer_norm_rms_epsilon", 1e-6f);
    close_file();
}

/* Towers and models whose norms do not follow from the key that holds eps alone. */
static void graphs(const char *dir)
{
    open_file(dir, "pixtral-tower.gguf");
    gguf(3, false, 5, 5);
    key_string("general.architecture", "clip");
    key_string("clip.projector_type", "pixtral");
    key_u32("clip.vision.embedding_length", 32);
    key_u32("clip.vision.block_count", 1);
    key_f32("clip.vision.attention.layer_norm_epsilon", 1e-5f);
    tensor("v.pre_ln.weight", 0, 1, 32);
    tensor("v.blk.0.ln1.weight", 0, 1, 32);
    tensor("v.blk.0.ln2.weight", 0, 1, 32);
    tensor("mm.input_norm.weight", 0, 1, 32);
    tensor("mm.1.weight", 0, 2, 32, 64);
    close_file();

    open_file(dir, "unknown-projector.gguf");
    gguf(3, false, 1, 4);
    key_string("general.architecture", "clip");
    key_string("clip.projector_type", "newthing");
    key_u32("clip.vision.embedding_length", 32);
    key_f32("clip.vision.attention.layer_norm_epsilon", 1e-5f);
    tensor("v.blk.0.ln1.weight", 0, 1, 32);
    close_file();

    open_file(dir, "mamba2.gguf");
    gguf(3, false, 3, 4);
    key_string("general.architecture", "mamba2");
    key_u32("mamba2.embedding_length", 64);
    key_u32("mamba2.block_count", 1);
    key_f32("mamba2.attention.layer_norm_rms_epsilon", 1e-5f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("blk.0.ssm_norm.weight", 0, 2, 16, 8);
    tensor("output_norm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "nextn.gguf");
    gguf(3, false, 5, 5);
    key_string("general.architecture", "glm4moe");
    key_u32("glm4moe.embedding_length", 64);
    key_u32("glm4moe.block_count", 2);
    key_u32("glm4moe.nextn_predict_layers", 1);
    key_f32("glm4moe.attention.layer_norm_rms_epsilon", 1e-5f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("output_norm.weight", 0, 1, 64);
    tensor("blk.1.attn_norm.weight", 0, 1, 64);
    tensor("blk.1.nextn.enorm.weight", 0, 1, 64);
    tensor("blk.1.nextn.hnorm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "drafter.gguf");
    gguf(3, false, 3, 5);
    key_string("general.architecture", "gemma4-assistant");
    key_u32("gemma4-assistant.embedding_length", 64);
    key_u32("gemma4-assistant.block_count", 2);
    key_u32("gemma4-assistant.nextn_predict_layers", 2);
    key_f32("gemma4-assistant.attention.layer_norm_rms_epsilon", 1e-6f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("blk.1.attn_norm.weight", 0, 1, 64);
    tensor("output_norm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "gemma3n.gguf");
    gguf(3, false, 3 * 21 + 1, 4);
    key_string("general.architecture", "gemma3n");
    key_u32("gemma3n.embedding_length", 64);
    key_u32("gemma3n.block_count", 21);
    key_f32("gemma3n.attention.layer_norm_rms_epsilon", 1e-6f);
    for (int block = 0; block < 21; block++) {
        char name[64];
        snprintf(name, sizeof name, "blk.%d.attn_q_norm.weight", block);
        tensor(name, 0, 1, 16);
        snprintf(name, sizeof name, "blk.%d.attn_k_norm.weight", block);
        tensor(name, 0, 1, 16);
        snprintf(name, sizeof name, "blk.%d.altup_router_norm.weight", block);
        tensor(name, 0, 1, 64);
    }
    tensor("output_norm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "unknown-arch-tensors.gguf");
    gguf(3, false, 1, 4);
    key_string("general.architecture", "newthing");
    key_u32("newthing.embedding_length", 64);
    key_u32("newthing.block_count", 1);
    key_f32("newthing.attention.layer_norm_rms_epsilon", 1e-5f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    close_file();
}

/* Norms that one graph runs otherwise than its others, and a tower whose norm follows from its size. */
static void exceptions(const char *dir)
{
    static const char *const graphs[][2] = {
        {"chameleon", "attn_q_norm"}, {"deepseek32", "indexer.k_norm"}, {"glm-dsa", "indexer.k_norm"}};
    for (size_t i = 0; i < sizeof graphs / sizeof graphs[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.gguf", graphs[i][0]);
        open_file(dir, name);
        gguf(3, false, 3, 3);
        key_string("general.architecture", graphs[i][0]);
        snprintf(name, sizeof name, "%s.embedding_length", graphs[i][0]);
        key_u32(name, 64);
        snprintf(name, sizeof name, "%s.attention.layer_norm_rms_epsilon", graphs[i][0]);
        key_f32(name, 1e-7f);
        tensor("blk.0.attn_norm.weight", 0, 1, 64);
        for (int bias = 0; bias < 2; bias++) {
            snprintf(name, sizeof name, "blk.0.%s.%s", graphs[i][1], bias ? "bias" : "weight");
            tensor(name, 0, 1, 16);
        }
        close_file();
    }
    for (int layers = 44; layers < 46; layers++) {
        char name[64];
        snprintf(name, sizeof name, "internvl-%d.gguf", layers);
        open_file(dir, name);
        gguf(3, false, 2, 5);
        key_string("general.architecture", "clip");
        key_string("clip.projector_type", "internvl");
        key_u32("clip.vision.embedding_length", 3200);
        key_u32("clip.vision.block_count", (uint32_t)layers);
        key_f32("clip.vision.attention.layer_norm_epsilon", 1e-6f);
        tensor("v.blk.0.ln1.weight", 0, 1, 3200);
        tensor("mm.0.norm.weight", 0, 1, 64);
        close_file();
    }
}

/* A norm of a tower whose eps no key holds, and a model whose key is of another norm. */
static void keyless(const char *dir)
{
    open_file(dir, "glm4v-tower.gguf");
    gguf(3, false, 3, 5);
    key_string("general.architecture", "clip");
    key_string("clip.projector_type", "glm4v");
    key_u32("clip.vision.embedding_length", 64);
    key_u32("clip.vision.block_count", 1);
    key_f32("clip.vision.attention.layer_norm_epsilon", 1e-6f);
    tensor("v.blk.0.ln1.weight", 0, 1, 64);
    tensor("mm.post_norm.weight", 0, 1, 64);
    tensor("mm.post_norm.bias", 0, 1, 64);
    close_file();

    open_file(dir, "orion.gguf");
    gguf(3, false, 2, 4);
    key_string("general.architecture", "orion");
    key_u32("orion.embedding_length", 64);
    key_u32("orion.block_count", 1);
    key_f32("orion.attention.layer_norm_rms_epsilon", 1e-5f);
    tensor("output_norm.weight", 0, 1, 64);
    tensor("output_norm.bias", 0, 1, 64);
    close_file();
}

/* Norms that other keys contradict, or that no kernel is made for. */
static void strange(const char *dir)
{
    open_file(dir, "strange.gguf");
    gguf(3, false, 11, 6);
    key_string("general.architecture", "llama");
    key_u32("llama.embedding_length", 64);
    key_u32("llama.block_count", 2);
    key_u32("llama.attention.key_length", 16);
    key_u32("llama.attention.key_length_swa", 24);
    key_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("blk.0.attn_q_norm.weight", 0, 1, 40);
    tensor("blk.0.attn_k_norm.weight", 0, 1, 48);
    tensor("blk.0.attn_post_norm.weight", 0, 1, 64);
    tensor("blk.0.attn_post_norm.bias", 0, 1, 64);
    tensor("blk.1.attn_post_norm.weight", 0, 1, 64);
    tensor("blk.0.wide_norm.weight", 0, 1, 70000);
    tensor("blk.0.square_norm.weight", 0, 2, 64, 2);
    tensor("blk.0.cubic_norm.weight", 0, 3, 64, 2, 3);
    tensor("blk.0.lone_norm.bias", 0, 1, 64);
    tensor("blk.2.attn_norm.weight", 0, 1, 64);
    close_file();

    open_file(dir, "odd-heads.gguf");
    gguf(3, false, 3, 4);
    key_string("general.architecture", "qwen3");
    key_u32("qwen3.embedding_length", 64);
    key_u32("qwen3.attention.head_count", 4);
    key_f32("qwen3.attention.layer_norm_rms_epsilon", 1e-6f);
    tensor("blk.0.attn_norm.weight", 0, 1, 64);
    tensor("blk.0.attn_q_norm.weight", 0, 1, 24);
    tensor("blk.0.attn_k_norm.weight", 0, 1, 16);
    close_file();

    open_file(dir, "narrow-tower.gguf");
    gguf(3, false, 2, 4);
    key_string("general.architecture", "clip");
    key_string("clip.projector_type", "pixtral");
    key_u32("clip.vision.embedding_length", 64);
    key_f32("clip.vision.attention.layer_norm_epsilon", 1e-5f);
    tensor("v.blk.0.ln1.weight", 0, 1, 32);
    tensor("mm.input_norm.weight", 0, 1, 32);
    close_file();
}

static void safetensors(const char *dir, const char *name, const char *header, size_t data)
{
    open_file(dir, name);
    big_endian = false;
    number(strlen(header), 8);
    fputs(header, out);
    for (size_t i = 0; i < data; i++)
        fputc(0, out);
    close_file();
}

static void make_small(const char *dir)
{
    llama(dir, "llama-v1.gguf", 1, false);
    llama(dir, "llama-v2.gguf", 2, false);
    llama(dir, "llama-v3.gguf", 3, false);
    llama(dir, "llama-v3-big-endian.gguf", 3, true);
    tensors(dir);
    graphs(dir);
    exceptions(dir);
    keyless(dir);
    strange(dir);
    safetensors(dir, "rms.safetensors",
                "{\"__metadata__\":{\"format\":\"pt\"},"
                "\"model.layers.0.input_layernorm.weight\":{\"dtype\":\"BF16\",\"shape\":[24],\"data_offsets\":[0,48]},"
                "\"model.norm.weight\":{\"dtype\":\"BF16\",\"shape\":[24],\"data_offsets\":[48,96]},"
                "\"model.embed_tokens.weight\":{\"dtype\":\"BF16\",\"shape\":[2,24],\"data_offsets\":[96,192]}}   ",
                192);
    safetensors(dir, "old-bert.safetensors",
                "{\"bert.embeddings.LayerNorm.gamma\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]},"
                "\"bert.embeddings.LayerNorm.beta\":{\"shape\":[8],\"dtype\":\"F32\",\"data_offsets\":[32,64]},"
                "\"bert.encoder.layer.0.output.LayerNorm.gamma\":"
                "{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[64,96]},"
                "\"bert.encoder.layer.0.output.LayerNorm.beta\":"
                "{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[96,128]}}",
                128);
}

static void make_large(const char *dir)
{
    /* a sparse file of 100 GB that begins with a valid header of 200000 tokens */
    open_file(dir, "sparse-100GB.gguf");
    gguf(3, false, 2, 5);
    key_string("general.architecture", "llama");
    key_u32("llama.embedding_length", 8192);
    key_u32("llama.block_count", 1);
    key_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    key_strings("tokenizer.ggml.tokens", 200000);
    tensor("blk.0.attn_norm.weight", 0, 1, 8192);
    tensor("output_norm.weight", 0, 1, 8192);
    fflush(out);
    if (ftruncate(fileno(out), (off_t)100 << 30) != 0) {
        perror("truncate");
        exit(3);
    }
    close_file();

    /* a sparse file whose header counts as many strings as 100 GB can hold, all of them empty */
    open_file(dir, "sparse-strings.gguf");
    gguf(3, false, 0, 1);
    string("tokenizer.ggml.tokens");
    number(9, 4);
    number(8, 4);
    number((uint64_t)1 << 33, 8);
    fflush(out);
    if (ftruncate(fileno(out), (off_t)100 << 30) != 0) {
        perror("truncate");
        exit(3);
    }
    close_file();

    /* a long header: 60 MB of tokens */
    open_file(dir, "long-header.gguf");
    gguf(3, false, 0, 5);
    key_string("general.architecture", "llama");
    key_strings("tokenizer.ggml.tokens", 3000000);
    key_u32("llama.embedding_length", 64);
    key_u32("llama.block_count", 1);
    key_f32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    close_file();

    /* as many keys as fit, and as many tensors of norms */
    open_file(dir, "many-keys.gguf");
    gguf(3, false, 0, 1000000);
    for (int i = 0; i < 1000000; i++) {
        char key[32];
        snprintf(key, sizeof key, "key.%d", i);
        key_u32(key, 1);
    }
    close_file();
    open_file(dir, "many-norms.gguf");
    gguf(3, false, 1000000, 1);
    key_string("general.architecture", "llama");
    for (int i = 0; i < 1000000; i++) {
        char name[40];
        snprintf(name, sizeof name, "blk.%d.attn_norm.weight", i);
        tensor(name, 0, 1, 64);
    }
    close_file();

    /* safetensors: 700000 tensors that belong to no norm, and 700000 that belong to norms */
    for (int norms = 0; norms < 2; norms++) {
        open_file(dir, norms ? "many-norms.safetensors" : "many-tensors.safetensors");
        big_endian = false;
        number(0, 8);
        fputc('{', out);
        for (int i = 0; i < 700000; i++)
            fprintf(out, "%s\"model.layers.%d.%s.weight\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}",
                    i ? "," : "", i, norms ? "norm" : "linear");
        fputs(norms ? "}" : ",\"model.norm.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", out);
        long end = ftell(out);
        fseek(out, 0, SEEK_SET);
        number((uint64_t)end - 8, 8);
        fseek(out, end, SEEK_SET);
        number(0, 8);
        close_file();
    }

    /* JSON: very many numbers, arrays and objects, deep nesting, and one string of 4 MB */
    open_file(dir, "many-values.json");
    fputs("{\"a\":[0", out);
    for (int i = 0; i < 2000000; i++)
        fputs(",1", out);
    fputs("]}", out);
    close_file();
    open_file(dir, "many-arrays.json");
    fputs("{\"a\":[[]", out);
    for (int i = 0; i < 199000; i++)
        fputs(",[]", out);
    fputs("]}", out);
    close_file();
    open_file(dir, "many-objects.json");
    fputs("{\"a\":[{}", out);
    for (int i = 0; i < 99000; i++)
        fputs(",{\"a\":1}", out);
    fputs("]}", out);
    close_file();
    open_file(dir, "deep.json");
    for (int i = 0; i < 1000000; i++)
        fputs("[", out);
    close_file();
    open_file(dir, "string.json");
    fputs("{\"model_type\":\"", out);
    for (int i = 0; i < 4000000; i++)
        fputc('x', out);
    fputs("\"}", out);
    close_file();
    open_file(dir, "zeros.json");
    fflush(out);
    if (ftruncate(fileno(out), (off_t)100 << 30) != 0)
        exit(3);
    close_file();

    /* a config of about 69 kB, as image models have, with two lists of a thousand labels */
    open_file(dir, "labels.json");
    fputs("{\n  \"architectures\": [\"ViTForImageClassification\"],\n  \"hidden_size\": 768,\n  \"id2label\": {\n",
          out);
    for (int i = 0; i < 1000; i++)
        fprintf(out, "    \"%d\": \"label of class %d\"%s\n", i, i, i < 999 ? "," : "");
    fputs("  },\n  \"label2id\": {\n", out);
    for (int i = 0; i < 1000; i++)
        fprintf(out, "    \"label of class %d\": %d%s\n", i, i, i < 999 ? "," : "");
    fputs("  },\n  \"layer_norm_eps\": 1e-12,\n  \"model_type\": \"vit\",\n  \"num_hidden_layers\": 12\n}\n", out);
    close_file();
}

int main(int argc, char **argv)
{
    if (argc != 3 || (strcmp(argv[2], "small") != 0 && strcmp(argv[2], "large") != 0)) {
        fputs("usage: make_files DIR small|large\n", stderr);
        return 2;
    }
    if (strcmp(argv[2], "small") == 0)
        make_small(argv[1]);
    else
        make_large(argv[1]);
    return 0;
}
