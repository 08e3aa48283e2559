/* SPDX-License-Identifier: MIT */
/* model.c - forward and backward pass of the stack of transformer blocks, and Adam. */
#include "model.h"

#include "matrix.h"
#include "numbers.h"

#include <math.h>
#include <string.h>

static size_t tokens_of(const Shape *s) { return s->batch * s->context; }

size_t block_size(const Shape *s) { return s->width * s->width * (3 + 1 + 2 * WIDER); }

/* Floats that a block keeps: qkv, probabilities, heads, before and after GELU. */
static size_t kept_size(const Shape *s) { return tokens_of(s) * (s->width * (3 + 1 + 2 * WIDER) + HEADS * s->context); }

/* Where a block's matrices begin, and what it keeps. */
typedef struct Block {
    float *qkv, *attention, *up, *down;
} Block;

typedef struct Kept {
    float *qkv, *probabilities, *heads, *before, *after;
} Kept;

static Block block_of(const Shape *s, const Weights *w, size_t layer)
{
    const size_t square = s->width * s->width;
    float *p = w->blocks + layer * block_size(s);
    const Block b = {p, p + 3 * square, p + 4 * square, p + (4 + WIDER) * square};
    return b;
}

static Kept kept_of(const Model *m, size_t layer)
{
    const Shape *s = &m->shape;
    const size_t row = tokens_of(s) * s->width, square = tokens_of(s) * HEADS * s->context;
    float *p = m->sublayers + layer * kept_size(s);
    const Kept k = {p, p + 3 * row, p + 3 * row + square, p + 4 * row + square, p + (4 + WIDER) * row + square};
    return k;
}

static float *take(ln_arena *a, const char *name, size_t count)
{
    return ln_arena_take(a, name, count * sizeof(float));
}

static void take_weights(ln_arena *a, const Shape *s, const char *name, Weights *w)
{
    const size_t norms = (2 * s->depth + 1) * s->width, edge = s->symbols * s->width;
    w->count = 2 * edge + s->context * s->width + 2 * norms + s->depth * block_size(s);
    w->all = take(a, name, w->count);
    if (!w->all)
        return; /* counting */
    w->symbol = w->all;
    w->place = w->symbol + edge;
    w->output = w->place + s->context * s->width;
    w->gamma = w->output + edge;
    w->beta = w->gamma + norms;
    w->blocks = w->beta + norms;
}

/* Floats of scratch for a head of a row of text: a transposed part of qkv, three squares, and gradients of a part. */
static size_t head_scratch(const Shape *s) { return 2 * s->context * (s->width / HEADS) + 3 * s->context * s->context; }

static void take_all(Model *m, ln_arena *a)
{
    const Shape *s = &m->shape;
    const size_t tokens = tokens_of(s), row = tokens * s->width, norms = 2 * s->depth + 1;
    const size_t widest = s->symbols > WIDER * s->width ? s->symbols : WIDER * s->width;
    take_weights(a, s, "weights", &m->weights);
    take_weights(a, s, "gradients", &m->gradients);
    take_weights(a, s, "first moments", &m->first);
    take_weights(a, s, "second moments", &m->second);
    m->stream = take(a, "stream", norms * row);
    m->normal = take(a, "norms", norms * row);
    m->mean = take(a, "mean", norms * tokens);
    m->rstd = take(a, "rstd", norms * tokens);
    m->embedded = take(a, "embedded", row);
    m->placed = take(a, "placed", row);
    m->sublayers = take(a, "sublayers", s->depth * kept_size(s));
    m->added = take(a, "added", row);
    m->logits = take(a, "logits", tokens * s->symbols);
    m->d_stream = take(a, "gradient of stream", row);
    m->d_normal = take(a, "gradient of norm", row);
    m->d_wide = take(a, "gradient inside, wide", tokens * WIDER * s->width);
    m->d_inner = take(a, "gradient inside", tokens * WIDER * s->width);
    m->turned = take(a, "transposed activation", tokens * widest);
    m->turned_weights = take(a, "transposed matrix", s->width * widest);
    m->of_heads = take(a, "scratch of heads", s->batch * HEADS * head_scratch(s));
    m->workspace_bytes = ln_workspace_bytes((ln_spec){.width = s->width, .pass = LN_PASS_BACKWARD}, tokens);
    m->workspace = ln_arena_take(a, "workspace", m->workspace_bytes);
    m->stream_gradient = take(a, "norms of gradients", norms);
}

const char *model_open(Model *m, const Shape *shape, NormKind kind, int threads)
{
    memset(m, 0, sizeof *m);
    m->shape = *shape;
    m->threads = threads;
    const char *problem = norms_open(&m->norms, kind, shape->width, threads);
    if (problem)
        return problem;
    ln_arena dry;
    ln_arena_dry(&dry);
    take_all(m, &dry);
    if (dry.status)
        return ln_status_message(dry.status);
    if (ln_arena_open(&m->arena, ln_arena_bytes(&dry)) != LN_OK)
        return "there is not enough memory for this depth and width";
    take_all(m, &m->arena);
    return m->arena.status ? ln_status_message(m->arena.status) : NULL;
}

void model_close(Model *m) { ln_arena_close(&m->arena); }

void model_start(Model *m, uint64_t seed)
{
    const Shape *s = &m->shape;
    const size_t square = s->width * s->width;
    const double deviation = 1 / sqrt((double)s->width);
    Random r = {seed};
    memset(m->first.all, 0, m->first.count * sizeof(float));
    memset(m->second.all, 0, m->second.count * sizeof(float));
    fill_normal(&r, m->weights.symbol, s->symbols * s->width, 0.5);
    fill_normal(&r, m->weights.place, s->context * s->width, 0.5);
    fill_normal(&r, m->weights.output, s->symbols * s->width, deviation);
    for (size_t i = 0; i < (2 * s->depth + 1) * s->width; i++) {
        m->weights.gamma[i] = 1;
        m->weights.beta[i] = 0;
    }
    for (size_t layer = 0; layer < s->depth; layer++) {
        const Block b = block_of(s, &m->weights, layer);
        fill_normal(&r, b.qkv, square * (4 + WIDER), deviation); /* qkv, attention and up have `width` rows */
        fill_normal(&r, b.down, square * WIDER, deviation / sqrt((double)WIDER));
    }
}

/* Scores of the places after one's own count nothing. */
static void softmax_until(float *p, const float *score, size_t count, size_t all)
{
    float most = score[0];
    for (size_t i = 1; i < count; i++)
        most = score[i] > most ? score[i] : most;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        const double e = exp_of((double)score[i] - (double)most);
        p[i] = (float)e;
        sum += e;
    }
    const float inverse = (float)(1 / sum);
    for (size_t i = 0; i < count; i++)
        p[i] *= inverse;
    for (size_t i = count; i < all; i++)
        p[i] = 0;
}

/* Scratch of a head, as head_scratch() counts it. */
typedef struct Scratch {
    float *part, *more, *square, *other, *third;
} Scratch;

static Scratch scratch_of(const Model *m, size_t index)
{
    const Shape *s = &m->shape;
    const size_t part = s->context * (s->width / HEADS), square = s->context * s->context;
    float *p = m->of_heads + index * head_scratch(s);
    const Scratch scratch = {p, p + part, p + 2 * part, p + 2 * part + square, p + 2 * part + 2 * square};
    return scratch;
}

static void attention_head(const Model *m, const Kept *kept, size_t index)
{
    const Shape *s = &m->shape;
    const size_t wide = s->width / HEADS, places = s->context, text = index / HEADS, head = index % HEADS;
    const Scratch scratch = scratch_of(m, index);
    const float *q = kept->qkv + text * places * 3 * s->width + head * wide, *k = q + s->width, *v = k + s->width;
    float *p = kept->probabilities + index * places * places;
    const float scale = 1 / sqrtf((float)wide);
    transpose(scratch.part, k, 3 * s->width, places, wide);
    multiply(scratch.square, places, q, 3 * s->width, scratch.part, places, places, places, wide);
    for (size_t i = 0; i < places; i++) {
        for (size_t j = 0; j <= i; j++)
            scratch.square[i * places + j] *= scale;
        softmax_until(p + i * places, scratch.square + i * places, i + 1, places);
    }
    multiply(kept->heads + text * places * s->width + head * wide, s->width, p, places, v, 3 * s->width, places, wide,
             places);
}

static void attention(Model *m, size_t layer, const float *normal)
{
    const Shape *s = &m->shape;
    const Block b = block_of(s, &m->weights, layer);
    const Kept kept = kept_of(m, layer);
    const size_t tokens = tokens_of(s), heads = s->batch * HEADS;
    multiply_all(kept.qkv, normal, b.qkv, tokens, 3 * s->width, s->width, m->threads);
#pragma omp parallel for num_threads(m->threads) schedule(static) if (m->threads > 1)
    for (size_t index = 0; index < heads; index++)
        attention_head(m, &kept, index);
    multiply_all(m->added, kept.heads, b.attention, tokens, s->width, s->width, m->threads);
}

CLONES static void gelu(float *after, const float *before, size_t count)
{
    for (size_t i = 0; i < count; i++)
        after[i] = (float)gelu_of((double)before[i]);
}

CLONES static void gelu_back(float *d, const float *before, size_t count)
{
    for (size_t i = 0; i < count; i++)
        d[i] = (float)((double)d[i] * gelu_slope((double)before[i]));
}

/* `count` elements in shares of a row of tokens, each by one thread. */
static void gelu_all(Model *m, float *target, const float *before, int back)
{
    const size_t tokens = tokens_of(&m->shape), wide = WIDER * m->shape.width;
#pragma omp parallel for num_threads(m->threads) schedule(static) if (m->threads > 1)
    for (size_t t = 0; t < tokens; t++)
        (back ? gelu_back : gelu)(target + t * wide, before + t * wide, wide);
}

static void perceptron(Model *m, size_t layer, const float *normal)
{
    const Shape *s = &m->shape;
    const Block b = block_of(s, &m->weights, layer);
    const Kept kept = kept_of(m, layer);
    const size_t tokens = tokens_of(s);
    multiply_all(kept.before, normal, b.up, tokens, WIDER * s->width, s->width, m->threads);
    gelu_all(m, kept.after, kept.before, 0);
    multiply_all(m->added, kept.after, b.down, tokens, s->width, WIDER * s->width, m->threads);
}

static const unsigned char *row_of_text(const Shape *s, const unsigned char *text, size_t token)
{
    return text + token / s->context * (s->context + 1) + token % s->context;
}

double model_forward(Model *m, const unsigned char *text, int keep)
{
    const Shape *s = &m->shape;
    const size_t tokens = tokens_of(s), row = tokens * s->width;
    for (size_t t = 0; t < tokens; t++) {
        memcpy(m->embedded + t * s->width, m->weights.symbol + row_of_text(s, text, t)[0] * s->width,
               s->width * sizeof(float));
        memcpy(m->placed + t * s->width, m->weights.place + t % s->context * s->width, s->width * sizeof(float));
    }
    const float *stream = m->embedded, *added = m->placed;
    for (size_t k = 0; k <= 2 * s->depth; k++) {
        /* A norm of Post-LN needs no sum unless it is to be kept. */
        float *sum = keep || s->form == FORM_PRE ? m->stream + k * row : NULL;
        float *normal = m->normal + k * row;
        norm_add(&m->norms, sum, normal, m->mean + k * tokens, m->rstd + k * tokens, stream, added,
                 m->weights.gamma + k * s->width, m->weights.beta + k * s->width, tokens);
        if (k < 2 * s->depth)
            (k % 2 ? perceptron : attention)(m, k / 2, normal);
        stream = s->form == FORM_PRE ? sum : normal;
        added = m->added;
    }
    multiply_all(m->logits, m->normal + 2 * s->depth * row, m->weights.output, tokens, s->symbols, s->width,
                 m->threads);
    double loss = 0;
    for (size_t t = 0; t < tokens; t++) {
        const float *logit = m->logits + t * s->symbols;
        float most = logit[0];
        for (size_t i = 1; i < s->symbols; i++)
            most = logit[i] > most ? logit[i] : most;
        double sum = 0;
        for (size_t i = 0; i < s->symbols; i++)
            sum += exp_of((double)logit[i] - (double)most);
        loss += log_of(sum) + (double)most - (double)logit[row_of_text(s, text, t)[1]];
    }
    return loss / (double)tokens;
}

/* The gradient of a product's matrix, d_matrix[inner][columns] = input^T d, and of its input, d_input = d matrix^T. */
static void product_back(Model *m, float *d_matrix, float *d_input, const float *input, const float *matrix,
                         const float *d, size_t inner, size_t columns)
{
    const size_t tokens = tokens_of(&m->shape);
    transpose(m->turned, input, inner, tokens, inner);
    multiply_all(d_matrix, m->turned, d, inner, columns, tokens, m->threads);
    transpose(m->turned_weights, matrix, columns, inner, columns);
    multiply_all(d_input, d, m->turned_weights, tokens, inner, columns, m->threads);
}

/* d_heads, the gradient of the heads' output, is in m->d_inner; that of qkv goes to m->d_wide. */
static void attention_head_back(const Model *m, const Kept *kept, size_t index)
{
    const Shape *s = &m->shape;
    const size_t wide = s->width / HEADS, places = s->context, text = index / HEADS, head = index % HEADS;
    const Scratch scratch = scratch_of(m, index);
    const size_t at = text * places * 3 * s->width + head * wide, next = 3 * s->width;
    const float *q = kept->qkv + at, *k = q + s->width, *v = k + s->width;
    float *dq = m->d_wide + at, *dk = dq + s->width, *dv = dk + s->width;
    const float *p = kept->probabilities + index * places * places;
    const float *d = m->d_inner + text * places * s->width + head * wide;
    const float scale = 1 / sqrtf((float)wide);
    transpose(scratch.square, p, places, places, places);
    multiply(dv, next, scratch.square, places, d, s->width, places, wide, places);
    transpose(scratch.part, v, next, places, wide);
    multiply(scratch.square, places, d, s->width, scratch.part, places, places, places, wide); /* of probabilities */
    for (size_t i = 0; i < places; i++) {
        const float *of_p = scratch.square + i * places, *row = p + i * places;
        float sum = 0, *score = scratch.other + i * places;
        for (size_t j = 0; j <= i; j++)
            sum += of_p[j] * row[j];
        for (size_t j = 0; j < places; j++)
            score[j] = j <= i ? row[j] * (of_p[j] - sum) * scale : 0;
    }
    multiply(dq, next, scratch.other, places, k, next, places, wide, places);
    transpose(scratch.third, scratch.other, places, places, places);
    multiply(dk, next, scratch.third, places, q, next, places, wide, places);
}

static void attention_back(Model *m, size_t layer, const float *normal, const float *d)
{
    const Shape *s = &m->shape;
    const Block b = block_of(s, &m->weights, layer), g = block_of(s, &m->gradients, layer);
    const Kept kept = kept_of(m, layer);
    const size_t heads = s->batch * HEADS;
    product_back(m, g.attention, m->d_inner, kept.heads, b.attention, d, s->width, s->width);
#pragma omp parallel for num_threads(m->threads) schedule(static) if (m->threads > 1)
    for (size_t index = 0; index < heads; index++)
        attention_head_back(m, &kept, index);
    product_back(m, g.qkv, m->d_normal, normal, b.qkv, m->d_wide, s->width, 3 * s->width);
}

static void perceptron_back(Model *m, size_t layer, const float *normal, const float *d)
{
    const Shape *s = &m->shape;
    const Block b = block_of(s, &m->weights, layer), g = block_of(s, &m->gradients, layer);
    const Kept kept = kept_of(m, layer);
    product_back(m, g.down, m->d_wide, kept.after, b.down, d, WIDER * s->width, s->width);
    gelu_all(m, m->d_wide, kept.before, 1);
    product_back(m, g.up, m->d_normal, normal, b.up, m->d_wide, s->width, WIDER * s->width);
}

/* The gradients of the logits take their place. */
static void logits_back(Model *m, const unsigned char *text)
{
    const Shape *s = &m->shape;
    const size_t tokens = tokens_of(s);
    const float share = 1 / (float)tokens;
    for (size_t t = 0; t < tokens; t++) {
        float *logit = m->logits + t * s->symbols;
        softmax_until(logit, logit, s->symbols, s->symbols);
        logit[row_of_text(s, text, t)[1]] -= 1;
        for (size_t i = 0; i < s->symbols; i++)
            logit[i] *= share;
    }
}

void model_backward(Model *m, const unsigned char *text)
{
    const Shape *s = &m->shape;
    const size_t tokens = tokens_of(s), row = tokens * s->width, last = 2 * s->depth;
    logits_back(m, text);
    product_back(m, m->gradients.output, m->d_normal, m->normal + last * row, m->weights.output, m->logits, s->width,
                 s->symbols);
    for (size_t k = last;; k--) {
        /* d_normal is the gradient of n[k]; from it, and in Pre-LN from that of s[k + 1] too, comes that of s[k] */
        norm_backward(&m->norms, m->d_stream, m->gradients.gamma + k * s->width, m->gradients.beta + k * s->width,
                      m->stream + k * row, m->d_normal, m->mean + k * tokens, m->rstd + k * tokens,
                      m->weights.gamma + k * s->width, tokens, s->form == FORM_PRE && k < last, m->workspace,
                      m->workspace_bytes);
        m->stream_gradient[k] = (float)norm_of(m->d_stream, row);
        if (k == 0)
            break;
        const size_t sublayer = k - 1;
        (sublayer % 2 ? perceptron_back : attention_back)(m, sublayer / 2, m->normal + sublayer * row, m->d_stream);
        if (s->form == FORM_POST)
            for (size_t i = 0; i < row; i++)
                m->d_normal[i] += m->d_stream[i];
    }
    memset(m->gradients.symbol, 0, s->symbols * s->width * sizeof(float));
    memset(m->gradients.place, 0, s->context * s->width * sizeof(float));
    for (size_t t = 0; t < tokens; t++) {
        float *symbol = m->gradients.symbol + row_of_text(s, text, t)[0] * s->width;
        float *place = m->gradients.place + t % s->context * s->width;
        for (size_t i = 0; i < s->width; i++) {
            symbol[i] += m->d_stream[t * s->width + i];
            place[i] += m->d_stream[t * s->width + i];
        }
    }
}

CLONES static void adam(float *w, float *first, float *second, const float *g, size_t count, float rate, float unbias1,
                        float unbias2)
{
    for (size_t i = 0; i < count; i++) {
        first[i] = 0.9f * first[i] + 0.1f * g[i];
        second[i] = 0.99f * second[i] + 0.01f * (g[i] * g[i]);
        w[i] -= rate * (first[i] * unbias1) / (sqrtf(second[i] * unbias2) + 1e-8f);
    }
}

void model_step(Model *m, float rate, size_t step)
{
    double power1 = 1, power2 = 1;
    for (size_t i = 0; i < step; i++) {
        power1 *= 0.9;
        power2 *= 0.99;
    }
    adam(m->weights.all, m->first.all, m->second.all, m->gradients.all, m->weights.count, rate,
         (float)(1 / (1 - power1)), (float)(1 / (1 - power2)));
}
