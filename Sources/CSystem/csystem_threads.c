#define _GNU_SOURCE
#include "csystem.h"

#include <pthread.h>

int zy_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }
