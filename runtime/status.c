/* SPDX-License-Identifier: MIT */
/* status.c - a line of English for each status. */
#include "ln.h"

#define LN_STATUS(name, text) [LN_##name] = text,
static const char *const messages[LN_STATUS_COUNT] = {
#include "status.inc"
};

const char *ln_status_message(ln_status status)
{
    return (unsigned)status < LN_STATUS_COUNT ? messages[status] : "unknown status";
}
