/* A Swift array takes for its capacity what `malloc_usable_size` says, and glibc says sixteen bytes more than asked for now and
 * then, as the heap happens to lie. An array that grows one element later runs other code, libFuzzer sees another path, and two
 * runs with one seed part ways: the length of an environment variable was enough. Here each request is rounded up so that the
 * rest cannot be seen: usable is always 32k - 8, whether glibc gave 32k - 8 or 32k + 8.
 *
 * Under AddressSanitizer, whose usable size is the size that was asked for, nothing is to be done. */
#define _GNU_SOURCE
#include <features.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#endif
#endif

#if defined(__GLIBC__) && !defined(HAS_ADDRESS_SANITIZER)
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>

#define NOT_COUNTED __attribute__((no_sanitize("coverage"), visibility("default")))

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* The next size of the form 32k - 8; what is too large stays as it is, and is refused by glibc. */
NOT_COUNTED static size_t rounded(size_t size) {
    return size > PTRDIFF_MAX - 64 ? size : ((size + 8 + 31) & ~(size_t)31) - 8;
}

NOT_COUNTED void *malloc(size_t size) { return __libc_malloc(rounded(size)); }

NOT_COUNTED void *realloc(void *old, size_t size) {
    return __libc_realloc(old, size == 0 && old != NULL ? 0 : rounded(size));
}

NOT_COUNTED void *calloc(size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return errno = ENOMEM, NULL;
    return __libc_calloc(1, rounded(total));
}

NOT_COUNTED void *memalign(size_t alignment, size_t size) {
    return __libc_memalign(alignment, rounded(size));
}

NOT_COUNTED void *aligned_alloc(size_t alignment, size_t size) {
    return __libc_memalign(alignment, rounded(size));
}

NOT_COUNTED int posix_memalign(void **out, size_t alignment, size_t size) {
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *made = __libc_memalign(alignment, rounded(size));
    if (made == NULL) return ENOMEM;
    *out = made;
    return 0;
}

NOT_COUNTED size_t malloc_usable_size(void *memory) {
    static size_t (*of_libc)(void *);
    if (memory == NULL) return 0;
    if (of_libc == NULL) of_libc = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
    return ((of_libc(memory) + 8) & ~(size_t)31) - 8;
}

/* Memory from mmap has other rests: a block comes from there or from the heap, as the heap lies. */
__attribute__((constructor)) NOT_COUNTED static void keep_to_the_heap(void) { mallopt(M_MMAP_MAX, 0); }
#endif
