/* Counts the allocations of the calling thread, by standing in for malloc and its family. For tests only. */
#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H
#include <stdint.h>
/* Allocations of this thread since it started. */
uint64_t zy_allocation_count(void);
#endif
