/* SPDX-License-Identifier: MIT */
/* reference.c - the stack in double, written for reading; it shares no code with model.c. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>

/* c[rows][columns] = a[rows][inner] b[inner][columns] */
static void product(double *c, const double *a, const double *b, size_t rows, size_t columns, size_t inner)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++)
            c[i * columns + j] = 0;
        for (size_t k = 0; k < inner; k++)
            for (size_t j = 0; j < columns; j++)
                c[i * columns + j] += a[i * inner + k] * b[k * columns + j];
    }
}

static void norm(double *y, const double *x, const double *gamma, const double *beta, size_t rows, size_t width)
{
    for (size_t r = 0; r < rows; r++) {
        const double *of = x + r * width;
        double mean = 0, variance = 0;
        for (size_t i = 0; i < width; i++)
            mean += of[i] / (double)width;
        for (size_t i = 0; i < width; i++)
            variance += (of[i] - mean) * (of[i] - mean) / (double)width;
        for (size_t i = 0; i < width; i++)
            y[r * width + i] = (of[i] - mean) / sqrt(variance + (double)1e-5f) * gamma[i] + beta[i];
    }
}

static void attention(double *heads, double *score, const double *qkv, const Shape *s)
{
    const size_t wide = s->width / HEADS, next = 3 * s->width;
    for (size_t text = 0; text < s->batch; text++)
        for (size_t head = 0; head < HEADS; head++)
            for (size_t i = 0; i < s->context; i++) {
                const double *of = qkv + text * s->context * next + head * wide, *q = of + i * next;
                double sum = 0, *out = heads + (text * s->context + i) * s->width + head * wide;
                for (size_t j = 0; j <= i; j++) {
                    score[j] = 0;
                    for (size_t e = 0; e < wide; e++)
                        score[j] += q[e] * of[j * next + s->width + e];
                    score[j] = exp(score[j] / sqrt((double)wide));
                    sum += score[j];
                }
                for (size_t e = 0; e < wide; e++) {
                    out[e] = 0;
                    for (size_t j = 0; j <= i; j++)
                        out[e] += score[j] / sum * of[j * next + 2 * s->width + e];
                }
            }
}

double reference_loss(const Shape *s, const double *weights, const unsigned char *text)
{
    const size_t width = s->width, tokens = s->batch * s->context, row = tokens * width, square = width * width;
    const double *symbol = weights, *place = symbol + s->symbols * width, *output = place + s->context * width;
    const double *gamma = output + s->symbols * width, *beta = gamma + (2 * s->depth + 1) * width;
    const double *blocks = beta + (2 * s->depth + 1) * width;
    double *memory = malloc((2 * row + 4 * row + row + tokens * s->symbols + s->context) * sizeof(double));
    if (!memory)
        return NAN;
    double *stream = memory, *normal = stream + row, *wide = normal + row, *added = wide + 4 * row;
    double *logits = added + row, *score = logits + tokens * s->symbols;
    for (size_t t = 0; t < tokens; t++)
        for (size_t i = 0; i < width; i++)
            stream[t * width + i] = symbol[text[t / s->context * (s->context + 1) + t % s->context] * width + i] +
                                    place[t % s->context * width + i];
    for (size_t k = 0;; k++) {
        norm(normal, stream, gamma + k * width, beta + k * width, tokens, width);
        if (k == 2 * s->depth)
            break;
        const double *qkv = blocks + k / 2 * (4 + 2 * WIDER) * square, *up = qkv + 4 * square,
                     *down = up + WIDER * square;
        if (k % 2 == 0) {
            product(wide, normal, qkv, tokens, 3 * width, width);
            double *heads = wide + 3 * row;
            attention(heads, score, wide, s);
            product(added, heads, qkv + 3 * square, tokens, width, width);
        } else {
            product(wide, normal, up, tokens, WIDER * width, width);
            for (size_t i = 0; i < WIDER * row; i++)
                wide[i] *= 0.5 * (1 + tanh(sqrt(2 / acos(-1)) * (wide[i] + 0.044715 * wide[i] * wide[i] * wide[i])));
            product(added, wide, down, tokens, width, WIDER * width);
        }
        for (size_t i = 0; i < row; i++)
            stream[i] = (s->form == FORM_PRE ? stream[i] : normal[i]) + added[i];
    }
    product(logits, normal, output, tokens, s->symbols, width);
    double loss = 0;
    for (size_t t = 0; t < tokens; t++) {
        double sum = 0;
        for (size_t i = 0; i < s->symbols; i++)
            sum += exp(logits[t * s->symbols + i]);
        loss += log(sum) - logits[t * s->symbols + text[t / s->context * (s->context + 1) + t % s->context + 1]];
    }
    free(memory);
    return loss / (double)tokens;
}
