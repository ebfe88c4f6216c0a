/* Names of threads, which glibc hides without _GNU_SOURCE. */
#ifndef ZYPHOS_CSYSTEM_THREADS_H
#define ZYPHOS_CSYSTEM_THREADS_H

/* Names the calling thread; the kernel keeps 15 bytes. 0 or an error number. */
int zy_name_thread(const char *name);

#endif
