/* SPDX-License-Identifier: MIT */
/* memory.cpp - the arrays of a call, and checks of what a kernel does with them. */
#include "memory.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <vector>

enum : size_t { SIZE = (size_t)1 << 28, GAP = 256 };

std::string proving;
unsigned long faults;

void fault(const char *text)
{
    if (faults++ < 5)
        fprintf(stderr, "%s: %s\n", proving.c_str(), text);
}

/* The kernel's memory, then the reference's; and an id for each byte of them. */
static char *memory;
static Id *ids;
static size_t used;
struct Array {
    const char *name;
    char *begin, *end;
};
static std::vector<Array> arrays;

static void *reserve(size_t bytes)
{
    void *p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        perror("prove");
        exit(2);
    }
    return p;
}

static bool within(const void *p, size_t bytes)
{
    return (const char *)p >= memory && (const char *)p + bytes <= memory + 2 * SIZE;
}
Id *beside(const void *element)
{
    if (!within(element, 1)) {
        fault("a 16-bit or int8 element that is in no array");
        static Id nowhere;
        return &nowhere;
    }
    return ids + ((const char *)element - memory);
}

static bool running;
static unsigned depth, streams;
void check_entered()
{
    if (running && depth == 0)
        fault("computes outside enter() and leave()");
}
unsigned entered() { return ++depth; }
bool runs_on_amd;
void left(unsigned saved)
{
    if (saved != depth)
        fault("leave() is not given what enter() returned");
    depth--;
}
void fenced() { streams = 0; }
void check_stream(const void *p, size_t bytes)
{
    streams++;
    if ((uintptr_t)p % bytes != 0)
        fault("a non-temporal store to an address that is not a multiple of its size");
}
void check_load(const void *p, size_t bytes)
{
    if (!within(p, 1))
        return;
    for (const Array &a : arrays)
        if ((const char *)p >= a.begin && (const char *)p + bytes <= a.end)
            return;
    fault("a load beyond its array");
}
void kernel_begins()
{
    running = true;
    depth = streams = 0;
}
void kernel_ends()
{
    running = false;
    if (depth)
        fault("enter() without leave()");
    if (streams)
        fault("no fence after non-temporal stores");
}

/* Makes memory what no expression's id is. */
static void spoil(size_t begin, size_t end)
{
    for (size_t side = 0; side < 2; side++) {
        memset(memory + side * SIZE + begin, 0xff, end - begin);
        memset(ids + side * SIZE + begin, 0xff, (end - begin) * sizeof *ids);
    }
}
void no_arrays()
{
    if (!memory) {
        memory = (char *)reserve(2 * SIZE);
        ids = (Id *)reserve(2 * SIZE * sizeof *ids);
    }
    arrays.clear();
    used = 0;
}
void *new_array(const char *name, size_t bytes, size_t offset)
{
    const size_t begin = (used + GAP + 63) / 64 * 64 + offset, end = begin + bytes + GAP;
    if (end > SIZE) {
        fprintf(stderr, "%s: arrays are too large\n", proving.c_str());
        exit(2);
    }
    spoil(used, end);
    used = end;
    arrays.push_back({name, memory + begin, memory + begin + bytes});
    return memory + begin;
}
void *of_reference(const void *kernels) { return kernels ? (char *)(uintptr_t)kernels + SIZE : nullptr; }
static void copy(char *begin, size_t bytes)
{
    memcpy(begin + SIZE, begin, bytes);
    Id *id = beside(begin);
    memcpy(id + SIZE, id, bytes * sizeof *id);
}
void copy_arrays() { copy(memory, used); }
void copy_back(const void *array)
{
    for (const Array &a : arrays)
        if (a.begin == array)
            copy(a.begin, (size_t)(a.end - a.begin));
}

static void differ(size_t at, Id is, Id should)
{
    static char text[200];
    const Array *in = nullptr;
    for (const Array &a : arrays)
        if (memory + at >= a.begin && memory + at < a.end)
            in = &a;
    if (in)
        snprintf(text, sizeof text, "%s differs at byte %zu", in->name, (size_t)(memory + at - in->begin));
    else
        snprintf(text, sizeof text, "memory between arrays was written");
    fault(text);
    if (in && faults < 3) {
        fputs("    kernel:    ", stderr);
        print(is, 5);
        fputs("\n    reference: ", stderr);
        print(should, 5);
        fputs("\n", stderr);
    }
}
void compare_arrays()
{
    if (memcmp(memory, memory + SIZE, used) != 0)
        for (size_t at = 0; at < used; at += 4) {
            Id a, b;
            memcpy(&a, memory + at, sizeof a);
            memcpy(&b, memory + SIZE + at, sizeof b);
            if (a != b)
                return differ(at, a, b);
        }
    if (memcmp(ids, ids + SIZE, used * sizeof *ids) != 0)
        for (size_t at = 0; at < used; at++)
            if (ids[at] != ids[SIZE + at])
                return differ(at, ids[at], ids[SIZE + at]);
}
