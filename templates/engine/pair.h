% -- pair.h: how a header for an engine takes in the pair
/* It includes ${P}.c, so that there is nothing else to compile. Where several files include it, define ${U}_SEPARATE
 * before each #include, and compile ${P}.c by itself. */
#ifdef ${U}_SEPARATE
#include "${P}.h"
#else
#include "${P}.c"
#endif
