/* The header is the module; the functions are written in Swift (Sources/zyparsers). */
#include "zyparsers.h"
