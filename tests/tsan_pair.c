/* tsan_pair.c - the first calls of a pair of files, by eight threads at once; tsan.sh compiles it. */
#include "pair.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS = 8, ROWS = 3, WIDTH = 70 };

static pthread_barrier_t all_are_here;
static float x[ROWS * WIDTH], gamma_[WIDTH], beta[WIDTH], y[THREADS][ROWS * WIDTH];

static void *work(void *to)
{
    pthread_barrier_wait(&all_are_here);
    pair_layernorm_f32_70(to, NULL, NULL, x, gamma_, beta, 1e-5f, ROWS);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < ROWS * WIDTH; i++)
        x[i] = (float)(i * 7919 % 1009);
    for (int i = 0; i < WIDTH; i++)
        gamma_[i] = 1, beta[i] = (float)i;
    pthread_barrier_init(&all_are_here, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, y[i]) != 0)
            return 2;
    int same = 1;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        same &= memcmp(y[i], y[0], sizeof y[0]) == 0 && y[i][1] != 0;
    }
    printf("first calls of a pair by %d threads: %s\n", THREADS, same ? "the same bytes" : "other bytes");
    return !same;
}
