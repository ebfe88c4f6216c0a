/* System calls and constants that Swift's Glibc module lacks. Each header has the calls of one room. */
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include "csystem_files.h"
#endif
