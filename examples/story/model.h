/* SPDX-License-Identifier: MIT */
/* model.h - a stack of transformer blocks that predicts the next character, forward and backward in float.
 *
 * The stream s enters and leaves each of 2 * depth sublayers, which are attention and MLP in turns. n is its norm:
 *
 *     s[0] = embeddings of character and place           n[k] = norm(s[k])
 *     Pre-LN:   s[k + 1] = s[k] + sublayer(n[k])          the stream itself is never normalised
 *     Post-LN:  s[k + 1] = n[k] + sublayer(n[k])          each norm stands in the stream
 *     logits = n[2 * depth] times the output matrix
 *
 * So both forms have the same weights and the same 2 * depth + 1 norms, and differ only in what goes on. Attention is
 * causal; the MLP is four times as wide, with GELU; matrices have no biases. Every array lies in one arena. */
#ifndef STORY_MODEL_H
#define STORY_MODEL_H

#include "ln_arena.h"
#include "norms.h"

typedef enum Form { FORM_PRE, FORM_POST } Form;

enum { HEADS = 4, WIDER = 4, SYMBOLS_MAX = 256 };

typedef struct Shape {
    size_t depth, width, context, batch, symbols; /* blocks, elements of a row, places, rows of text, characters */
    Form form;
} Shape;

/* The weights of a model, or as many gradients of them: pointers into one array of floats. */
typedef struct Weights {
    float *all;
    size_t count;
    float *symbol;       /* [symbols][width] */
    float *place;        /* [context][width] */
    float *output;       /* [width][symbols] */
    float *gamma, *beta; /* [2 * depth + 1][width] */
    float *blocks;       /* [depth], block_size floats each: qkv [width][3 * width], attention [width][width],
                          * up [width][4 * width], down [4 * width][width] */
} Weights;

typedef struct Model {
    Shape shape;
    Norms norms;
    int threads;
    ln_arena arena;
    Weights weights, gradients, first, second; /* first, second: moments of Adam */
    float *stream, *normal, *mean, *rstd;      /* [2 * depth + 1][tokens][width], and of each row */
    float *embedded, *placed;                  /* [tokens][width]: what s[0] is the sum of */
    float *sublayers;                          /* [depth]: qkv, probabilities, heads; before and after GELU */
    float *added;                              /* [tokens][width]: what a sublayer adds */
    float *logits;                             /* [tokens][symbols], then their gradients */
    float *d_stream, *d_normal;                /* [tokens][width] */
    float *d_wide, *d_inner;                   /* [tokens][4 * width]: gradients within a sublayer */
    float *turned, *turned_weights;            /* a transposed activation, a transposed matrix */
    float *of_heads;                           /* scratch of each head of each row of text */
    float *workspace;
    size_t workspace_bytes;
    float *stream_gradient; /* [2 * depth + 1]: norms of the gradients of s */
} Model;

size_t block_size(const Shape *shape);

/* Takes all memory from a new arena. Returns NULL, or one line that says what is wrong; model_close may follow. */
const char *model_open(Model *model, const Shape *shape, NormKind kind, int threads);
void model_close(Model *model);

/* Weights from a seed: N(0, 1 / rows) for matrices, N(0, 1) * 0.5 for embeddings, gamma 1, beta 0. The same for both
 * forms. */
void model_start(Model *model, uint64_t seed);

/* The mean cross-entropy of the characters that follow, in nats. text: [batch][context + 1]. With `keep` everything
 * that model_backward needs is kept. */
double model_forward(Model *model, const unsigned char *text, int keep);

/* Gradients of that mean, after a model_forward of the same text that kept everything. */
void model_backward(Model *model, const unsigned char *text);

/* A step of Adam, `step` counted from 1. */
void model_step(Model *model, float rate, size_t step);

#endif
