/* llama2c.c - tokens of a checkpoint in the format of llama2.c, each the most likely one: a host with an rmsnorm of its
 * own, as llama2.c has. TOP, MIDDLE: where it includes tiny_llama2.h; with neither it keeps its own.
 *
 *     llama2c FILE COUNT    prints tokens
 *     llama2c CASE          makes one mistake, which ends the program with a line */
#ifdef TOP
#include "tiny_llama2.h"
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int own_calls;

void rmsnorm(float *o, float *x, float *weight, int size) {
    float squares = 0;
    own_calls++;
    for (int i = 0; i < size; i++)
        squares += x[i] * x[i];
    const float scale = 1.0f / sqrtf(squares / (float)size + 1e-5f);
    for (int i = 0; i < size; i++)
        o[i] = weight[i] * (scale * x[i]);
}

#ifdef MIDDLE
#include "tiny_llama2.h"
#endif

typedef struct {
    int dim, hidden, layers, heads, kv_heads, vocabulary, length;
} Header;

static Header h;
static float *embedding, *attention_gain, *wq, *wk, *wv, *wo, *ffn_gain, *w1, *w2, *w3, *final_gain;

static float *zeros(size_t count)
{
    float *p = calloc(count, sizeof(float));
    if (!p)
        exit(3);
    return p;
}

static void read_checkpoint(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fread(&h, sizeof h, 1, file) != 1 || h.vocabulary <= 0)
        exit(3);
    const size_t d = (size_t)h.dim, n = (size_t)h.layers, f = (size_t)h.hidden;
    const size_t kv = d / (size_t)h.heads * (size_t)h.kv_heads;
    struct {
        float **to;
        size_t count;
    } parts[] = {{&embedding, (size_t)h.vocabulary * d}, {&attention_gain, n * d}, {&wq, n * d * d}, {&wk, n * d * kv},
                 {&wv, n * d * kv}, {&wo, n * d * d}, {&ffn_gain, n * d}, {&w1, n * d * f}, {&w2, n * d * f},
                 {&w3, n * d * f}, {&final_gain, d}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *parts[i].to = zeros(parts[i].count);
        if (fread(*parts[i].to, sizeof(float), parts[i].count, file) != parts[i].count)
            exit(3);
    }
    fclose(file);
}

/* out[rows] = w[rows][columns] * x */
static void product(float *out, const float *x, const float *w, int columns, int rows)
{
    for (int r = 0; r < rows; r++) {
        float sum = 0;
        for (int c = 0; c < columns; c++)
            sum += w[r * columns + c] * x[c];
        out[r] = sum;
    }
}

static void rotate(float *v, int count, int size, int position)
{
    for (int i = 0; i < count; i += 2) {
        const float angle = (float)position / powf(10000.0f, (float)(i % size) / (float)size);
        const float c = cosf(angle), s = sinf(angle), a = v[i], b = v[i + 1];
        v[i] = a * c - b * s;
        v[i + 1] = a * s + b * c;
    }
}

static int next_token(int token, int position, float *keys, float *values)
{
    const int d = h.dim, size = d / h.heads, kv = size * h.kv_heads, share = h.heads / h.kv_heads;
    static float *x, *t, *q, *sum, *up, *gate, *weights, *logits;
    if (!x) {
        x = zeros((size_t)d), t = zeros((size_t)d), q = zeros((size_t)d), sum = zeros((size_t)d);
        up = zeros((size_t)h.hidden), gate = zeros((size_t)h.hidden);
        weights = zeros((size_t)h.length), logits = zeros((size_t)h.vocabulary);
    }
    memcpy(x, embedding + token * d, (size_t)d * sizeof(float));
    for (int l = 0; l < h.layers; l++) {
        float *key = keys + (l * h.length + position) * kv, *value = values + (l * h.length + position) * kv;
        rmsnorm(t, x, attention_gain + l * d, d);
        product(q, t, wq + l * d * d, d, d);
        product(key, t, wk + l * d * kv, d, kv);
        product(value, t, wv + l * d * kv, d, kv);
        rotate(q, d, size, position);
        rotate(key, kv, size, position);
        for (int head = 0; head < h.heads; head++) {
            const float *of = q + head * size;
            const int at = head / share * size;
            float largest = -HUGE_VALF, total = 0;
            for (int p = 0; p <= position; p++) {
                product(weights + p, of, keys + (l * h.length + p) * kv + at, size, 1);
                weights[p] /= sqrtf((float)size);
                largest = fmaxf(largest, weights[p]);
            }
            for (int p = 0; p <= position; p++)
                total += weights[p] = expf(weights[p] - largest);
            memset(sum + head * size, 0, (size_t)size * sizeof(float));
            for (int p = 0; p <= position; p++)
                for (int i = 0; i < size; i++)
                    sum[head * size + i] += weights[p] / total * values[(l * h.length + p) * kv + at + i];
        }
        product(t, sum, wo + l * d * d, d, d);
        for (int i = 0; i < d; i++)
            x[i] += t[i];
        rmsnorm(t, x, ffn_gain + l * d, d);
        product(gate, t, w1 + l * d * h.hidden, d, h.hidden);
        product(up, t, w3 + l * d * h.hidden, d, h.hidden);
        for (int i = 0; i < h.hidden; i++)
            gate[i] *= up[i] / (1.0f + expf(-gate[i]));
        product(t, gate, w2 + l * d * h.hidden, h.hidden, d);
        for (int i = 0; i < d; i++)
            x[i] += t[i];
    }
    rmsnorm(x, x, final_gain, d);
    product(logits, x, embedding, d, h.vocabulary);
    int best = 0;
    for (int i = 1; i < h.vocabulary; i++)
        best = logits[i] > logits[best] ? i : best;
    return best;
}

static int mistake(const char *what)
{
    float x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, w[8] = {1, 1, 1, 1, 1, 1, 1, 1}, *from = x, *gain = w, *to = x;
    int size = 8;
    if (strcmp(what, "size") == 0)
        size = -8;
    else if (strcmp(what, "x") == 0)
        from = NULL;
    else if (strcmp(what, "weight") == 0)
        gain = (float *)(uintptr_t)((char *)w + 2);
    else if (strcmp(what, "o") == 0)
        to = NULL;
    rmsnorm(to, from, gain, size);
    return x[0] == 1;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return argc < 2 ? 3 : mistake(argv[1]);
    read_checkpoint(argv[1]);
    const size_t cache = (size_t)h.layers * (size_t)h.length * (size_t)h.dim;
    float *keys = zeros(cache), *values = zeros(cache);
    int token = 1;
    for (int position = 0; position < atoi(argv[2]) && position < h.length; position++) {
        token = next_token(token, position, keys, values);
        printf("%d\n", token);
    }
    fprintf(stderr, "%d calls of the host's own rmsnorm\n", own_calls);
    return 0;
}
