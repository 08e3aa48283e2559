/* SPDX-License-Identifier: MIT */
/* reference.cpp - reference/reference.c as it is, over expressions, and what stands for reference/storage.c. */
#include "c_source.hpp"

#include "../../reference/reference.c"

static Op type_of(ln_dtype type) { return type == LN_DTYPE_BF16 ? BF16 : F16; }
float ln_reference_load(ln_dtype type, const void *array, size_t i)
{
    return type == LN_DTYPE_F32 ? ((const float *)array)[i] : Float::of(((const uint16_t *)array)[i].as(type_of(type)));
}
float ln_reference_rounded(ln_dtype type, float value)
{
    return type == LN_DTYPE_F32 ? value : Float::of(rounded(type_of(type), value.id()));
}
void ln_reference_store(ln_dtype type, void *array, size_t i, float value)
{
    if (type == LN_DTYPE_F32)
        ((float *)array)[i] = value;
    else
        *beside((uint16_t *)array + i) = ln_reference_rounded(type, value).id();
}
void ln_reference_store_int8(void *array, size_t i, float value)
{
    *beside((int8_t *)array + i) = rounded(INT8, value.id());
}
float ln_reference_larger(float largest, float value) { return Float::of(larger(largest.id(), value.id())); }
