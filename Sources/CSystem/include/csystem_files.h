/* Files: openat2(2), O_PATH, and which CPU a thread runs on. */
#ifndef CSYSTEM_FILES_H
#define CSYSTEM_FILES_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc hides these without _GNU_SOURCE, which a module that was built without it cannot change any more. The values are
   the kernel's (asm-generic/fcntl.h); x86-64 uses them as they stand, arm64 swaps O_DIRECTORY and O_NOFOLLOW. */
#if defined(__aarch64__)
#define ZY_O_DIRECTORY 040000
#define ZY_O_NOFOLLOW 0100000
#else
#define ZY_O_DIRECTORY 0200000
#define ZY_O_NOFOLLOW 0400000
#endif
#define ZY_O_PATH 010000000

/* Opens a path under a folder. Returns a descriptor, or -errno. */
static inline int zy_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = 0, .resolve = resolve};
    long result = syscall(SYS_openat2, folder, path, &how, sizeof how);
    return result < 0 ? -errno : (int)result;
}

/* The same without rules for the way: openat(2), which Swift cannot call where it is variadic. */
static inline int zy_openat(int folder, const char *path, int flags) {
    int result = openat(folder, path, flags);
    return result < 0 ? -errno : result;
}

/* The number of the CPU that the calling thread runs on now, or 0 where the kernel does not say. glibc reads it from
   memory that the kernel keeps up to date (rseq), without a system call. */
extern int sched_getcpu(void);
static inline int zy_cpu(void) {
    int cpu = sched_getcpu();
    return cpu < 0 ? 0 : cpu;
}

/* Makes the calling thread, and only it, look at files as another user: for tests of files that may not be read. Returns the
   user it was before. */
static inline int zy_setfsuid(unsigned user) {
    return (int)syscall(SYS_setfsuid, user);
}

#define ZY_RESOLVE_BENEATH RESOLVE_BENEATH
#define ZY_RESOLVE_NO_MAGICLINKS RESOLVE_NO_MAGICLINKS
#define ZY_RESOLVE_NO_SYMLINKS RESOLVE_NO_SYMLINKS
#endif
