% -- SPDX-License-Identifier: MIT
% -- quantise.c: what turns a row into int8
% item "quantise_scale"
/* Writes the scale of a row whose largest magnitude is `largest` and returns what multiplies the row: 127 / largest. If
 * `largest` is below 2^-119, that quotient would overflow and the scale be denormal, so such rows become zeros. */
FN float quantise_scale(float *scale, float largest)
{
    const int tiny = largest < 0x1p-119f;
    *scale = tiny ? 0.0f : largest / 127.0f;
    return tiny ? 0.0f : 127.0f / largest;
}

