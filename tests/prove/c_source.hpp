/* SPDX-License-Identifier: MIT */
/* c_source.hpp - comes before C that is compiled over expressions: kernels and reference. */
#pragma once
#include "symbolic.hpp"

#include <cfloat>
#include <cmath>
#include <cstring>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define float Float
#define double Double
#define uint16_t Half
#define int8_t   Byte
#define volatile
#define _Static_assert static_assert
