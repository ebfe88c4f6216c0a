/* Hyperscan (libhyperscan-dev): many regular expressions at once, over bytes that come in pieces. */
#include <hs/hs.h>
