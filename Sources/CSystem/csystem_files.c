#define _GNU_SOURCE
#include "csystem_files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(ZY_O_PATH == O_PATH && ZY_O_DIRECTORY == O_DIRECTORY && ZY_O_NOFOLLOW == O_NOFOLLOW,
               "the constants are the system's");
_Static_assert(ZY_RESOLVE_BENEATH == RESOLVE_BENEATH && ZY_RESOLVE_NO_SYMLINKS == RESOLVE_NO_SYMLINKS &&
                   ZY_RESOLVE_NO_MAGICLINKS == RESOLVE_NO_MAGICLINKS,
               "the constants are the kernel's");

int zy_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = 0, .resolve = resolve};
    long result = syscall(SYS_openat2, folder, path, &how, sizeof how);
    return result < 0 ? -errno : (int)result;
}

int zy_openat(int folder, const char *path, int flags) {
    int result = openat(folder, path, flags);
    return result < 0 ? -errno : result;
}

int zy_cpu(void) {
    int cpu = sched_getcpu();
    return cpu < 0 ? 0 : cpu;
}

int zy_setfsuid(uint32_t user) { return setfsuid(user); }
