% -- SPDX-License-Identifier: MIT
% -- ln_status.h: what functions of ln.h return, as a header of a directory
#ifndef LN_STATUS_H
#define LN_STATUS_H

/* What the functions of ln.h return. 0 is success. Every other value names what was wrong; nothing has been written
 * then. The comments are what ln_status_message says. */
typedef enum ln_status {
% for _, s in ipairs(statuses) do
    LN_${s.name}, /* ${s.text} */
% end
    LN_STATUS_COUNT
} ln_status;

#endif
