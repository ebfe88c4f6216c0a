#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kernel {
    const char *name;
    int (*is_available)(void);
    zy_http1_classify_function *http1_classify;
    zy_utf8_prefix_function *utf8_prefix;
    zy_unmask_function *unmask;
    zy_hpack_huffman_function *hpack_huffman;
};

static int always(void) { return 1; }

#if defined(__x86_64__)
static int has_ssse3(void) { return __builtin_cpu_supports("ssse3"); }
/* Every CPU that has AVX2 has BMI2 too, but nothing says that it must. */
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
static int has_avx512bw(void) { return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"); }
#endif

/* In priority order: the first that is available is chosen. */
static const struct kernel kernels[] = {
#if defined(__x86_64__)
    {"avx512bw", has_avx512bw, zy_http1_classify_avx512bw, zy_utf8_prefix_avx512bw, zy_unmask_avx512bw, zy_hpack_huffman_bmi2},
    {"avx2", has_avx2, zy_http1_classify_avx2, zy_utf8_prefix_avx2, zy_unmask_avx2, zy_hpack_huffman_bmi2},
    {"ssse3", has_ssse3, zy_http1_classify_ssse3, zy_utf8_prefix_ssse3, zy_unmask_ssse3, zy_hpack_huffman_portable},
#endif
#if defined(__aarch64__)
    {"neon", always, zy_http1_classify_neon, zy_utf8_prefix_neon, zy_unmask_neon, zy_hpack_huffman_portable},
#endif
    {"portable", always, zy_http1_classify_portable, zy_utf8_prefix_portable, zy_unmask_portable, zy_hpack_huffman_portable},
};
enum { KERNEL_COUNT = sizeof kernels / sizeof kernels[0] };

static const struct kernel *selected = &kernels[KERNEL_COUNT - 1];
static zy_http1_classify_function *http1_classify = zy_http1_classify_portable;
static zy_utf8_prefix_function *utf8_prefix = zy_utf8_prefix_portable;
static zy_unmask_function *unmask = zy_unmask_portable;
static zy_hpack_huffman_function *hpack_huffman = zy_hpack_huffman_portable;
static char error[256];

static const struct kernel *find(const char *name)
{
    for (size_t i = 0; i < KERNEL_COUNT; i++)
        if (strcmp(kernels[i].name, name) == 0) return &kernels[i];
    return NULL;
}

/* Runs before main, so that no call pays for asking. */
__attribute__((constructor)) static void choose(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    const char *forced = getenv("ZYPHOS_KERNEL");
    if (forced && *forced) {
        const struct kernel *kernel = find(forced);
        if (!kernel) {
            size_t used = (size_t)snprintf(error, sizeof error, "ZYPHOS_KERNEL: no kernel '%.40s'; there are:", forced);
            for (size_t i = 0; i < KERNEL_COUNT && used < sizeof error; i++)
                used += (size_t)snprintf(error + used, sizeof error - used, " %s", kernels[i].name);
        } else if (!kernel->is_available()) {
            snprintf(error, sizeof error, "ZYPHOS_KERNEL: this CPU cannot run kernel '%s'", forced);
        } else {
            selected = kernel;
        }
    } else {
        for (size_t i = 0; i < KERNEL_COUNT; i++)
            if (kernels[i].is_available()) {
                selected = &kernels[i];
                break;
            }
    }
    http1_classify = selected->http1_classify;
    utf8_prefix = selected->utf8_prefix;
    unmask = selected->unmask;
    hpack_huffman = selected->hpack_huffman;
}

void zy_http1_classify(const uint8_t *bytes, size_t count, uint64_t *maps) { http1_classify(bytes, count, maps); }

size_t zy_utf8_prefix(const uint8_t *bytes, size_t count) { return utf8_prefix(bytes, count); }

void zy_unmask(uint8_t *to, const uint8_t *from, size_t count, uint32_t key) { unmask(to, from, count, key); }

size_t zy_hpack_huffman(const struct zy_hpack_code *code, const uint8_t *bytes, size_t count, size_t readable,
                        uint8_t *out, size_t *used)
{
    return hpack_huffman(code, bytes, count, readable, out, used);
}

const char *zy_kernel_name(void) { return selected->name; }

const char *zy_kernel_error(void) { return error[0] ? error : NULL; }

const char *zy_kernel_at(size_t index) { return index < KERNEL_COUNT ? kernels[index].name : NULL; }

int zy_kernel_is_available(const char *name)
{
    const struct kernel *kernel = find(name);
    return kernel && kernel->is_available();
}

int zy_http1_classify_with(const char *name, const uint8_t *bytes, size_t count, uint64_t *maps)
{
    const struct kernel *kernel = find(name);
    if (!kernel || !kernel->is_available()) return -1;
    kernel->http1_classify(bytes, count, maps);
    return 0;
}

int zy_utf8_prefix_with(const char *name, const uint8_t *bytes, size_t count, size_t *whole)
{
    const struct kernel *kernel = find(name);
    if (!kernel || !kernel->is_available()) return -1;
    *whole = kernel->utf8_prefix(bytes, count);
    return 0;
}

int zy_unmask_with(const char *name, uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    const struct kernel *kernel = find(name);
    if (!kernel || !kernel->is_available()) return -1;
    kernel->unmask(to, from, count, key);
    return 0;
}

int zy_hpack_huffman_with(const char *name, const struct zy_hpack_code *code, const uint8_t *bytes, size_t count,
                          size_t readable, uint8_t *out, size_t *used, size_t *written)
{
    const struct kernel *kernel = find(name);
    if (!kernel || !kernel->is_available()) return -1;
    *written = kernel->hpack_huffman(code, bytes, count, readable, out, used);
    return 0;
}
