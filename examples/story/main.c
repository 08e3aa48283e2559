/* SPDX-License-Identifier: MIT */
/* main.c - the program of the story: measures what happens in deep stacks with and without norms, and writes tables.
 *
 *     story drift     -o FILE   activations of a plain stack, layer by layer, with and without LayerNorm
 *     story gradients -o FILE   gradients of each layer of transformers at the start, in Pre-LN and Post-LN form
 *     story train     -o FILE   loss while they learn a text, with and without warm-up
 *     story shares              the norms' share of the time: lngen's kernels, those for any width, a plain loop
 *     story check               gradients against finite differences in double, loss against a reference in double, and
 *                               the same bits on 1, 2 and 3 threads
 *
 * The tables depend on the options alone: not on the machine, the instruction set or the number of threads. */
#define _POSIX_C_SOURCE 200809L
#include "matrix.h"
#include "model.h"
#include "numbers.h"
#include "reference.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_CHECK = 1, EXIT_INPUT = 2, EXIT_FILE = 3 };
enum { DEPTHS_MAX = 16, TEXT_MAX = 200000 };

typedef struct Options {
    const char *command, *output, *text;
    size_t depth, width, steps, warmup, context, batch, depths[DEPTHS_MAX], depth_count;
    uint64_t seed;
    double rate;
    int threads, quiet, pre, post; /* pre, post: the forms to train */
} Options;

static const char *unfinished; /* the file of an output that is not complete */

static void stop(int status, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("story: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    if (unfinished)
        remove(unfinished);
    exit(status);
}

static void *allocated(size_t bytes)
{
    void *p = malloc(bytes);
    if (!p)
        stop(EXIT_INPUT, "there is not enough memory");
    return p;
}

/* The characters of the text, as numbers from 0, and how many different ones there are. */
typedef struct Text {
    unsigned char *symbols;
    size_t length, kinds;
} Text;

static Text read_text(const char *path)
{
    static unsigned char bytes[TEXT_MAX + 1];
    FILE *f = fopen(path, "rb");
    if (!f)
        stop(EXIT_FILE, "%s: %s; --text names the text to learn", path, strerror(errno));
    Text t = {bytes, fread(bytes, 1, sizeof bytes, f), 0};
    const int bad = ferror(f);
    fclose(f);
    if (bad || t.length > TEXT_MAX || t.length < 10000)
        stop(EXIT_INPUT, "%s: is not a text of 10000 to %d bytes", path, TEXT_MAX);
    int number[256];
    for (int c = 0; c < 256; c++)
        number[c] = -1;
    for (size_t i = 0; i < t.length; i++)
        number[bytes[i]] = 0;
    for (int c = 0; c < 256; c++)
        if (number[c] == 0)
            number[c] = (int)t.kinds++;
    for (size_t i = 0; i < t.length; i++)
        bytes[i] = (unsigned char)number[bytes[i]];
    return t;
}

/* Rows of a text that begin at random places; those of a test begin in the last tenth, which training never sees. */
static void draw_text(unsigned char *rows, const Text *text, const Shape *s, Random *r, int test)
{
    const size_t row = s->context + 1, split = text->length / 10 * 9;
    const size_t from = test ? split : 0, places = (test ? text->length : split) - from - row;
    for (size_t i = 0; i < s->batch; i++)
        memcpy(rows + i * row, text->symbols + from + random_below(r, places), row);
}

/* An output that appears under its name only when it is complete. */
typedef struct Table {
    FILE *file;
    const char *path;
    char *beside;
} Table;

static Table table_open(const char *path)
{
    Table t = {stdout, path, NULL};
    if (!path)
        return t;
    const size_t size = strlen(path) + 32;
    t.beside = allocated(size);
    snprintf(t.beside, size, "%s.%ld.tmp", path, (long)getpid());
    t.file = fopen(t.beside, "w");
    if (!t.file)
        stop(EXIT_FILE, "%s: %s", path, strerror(errno));
    unfinished = t.beside;
    return t;
}

static void table_close(Table *t)
{
    const int bad = ferror(t->file);
    if (!t->path) {
        if (fflush(stdout) != 0 || bad)
            stop(EXIT_FILE, "standard output could not be written");
        return;
    }
    if (fclose(t->file) != 0 || bad || rename(t->beside, t->path) != 0)
        stop(EXIT_FILE, "%s: %s", t->path, strerror(errno));
    unfinished = NULL;
    free(t->beside);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* What is done, and on a terminal how long it will still take. */
static void progress(const Options *o, double begun, size_t done, size_t all, const char *what)
{
    if (o->quiet || !isatty(STDERR_FILENO))
        return;
    const double left = done ? (now() - begun) / (double)done * (double)(all - done) : 0;
    if (done < all)
        fprintf(stderr, "\r\033[K%s: %zu of %zu, about %.0f s left", what, done, all, left);
    else
        fputs("\r\033[K", stderr);
}

static const char *form_name(Form form) { return form == FORM_PRE ? "pre" : "post"; }

static void open_model(Model *m, const Shape *shape, NormKind kind, int threads)
{
    const char *problem = model_open(m, shape, kind, threads);
    if (problem)
        stop(EXIT_INPUT, "depth %zu, width %zu: %s", shape->depth, shape->width, problem);
}

static Shape shape_of(const Options *o, const Text *text, Form form)
{
    const Shape s = {o->depth, o->width, o->context, o->batch, text->kinds, form};
    return s;
}

/* Act I: x[l + 1] = relu(x[l] W[l]), and the same with LayerNorm after each layer. */
static void drift(const Options *o)
{
    enum { ROWS = 64 };
    static const double scales[] = {0.5, 1, 2}; /* of the weights that keep the mean square as it is */
    const size_t width = o->width, count = ROWS * width;
    Norms norms;
    const char *problem = norms_open(&norms, NORM_KERNEL, width, o->threads);
    if (problem)
        stop(EXIT_INPUT, "width %zu: %s", width, problem);
    ln_arena dry, arena;
    float *x = NULL, *next = NULL, *matrix = NULL, *gamma = NULL, *beta = NULL;
    ln_arena_dry(&dry);
    for (int real = 0; real < 2; real++) {
        ln_arena *a = real ? &arena : &dry;
        if (real && ln_arena_open(&arena, ln_arena_bytes(&dry)) != LN_OK)
            stop(EXIT_INPUT, "width %zu: there is not enough memory", width);
        x = ln_arena_take(a, "x", count * sizeof(float));
        next = ln_arena_take(a, "next x", count * sizeof(float));
        matrix = ln_arena_take(a, "matrix", width * width * sizeof(float));
        gamma = ln_arena_take(a, "gamma", width * sizeof(float));
        beta = ln_arena_take(a, "beta", width * sizeof(float));
    }
    for (size_t i = 0; i < width; i++)
        gamma[i] = 1;
    Table t = table_open(o->output);
    fputs("norm\tscale\tlayer\tmean\tdeviation\tlargest\n", t.file);
    const double begun = now();
    size_t done = 0;
    for (int with = 0; with < 2; with++)
        for (size_t c = 0; c < sizeof scales / sizeof scales[0]; c++) {
            Random r = {o->seed};
            fill_normal(&r, x, count, 1);
            for (size_t layer = 0; layer <= o->depth; layer++) {
                double sum = 0, squares = 0;
                float largest = 0;
                for (size_t i = 0; i < count; i++) {
                    sum += (double)x[i];
                    largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
                }
                const double mean = sum / (double)count;
                for (size_t i = 0; i < count; i++)
                    squares += ((double)x[i] - mean) * ((double)x[i] - mean);
                fprintf(t.file, "%s\t%g\t%zu\t%.9g\t%.9g\t%.9g\n", with ? "layernorm" : "none", scales[c], layer, mean,
                        sqrt(squares / (double)count), (double)largest);
                if (layer == o->depth)
                    break;
                fill_normal(&r, matrix, width * width, scales[c] * sqrt(2 / (double)width));
                multiply_all(next, x, matrix, ROWS, width, width, o->threads);
                for (size_t i = 0; i < count; i++)
                    next[i] = next[i] > 0 ? next[i] : 0;
                if (with && norm_plain(&norms, x, next, gamma, beta, ROWS) != LN_OK)
                    stop(EXIT_INPUT, "width %zu: the norm refused its arguments", width);
                if (!with)
                    memcpy(x, next, count * sizeof(float));
            }
            progress(o, begun, ++done, 6, "drift");
        }
    table_close(&t);
    ln_arena_close(&arena);
}

/* Act II, at the start: gradients of the same weights in both forms. */
static void gradients(const Options *o)
{
    const Text text = read_text(o->text);
    Table t = table_open(o->output);
    fputs("form\tdepth\tlayer\tweights\tstream\n", t.file);
    size_t all = 0, done = 0;
    for (size_t i = 0; i < o->depth_count; i++)
        all += 2 * o->depths[i];
    const double begun = now();
    for (size_t i = 0; i < o->depth_count; i++)
        for (int form = FORM_PRE; form <= FORM_POST; form++) {
            Shape s = shape_of(o, &text, (Form)form);
            s.depth = o->depths[i];
            Model m;
            open_model(&m, &s, NORM_KERNEL, o->threads);
            unsigned char *rows = allocated(s.batch * (s.context + 1));
            Random r = {o->seed + 1};
            draw_text(rows, &text, &s, &r, 0);
            model_start(&m, o->seed);
            model_forward(&m, rows, 1);
            model_backward(&m, rows);
            const size_t size = block_size(&s);
            for (size_t layer = 0; layer < s.depth; layer++)
                fprintf(t.file, "%s\t%zu\t%zu\t%.9g\t%.9g\n", form_name(s.form), s.depth, layer + 1,
                        norm_of(m.gradients.blocks + layer * size, size), (double)m.stream_gradient[2 * layer + 2]);
            free(rows);
            model_close(&m);
            done += s.depth;
            progress(o, begun, done, all, "gradients");
        }
    table_close(&t);
}

/* The rate grows over the first `warmup` steps, and stays. */
static float rate_at(const Options *o, size_t step, size_t warmup)
{
    return (float)(step < warmup ? o->rate * (double)step / (double)warmup : o->rate);
}

/* Steps from 1 on; writes a line for each. Returns the loss of text that training has not seen. */
static double train_once(const Options *o, const Text *text, Form form, size_t warmup, int threads, FILE *table,
                         double begun, size_t before, size_t all)
{
    const Shape s = shape_of(o, text, form);
    Model m;
    open_model(&m, &s, NORM_KERNEL, threads);
    unsigned char *rows = allocated(s.batch * (s.context + 1));
    Random r = {o->seed + 1};
    model_start(&m, o->seed);
    for (size_t step = 1; step <= o->steps; step++) {
        draw_text(rows, text, &s, &r, 0);
        const double loss = model_forward(&m, rows, 1);
        model_backward(&m, rows);
        model_step(&m, rate_at(o, step, warmup), step);
        if (table)
            fprintf(table, "%s\t%zu\t%zu\t%.17g\n", form_name(form), warmup, step, loss);
        if (step % 8 == 0 || step == o->steps)
            progress(o, begun, before + step, all, "train");
    }
    double loss = 0;
    enum { TESTS = 8 };
    Random of_test = {o->seed + 2};
    for (int i = 0; i < TESTS; i++) {
        draw_text(rows, text, &s, &of_test, 1);
        loss += model_forward(&m, rows, 0) / TESTS;
    }
    free(rows);
    model_close(&m);
    return loss;
}

/* Act II, training. */
static void train(const Options *o)
{
    const Text text = read_text(o->text);
    Table t = table_open(o->output);
    fputs("form\twarmup\tstep\tloss\n", t.file);
    const double begun = now();
    size_t done = 0;
    const size_t all = 2 * o->steps * (size_t)(o->pre + o->post);
    for (int form = FORM_PRE; form <= FORM_POST; form++)
        for (int warm = 0; warm < 2; warm++) {
            if (!(form == FORM_PRE ? o->pre : o->post))
                continue;
            const double loss =
                train_once(o, &text, (Form)form, warm ? o->warmup : 0, o->threads, t.file, begun, done, all);
            done += o->steps;
            if (!o->quiet)
                fprintf(stderr, "%s-LN, %s: %.4f nats a character on text not seen in training, after %zu steps\n",
                        form == FORM_PRE ? "Pre" : "Post", warm ? "with warm-up" : "without warm-up", loss, o->steps);
        }
    table_close(&t);
}

/* How much of a training step norms take, on one thread: the least times of all steps, which the three kinds of norms
 * take in turns. */
static void shares(const Options *o)
{
    enum { KINDS = NORM_LOOP + 1 };
    static const char *names[KINDS] = {"lngen's kernels", "kernels for any width", "a plain loop"};
    const Text text = read_text(o->text);
    const Shape s = shape_of(o, &text, FORM_PRE);
    Table t = table_open(o->output);
    fprintf(t.file, "norms\tms a step\tms in norms\tshare\n");
    Model models[KINDS];
    double step_best[KINDS], norms_best[KINDS];
    unsigned char *rows = allocated(s.batch * (s.context + 1));
    Random r = {o->seed + 1};
    for (int kind = 0; kind < KINDS; kind++) {
        open_model(&models[kind], &s, (NormKind)kind, 1);
        model_start(&models[kind], o->seed);
        step_best[kind] = norms_best[kind] = HUGE_VAL;
    }
    const double started = now();
    for (size_t step = 1; step <= o->steps; step++) {
        draw_text(rows, &text, &s, &r, 0);
        for (int kind = 0; kind < KINDS; kind++) {
            Model *m = &models[kind];
            m->norms.seconds = 0;
            const double begun = now();
            model_forward(m, rows, 1);
            model_backward(m, rows);
            model_step(m, (float)o->rate, step);
            step_best[kind] = fmin(step_best[kind], now() - begun);
            norms_best[kind] = fmin(norms_best[kind], m->norms.seconds);
        }
        progress(o, started, step, o->steps, "shares");
    }
    for (int kind = 0; kind < KINDS; kind++) {
        fprintf(t.file, "%s\t%.2f\t%.3f\t%.2f %%\n", names[kind], step_best[kind] * 1e3, norms_best[kind] * 1e3,
                100 * norms_best[kind] / step_best[kind]);
        model_close(&models[kind]);
    }
    free(rows);
    table_close(&t);
}

static int failures;

static void expect(int holds, const char *what, double is, double most)
{
    printf("%-70s %.3g, at most %.3g%s\n", what, is, most, holds ? "" : ": FAILED");
    failures += !holds;
}

/* Gradients of some weights of each kind against differences of the loss in double. */
static void check_gradients(const Options *o, const Text *text, Form form)
{
    Shape s = shape_of(o, text, form);
    s.depth = 2, s.width = 32, s.context = 8, s.batch = 2;
    Model m;
    open_model(&m, &s, NORM_KERNEL, o->threads);
    unsigned char rows[2 * 9];
    double *weights = allocated(m.weights.count * sizeof *weights);
    Random r = {o->seed + 1};
    draw_text(rows, text, &s, &r, 0);
    model_start(&m, o->seed);
    /* gamma and beta as training might leave them */
    for (size_t i = 0; i < (2 * s.depth + 1) * s.width; i++) {
        m.weights.gamma[i] = (float)(1 + 0.2 * random_normal(&r));
        m.weights.beta[i] = (float)(0.2 * random_normal(&r));
    }
    model_forward(&m, rows, 1);
    model_backward(&m, rows);
    for (size_t i = 0; i < m.weights.count; i++)
        weights[i] = (double)m.weights.all[i];
    const size_t square = s.width * s.width, norms = (2 * s.depth + 1) * s.width;
    const struct {
        const char *name;
        const float *of;
        size_t count;
    } kinds[] = {
        {"embeddings of characters", m.gradients.symbol, s.symbols * s.width},
        {"embeddings of places", m.gradients.place, s.context * s.width},
        {"output", m.gradients.output, s.width * s.symbols},
        {"gamma", m.gradients.gamma, norms},
        {"beta", m.gradients.beta, norms},
        {"qkv", m.gradients.blocks, 3 * square},
        {"attention", m.gradients.blocks + 3 * square, square},
        {"up", m.gradients.blocks + 4 * square, WIDER * square},
        {"down", m.gradients.blocks + (4 + WIDER) * square, WIDER * square},
        {"the last block", m.gradients.blocks + (s.depth - 1) * block_size(&s), block_size(&s)},
    };
    enum { SOME = 60 };
    const double STEP = 1e-4, MOST = 2e-5;
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        double worst = 0, scale = 1e-30;
        for (size_t i = 0; i < kinds[kind].count; i++)
            scale = fmax(scale, fabs((double)kinds[kind].of[i]));
        const size_t first = (size_t)(kinds[kind].of - m.gradients.all);
        for (int i = 0; i < SOME; i++) {
            const size_t at = first + random_below(&r, kinds[kind].count);
            const double was = weights[at];
            weights[at] = was + STEP;
            const double above = reference_loss(&s, weights, rows);
            weights[at] = was - STEP;
            const double below = reference_loss(&s, weights, rows);
            weights[at] = was;
            const double error = fabs((above - below) / (2 * STEP) - (double)m.gradients.all[at]) / scale;
            worst = error > worst || !(error == error) ? error : worst;
        }
        char what[128];
        snprintf(what, sizeof what, "%s: gradient of %s, error to the largest", form_name(form), kinds[kind].name);
        expect(worst <= MOST, what, worst, MOST);
    }
    free(weights);
    model_close(&m);
}

/* The loss of the first step against the reference in double, at the shape of training. */
static void check_loss(const Options *o, const Text *text, Form form)
{
    const Shape s = shape_of(o, text, form);
    Model m;
    open_model(&m, &s, NORM_KERNEL, o->threads);
    unsigned char *rows = allocated(s.batch * (s.context + 1));
    double *weights = allocated(m.weights.count * sizeof *weights);
    Random r = {o->seed + 1};
    draw_text(rows, text, &s, &r, 0);
    model_start(&m, o->seed);
    const double kept = model_forward(&m, rows, 1), loss = model_forward(&m, rows, 0);
    for (size_t i = 0; i < m.weights.count; i++)
        weights[i] = (double)m.weights.all[i];
    const double exact = reference_loss(&s, weights, rows), error = fabs(loss - exact), MOST = 1e-6;
    char what[128];
    snprintf(what, sizeof what, "%s: loss of step 1, %.9f, distance to double", form_name(form), loss);
    expect(error <= MOST, what, error, MOST);
    snprintf(what, sizeof what, "%s: the loss without keeping sums, distance to that with", form_name(form));
    expect(loss == kept, what, fabs(loss - kept), 0);
    free(rows);
    free(weights);
    model_close(&m);
}

/* The curve of a short run as text: the same for every number of threads. */
static void check_threads(const Options *o, const Text *text, Form form)
{
    Options few = *o;
    few.steps = o->steps < 3 ? o->steps : 3;
    few.quiet = 1;
    char *first = NULL, *curve = NULL;
    size_t first_size = 0, size;
    for (int threads = 1; threads <= 3; threads++) {
        FILE *f = open_memstream(&curve, &size);
        if (!f)
            stop(EXIT_INPUT, "there is not enough memory");
        const double test = train_once(&few, text, form, 0, threads, f, 0, 0, 1);
        fprintf(f, "%.17g\n", test);
        fclose(f);
        if (threads == 1) {
            first = curve;
            first_size = size;
            continue;
        }
        const int same = size == first_size && memcmp(curve, first, size) == 0;
        char what[128];
        snprintf(what, sizeof what, "%s: curves of %d threads and of one, differences", form_name(form), threads);
        expect(same, what, !same, 0);
        free(curve);
    }
    free(first);
}

static int check(const Options *o)
{
    const Text text = read_text(o->text);
    for (int form = FORM_PRE; form <= FORM_POST; form++) {
        check_gradients(o, &text, (Form)form);
        check_loss(o, &text, (Form)form);
        check_threads(o, &text, (Form)form);
    }
#ifndef _OPENMP
    puts("built without OpenMP: one thread did the work of all");
#endif
    printf("%d failed\n", failures);
    return failures ? EXIT_CHECK : 0;
}

static size_t whole(const char *option, const char *text, size_t from, size_t to)
{
    char *end;
    errno = 0;
    const unsigned long long n = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || n < from || n > to)
        stop(EXIT_INPUT, "%s: '%s' is not a whole number from %zu to %zu", option, text, from, to);
    return (size_t)n;
}

static const char usage[] =
    "usage: story drift | gradients | train | shares | check [options]\n\n"
    "  -o FILE       write the table to FILE instead of standard output\n"
    "  --depth N     layers of drift, blocks of the others, 1 to 512; default 48 and 6\n"
    "  --depths N,.. of gradients; default 6,12,24,48,96\n"
    "  --width N     elements of a row, a multiple of 16 from 16 to 1024; default 256 for drift, else 64\n"
    "  --context N   characters that the model sees, 8 to 256; default 64\n"
    "  --batch N     rows of text in a step, 1 to 64; default 8\n"
    "  --steps N     steps of training, 1 to 100000; default 300 (shares: 20)\n"
    "  --warmup N    steps until the rate is reached, in the runs with warm-up, 1 to 100000; default 100\n"
    "  --rate X      of Adam, above 0, at most 1; default 0.003\n"
    "  --seed N      of weights and of the choice of text; default 1\n"
    "  --threads N   1 to 64; default 1\n"
    "  --form F      of train: pre or post; both without it\n"
    "  --text FILE   the text to learn; default alice.txt beside the sources\n"
    "  --quiet       print no progress\n";

static Options parse(int argc, char **argv)
{
    enum { DEPTH = 256, DEPTHS, WIDTH, CONTEXT, BATCH, STEPS, WARMUP, RATE, SEED, THREADS, FORM, TEXT, QUIET, HELP };
    static const struct option known[] = {
        {"depth", 1, NULL, DEPTH},     {"depths", 1, NULL, DEPTHS}, {"width", 1, NULL, WIDTH},
        {"context", 1, NULL, CONTEXT}, {"batch", 1, NULL, BATCH},   {"steps", 1, NULL, STEPS},
        {"warmup", 1, NULL, WARMUP},   {"rate", 1, NULL, RATE},     {"seed", 1, NULL, SEED},
        {"threads", 1, NULL, THREADS}, {"form", 1, NULL, FORM},     {"text", 1, NULL, TEXT},
        {"quiet", 0, NULL, QUIET},     {"help", 0, NULL, HELP},     {NULL, 0, NULL, 0},
    };
    Options o = {.text = STORY_TEXT,
                 .context = 64,
                 .batch = 8,
                 .warmup = 100,
                 .rate = 0.003,
                 .seed = 1,
                 .threads = 1,
                 .pre = 1,
                 .post = 1,
                 .depths = {6, 12, 24, 48, 96},
                 .depth_count = 5};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "o:", known, NULL)) != -1;) {
        char *end, *word;
        switch (c) {
        case 'o':
            o.output = optarg;
            break;
        case DEPTH:
            o.depth = whole("--depth", optarg, 1, 512);
            break;
        case DEPTHS:
            o.depth_count = 0;
            for (word = strtok(optarg, ","); word; word = strtok(NULL, ",")) {
                if (o.depth_count == DEPTHS_MAX)
                    stop(EXIT_INPUT, "--depths: more than %d depths", DEPTHS_MAX);
                o.depths[o.depth_count++] = whole("--depths", word, 1, 512);
            }
            if (o.depth_count == 0)
                stop(EXIT_INPUT, "--depths: '' names no depth; say 6,12");
            break;
        case WIDTH:
            o.width = whole("--width", optarg, 16, 1024);
            if (o.width % 16)
                stop(EXIT_INPUT, "--width: %zu is not a multiple of 16 from 16 to 1024", o.width);
            break;
        case CONTEXT:
            o.context = whole("--context", optarg, 8, 256);
            break;
        case BATCH:
            o.batch = whole("--batch", optarg, 1, 64);
            break;
        case STEPS:
            o.steps = whole("--steps", optarg, 1, 100000);
            break;
        case WARMUP:
            o.warmup = whole("--warmup", optarg, 1, 100000);
            break;
        case RATE:
            o.rate = strtod(optarg, &end);
            if (end == optarg || *end || !(o.rate > 0 && o.rate <= 1))
                stop(EXIT_INPUT, "--rate: '%s' is not a number above 0 and at most 1", optarg);
            break;
        case SEED:
            o.seed = whole("--seed", optarg, 0, SIZE_MAX);
            break;
        case THREADS:
            o.threads = (int)whole("--threads", optarg, 1, 64);
            break;
        case FORM:
            o.pre = strcmp(optarg, "pre") == 0;
            o.post = strcmp(optarg, "post") == 0;
            if (!o.pre && !o.post)
                stop(EXIT_INPUT, "--form: '%s' is neither pre nor post", optarg);
            break;
        case TEXT:
            o.text = optarg;
            break;
        case QUIET:
            o.quiet = 1;
            break;
        case HELP:
            fputs(usage, stdout);
            exit(0);
        default:
            stop(EXIT_INPUT, "%s: unknown, or its value is missing; see story --help", argv[optind - 1]);
        }
    }
    if (optind != argc - 1)
        stop(EXIT_INPUT, "one command is wanted: drift, gradients, train, shares or check; see story --help");
    o.command = argv[optind];
    const int plain = strcmp(o.command, "drift") == 0;
    o.depth = o.depth ? o.depth : plain ? 48 : 6;
    o.width = o.width ? o.width : plain ? 256 : 64;
    o.steps = o.steps ? o.steps : strcmp(o.command, "shares") == 0 ? 20 : 300;
    return o;
}

int main(int argc, char **argv)
{
    const Options o = parse(argc, argv);
    static const struct {
        const char *name;
        void (*run)(const Options *);
    } commands[] = {{"drift", drift}, {"gradients", gradients}, {"train", train}, {"shares", shares}};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(o.command, commands[i].name) == 0) {
            commands[i].run(&o);
            return 0;
        }
    if (strcmp(o.command, "check") == 0)
        return check(&o);
    stop(EXIT_INPUT, "'%s' is no command; one of drift, gradients, train, shares, check", o.command);
}
