% -- norm_quantise.c: what turns a row into int8
/* Writes the scale of a row whose largest magnitude is `largest`; returns what multiplies the row's elements. Rows below
 * 2^-119 become zeros, which a float's reciprocal cannot express. */
FN float quantise_scale(float *scale, float largest)
{
    const int tiny = largest < 0x1p-119f;
    *scale = tiny ? 0.0f : largest / 127.0f;
    return tiny ? 0.0f : 127.0f / largest;
}

