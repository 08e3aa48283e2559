/* SPDX-License-Identifier: MIT */
/* text.c - names as they stand in model files: which are those of norms, and which can stand in a message. */
#include "readers.h"

#include <ctype.h>
#include <string.h>

bool is_norm_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        size_t left = length - i;
        if (left >= 4 && tolower((unsigned char)name[i]) == 'n' && tolower((unsigned char)name[i + 1]) == 'o' &&
            tolower((unsigned char)name[i + 2]) == 'r' && tolower((unsigned char)name[i + 3]) == 'm')
            return true;
        bool starts = i == 0 || !isalpha((unsigned char)name[i - 1]);
        if (left >= 2 && starts && name[i] == 'l' && name[i + 1] == 'n' &&
            (left == 2 || !isalpha((unsigned char)name[i + 2])))
            return true;
    }
    return false;
}

static bool ends_with(const char *name, size_t length, const char *suffix, size_t *rest)
{
    size_t n = strlen(suffix);
    *rest = length - n;
    return length > n && memcmp(name + length - n, suffix, n) == 0;
}

bool is_numbered_name(const char *name, size_t length)
{
    size_t end;
    if (!ends_with(name, length, ".weight", &end) && !ends_with(name, length, ".bias", &end) &&
        !ends_with(name, length, ".running_mean", &end))
        return false;
    size_t digits = 0;
    while (digits < end && isdigit((unsigned char)name[end - 1 - digits]))
        digits++;
    return digits > 0 && digits < end && name[end - 1 - digits] == '.';
}

bool is_plain_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] <= ' ' || (unsigned char)name[i] >= 0x7F)
            return false;
    return length > 0;
}
