/* The wrappers are inline: this file only gives the target something to compile. */
#include "csystem.h"
