/* text.c - names as they stand in model files: which are those of norms, and which can stand in a message. */
#include "readers.h"

#include <ctype.h>

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

bool is_plain_name(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] <= ' ' || (unsigned char)name[i] >= 0x7F)
            return false;
    return length > 0;
}
