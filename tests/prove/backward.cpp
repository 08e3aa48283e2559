/* SPDX-License-Identifier: MIT */
/* backward.cpp - reference/backward.c as it is, over expressions. */
#include "c_source.hpp"

#include "../../reference/backward.c"
