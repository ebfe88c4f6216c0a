/* Files: openat2(2), O_PATH, and which CPU a thread runs on. No system header is included here: its declarations would
   become this module's, and every file that uses a timespec would have to import it. */
#ifndef CSYSTEM_FILES_H
#define CSYSTEM_FILES_H
#include <stdint.h>

/* glibc hides these without _GNU_SOURCE, with which Swift's Glibc module is not built. csystem_files.c holds them against the
   system's; arm64 has two of them in another order. */
#if defined(__aarch64__)
#define ZY_O_DIRECTORY 040000
#define ZY_O_NOFOLLOW 0100000
#else
#define ZY_O_DIRECTORY 0200000
#define ZY_O_NOFOLLOW 0400000
#endif
#define ZY_O_PATH 010000000

/* linux/openat2.h */
#define ZY_RESOLVE_NO_MAGICLINKS 0x02
#define ZY_RESOLVE_NO_SYMLINKS 0x04
#define ZY_RESOLVE_BENEATH 0x08

/* Opens a path under a folder, resolved by the rules of `resolve`. Returns a descriptor, or -errno. */
int zy_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve);

/* The same without rules: openat(2), which Swift does not import, as it is variadic. */
int zy_openat(int folder, const char *path, int flags);

/* The number of the CPU that the calling thread runs on now, or 0 where the kernel does not say. glibc reads it from
   memory that the kernel keeps up to date (rseq), without a system call. */
int zy_cpu(void);

/* Makes the calling thread, and only it, look at files as another user: for tests of files that may not be read. Returns the
   user it was before. */
int zy_setfsuid(uint32_t user);
#endif
