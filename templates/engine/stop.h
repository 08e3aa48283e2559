% -- stop.h: what is wrong with an argument of a function of C, said as llm.c and llama2.c do: one line, and the end
static inline void ${P}_${tag:lower()}_stop(const char *function, const char *argument, const char *why)
{
    fprintf(stderr, "Error: %s: %s %s\n", function, argument, why);
    exit(EXIT_FAILURE);
}

static inline void ${P}_${tag:lower()}_array(const char *function, const char *argument, const float *array)
{
    if (!array)
        ${P}_${tag:lower()}_stop(function, argument, "is NULL");
    if ((uintptr_t)array % sizeof(float))
        ${P}_${tag:lower()}_stop(function, argument, "is not the address of a float");
}
