/* zlib's inflate and deflate (zlib1g-dev). */
#include <zlib.h>
