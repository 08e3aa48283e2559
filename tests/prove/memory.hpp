/* SPDX-License-Identifier: MIT */
/* memory.hpp - the arrays of a call, twice: once for the kernel, once for the reference; and checks of what a kernel
 * does with them. */
#pragma once
#include "expression.hpp"

#include <string>

void fault(const char *text); /* counts a fault, and prints the first ones with what is being proven */
extern std::string proving;   /* what is being proven */
extern unsigned long faults;

/* The id of a 16-bit or int8 element, which lies beside the arrays. */
Id *beside(const void *element);

/* Checks of a kernel that runs. */
void check_entered();                           /* computing needs the floating-point environment of enter() */
void check_load(const void *p, size_t bytes);   /* inside an array, unless it is a variable of the kernel's own */
void check_stream(const void *p, size_t bytes); /* a non-temporal store: aligned to its size */
void fenced();
unsigned entered();
extern bool runs_on_amd; /* what kernels are told of the processor */
void left(unsigned saved);
void kernel_begins();
void kernel_ends(); /* everything that was begun has ended */

/* An array of the next call, uninitialised, in the kernel's memory: `offset` bytes after a multiple of 64, with memory
 * around it that nobody may touch. The reference's own is at the same place of its memory. */
void *new_array(const char *name, size_t bytes, size_t offset);
void no_arrays();
void copy_arrays();                /* what the kernel's arrays hold, to the reference's */
void copy_back(const void *array); /* what the kernel's array holds, as something the reference does not write */
void *of_reference(const void *kernels);

/* Compares the two memories, what lies between arrays included; counts a fault when they differ. */
void compare_arrays();
