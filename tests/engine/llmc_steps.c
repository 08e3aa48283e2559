/* llmc_steps.c - training steps of llm.c's train_gpt2.c, which is included as train.c, on a small random checkpoint; prints
 * losses. With an argument it prints how long llm.c's functions and what its calls reach take. */
#define TESTING
#include "train.c"

enum { STEPS = 8, BATCH = 4, TIME = 64 };

static unsigned long long state = 1;
static float random_value(void)
{
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (float)((double)(state >> 40) / 8388608.0 - 1.0);
}

static void write_checkpoint(const char *path)
{
    int header[256] = {20240326, 3, TIME, 512, 2, 12, 768, 512};
    GPT2Config config = {TIME, 512, 512, 2, 12, 768};
    size_t sizes[NUM_PARAMETER_TENSORS];
    FILE *file = fopen(path, "wb");
    fill_in_parameter_sizes(sizes, config);
    if (!file || fwrite(header, sizeof header, 1, file) != 1)
        exit(1);
    for (int t = 0; t < NUM_PARAMETER_TENSORS; t++)
        for (size_t i = 0; i < sizes[t]; i++) {
            /* tensors in their order: gains, of the norms, are about 1 */
            const int gain = t == 2 || t == 8 || t == 14;
            const float v = (gain ? 1.0f : 0.0f) + 0.05f * random_value();
            if (fwrite(&v, sizeof v, 1, file) != 1)
                exit(1);
        }
    if (fclose(file) != 0)
        exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef void Forward(float *, float *, float *, float *, float *, float *, int, int, int);
typedef void Backward(float *, float *, float *, float *, float *, float *, float *, float *, int, int, int);

/* What a call reaches, and llm.c's own functions: their names without parentheses are no calls. */
static void forward_call(float *out, float *mean, float *rstd, float *inp, float *weight, float *bias, int b, int t, int c)
{
    layernorm_forward(out, mean, rstd, inp, weight, bias, b, t, c);
}
static void backward_call(float *dinp, float *dweight, float *dbias, float *dout, float *inp, float *weight, float *mean,
                          float *rstd, int b, int t, int c)
{
    layernorm_backward(dinp, dweight, dbias, dout, inp, weight, mean, rstd, b, t, c);
}

/* ns a row, forward and backward, in turns. */
static void time_norms(int rows)
{
    enum { C = 768 };
    Forward *const forward[2] = {layernorm_forward, forward_call};
    Backward *const backward[2] = {layernorm_backward, backward_call};
    const size_t count = (size_t)rows * C;
    float *memory = malloc(4 * count * sizeof(float) + (size_t)rows * 2 * sizeof(float) + 4 * C * sizeof(float));
    float *inp = memory, *out = inp + count, *dout = out + count, *dinp = dout + count, *mean = dinp + count;
    float *rstd = mean + rows, *weight = rstd + rows, *bias = weight + C, *dweight = bias + C, *dbias = dweight + C;
    double best[2][2] = {{1e9, 1e9}, {1e9, 1e9}};
    for (size_t i = 0; i < 4 * count; i++)
        memory[i] = random_value();
    for (int i = 0; i < 4 * C; i++)
        weight[i] = random_value();
    for (int turn = 0; turn < 400; turn++) {
        const int who = turn & 1;
        const double t0 = now();
        forward[who](out, mean, rstd, inp, weight, bias, 1, rows, C);
        const double t1 = now();
        backward[who](dinp, dweight, dbias, dout, inp, weight, mean, rstd, 1, rows, C);
        const double t2 = now();
        best[who][0] = t1 - t0 < best[who][0] ? t1 - t0 : best[who][0];
        best[who][1] = t2 - t1 < best[who][1] ? t2 - t1 : best[who][1];
    }
    for (int pass = 0; pass < 2; pass++) {
        const double own = best[0][pass] * 1e9 / rows, pair = best[1][pass] * 1e9 / rows;
        printf("%4d rows of %d, %-8s %7.1f ns a row by llm.c, %7.1f by the pair: %.2f times\n", rows, C,
               pass ? "backward" : "forward", own, pair, own / pair);
    }
    free(memory);
}

int main(int argc, char **argv)
{
    GPT2 model;
    static int tokens[BATCH * TIME], targets[BATCH * TIME];
    if (argc > 1) {
        time_norms(256);
        time_norms(4096);
        return 0;
    }
    write_checkpoint("random.bin");
    gpt2_build_from_checkpoint(&model, "random.bin");
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < BATCH * TIME; i++) {
            tokens[i] = (int)((random_value() + 1) * 255);
            targets[i] = (tokens[i] * 7 + 3) % 512;
        }
        gpt2_forward(&model, tokens, targets, BATCH, TIME);
        gpt2_zero_grad(&model);
        gpt2_backward(&model);
        gpt2_update(&model, 1e-4f, 0.9f, 0.999f, 1e-8f, 0.0f, step + 1);
        printf("step %d loss %.7f\n", step, (double)model.mean_loss);
    }
    gpt2_free(&model);
    remove("random.bin");
    return 0;
}
